//! What happens by itself while the server runs.

use super::backups;
use super::operations::cache;
use super::state::AppState;
use super::sync::{recover, resume, scheduled, sync_batches};
use super::webhooks::deliver;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Sweeps every few seconds until told to stop: syncs of dead processes, syncs that go on by themselves, old sessions, old cache entries.
pub async fn run(state: AppState, stop: CancellationToken) {
    let mut every = tokio::time::interval(recover::SWEEP_EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => sweep(&state).await,
        }
    }
}

/// How often is looked for messages to webhooks.
const TELL_EVERY: Duration = Duration::from_secs(2);

/// Sends the messages of webhooks until told to stop: apart from everything else, since receivers may be slow.
pub async fn tell(state: AppState, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TELL_EVERY) => {}
        }
        if let Err(error) = deliver::send_due(&state).await {
            tracing::error!(%error, "messages to webhooks could not be looked for");
        }
    }
}

/// A server that was just started has other things to do.
const BACKUP_EVERY: Duration = Duration::from_secs(60);

/// Makes the backups that are due until told to stop. Not of a demo, whose data end with it.
pub async fn back_up(state: AppState, stop: CancellationToken) {
    if state.demo.is_some() {
        return;
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(BACKUP_EVERY) => {}
        }
        if let Err(error) = backups::make_due(&state.store, &state.config.data_dir).await {
            tracing::error!(%error, "no backup was made; the next try is in a minute");
        }
    }
}

async fn sweep(state: &AppState) {
    if let Err(error) = recover::sweep(state).await {
        tracing::error!(%error, "syncs of dead processes could not be looked for");
    }
    if let Err(error) = resume::resume_due(state).await {
        tracing::error!(%error, "stopped syncs could not be looked for");
    }
    if let Err(error) = scheduled::start_due(state).await {
        tracing::error!(%error, "schedules could not be looked at");
    }
    if let Err(error) = sync_batches::advance_all(state).await {
        tracing::error!(%error, "queues could not be looked at");
    }
    if let Err(error) = cache::warm_by_itself(state).await {
        tracing::warn!(%error, "artists could not be fetched ahead");
    }
    for done in [
        state.spotify.save_counts().await,
        state.spotify.load_breakers().await,
        state.store.delete_expired_sessions().await,
        state.store.delete_expired_cache().await,
        state.store.purge().await,
    ] {
        if let Err(error) = done {
            tracing::warn!(%error, "old rows could not be removed");
        }
    }
}
