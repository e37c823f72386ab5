//! Starting the syncs whose time has come.

use super::cron::{Due, Times};
use super::start::{self, Order};
use crate::domain::sync::event::SyncTrigger;
use crate::error::ErrorCode;
use crate::server::clock;
use crate::server::error::{ServerError, not_found};
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::schedules::{Claim, FAILURES_MAX, ScheduleRow};

/// Looks at all schedules, starts what is due, and moves on what cannot be started.
pub async fn start_due(app: &AppState) -> Result<(), StoreError> {
    for row in app.store.list_active_schedules().await? {
        if row.failures >= FAILURES_MAX {
            continue;
        }
        let Ok(times) = Times::parse(&row.cron, &row.time_zone) else {
            tracing::error!(base = %row.base, "a schedule cannot be read any more");
            continue;
        };
        let now_ms = clock::now_ms();
        match times.judge(row.next_ms, row.done_ms, now_ms) {
            Due::Wait { next_ms } if next_ms == row.next_ms => {}
            Due::Wait { next_ms } => app.store.move_schedule(&row, next_ms).await?,
            Due::Run { next_ms } => run(app, &row, next_ms, now_ms).await?,
        }
    }
    Ok(())
}

async fn run(app: &AppState, row: &ScheduleRow, next_ms: Option<i64>, now_ms: i64) -> Result<(), StoreError> {
    match start_one(app, row, next_ms, now_ms).await {
        Ok(()) | Err(ServerError::Store(StoreError::ScheduleTaken)) => Ok(()),
        // A sync runs already: it stays due until that one has ended.
        Err(ServerError::App(error)) if error.code == ErrorCode::SyncRunning => Ok(()),
        Err(error) => {
            tracing::warn!(%error, base = %row.base, "a sync could not be started by its schedule");
            app.store.move_schedule(row, next_ms).await
        }
    }
}

async fn start_one(app: &AppState, row: &ScheduleRow, next_ms: Option<i64>, now_ms: i64) -> Result<(), ServerError> {
    let Some(due_ms) = row.next_ms else { return Ok(()) };
    let user = app.store.find_user(row.user).await?.ok_or_else(not_found)?;
    let order = Order { claim: Some(Claim { due_ms, next_ms, done_ms: now_ms }), ..Order::default() };
    let started = start::start(app, &user, row.base, order, SyncTrigger::Schedule).await?;
    tracing::info!(sync_event = %started, base = %row.base, "a sync was started by its schedule");
    Ok(())
}
