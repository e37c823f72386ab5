//! Child playlists: reading, saving the editor's form, removing.

use crate::domain::filter::exception::Exception;
use crate::domain::filter::form::FilterForm;
use crate::domain::filter::suggest::KnownValues;
use crate::domain::playlist::{ChildPlaylist, SpotifyPlaylist};
use crate::error::AppError;
use crate::server_fns::base_playlists::BaseCard;
#[cfg(feature = "ssr")]
use crate::server_fns::child_draft::{ChildDraft, kind_of};
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A child with the base it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChildCard {
    pub child: ChildPlaylist,
    pub parent: BaseCard,
    /// What boxes offer where no scripts run; empty where scripts ask.
    pub known: Vec<KnownValues>,
}

/// One child with its base.
#[server(endpoint = "get_child_playlist")]
pub async fn get_child_playlist(id: String) -> Result<Wire<ChildCard>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let child = operations::child_playlists::get(&state, &user, &id).await?;
        let base_id = child.base_playlist_id.to_string();
        let base = operations::base_playlists::get(&state, &user, &base_id).await?;
        let sync = operations::sync_events::state(&state, &user, &base_id).await?;
        let known = known_values(&state, &user, &base, &FilterForm::from_filter(&child.filter));
        Ok(ChildCard { known, child, parent: BaseCard { base, children: Vec::new(), sync } })
    })
    .await?;
    Wire::of(&found)
}

/// What the editor of a new child begins with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewChildStart {
    pub parent: BaseCard,
    /// Playlists that it could fill; empty where Spotify did not answer, then a new one is made.
    pub own_playlists: Vec<SpotifyPlaylist>,
    /// What boxes offer where no scripts run; empty where scripts ask.
    pub known: Vec<KnownValues>,
}

/// The base of a new child, and playlists to choose from.
#[server(endpoint = "get_new_child")]
pub async fn get_new_child(base_id: String) -> Result<Wire<NewChildStart>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let base = operations::base_playlists::get(&state, &user, &base_id).await?;
        let sync = operations::sync_events::state(&state, &user, &base_id).await?;
        let own = operations::spotify_playlists::list(&state, &user, 0).await;
        let own_playlists = own.map(|page| page.items).unwrap_or_default();
        let known = known_values(&state, &user, &base, &FilterForm::first());
        Ok(NewChildStart { parent: BaseCard { base, children: Vec::new(), sync }, own_playlists, known })
    })
    .await?;
    Wire::of(&found)
}

/// Of the fields of the draft in the page's address, else of these rules.
#[cfg(feature = "ssr")]
fn known_values(
    state: &crate::server::state::AppState,
    user: &crate::server::operations::CurrentUser,
    base: &crate::domain::playlist::BasePlaylist,
    saved: &FilterForm,
) -> Vec<KnownValues> {
    let Some(query) = crate::server::adapt::page_query() else { return Vec::new() };
    let carried = ChildDraft::from_query(&query).map(|(draft, _)| draft.filter);
    let rows = carried.as_ref().unwrap_or(saved).rows.iter().map(|row| row.field.clone());
    let fields: Vec<String> = rows.filter(|field| !field.is_empty()).collect();
    crate::server::operations::known_values::of(state, user, base, &fields)
}

/// What the form carries beside names and rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// "leftovers" or "filter"; empty keeps it.
    #[serde(default)]
    pub kind: String,
    /// Names the rules whose effect the person has seen.
    #[serde(default)]
    pub seen: String,
}

