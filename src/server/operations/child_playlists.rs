//! Child playlists of a base.

use super::{CurrentUser, checks, named_playlists};
use crate::domain::filter::exception::Exception;
use crate::domain::filter::json;
use crate::domain::filter::rule::{Filter, SCHEMA_VERSION};
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId};
use crate::domain::playlist::{Adopted, ChildKind, ChildPlaylist};
use crate::domain::sync::diff::Row;
use crate::domain::sync::hands::HandPolicy;
use crate::error::{AppError, ErrorCode};
use crate::server::error::{ServerError, sync_running};
use crate::server::spotify::client::Caller;
use crate::server::spotify::error::SpotifyError;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::child_playlists::{ChildChanges, NewChildRow};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

const CHILDREN_MAX: usize = 100;
const POSITION_MAX: u32 = 1_000;

/// A new child: made on Spotify, unless it adopts a playlist of the library.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChild {
    pub name: String,
    pub description: Option<String>,
    pub kind: Option<ChildKind>,
    /// Only leftovers may do without: they then take every song that is left.
    #[serde(default)]
    pub filter: serde_json::Value,
    /// Place among the children, from 0: the priority where the first match takes a song.
    pub position: Option<u32>,
    /// Id, URI or link of a playlist to adopt.
    pub spotify_playlist_id: Option<String>,
}

/// What may change.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChildPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub kind: Option<ChildKind>,
    pub filter: Option<serde_json::Value>,
    pub is_active: Option<bool>,
    /// Place among the children, from 0; the others close up.
    pub position: Option<u32>,
    /// What syncs do with songs that were changed by hand in Spotify.
    pub hand_policy: Option<HandPolicy>,
}

/// Children of a base, in their order.
pub async fn list(app: &AppState, user: &CurrentUser, base_id: &str) -> Result<Vec<ChildPlaylist>, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    Ok(app.store.list_child_playlists(user.id, base.id).await?)
}

/// One child.
pub async fn get(app: &AppState, user: &CurrentUser, id: &str) -> Result<ChildPlaylist, ServerError> {
    Ok(app.store.get_child_playlist(user.id, checks::child_id(id)?).await?)
}

/// Adds a child: our row first, then its playlist on Spotify, then the id, so that no orphan is made there.
pub async fn create(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    new: NewChild,
) -> Result<ChildPlaylist, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    if let Some(running) = base.active_sync {
        return Err(sync_running(Some(running.to_string())).into());
    }
    let mut row = checked(base.id, &new)?;
    if app.store.list_child_playlists(user.id, base.id).await?.len() >= CHILDREN_MAX {
        return Err(AppError::new(ErrorCode::Invalid, "100 child playlists are the most one base can have.").into());
    }
    if row.kind == ChildKind::Leftovers {
        only_leftovers(app, user, base.id, None).await?;
    }
    let caller = Caller::new(user.id);
    if let Some(id) = &new.spotify_playlist_id {
        let (snapshot, rows) = adopt(app, user, &caller, id, &mut row).await?;
        named_playlists::check(app, user, row.spotify_playlist_id.as_ref(), &row.filter, None).await?;
        app.store.insert_child_playlist(user.id, &row).await?;
        if let Some(playlist) = &row.spotify_playlist_id {
            app.store.save_known_contents(user.id, playlist, &snapshot, &rows).await?;
        }
    } else {
        named_playlists::check(app, user, None, &row.filter, None).await?;
        app.store.insert_child_playlist(user.id, &row).await?;
        make_playlist(app, user, &caller, &row).await?;
    }
    get(app, user, &row.id.to_string()).await
}

fn checked(base: BasePlaylistId, new: &NewChild) -> Result<NewChildRow, AppError> {
    position(new.position)?;
    let kind = new.kind.unwrap_or_default();
    Ok(NewChildRow {
        id: ChildPlaylistId::from_uuid(Uuid::now_v7()),
        base_playlist_id: base,
        spotify_playlist_id: None,
        name: checks::name(&new.name)?,
        description: checks::description(new.description.as_deref().unwrap_or(""))?,
        kind,
        filter: filter(kind, &new.filter)?,
        position: new.position,
        public: None,
        adopted: None,
    })
}

