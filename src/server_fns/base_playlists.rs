//! Base playlists with what their cards show.

use crate::domain::ids::{ChildPlaylistId, SyncBatchId};
use crate::domain::insights::RunMark;
use crate::domain::playlist::{BasePlaylist, ChildKind, ChildPlaylist, Routing};
use crate::domain::sync::event::SyncState;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A child as the pages of its base show it. Without its filter: the sentence says it, and reading a filter takes
/// Unicode tables that only the editor's code brings along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildLine {
    pub id: ChildPlaylistId,
    pub name: String,
    pub kind: ChildKind,
    /// The filter in plain words.
    pub filter_sentence: String,
    pub is_active: bool,
    pub track_total: Option<u32>,
    pub spotify_url: Option<String>,
    /// RFC 3339, UTC.
    pub updated: String,
}

impl From<ChildPlaylist> for ChildLine {
    fn from(child: ChildPlaylist) -> Self {
        let ChildPlaylist { id, name, kind, filter_sentence, is_active, track_total, spotify_url, updated, .. } = child;
        Self { id, name, kind, filter_sentence, is_active, track_total, spotify_url, updated }
    }
}

/// A base playlist, its children in order, and where its sync stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaseCard {
    pub base: BasePlaylist,
    pub children: Vec<ChildLine>,
    pub sync: SyncState,
}

/// What the first page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HomeContent {
    pub cards: Vec<BaseCard>,
    /// Several syncs that go on.
    pub open_batch: Option<SyncBatchId>,
}

/// What the page of one base shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BasePageContent {
    pub card: BaseCard,
    /// Its last syncs, the newest first.
    pub marks: Vec<RunMark>,
}

#[cfg(feature = "ssr")]
fn lines(children: Vec<ChildPlaylist>) -> Vec<ChildLine> {
    children.into_iter().map(ChildLine::from).collect()
}

/// All bases of the person, as cards.
#[server(endpoint = "list_base_playlists")]
pub async fn list_base_playlists() -> Result<Wire<HomeContent>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let mut cards = Vec::new();
        for base in operations::base_playlists::list(&state, &user).await? {
            let id = base.id.to_string();
            let children = operations::child_playlists::list(&state, &user, &id).await?;
            let sync = operations::sync_events::state(&state, &user, &id).await?;
            cards.push(BaseCard { base, children: lines(children), sync });
        }
        Ok(HomeContent { cards, open_batch: operations::sync_batches::open(&state, &user).await? })
    })
    .await?;
    Wire::of(&found)
}

/// One base, as a card.
#[server(endpoint = "get_base_playlist")]
pub async fn get_base_playlist(id: String) -> Result<Wire<BaseCard>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let base = operations::base_playlists::get(&state, &user, &id).await?;
        let children = operations::child_playlists::list(&state, &user, &id).await?;
        let sync = operations::sync_events::state(&state, &user, &id).await?;
        Ok(BaseCard { base, children: lines(children), sync })
    })
    .await?;
    Wire::of(&found)
}

/// One base, as its page shows it.
#[server(endpoint = "get_base_page")]
pub async fn get_base_page(id: String) -> Result<Wire<BasePageContent>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let base = operations::base_playlists::get(&state, &user, &id).await?;
        let children = operations::child_playlists::list(&state, &user, &id).await?;
        let sync = operations::sync_events::state(&state, &user, &id).await?;
        let marks = operations::insights::strip(&state, &user, &id).await?;
        Ok(BasePageContent { card: BaseCard { base, children: lines(children), sync }, marks })
    })
    .await?;
    Wire::of(&found)
}

/// Makes a playlist of the library a base, and leads to its page.
#[server(endpoint = "create_base_playlist")]
pub async fn create_base_playlist(spotify_playlist_id: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let base = adapt::signed_in(|state, user| async move {
        let new = operations::base_playlists::NewBase {
            spotify_playlist_id: Some(spotify_playlist_id),
            ..Default::default()
        };
        operations::base_playlists::create(&state, &user, new).await
    })
    .await?;
    adapt::flash_success(&format!("{} is a base playlist now. Add the first child playlist.", base.name));
    adapt::redirect(&format!("/base-playlists/{}", base.id));
    Ok(())
}

/// Chooses how songs are shared out among the children.
#[server(endpoint = "set_routing")]
pub async fn set_routing(id: String, routing: Routing) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let base = adapt::signed_in(|state, user| async move {
        let patch = operations::base_playlists::BasePatch { routing: Some(routing), ..Default::default() };
        operations::base_playlists::update(&state, &user, &id, patch).await
    })
    .await?;
    adapt::flash_success(match base.routing {
        Routing::Overlap => "Every child playlist takes songs by itself from the next sync on.",
        Routing::FirstMatch => "From the next sync on a song goes to the first child playlist that takes it.",
    });
    Ok(())
}

/// Forgets a base and its children here; nothing changes at Spotify.
#[server(endpoint = "delete_base_playlist")]
pub async fn delete_base_playlist(id: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::base_playlists::delete(&state, &user, &id).await }).await?;
    adapt::flash_success("The base playlist is removed from Headwater. At Spotify all playlists are as they were.");
    adapt::redirect("/");
    Ok(())
}
