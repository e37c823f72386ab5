//! Putting children back to what they held before a sync.

use crate::domain::sync::restore::RestorePreview;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;

/// What putting back would do; `child_id` empty: all children that the sync wrote.
#[server(endpoint = "preview_restore")]
pub async fn preview_restore(event_id: String, child_id: String) -> Result<Wire<RestorePreview>, AppError> {
    use crate::server::{adapt, operations};
    let children = (!child_id.is_empty()).then(|| vec![child_id]);
    let found = adapt::signed_in(|state, user| async move {
        operations::restores::preview(&state, &user, &event_id, children).await
    })
    .await?;
    Wire::of(&found)
}

/// Puts them back, and leads to the page of the run that does it.
#[server(endpoint = "restore_children")]
pub async fn restore_children(
    event_id: String,
    #[server(default)] child_ids: Vec<String>,
    #[server(default)] pause: bool,
) -> Result<(), AppError> {
    use crate::server::operations::restores::RestoreRequest;
    use crate::server::{adapt, operations};
    let request = RestoreRequest { child_playlist_ids: Some(child_ids), pause, ..RestoreRequest::default() };
    let event =
        adapt::signed_in(
            |state, user| async move { operations::restores::start(&state, &user, &event_id, request).await },
        )
        .await?;
    adapt::redirect(&format!("/history/{}", event.id));
    Ok(())
}
