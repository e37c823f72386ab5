//! Base playlists of a person.

use super::schedules::{self, NewSchedule};
use super::{CurrentUser, checks};
use crate::domain::ids::{BasePlaylistId, PlaylistId};
use crate::domain::playlist::{BasePlaylist, Routing};
use crate::error::{AppError, ErrorCode};
use crate::server::error::ServerError;
use crate::server::spotify::client::Caller;
use crate::server::spotify::error::SpotifyError;
use crate::server::spotify::playlists::Listed;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::base_playlists::{BaseChanges, NewBaseRow};
use crate::server::store::playlist_states::Seen;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

const BASES_MAX: usize = 100;
const ROWS_MAX: u32 = 10_000;

/// Links a playlist of the library, or makes a new one: exactly one of the two.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBase {
    /// Id, URI or link.
    pub spotify_playlist_id: Option<String>,
    /// Name of the playlist to make.
    pub name: Option<String>,
}

/// What may change.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BasePatch {
    pub name: Option<String>,
    pub is_active: Option<bool>,
    pub routing: Option<Routing>,
    /// `null` forgets it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NewSchedule>)]
    pub schedule: Option<Option<NewSchedule>>,
}

/// Tells `null` from what is not there.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<NewSchedule>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// All bases of a person, with the newest finished sync of each.
pub async fn list(app: &AppState, user: &CurrentUser) -> Result<Vec<BasePlaylist>, ServerError> {
    let mut bases = app.store.list_base_playlists(user.id).await?;
    for event in app.store.list_last_events(user.id).await? {
        if let Some(base) = bases.iter_mut().find(|base| base.id == event.base_playlist_id) {
            base.last_sync_event = Some(event);
        }
    }
    schedules::add_to(app, user, &mut bases).await?;
    Ok(bases)
}

/// One base.
pub async fn get(app: &AppState, user: &CurrentUser, id: &str) -> Result<BasePlaylist, ServerError> {
    let id = checks::base_id(id)?;
    let mut base = app.store.get_base_playlist(user.id, id).await?;
    let events = app.store.list_last_events(user.id).await?;
    base.last_sync_event = events.into_iter().find(|event| event.base_playlist_id == id);
    schedules::add_to(app, user, std::slice::from_mut(&mut base)).await?;
    Ok(base)
}

/// Links a base, or makes its playlist first, and finds out what Spotify delivers to this app.
pub async fn create(app: &AppState, user: &CurrentUser, new: NewBase) -> Result<BasePlaylist, ServerError> {
    if app.store.list_base_playlists(user.id).await?.len() >= BASES_MAX {
        return Err(AppError::new(ErrorCode::Invalid, "100 base playlists are the most one person can have.").into());
    }
    let caller = Caller::new(user.id);
    let playlist = match (&new.spotify_playlist_id, &new.name) {
        (Some(id), None) => existing(app, user, &caller, id).await?,
        (None, Some(name)) => app.spotify.create_playlist(&caller, &checks::name(name)?, "").await?,
        (Some(_), Some(_)) | (None, None) => {
            let detail = "Give either spotify_playlist_id, to link a playlist, or name, to make one.";
            return Err(AppError::invalid("", detail).into());
        }
    };
    let id = BasePlaylistId::from_uuid(Uuid::now_v7());
    let row = NewBaseRow { id, spotify_playlist_id: playlist.id.clone(), name: shown_name(&playlist) };
    app.store.insert_base_playlist(user.id, &row).await?;
    let seen = Seen { name: None, image_url: playlist.seen.image_url.clone(), track_total: playlist.seen.total };
    app.store.save_seen(user.id, &playlist.id, &seen).await?;
    probe(app, user, &playlist.id).await;
    get(app, user, &id.to_string()).await
}

fn shown_name(playlist: &Listed) -> String {
    if playlist.seen.name.is_empty() { "Untitled".into() } else { playlist.seen.name.clone() }
}

async fn existing(app: &AppState, user: &CurrentUser, caller: &Caller, id: &str) -> Result<Listed, ServerError> {
    let id = checks::spotify_playlist(id)?;
    if let Some(used) = app.store.find_use(user.id, &id).await? {
        return Err(StoreError::InUse(used).into());
    }
    let unreadable = || {
        let detail = "Spotify does not give the contents of this playlist to you. Nothing was linked.";
        AppError::invalid("/spotify_playlist_id", detail).hint("Choose a playlist that you own or collaborate on.")
    };
    let playlist = match app.spotify.get_playlist(caller, &id).await {
        Err(SpotifyError::NotFound | SpotifyError::Forbidden { .. }) => return Err(unreadable().into()),
        other => other?,
    };
    if !playlist.is_readable_by(&user.spotify_user_id) {
        return Err(unreadable().into());
    }
    if playlist.seen.total.is_some_and(|total| total > ROWS_MAX) {
        let detail = "A base playlist has at most 10,000 songs. Nothing was linked.";
        return Err(AppError::invalid("/spotify_playlist_id", detail).into());
    }
    Ok(playlist)
}

/// What Spotify delivers is found out now and daily; a failure leaves what was known.
pub(super) async fn probe(app: &AppState, user: &CurrentUser, playlist: &PlaylistId) {
    match app.spotify.probe(&Caller::new(user.id), playlist, app.config.spotify_api_mode).await {
        Ok(found) => {
            if let Err(error) = app.store.update_capabilities(user.id, found.mode, found.capabilities).await {
                tracing::error!(%error, "what Spotify delivers could not be stored");
            }
        }
        Err(error) => tracing::warn!(%error, "what Spotify delivers could not be found out"),
    }
}

/// Changes a base; a new name goes to Spotify first.
pub async fn update(
    app: &AppState,
    user: &CurrentUser,
    id: &str,
    patch: BasePatch,
) -> Result<BasePlaylist, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(id)?).await?;
    if let Some(running) = base.active_sync {
        return Err(crate::server::error::sync_running(Some(running.to_string())).into());
    }
    let name = patch.name.as_deref().map(checks::name).transpose()?;
    let schedule = match patch.schedule {
        Some(new) => Some(schedules::check(app, user, &base, new).await?),
        None => None,
    };
    if let Some(name) = name.as_deref().filter(|name| *name != base.name) {
        app.spotify.change_playlist(&Caller::new(user.id), &base.spotify_playlist_id, Some(name), None).await?;
    }
    let changes = BaseChanges { name, is_active: patch.is_active, routing: patch.routing };
    app.store.update_base_playlist(user.id, base.id, &changes).await?;
    match schedule {
        Some(Some(row)) => app.store.save_schedule(&row).await?,
        Some(None) => app.store.delete_schedule(user.id, base.id).await?,
        None => {}
    }
    get(app, user, id).await
}

/// Unlinks a base and its children; Spotify playlists stay.
pub async fn delete(app: &AppState, user: &CurrentUser, id: &str) -> Result<(), ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(id)?).await?;
    if let Some(running) = base.active_sync {
        return Err(crate::server::error::sync_running(Some(running.to_string())).into());
    }
    Ok(app.store.delete_base_playlist(user.id, base.id).await?)
}
