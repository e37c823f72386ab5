//! The playlists that a person could choose from.

use crate::domain::playlist::SpotifyPlaylistPage;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;

/// One page of the person's library at Spotify, from `offset` on.
#[server(endpoint = "list_spotify_playlists")]
pub async fn list_spotify_playlists(offset: u32) -> Result<Wire<SpotifyPlaylistPage>, AppError> {
    use crate::server::{adapt, operations};
    let found =
        adapt::signed_in(|state, user| async move { operations::spotify_playlists::list(&state, &user, offset).await })
            .await?;
    Wire::of(&found)
}
