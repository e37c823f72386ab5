//! What happens by itself while the server runs.

use super::operations::cache;
use super::state::AppState;
use super::sync::{recover, resume, scheduled};
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
