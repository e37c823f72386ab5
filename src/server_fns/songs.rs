//! The songs of a base, and why each is where it is.

use crate::domain::sync::explained::{SongExplained, SongPage};
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;

/// A page of the songs of a base; `show` is "none", "several", "unknown" or anything else for all.
#[server(endpoint = "list_songs")]
pub async fn list_songs(base_id: String, text: String, show: String, page: u32) -> Result<Wire<SongPage>, AppError> {
    use crate::server::operations::songs::{self, Show, SongQuery};
    let query = SongQuery { text, show: Show::parse(&show), page };
    let found =
        crate::server::adapt::signed_in(|state, user| async move { songs::list(&state, &user, &base_id, query).await })
            .await?;
    Wire::of(&found)
}

/// One row of a base before all its children.
#[server(endpoint = "explain_song")]
pub async fn explain_song(base_id: String, position: u32) -> Result<Wire<SongExplained>, AppError> {
    use crate::server::operations::explanations::{self, ExplainRequest};
    let request = ExplainRequest { position: Some(position), ..ExplainRequest::default() };
    let found = crate::server::adapt::signed_in(|state, user| async move {
        explanations::explain(&state, &user, &base_id, request).await
    })
    .await?;
    Wire::of(&found)
}
