//! Going on with a run that stopped: asked for, or by itself.

use super::restore::{RestoreOrder, restored_event};
use super::start::{self, Order};
use crate::domain::ids::SyncEventId;
use crate::domain::me::Connection;
use crate::domain::sync::event::SyncTrigger;
use crate::domain::sync::resume::{self, Automatic, Continued, Waiting};
use crate::server::clock;
use crate::server::error::{ServerError, not_found};
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::resumes::DueResume;
use crate::server::store::users::User;

/// Starts the run that continues `id`, with the children and the confirmed plans of that one.
pub async fn resume(app: &AppState, user: &User, id: SyncEventId) -> Result<SyncEventId, ServerError> {
    let run = app.store.get_continued(user.id, id).await?;
    let confirm = serde_json::from_value(run.frozen["confirm"].clone()).unwrap_or_default();
    let order = match restored_event(&run.frozen) {
        Some(event) => {
            let recorded = app.store.list_recorded(user.id, event).await?;
            let restore = Some(RestoreOrder::new(event, recorded, &run.children, false));
            Order { resumes: Some(id), restore, ..Order::default() }
        }
        None => Order { child_playlist_ids: run.children, confirm, resumes: Some(id), ..Order::default() },
    };
    start::start(app, user, run.base, order, SyncTrigger::Resume).await
}

/// Goes on with the runs whose time has come.
pub async fn resume_due(app: &AppState) -> Result<(), StoreError> {
    for due in app.store.list_due_resumes().await? {
        if let Err(error) = resume_one(app, &due).await {
            tracing::warn!(%error, sync_event = %due.id, "a sync could not go on by itself");
            app.store.forget_resume(due.user, due.id).await?;
        }
    }
    Ok(())
}

async fn resume_one(app: &AppState, due: &DueResume) -> Result<(), ServerError> {
    let user = app.store.find_user(due.user).await?.ok_or_else(not_found)?;
    let run = app.store.get_continued(due.user, due.id).await?;
    let waiting = Waiting {
        // Edits are found out by the start itself, which refuses.
        run: Continued { status: run.status, has_newer: due.has_newer, is_edited: false },
        resume_at_ms: due.resume_at_ms,
        resumed_before: due.resumed_before,
        is_connected: user.connection == Connection::Ok,
    };
    match resume::automatic(waiting, app.config.resumes_max, clock::now_ms()) {
        Automatic::Wait => Ok(()),
        Automatic::GiveUp => Ok(app.store.forget_resume(due.user, due.id).await?),
        Automatic::Resume => {
            let started = resume(app, &user, due.id).await?;
            tracing::info!(sync_event = %started, resumes = %due.id, "a sync goes on where it stopped");
            Ok(app.store.forget_resume(due.user, due.id).await?)
        }
    }
}
