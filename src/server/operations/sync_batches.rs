//! Letting several bases sync one after the other.

use super::{CurrentUser, checks};
use crate::domain::ids::SyncBatchId;
use crate::domain::sync::sync_batch::{BASES_MAX, SyncBatch, SyncBatchItem, summary};
use crate::error::{AppError, ErrorCode};
use crate::server::error::ServerError;
use crate::server::state::AppState;
use crate::server::sync::sync_batches;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const CANCELLED: &str = "Cancelled before its turn came.";

/// Which bases, in the order in which they shall sync.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSyncBatch {
    pub base_playlist_ids: Vec<String>,
}

/// Queues them, and begins if nothing of the person's queue runs.
pub async fn create(app: &AppState, user: &CurrentUser, new: NewSyncBatch) -> Result<SyncBatch, ServerError> {
    let len = new.base_playlist_ids.len();
    if len == 0 || len > BASES_MAX {
        let detail = "Name 1 to 100 base playlists. Nothing was started.";
        return Err(AppError::invalid("/base_playlist_ids", detail).into());
    }
    let own = app.store.list_base_playlists(user.id).await?;
    let queued = app.store.list_queued_bases(user.id).await?;
    let mut bases = Vec::with_capacity(len);
    for (at, id) in new.base_playlist_ids.iter().enumerate() {
        let refuse = |detail: &str| AppError::invalid(format!("/base_playlist_ids/{at}"), detail);
        let id = checks::base_id(id).ok();
        let base = own.iter().find(|base| Some(base.id) == id);
        let base = base.ok_or_else(|| refuse("This is none of your base playlists. Nothing was started."))?;
        if bases.iter().any(|(one, _)| *one == base.id) {
            return Err(refuse("This base playlist is named twice. Nothing was started.").into());
        }
        if queued.contains(&base.id) {
            return Err(refuse("This base playlist waits for its turn already. Nothing was started.").into());
        }
        bases.push((base.id, base.name.clone()));
    }
    app.limits.sync_start(&user.id.to_string())?;
    let id = SyncBatchId::from_uuid(Uuid::now_v7());
    app.store.create_sync_batch(user.id, id, &bases).await?;
    sync_batches::advance(app.clone(), user.id).await?;
    read(app, user, id).await
}

/// One batch, with what became of each base.
pub async fn get(app: &AppState, user: &CurrentUser, id: &str) -> Result<SyncBatch, ServerError> {
    read(app, user, checks::batch_id(id)?).await
}

async fn read(app: &AppState, user: &CurrentUser, id: SyncBatchId) -> Result<SyncBatch, ServerError> {
    let (created, rows) = app.store.get_sync_batch(user.id, id).await?;
    let ids: Vec<_> = rows.iter().filter_map(|row| row.event).collect();
    let mut events = app.store.list_sync_events_of(user.id, &ids).await?;
    let items: Vec<SyncBatchItem> = rows
        .into_iter()
        .map(|row| SyncBatchItem {
            base_playlist_id: row.base,
            base_name: row.base_name,
            sync_event: events.iter().position(|event| Some(event.id) == row.event).map(|at| events.swap_remove(at)),
            problem: row.problem,
        })
        .collect();
    Ok(SyncBatch { id, summary: summary(&items), items, created })
}

/// Starts nothing more of it, and asks what runs to stop at its next safe point.
pub async fn cancel(app: &AppState, user: &CurrentUser, id: &str) -> Result<SyncBatch, ServerError> {
    let batch = get(app, user, id).await?;
    if batch.summary.is_over {
        return Err(AppError::new(ErrorCode::Conflict, "This has ended already. Nothing was changed.").into());
    }
    app.store.empty_queue(user.id, batch.id, CANCELLED).await?;
    for event in batch.items.iter().filter(|item| !item.is_over()).filter_map(|item| item.sync_event.as_ref()) {
        // What another process runs goes on to its end.
        app.running.cancel(event.id);
    }
    read(app, user, batch.id).await
}

/// The newest batch of a person while it goes on.
pub async fn open(app: &AppState, user: &CurrentUser) -> Result<Option<SyncBatchId>, ServerError> {
    let Some(id) = app.store.find_last_batch(user.id).await? else { return Ok(None) };
    let batch = read(app, user, id).await?;
    Ok((!batch.summary.is_over).then_some(id))
}