/// Creates or changes a child and leads to its base's page.
/// A form that is no filter yet comes back to the editor with the draft kept and its errors shown; rules whose
/// effect was not seen (`marks.seen` is not theirs) come back with their preview.
#[server(endpoint = "save_child_playlist")]
pub async fn save_child_playlist(
    base_id: String,
    #[server(default)] child_id: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] spotify_playlist_id: String,
    #[server(default)] filter: FilterForm,
    #[server(default)] marks: Marks,
) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let draft = ChildDraft {
        base_id,
        child_id,
        name,
        description,
        spotify_playlist_id,
        kind: marks.kind.clone(),
        filter,
        ..ChildDraft::default()
    };
    let name = draft.full_name();
    if name.is_none() || !draft.filter.errors().is_empty() {
        adapt::redirect(&draft.path("check"));
        return Ok(());
    }
    let unseen = draft.path("preview");
    let saved = adapt::signed_in(|state, user| async move {
        let is_seen = marks.seen == draft.mark();
        if draft.child_id.is_empty() {
            if !is_seen {
                return Ok(None);
            }
            operations::child_playlists::create(&state, &user, &draft.base_id, new_child(&draft)).await.map(Some)
        } else {
            let kept = operations::child_playlists::get(&state, &user, &draft.child_id).await?;
            if !is_seen && FilterForm::from_filter(&kept.filter).to_json() != draft.filter.to_json() {
                return Ok(None);
            }
            operations::child_playlists::update(&state, &user, &draft.child_id, patch(&draft)).await.map(Some)
        }
    })
    .await?;
    let Some(child) = saved else {
        adapt::flash_success("Nothing is saved yet. Here is what these rules take: press Save to keep them.");
        adapt::redirect(&unseen);
        return Ok(());
    };
    adapt::flash_success(&format!("{} is saved. The next sync fills it.", child.name));
    adapt::redirect(&format!("/base-playlists/{}", child.base_playlist_id));
    Ok(())
}

#[cfg(feature = "ssr")]
fn new_child(draft: &ChildDraft) -> crate::server::operations::child_playlists::NewChild {
    crate::server::operations::child_playlists::NewChild {
        name: draft.full_name().unwrap_or_default(),
        description: Some(draft.description.trim().to_owned()),
        kind: kind_of(&draft.kind),
        filter: draft.filter.to_json(),
        position: None,
        spotify_playlist_id: Some(draft.spotify_playlist_id.trim().to_owned()).filter(|id| !id.is_empty()),
    }
}

#[cfg(feature = "ssr")]
fn patch(draft: &ChildDraft) -> crate::server::operations::child_playlists::ChildPatch {
    crate::server::operations::child_playlists::ChildPatch {
        name: draft.full_name(),
        description: Some(draft.description.trim().to_owned()),
        filter: Some(draft.filter.to_json()),
        kind: kind_of(&draft.kind),
        ..Default::default()
    }
}

/// Pauses a child (syncs pass it by) or wakes it.
#[server(endpoint = "set_child_active")]
pub async fn set_child_active(id: String, is_active: bool) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move {
        let patch = operations::child_playlists::ChildPatch { is_active: Some(is_active), ..Default::default() };
        operations::child_playlists::update(&state, &user, &id, patch).await
    })
    .await?;
    adapt::flash_success(if is_active { "Syncs fill it again." } else { "Paused: syncs leave it as it is." });
    Ok(())
}

/// Pins or bans a song of a child, or leaves it to the rules.
#[server(endpoint = "set_song_exception")]
pub async fn set_song_exception(id: String, uri: String, wish: Exception) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let child = adapt::signed_in(|state, user| async move {
        operations::child_playlists::set_exception(&state, &user, &id, &uri, wish).await
    })
    .await?;
    let done = match wish {
        Exception::Pin => "always has this song now",
        Exception::Ban => "never has this song now",
        Exception::Rules => "leaves this song to its rules again",
    };
    adapt::flash_success(&format!("{} {done}. The next sync follows.", child.name));
    Ok(())
}

/// Moves a child to a place among its siblings, from 0.
#[server(endpoint = "move_child_playlist")]
pub async fn move_child_playlist(id: String, position: u32) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let child = adapt::signed_in(|state, user| async move {
        let patch = operations::child_playlists::ChildPatch { position: Some(position), ..Default::default() };
        operations::child_playlists::update(&state, &user, &id, patch).await
    })
    .await?;
    adapt::flash_success(&format!("{} is at place {} now.", child.name, child.position + 1));
    Ok(())
}

/// Forgets a child here and, if asked, takes its playlist out of the person's library.
#[server(endpoint = "delete_child_playlist")]
pub async fn delete_child_playlist(id: String, #[server(default)] unfollow: bool) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let base_id = adapt::signed_in(|state, user| async move {
        let child = operations::child_playlists::get(&state, &user, &id).await?;
        operations::child_playlists::delete(&state, &user, &id, unfollow).await?;
        Ok(child.base_playlist_id)
    })
    .await?;
    adapt::flash_success("The child playlist is removed from Headwater.");
    adapt::redirect(&format!("/base-playlists/{base_id}"));
    Ok(())
}
