//! Putting children back to what they held before a sync: what that would do, and doing it.

use super::known_songs::{KnownSongs, known_songs};
use super::sync_events::{earlier_start, idempotency};
use super::{CurrentUser, base_playlists, checks};
use crate::domain::ids::ChildPlaylistId;
use crate::domain::sync::diff::{Row, plan_writes};
use crate::domain::sync::event::{ChildOutcome, PreviewTrack, SyncEvent, SyncStatus, SyncTrigger};
use crate::domain::sync::restore::{ChildRestore, NotRestorable, RestorePreview, restorable};
use crate::error::{AppError, ErrorCode};
use crate::server::error::{ServerError, not_found, sync_running};
use crate::server::state::AppState;
use crate::server::store::restores::RecordedChild;
use crate::server::sync::restore::RestoreOrder;
use crate::server::sync::start::{self, Order};
use serde::{Deserialize, Serialize};

/// Songs named of each child.
const FIRST_SONGS: usize = 20;

/// The optional body of *Put back*.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreRequest {
    /// Only these children; absent: all that the sync wrote.
    pub child_playlist_ids: Option<Vec<String>>,
    /// Pauses them, so that the next sync does not write their filters' songs again.
    #[serde(default)]
    pub pause: bool,
    /// From the header, never from the body.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What putting back would do, counted from what was last seen in the children: nothing is asked of Spotify.
pub async fn preview(
    app: &AppState,
    user: &CurrentUser,
    event_id: &str,
    child_ids: Option<Vec<String>>,
) -> Result<RestorePreview, ServerError> {
    let event = ended(app, user, event_id).await?;
    let recorded = app.store.list_recorded(user.id, event.id).await?;
    let wanted = wanted(&recorded, child_ids.as_deref())?;
    // A deleted base leaves its name, and no child that could be put back.
    let base = base_playlists::get(app, user, &event.base_playlist_id.to_string()).await.ok();
    let songs = known_songs(app, user, base.as_ref(), false).await;
    let mut children = Vec::new();
    for child in recorded.into_iter().filter(|child| wanted.contains(&child.id)) {
        children.push(child_preview(app, user, child, &songs).await?);
    }
    let writes: u32 = children.iter().map(|child| child.requests).sum();
    let pages = user.library_total.map_or(1, crate::domain::sync::batch::page_count).max(1);
    let asked = u32::try_from(children.len()).unwrap_or(u32::MAX);
    Ok(RestorePreview {
        sync_event_id: event.id,
        base_playlist_id: event.base_playlist_id,
        base_name: event.base_name,
        started_at: event.started_at,
        children,
        requests: writes + pages.min(asked),
        is_scheduled: base.is_some_and(|base| base.schedule.is_some_and(|schedule| schedule.paused.is_none())),
    })
}

/// Starts the run that puts them back.
pub async fn start(
    app: &AppState,
    user: &CurrentUser,
    event_id: &str,
    request: RestoreRequest,
) -> Result<SyncEvent, ServerError> {
    let event = ended(app, user, event_id).await?;
    let key = idempotency(request.idempotency_key.as_deref(), event_id, &request)?;
    if let Some(earlier) = earlier_start(app, user, key.as_ref()).await? {
        return Ok(earlier);
    }
    let recorded = app.store.list_recorded(user.id, event.id).await?;
    let wanted = wanted(&recorded, request.child_playlist_ids.as_deref())?;
    if request.child_playlist_ids.is_some() {
        refuse(&recorded, &wanted)?;
    }
    let base = app.store.get_base_playlist(user.id, event.base_playlist_id).await?;
    if let Some(running) = base.active_sync {
        return Err(sync_running(Some(running.to_string())).into());
    }
    app.limits.sync_start(&user.id.to_string())?;
    let restore = RestoreOrder::new(event.id, recorded, &wanted, request.pause);
    let order = Order { restore: Some(restore), idempotency: key, ..Order::default() };
    let started = start::start(app, user, base.id, order, SyncTrigger::Restore).await?;
    Ok(app.store.get_sync_event(user.id, started).await?)
}

async fn ended(app: &AppState, user: &CurrentUser, event_id: &str) -> Result<SyncEvent, ServerError> {
    let event = app.store.get_sync_event(user.id, checks::event_id(event_id)?).await?;
    match event.status {
        SyncStatus::InProgress => Err(sync_running(Some(event.id.to_string())).into()),
        SyncStatus::Completed | SyncStatus::Failed => Ok(event),
    }
}

