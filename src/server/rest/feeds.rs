//! `/api/sync-events.atom`: ended syncs for programs that read feeds.

use crate::server::middleware::session::SignedIn;
use crate::server::operations::feeds as operations;
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

/// The last 50 ended syncs as an Atom feed.
#[utoipa::path(get, path = "/api/sync-events.atom", responses((status = 200, content_type = "application/atom+xml", body = String)))]
pub async fn get(State(app): State<AppState>, SignedIn(user): SignedIn) -> Result<impl IntoResponse, Problem> {
    let text = operations::get(&app, &user).await?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], text))
}
