//! One request of the machine, carried to Spotify, and its answer in the machine's words.

use crate::domain::sync::machine::command::Request;
use crate::domain::sync::machine::input::{Answer, Fault, FaultKind};
use crate::server::spotify::client::{Caller, Spotify};
use crate::server::spotify::error::SpotifyError;

/// Sends the request.
pub async fn fetch(spotify: &Spotify, caller: &Caller, request: &Request) -> Result<Answer, Fault> {
    send(spotify, caller, request).await.map_err(|error| fault_of(&error))
}

async fn send(spotify: &Spotify, caller: &Caller, request: &Request) -> Result<Answer, SpotifyError> {
    let written = |snapshot| Answer::Written { snapshot };
    match request {
        Request::LibraryPage { offset } => {
            let (entries, total) = spotify.library_page(caller, *offset).await?;
            Ok(Answer::Library { entries, total })
        }
        Request::PlaylistSnapshot { playlist } => {
            spotify.playlist_snapshot(caller, playlist).await.map(Answer::Snapshot)
        }
        Request::BaseItems { playlist, offset } => {
            let page = spotify.base_items(caller, playlist, *offset).await?;
            Ok(Answer::BasePage { rows: page.rows, total: page.total, popularity_present: page.popularity_present })
        }
        Request::ChildItems { playlist, offset } => {
            let (rows, total) = spotify.child_items(caller, playlist, *offset).await?;
            Ok(Answer::ChildPage { rows, total })
        }
        Request::ArtistBatch { ids } => spotify.shared_artists(caller, ids).await.map(Answer::Artists),
        Request::Artist { id } => spotify.shared_artist(caller, id).await.map(|artist| Answer::Artists(vec![artist])),
        Request::LibraryContains { uris } => spotify.library_contains(caller, uris).await.map(Answer::Contained),
        Request::PutItems { playlist, uris } => spotify.put_items(caller, playlist, uris).await.map(written),
        Request::PostItems { playlist, uris, position } => {
            spotify.post_items(caller, playlist, uris, *position).await.map(written)
        }
        Request::DeleteItems { playlist, uris } => spotify.delete_items(caller, playlist, uris).await.map(written),
        Request::MoveItems { playlist, range_start, insert_before, range_length } => {
            spotify.move_items(caller, playlist, *range_start, *insert_before, *range_length).await.map(written)
        }
    }
}

fn fault_of(error: &SpotifyError) -> Fault {
    let kind = match error {
        SpotifyError::RateLimited { retry_after_s, quota } => {
            FaultKind::RateLimited { retry_after_s: *retry_after_s, quota: *quota }
        }
        SpotifyError::ReconnectNeeded => FaultKind::ReconnectNeeded,
        SpotifyError::Forbidden { .. } => FaultKind::Forbidden,
        SpotifyError::NotFound => FaultKind::NotFound,
        SpotifyError::Rejected { status, .. } => FaultKind::Rejected { status: *status },
        SpotifyError::Server { status } => FaultKind::Transient { status: Some(*status) },
        SpotifyError::Transport(_) | SpotifyError::Tokens(_) => FaultKind::Transient { status: None },
        SpotifyError::Malformed(_) => FaultKind::Malformed,
    };
    Fault { kind, message: error.to_string() }
}