/// The children that are asked for; without a list, those that the sync wrote.
fn wanted(recorded: &[RecordedChild], ids: Option<&[String]>) -> Result<Vec<ChildPlaylistId>, AppError> {
    let Some(ids) = ids else {
        let written: Vec<_> = recorded.iter().filter(|child| was_written(child)).map(|child| child.id).collect();
        if written.is_empty() {
            let detail = "This sync changed no child playlist, so there is nothing to undo.";
            return Err(AppError::new(ErrorCode::Invalid, detail));
        }
        return Ok(written);
    };
    let find = |(at, id): (usize, &String)| {
        let known = checks::child_id(id).ok().filter(|id| recorded.iter().any(|child| child.id == *id));
        let detail = "This child playlist took no part in that sync.";
        known.ok_or_else(|| AppError::invalid(format!("/child_playlist_ids/{at}"), detail))
    };
    ids.iter().enumerate().map(find).collect()
}

/// Whether the sync changed it, or may have.
fn was_written(child: &RecordedChild) -> bool {
    match child.outcome {
        Some(ChildOutcome::Updated | ChildOutcome::Failed | ChildOutcome::RolledBack) | None => {
            child.before.is_some() && child.before != child.after
        }
        Some(ChildOutcome::Unchanged | ChildOutcome::Skipped | ChildOutcome::Held) => false,
    }
}

/// Why a child cannot be put back.
fn refusal(child: &RecordedChild) -> Option<NotRestorable> {
    match (&child.before, child.outcome) {
        _ if !child.is_there => Some(NotRestorable::Deleted),
        (Some(_), _) => None,
        (None, Some(ChildOutcome::Updated | ChildOutcome::RolledBack)) => Some(NotRestorable::NotKept),
        (None, _) => Some(NotRestorable::NotLookedInto),
    }
}

fn refuse(recorded: &[RecordedChild], wanted: &[ChildPlaylistId]) -> Result<(), AppError> {
    for (at, id) in wanted.iter().enumerate() {
        let child = recorded.iter().find(|child| child.id == *id).ok_or_else(not_found)?;
        if let Some(reason) = refusal(child) {
            let detail = format!("“{}” cannot be put back. {} Nothing was changed.", child.name, reason.words());
            return Err(AppError::invalid(format!("/child_playlist_ids/{at}"), detail));
        }
    }
    Ok(())
}

async fn child_preview(
    app: &AppState,
    user: &CurrentUser,
    child: RecordedChild,
    songs: &KnownSongs,
) -> Result<ChildRestore, ServerError> {
    let refused = refusal(&child);
    let found = restorable(child.before.filter(|_| refused.is_none()).unwrap_or_default());
    let holds = held(app, user, child.id, refused).await?;
    let plan = plan_writes(&holds, &found.target).ok().filter(|_| refused.is_none());
    let named =
        |uris: &[String]| -> Vec<PreviewTrack> { uris.iter().take(FIRST_SONGS).map(|uri| songs.named(uri)).collect() };
    let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
    Ok(ChildRestore {
        child_playlist_id: child.id,
        name: child.name,
        refused,
        total: count(found.target.len()),
        lost: found.lost,
        added: plan.as_ref().map_or(0, |plan| count(plan.added.len())),
        removed: plan.as_ref().map_or(0, |plan| count(plan.removed.len())),
        kept: plan.as_ref().map_or(0, |plan| plan.kept),
        requests: plan.as_ref().map_or(0, |plan| count(plan.ops.len())),
        first_added: plan.as_ref().map(|plan| named(&plan.added)).unwrap_or_default(),
        first_removed: plan.as_ref().map(|plan| named(&plan.removed)).unwrap_or_default(),
    })
}

/// What a child held when it was last looked into.
async fn held(
    app: &AppState,
    user: &CurrentUser,
    child: ChildPlaylistId,
    refused: Option<NotRestorable>,
) -> Result<Vec<Row>, ServerError> {
    if refused.is_some() {
        return Ok(Vec::new());
    }
    let Some(playlist) = app.store.get_child_playlist(user.id, child).await?.spotify_playlist_id else {
        return Ok(Vec::new());
    };
    Ok(app.store.find_contents(user.id, &playlist).await?.map(|known| known.rows).unwrap_or_default())
}
