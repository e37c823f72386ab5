//! What a person could choose as a base or a child.

use super::CurrentUser;
use crate::domain::playlist::{SpotifyPlaylist, SpotifyPlaylistPage};
use crate::domain::sync::batch::PAGE_LEN_MAX as PAGE_LEN;
use crate::server::error::ServerError;
use crate::server::spotify::client::Caller;
use crate::server::spotify::playlists::Listed;
use crate::server::state::AppState;
use crate::server::store::playlist_states::Seen;

/// A page of the library with, for each playlist, whether it can become a base, and why not.
pub async fn list(app: &AppState, user: &CurrentUser, offset: u32) -> Result<SpotifyPlaylistPage, ServerError> {
    let (listed, total) = app.spotify.list_playlists(&Caller::new(user.id), offset).await?;
    app.store.update_library_total(user.id, total).await?;
    let next = offset.saturating_add(PAGE_LEN);
    let mut items = Vec::with_capacity(listed.len());
    for playlist in listed {
        items.push(choice(app, user, playlist).await?);
    }
    Ok(SpotifyPlaylistPage { items, total, next: (next < total).then_some(next) })
}

async fn choice(app: &AppState, user: &CurrentUser, playlist: Listed) -> Result<SpotifyPlaylist, ServerError> {
    let used = app.store.find_use(user.id, &playlist.id).await?;
    let reason = if !playlist.is_readable_by(&user.spotify_user_id) {
        Some("Spotify gives the contents of a playlist only to its owner and collaborators.".to_owned())
    } else {
        used.map(|used| format!("Not possible: {used}."))
    };
    let seen = Seen { name: None, image_url: playlist.seen.image_url.clone(), track_total: playlist.seen.total };
    if used.is_some() {
        app.store.save_seen(user.id, &playlist.id, &seen).await?;
    }
    Ok(SpotifyPlaylist {
        id: playlist.id,
        name: playlist.seen.name,
        owner: playlist.owner_name,
        total: playlist.seen.total,
        image_url: playlist.seen.image_url,
        selectable: reason.is_none(),
        reason,
    })
}
