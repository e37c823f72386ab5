//! `headwater import`

use super::owner::{self, DONE, EXIT_CODES, FAILED, FAULTY, Stop};
use crate::domain::rules_file::diff::{DiffLine, Mark};
use crate::domain::rules_file::places::place_words;
use crate::domain::rules_file::plan::{Change, ImportPlan};
use crate::domain::rules_file::read::Remark;
use crate::server::config::Config;
use crate::server::import_drafts::FILE_LEN_MAX;
use crate::server::operations::rules_files::{self, Import};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What to read.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Options {
    /// id or name of the base playlist
    base: String,
    /// a rules file, a filter, the flat shape or a smart playlist of Navidrome; - reads standard input
    file: PathBuf,
    /// only say what would change
    #[arg(long)]
    dry_run: bool,
    /// print the plan, or what was saved, as JSON
    #[arg(long)]
    json: bool,
    /// name for a file that names no playlist; else the file's own name
    #[arg(long)]
    name: Option<String>,
    /// whose base, by Spotify user id; needed where more than one person has signed in
    #[arg(long)]
    user: Option<String>,
    #[command(flatten)]
    config: Config,
}

/// Says what a file changes, and saves it.
pub async fn run(options: Options) -> Result<i32, Stop> {
    let text = read_text(&options.file)?;
    let stem = options.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).filter(|stem| stem != "-");
    let (app, user) = owner::open(options.config, options.user.as_deref()).await?;
    let base_id = owner::find_base(&app, &user, &options.base).await?.id.to_string();
    let import = Import { text: &text, name: options.name.as_deref().or(stem.as_deref()) };
    let plan = rules_files::dry_run(&app, &user, &base_id, import).await?;
    let ends_here = options.dry_run || !plan.is_savable();
    match (options.json, ends_here) {
        (true, true) => println!("{}", json_text(&plan)),
        (true, false) => {}
        (false, _) => print_plan(&plan),
    }
    if !plan.faults.is_empty() {
        return Ok(FAULTY);
    }
    if ends_here {
        return Ok(DONE);
    }
    let saved = rules_files::save(&app, &user, &base_id, import, Some(&plan.plan_hash)).await?;
    if options.json {
        println!("{}", json_text(&saved));
    } else {
        println!("{} saved. The next sync fills what changed.", saved.len());
    }
    Ok(DONE)
}

fn read_text(path: &Path) -> Result<String, Stop> {
    let unreadable = |error: std::io::Error| Stop::new(FAILED, format!("{} cannot be read: {error}.", path.display()));
    let mut text = String::new();
    let limit = FILE_LEN_MAX as u64 + 1;
    if path == Path::new("-") {
        std::io::stdin().take(limit).read_to_string(&mut text).map_err(unreadable)?;
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_string(&mut text)).map_err(unreadable)?;
    }
    if text.len() > FILE_LEN_MAX {
        return Err(Stop::new(FAULTY, "The file is longer than 1 MiB. Nothing was saved."));
    }
    Ok(text)
}

fn json_text(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn print_plan(plan: &ImportPlan) {
    for entry in &plan.entries {
        let change = match entry.change {
            Change::New => "new",
            Change::Changed => "changes",
            Change::Same => "same already",
        };
        let matched = entry.matched.map(|songs| format!(", {songs} songs match")).unwrap_or_default();
        println!("{} ({change}{matched})", entry.name);
        if entry.change != Change::Same {
            entry.lines.iter().for_each(print_line);
        }
    }
    print_remarks("Note", &plan.notes);
    print_remarks("Fault", &plan.faults);
    if !plan.faults.is_empty() {
        println!("Nothing was saved.");
    }
}

fn print_line(line: &DiffLine) {
    let sign = match line.mark {
        Mark::Kept => ' ',
        Mark::Added => '+',
        Mark::Removed => '-',
        Mark::Changed => '~',
    };
    let indent = "  ".repeat(usize::from(line.depth) + 1);
    let before = line.before.as_ref().map(|before| format!("{before} -> ")).unwrap_or_default();
    println!("{indent}{sign} {before}{}", line.words);
}

fn print_remarks(kind: &str, remarks: &[Remark]) {
    for remark in remarks {
        println!("{kind}: {}: {} [{}]", place_words(&remark.pointer), remark.detail, remark.pointer);
    }
}
