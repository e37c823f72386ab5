//! Several bases that sync one after the other.

use crate::domain::sync::sync_batch::SyncBatch;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;

/// Queues bases, and leads to the page that shows what becomes of them.
#[server(endpoint = "sync_several")]
pub async fn sync_several(#[server(default)] base_ids: Vec<String>) -> Result<(), AppError> {
    use crate::server::adapt;
    use crate::server::operations::sync_batches::{self, NewSyncBatch};
    if base_ids.is_empty() {
        adapt::flash_success("Tick the base playlists that shall sync. Nothing was started.");
        adapt::redirect("/");
        return Ok(());
    }
    let new = NewSyncBatch { base_playlist_ids: base_ids };
    let batch = adapt::signed_in(|state, user| async move { sync_batches::create(&state, &user, new).await }).await?;
    adapt::redirect(&format!("/sync-batches/{}", batch.id));
    Ok(())
}

/// One batch.
#[server(endpoint = "get_sync_batch")]
pub async fn get_sync_batch(id: String) -> Result<Wire<SyncBatch>, AppError> {
    use crate::server::{adapt, operations};
    let found =
        adapt::signed_in(|state, user| async move { operations::sync_batches::get(&state, &user, &id).await }).await?;
    Wire::of(&found)
}

/// Starts nothing more of it.
#[server(endpoint = "cancel_sync_batch")]
pub async fn cancel_sync_batch(id: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::sync_batches::cancel(&state, &user, &id).await }).await?;
    adapt::flash_success("Nothing more is started. What runs stops at its next safe point.");
    Ok(())
}