/// A filter; leftovers without rules take everything that is left.
fn filter(kind: ChildKind, value: &Value) -> Result<Filter, AppError> {
    let has_no_rules = || match value {
        Value::Null => true,
        Value::Object(object) => object.get("rules").is_none_or(|rules| rules.as_array().is_some_and(Vec::is_empty)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    };
    if kind != ChildKind::Leftovers || !has_no_rules() {
        return checks::filter(value);
    }
    let mut whole = value.as_object().cloned().unwrap_or_default();
    whole.entry("schema_version").or_insert(SCHEMA_VERSION.into());
    whole.insert("rules".into(), Value::Array(Vec::new()));
    whole.insert("everything".into(), true.into());
    checks::filter(&Value::Object(whole))
}

/// The words of the index that allows one child of leftovers a base, before anything is made on Spotify.
async fn only_leftovers(
    app: &AppState,
    user: &CurrentUser,
    base: BasePlaylistId,
    of: Option<ChildPlaylistId>,
) -> Result<(), ServerError> {
    let children = app.store.list_child_playlists(user.id, base).await?;
    match children.iter().find(|child| child.kind == ChildKind::Leftovers && Some(child.id) != of) {
        Some(other) => {
            let detail =
                format!("This base playlist has a child of leftovers already: {}. Nothing was saved.", other.name);
            Err(AppError::new(ErrorCode::Conflict, detail)
                .hint("Give this one a filter, or change that one first.")
                .into())
        }
        None => Ok(()),
    }
}

fn position(position: Option<u32>) -> Result<(), AppError> {
    match position {
        Some(position) if position > POSITION_MAX => Err(AppError::invalid("/position", "A position is 0 to 1000.")),
        Some(_) | None => Ok(()),
    }
}

async fn make_playlist(
    app: &AppState,
    user: &CurrentUser,
    caller: &Caller,
    row: &NewChildRow,
) -> Result<(), ServerError> {
    match app.spotify.create_playlist(caller, &row.name, &row.description).await {
        Ok(made) => {
            app.store.set_spotify_playlist(user.id, row.id, &made.id, made.public).await?;
            Ok(app.store.save_known_contents(user.id, &made.id, &made.seen.snapshot, &[]).await?)
        }
        Err(error) => {
            app.store.discard_child_playlist(user.id, row.id).await?;
            Err(error.into())
        }
    }
}

/// Takes a playlist of the library as it is; what it holds is counted, and nothing is removed before a confirmation.
async fn adopt(
    app: &AppState,
    user: &CurrentUser,
    caller: &Caller,
    id: &str,
    row: &mut NewChildRow,
) -> Result<(String, Vec<Row>), ServerError> {
    let id = checks::spotify_playlist(id)?;
    if let Some(used) = app.store.find_use(user.id, &id).await? {
        return Err(StoreError::InUse(used).into());
    }
    let refused = || {
        let detail = "A child playlist must be your own. Nothing was linked.";
        AppError::invalid("/spotify_playlist_id", detail).hint("Choose a playlist that you own, or let one be made.")
    };
    let playlist = match app.spotify.get_playlist(caller, &id).await {
        Err(SpotifyError::NotFound | SpotifyError::Forbidden { .. }) => return Err(refused().into()),
        other => other?,
    };
    if playlist.owner_id.as_deref() != Some(&user.spotify_user_id) {
        return Err(refused().into());
    }
    let rows = app.spotify.all_child_items(caller, &id).await?;
    let fixed = rows.iter().filter(|row| row.fixed).count();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    row.adopted = (!rows.is_empty()).then(|| Adopted { items: count(rows.len()), local_files: count(fixed) });
    row.public = playlist.public;
    row.spotify_playlist_id = Some(playlist.id);
    // The snapshot from before the read: a change during it is found by the next sync.
    Ok((playlist.seen.snapshot, rows))
}

/// Changes a child; name and description go to Spotify first.
pub async fn update(
    app: &AppState,
    user: &CurrentUser,
    id: &str,
    patch: ChildPatch,
) -> Result<ChildPlaylist, ServerError> {
    let child = unlocked(app, user, id).await?;
    position(patch.position)?;
    let kind = patch.kind.unwrap_or(child.kind);
    if kind == ChildKind::Leftovers {
        only_leftovers(app, user, child.base_playlist_id, Some(child.id)).await?;
    }
    let changes = ChildChanges {
        name: patch.name.as_deref().map(checks::name).transpose()?,
        description: patch.description.as_deref().map(checks::description).transpose()?,
        kind: patch.kind,
        filter: patch.filter.as_ref().map(|value| filter(kind, value)).transpose()?,
        is_active: patch.is_active,
        position: patch.position,
        hand_policy: patch.hand_policy,
    };
    if let Some(filter) = &changes.filter {
        let own = child.spotify_playlist_id.as_ref();
        named_playlists::check(app, user, own, filter, Some(&child.filter)).await?;
    }
    let name = changes.name.as_deref().filter(|name| *name != child.name);
    let description = changes.description.as_deref().filter(|text| *text != child.description && !text.is_empty());
    if let (Some(playlist), true) = (&child.spotify_playlist_id, name.is_some() || description.is_some()) {
        app.spotify.change_playlist(&Caller::new(user.id), playlist, name, description).await?;
    }
    app.store.update_child_playlist(user.id, child.id, &changes).await?;
    get(app, user, id).await
}

/// Pins or bans a song of a child, or leaves it to the rules.
pub async fn set_exception(
    app: &AppState,
    user: &CurrentUser,
    id: &str,
    uri: &str,
    wish: Exception,
) -> Result<ChildPlaylist, ServerError> {
    let child = unlocked(app, user, id).await?;
    let filter = json::write(&child.filter.with_exception(uri, wish));
    update(app, user, id, ChildPatch { filter: Some(filter), ..ChildPatch::default() }).await
}

/// Removes a child; its playlist stays in the library unless asked otherwise.
pub async fn delete(app: &AppState, user: &CurrentUser, id: &str, unfollow: bool) -> Result<(), ServerError> {
    let child = unlocked(app, user, id).await?;
    app.store.delete_child_playlist(user.id, child.id).await?;
    if let (true, Some(playlist)) = (unfollow, &child.spotify_playlist_id) {
        app.spotify.unfollow_playlist(&Caller::new(user.id), playlist).await?;
    }
    Ok(())
}

/// One child, unless its base syncs.
pub async fn unlocked(app: &AppState, user: &CurrentUser, id: &str) -> Result<ChildPlaylist, ServerError> {
    let child = get(app, user, id).await?;
    match app.store.find_running_of_child(user.id, child.id).await? {
        Some(running) => Err(sync_running(Some(running.to_string())).into()),
        None => Ok(child),
    }
}
