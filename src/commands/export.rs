//! `headwater export`

use super::owner::{self, DONE, EXIT_CODES, Stop};
use crate::domain::rules_file::read::is_same_name;
use crate::server::config::Config;
use crate::server::operations::{child_playlists, rules_files};

/// What to print.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Options {
    /// id or name of the base playlist
    base: String,
    /// only this child playlist, by id or name
    #[arg(long)]
    child: Option<String>,
    /// whose base, by Spotify user id; needed where more than one person has signed in
    #[arg(long)]
    user: Option<String>,
    #[command(flatten)]
    config: Config,
}

/// Prints a rules file.
pub async fn run(options: Options) -> Result<i32, Stop> {
    let (app, user) = owner::open(options.config, options.user.as_deref()).await?;
    let base = owner::find_base(&app, &user, &options.base).await?;
    let base_id = base.id.to_string();
    let file = match &options.child {
        None => rules_files::export_base(&app, &user, &base_id).await?,
        Some(wanted) => {
            let children = child_playlists::list(&app, &user, &base_id).await?;
            let child = owner::only(children, wanted, "child playlist", |child| {
                child.id.to_string() == *wanted || is_same_name(&child.name, wanted)
            })?;
            rules_files::export_child(&app, &user, &child.id.to_string()).await?
        }
    };
    print!("{}", file.text);
    Ok(DONE)
}
