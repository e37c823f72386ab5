//! What a sync would do, without doing it.

use crate::domain::filter::form::FilterForm;
use crate::domain::sync::event::Preview;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server_fns::child_draft::kind_of;
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
    #[server(default)] kind: String,
) -> Result<Wire<Option<Preview>>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let child_id = Some(child_id).filter(|id| !id.is_empty());
        let filter = Some(filter.to_json());
        let request = operations::preview::PreviewRequest { child_playlist_id: child_id, filter, kind: kind_of(&kind) };
        operations::preview::run(&state, &user, &base_id, request).await
    })
    .await?;
    Wire::of(&Some(found))
}
