//! Own tags.

use crate::domain::playlist::SpotifyPlaylist;
use crate::domain::tag::Tag;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The tags, and playlists whose songs could be tagged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagShelf {
    pub tags: Vec<Tag>,
    /// Empty where Spotify did not answer.
    pub playlists: Vec<SpotifyPlaylist>,
}

/// Everything that the page of tags shows.
#[server(endpoint = "list_tags")]
pub async fn list_tags() -> Result<Wire<TagShelf>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let tags = operations::tags::list(&state, &user).await?;
        let page = operations::spotify_playlists::list(&state, &user, 0).await;
        Ok(TagShelf { tags, playlists: page.map(|page| page.items).unwrap_or_default() })
    })
    .await?;
    Wire::of(&found)
}

/// Puts a tag on all songs of a playlist.
#[server(endpoint = "import_tag")]
pub async fn import_tag(tag: String, #[server(default)] spotify_playlist_id: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let tag = adapt::signed_in(|state, user| async move {
        let body = operations::tags::TagImport { spotify_playlist_id };
        operations::tags::import(&state, &user, &tag, &body).await
    })
    .await?;
    adapt::flash_success(&format!("{} is on {} songs now.", tag.name, tag.tracks));
    adapt::redirect("/tags");
    Ok(())
}

/// Removes a tag from everything.
#[server(endpoint = "delete_tag")]
pub async fn delete_tag(tag: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::tags::delete(&state, &user, &tag).await }).await?;
    adapt::flash_success("The tag is removed. Rules that name it find no song any more.");
    adapt::redirect("/tags");
    Ok(())
}
