//! `headwater backup now` and `headwater backup list`

use super::owner::{DONE, FAILED, Stop};
use crate::domain::backup::{BackupKind, is_due};
use crate::server::backups::BackupError;
use crate::server::backups::folder::{self, BackupFile};
use crate::server::backups::make::make_now;
use crate::server::clock;
use crate::server::config::Config;
use crate::server::error::ServerError;
use crate::server::instance::Instance;
use crate::server::store::Store;
use clap::{Args, Subcommand};

/// What to do with backups.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Makes one; a running server goes on meanwhile
    Now(Shown),
    /// Prints those that there are, newest first
    List(Shown),
}

#[derive(Debug, Args)]
struct Shown {
    /// as JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: Box<Config>,
}

impl From<BackupError> for Stop {
    fn from(error: BackupError) -> Self {
        Self::new(FAILED, error.to_string())
    }
}

/// Makes or prints.
pub async fn run(options: Options) -> Result<i32, Stop> {
    match options.action {
        Action::Now(shown) => now(shown).await,
        Action::List(shown) => list(shown),
    }
}

async fn now(shown: Shown) -> Result<i32, Stop> {
    let config = shown.config.without_blanks();
    let _instance = Instance::claim(&config.data_dir).map_err(color_eyre::Report::from)?;
    let store = Store::open(&config.database_url(), &config.data_dir).await.map_err(ServerError::from)?;
    let made = make_now(&store, &config.data_dir).await?;
    print(&[made], shown.json);
    Ok(DONE)
}

fn list(shown: Shown) -> Result<i32, Stop> {
    let config = shown.config.without_blanks();
    let backups = folder::list(&config.data_dir)?;
    print(&backups, shown.json);
    let hourly: Vec<i64> =
        backups.iter().filter(|backup| backup.kind == BackupKind::Hourly).map(|backup| backup.made_ms).collect();
    if is_due(BackupKind::Hourly, &hourly, clock::now_ms()) {
        eprintln!("The hourly backup is due. A running server makes it within minutes, or its log says why not.");
    }
    Ok(DONE)
}

fn print(backups: &[BackupFile], as_json: bool) {
    if as_json {
        let rows: Vec<serde_json::Value> = backups.iter().map(json).collect();
        println!("{}", serde_json::Value::Array(rows));
        return;
    }
    for backup in backups {
        let made = clock::text_of(backup.made_ms);
        println!("{made}  {:<9}{:>12} bytes  {}", backup.kind.name(), backup.bytes, backup.path.display());
    }
}

fn json(backup: &BackupFile) -> serde_json::Value {
    serde_json::json!({
        "path": backup.path,
        "kind": backup.kind.name(),
        "made_at": clock::text_of(backup.made_ms),
        "bytes": backup.bytes,
    })
}
