//! What a sync did to a child, song by song.

use crate::domain::sync::changes::ChildChanges;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;

/// All changes of one child in one sync.
#[server(endpoint = "get_child_changes")]
pub async fn get_child_changes(event_id: String, child_id: String) -> Result<Wire<ChildChanges>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        operations::changes::of_child(&state, &user, &event_id, &child_id).await
    })
    .await?;
    Wire::of(&found)
}
