//! Syncs whose process died are failed, so that their lock is free.

use crate::server::clock;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::locks::Held;
use std::time::Duration;

/// How often the dead are looked for.
pub const SWEEP_EVERY: Duration = Duration::from_secs(10);
/// A living owner's lease counts as lost this long after its end.
const LEASE_GRACE_MS: i64 = 10_000;
/// A living owner without progress for so long hangs.
const STUCK_MS: i64 = 30 * 60 * 1_000;

/// Fails what the dead have left, and what hangs.
pub async fn sweep(state: &AppState) -> Result<(), StoreError> {
    let held = state.store.list_held().await?;
    for run in &held {
        let now_ms = clock::now_ms();
        let Some(message) = verdict(state, run, now_ms) else { continue };
        // What hung may hang again.
        let resume_at_ms = state.instance.is_dead(&run.owner_id).then_some(now_ms);
        if state.store.fail_orphan(run.id, &run.owner_id, message, resume_at_ms).await? {
            tracing::warn!(sync_event = %run.id, owner = %run.owner_id, message, "a sync without a process was failed");
            state.running.cancel(run.id);
        }
    }
    let named: Vec<String> = held.into_iter().map(|run| run.owner_id).collect();
    state.instance.sweep(&named);
    Ok(())
}

fn verdict(state: &AppState, run: &Held, now_ms: i64) -> Option<&'static str> {
    if state.instance.is_dead(&run.owner_id) {
        return Some("Interrupted by a restart. Children already written keep their new songs; Retry does the rest.");
    }
    if run.lease_until_ms + LEASE_GRACE_MS < now_ms {
        return Some("The process that ran this sync hung and was taken over. Retry does the rest.");
    }
    if run.progressed_ms + STUCK_MS < now_ms {
        return Some("No progress for 30 minutes, so it was stopped. Retry does the rest.");
    }
    None
}
