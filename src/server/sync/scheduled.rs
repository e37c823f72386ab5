//! Starting the syncs whose time has come.

use super::cron::{Due, Times};
use super::hints;
use super::start::{self, Order};
use crate::domain::sync::event::SyncTrigger;
use crate::domain::sync::plan::opening;
use crate::error::ErrorCode;
use crate::server::clock;
use crate::server::error::{ServerError, not_found};
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::schedules::{Claim, FAILURES_MAX, ScheduleRow};
use crate::server::store::users::User;

/// Looks at all schedules, starts what is due, and moves on what cannot be started.
pub async fn start_due(app: &AppState) -> Result<(), StoreError> {
    for row in app.store.list_active_schedules().await? {
        if row.failures >= FAILURES_MAX {
            continue;
        }
        let times = Times::parse(&row.cron, &row.time_zone);
        let Ok(times) = times.map(|times| times.outside(row.quiet_hours.as_ref())) else {
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
    let claim = Claim { due_ms, next_ms, done_ms: now_ms };
    if row.only_if_changed && is_unchanged(app, &user, row).await? {
        return Ok(app.store.skip_schedule(row.base, claim).await?);
    }
    let order = Order { claim: Some(claim), ..Order::default() };
    let trigger = if row.only_if_changed { SyncTrigger::Change } else { SyncTrigger::Schedule };
    let started = start::start(app, &user, row.base, order, trigger).await?;
    tracing::info!(sync_event = %started, base = %row.base, "a sync was started by its schedule");
    Ok(())
}

/// Whether a sync would end after its cheap question: neither base nor children nor rules have changed since the last
/// one, and no relative date falls due.
async fn is_unchanged(app: &AppState, user: &User, row: &ScheduleRow) -> Result<bool, ServerError> {
    let base = app.store.get_base_playlist(user.id, row.base).await?;
    if base.active_sync.is_some() {
        // The start says so, and it stays due.
        return Ok(false);
    }
    let input = start::would_start(app, user, &base, &Order::default()).await?;
    let library = hints::look_for(&app.spotify, &Caller::of_sync(user.id, base.id), &input).await?;
    Ok(opening(input, &library).is_unchanged)
}
