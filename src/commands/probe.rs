//! `headwater probe`: records the form of Spotify's real answers, without anything personal.

use super::owner::{self, DONE, EXIT_CODES, FAILED, Stop};
use crate::domain::ids::PlaylistId;

use crate::server::config::Config;
use crate::server::error::ServerError;
use crate::server::operations::base_playlists;
use crate::server::spotify::client::Caller;
use crate::server::spotify::observe::Observation;
use serde::Serialize;

/// Raised when the file's form changes.
const SCHEMA_VERSION: u32 = 1;

/// What to look at.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Options {
    /// the Spotify id of a playlist of yours with songs in it; without it, your first base playlist
    #[arg(long)]
    playlist: Option<String>,
    /// whose account, by Spotify user id; needed where more than one person has signed in
    #[arg(long)]
    user: Option<String>,
    #[command(flatten)]
    config: Config,
}

/// What was seen, to be replayed by `headwater simulate --replay`.
#[derive(Debug, Serialize)]
pub struct Fixture {
    pub schema_version: u32,
    pub requests: Vec<Observation>,
}

/// Prints the fixture.
pub async fn run(options: Options) -> Result<i32, Stop> {
    let fixture = record(options.config, options.user.as_deref(), options.playlist.as_deref()).await?;
    let text = serde_json::to_string_pretty(&fixture).map_err(|error| Stop::new(FAILED, error.to_string()))?;
    println!("{text}");
    Ok(DONE)
}

/// Asks Spotify about ten times, in the name of a person who signed in here.
pub async fn record(config: Config, user: Option<&str>, playlist: Option<&str>) -> Result<Fixture, Stop> {
    let (app, user) = owner::open(config, user).await?;
    let playlist = match playlist {
        Some(id) => PlaylistId::parse(id).map_err(|_| Stop::new(owner::FAULTY, "This is no Spotify playlist id."))?,
        None => match base_playlists::list(&app, &user).await?.into_iter().next() {
            Some(base) => base.spotify_playlist_id,
            None => {
                return Err(Stop::new(owner::NOT_FOUND, "There is no base playlist yet; name one with --playlist."));
            }
        },
    };
    let seen = app.spotify.observe(&Caller::new(user.id), &playlist).await;
    let requests = seen.map_err(|error| Stop::from(ServerError::from(error)))?;
    Ok(Fixture { schema_version: SCHEMA_VERSION, requests })
}
