//! What a sync would do, without doing it.

use crate::domain::filter::form::FilterForm;
use crate::domain::sync::event::Preview;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;

/// All children of a base as they are.
#[server(endpoint = "preview_base_playlist")]
pub async fn preview_base_playlist(base_id: String) -> Result<Wire<Option<Preview>>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        operations::preview::run(&state, &user, &base_id, operations::preview::PreviewRequest::default()).await
    })
    .await?;
    Wire::of(&Some(found))
}

/// One child as the editor has it now, saved or not.
#[server(endpoint = "preview_child_playlist")]
pub async fn preview_child_playlist(
    base_id: String,
    #[server(default)] child_id: String,
    #[server(default)] filter: FilterForm,
) -> Result<Wire<Option<Preview>>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let child_id = Some(child_id).filter(|id| !id.is_empty());
        let filter = Some(filter.to_json());
        let request = operations::preview::PreviewRequest { child_playlist_id: child_id, filter };
        operations::preview::run(&state, &user, &base_id, request).await
    })
    .await?;
    Wire::of(&Some(found))
}
