//! Titles for URIs: records keep URIs only, so names come from the base that the songs are in.

use super::CurrentUser;
use super::preview::answer::{preview_track, unknown_track};
use super::routed_base::songs_of;
use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::event::PreviewTrack;
use crate::server::state::AppState;
use crate::server::sync::base_reads::BaseSongs;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// A page with ids for titles is better than one that makes people wait.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// The songs of a base, by URI; of none where it could not be read in time.
#[derive(Debug, Default)]
pub struct KnownSongs {
    songs: Option<Arc<BaseSongs>>,
    rows: HashMap<String, usize>,
}

impl KnownSongs {
    /// The song; its titles are empty where only the URI is known.
    pub fn named(&self, uri: &str) -> PreviewTrack {
        let track = self.songs.as_ref().zip(self.rows.get(uri)).map(|(songs, row)| &songs.tracks[*row]);
        track.map_or_else(|| unknown_track(uri), preview_track)
    }

    /// The songs of the base, where they could be read.
    pub fn base(&self) -> Option<&Arc<BaseSongs>> {
        self.songs.as_ref()
    }
}

/// Reads the base, if it is not at hand, for a few seconds at most; the reading goes on for whoever asks next.
pub async fn known_songs(
    app: &AppState,
    user: &CurrentUser,
    base: Option<&BasePlaylist>,
    with_artists: bool,
) -> KnownSongs {
    let Some(base) = base else { return KnownSongs::default() };
    let (app, user, base) = (app.clone(), user.clone(), base.clone());
    let reading = tokio::spawn(async move { songs_of(&app, &user, &base, with_artists).await });
    let read = tokio::time::timeout(WAIT_MAX, reading).await;
    let songs = read.ok().and_then(Result::ok).and_then(Result::ok);
    let tracks = songs.iter().flat_map(|songs| &songs.tracks);
    let rows = tracks.enumerate().map(|(row, track)| (track.uri.clone(), row)).collect();
    KnownSongs { songs, rows }
}
