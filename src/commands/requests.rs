//! `headwater requests`: what was asked of Spotify in the last 24 hours, and what it does not answer for now.

use super::owner::{DONE, Stop};
use crate::domain::requests::RequestReport;
use crate::server::config::Config;
use crate::server::error::ServerError;
use crate::server::secret_key;
use crate::server::spotify::client::Spotify;
use crate::server::store::Store;
use clap::Args;

/// What to print, and what to do.
#[derive(Debug, Args)]
pub struct Options {
    /// as JSON, for programs
    #[arg(long)]
    json: bool,
    /// Asks Spotify again before the time that it named: for when you know that it answers (a quota was raised).
    /// Running servers follow within ten seconds
    #[arg(long)]
    ask_again: bool,
    #[command(flatten)]
    config: Box<Config>,
}

/// Prints the counts that servers of this data directory have written down.
pub async fn run(options: Options) -> Result<i32, Stop> {
    let Options { json, ask_again, config } = options;
    let config = config.without_blanks();
    let store = Store::open(&config.database_url(), &config.data_dir).await.map_err(ServerError::from)?;
    let sealer = secret_key::sealer(&config).map_err(color_eyre::Report::from)?;
    let spotify = Spotify::new(&config, store, sealer).map_err(color_eyre::Report::from)?;
    spotify.load_breakers().await.map_err(ServerError::from)?;
    if ask_again {
        spotify.ask_again().await.map_err(ServerError::from)?;
    }
    let report = spotify.request_report().await.map_err(ServerError::from)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report).map_err(color_eyre::Report::from)?);
    } else {
        print!("{}", words(&report));
    }
    Ok(DONE)
}

fn words(report: &RequestReport) -> String {
    let mut out = format!("{:<16}at most {} in any 30 s\n", "throttle", report.per_30_seconds_set);
    for one in &report.last_24_hours {
        out += &format!("{:<16}{} in 24 h\n", one.group.name(), one.requests);
    }
    for one in &report.open_breakers {
        let why = if one.is_quota { "quota used up" } else { "asked to wait" };
        out += &format!("{:<16}not before {}: {why}\n", one.group.name(), one.closes_at);
    }
    out
}
