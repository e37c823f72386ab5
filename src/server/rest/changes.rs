//! `/api/sync-events/{id}/children/{child_id}/changes`: what a sync did to a child, song by song.

use crate::domain::sync::changes::ChildChanges;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::changes as operations;
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;

/// Songs that came and went in one sync, with the rule responsible, and all that the child held after it.
#[utoipa::path(get, path = "/api/sync-events/{id}/children/{child_id}/changes", responses((status = 200, body = ChildChanges), (status = 404, description = "Absent, another person's, or no child of that sync")))]
pub async fn get(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path((id, child)): Path<(String, String)>,
) -> Result<Json<ChildChanges>, Problem> {
    Ok(Json(operations::of_child(&app, &user, &id, &child).await?))
}

/// The same as a table.
#[utoipa::path(get, path = "/api/sync-events/{id}/children/{child_id}/changes.csv", responses((status = 200, content_type = "text/csv", body = String), (status = 404, description = "Absent, another person's, or no child of that sync")))]
pub async fn csv(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path((id, child)): Path<(String, String)>,
) -> Result<impl IntoResponse, Problem> {
    let changes = operations::of_child(&app, &user, &id, &child).await?;
    let file =
        format!("attachment; filename=\"headwater-{}-{}.csv\"", changes.sync_event_id, changes.child_playlist_id);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok((headers, operations::csv(&changes)?))
}
