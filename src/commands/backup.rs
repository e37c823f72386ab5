//! `headwater backup` and `headwater restore-backup`

use super::owner::{DONE, FAILED, Stop};
use crate::domain::backups::BackupKind;
use crate::server::backups;
use crate::server::clock;
use crate::server::config::Config;
use crate::server::error::ServerError;
use crate::server::store::Store;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to do.
#[derive(Debug, Args)]
pub struct Options {
    /// Makes none, and prints those that are there
    #[arg(long)]
    list: bool,
    /// as JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: Box<Config>,
}

/// Which backup.
#[derive(Debug, Args)]
pub struct RestoreOptions {
    /// the backup's file, or its name below `<data dir>/backups`
    file: PathBuf,
    #[command(flatten)]
    config: Box<Config>,
}

/// Makes a backup, also while a server runs, or lists those that are there.
pub async fn run(options: Options) -> Result<i32, Stop> {
    let config = options.config.without_blanks();
    if !options.list {
        let store = Store::open(&config.database_url(), &config.data_dir).await.map_err(ServerError::from)?;
        let made = backups::make(&store, &config.data_dir, BackupKind::Asked).await;
        let file = made.map_err(|error| Stop::new(FAILED, format!("No backup was made: {error}.")))?;
        match options.json {
            true => println!("{}", json!({ "file": file })),
            false => println!("{}", file.display()),
        }
        return Ok(DONE);
    }
    let there = backups::list(&config.data_dir).map_err(color_eyre::Report::from)?;
    let rows =
        there.iter().map(|one| json!({"file": one.file_name(), "kind": one.kind, "made": clock::text_of(one.at_ms)}));
    match options.json {
        true => println!("{}", serde_json::Value::from_iter(rows)),
        false => there.iter().for_each(|one| println!("{}  {}", clock::text_of(one.at_ms), one.file_name())),
    }
    Ok(DONE)
}

/// Puts a backup in the place of the database, while nothing runs on it.
pub async fn restore(options: RestoreOptions) -> Result<i32, Stop> {
    let config = options.config.without_blanks();
    let named = backups::folder(&config.data_dir).join(&options.file);
    let file = if options.file.exists() { options.file.clone() } else { named };
    let url = config.database_url();
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let database = Path::new(path.split('?').next().unwrap_or(path));
    let replaced = backups::put_back(&file, database, &config.data_dir)
        .await
        .map_err(|error| Stop::new(FAILED, format!("Nothing was replaced: {error}.")))?;
    println!("{} is in place.", file.display());
    if let Some(replaced) = replaced {
        println!("What was there before is {}.", replaced.display());
    }
    Ok(DONE)
}
