//! `/api/sync-batches`: several bases that sync one after the other.

use super::extract::ApiJson;
use crate::domain::sync::sync_batch::SyncBatch;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::sync_batches::{self as operations, NewSyncBatch};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

/// Queues bases; one after the other syncs.
#[utoipa::path(post, path = "/api/sync-batches", request_body = NewSyncBatch, responses((status = 202, body = SyncBatch), (status = 422, description = "No base, one that is not yours, or one that waits already")))]
pub async fn create(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    ApiJson(new): ApiJson<NewSyncBatch>,
) -> Result<impl IntoResponse, Problem> {
    let batch = operations::create(&app, &user, new).await?;
    let location = format!("/api/sync-batches/{}", batch.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(batch)))
}

/// One batch, with the sync of each base.
#[utoipa::path(get, path = "/api/sync-batches/{id}", responses((status = 200, body = SyncBatch), (status = 404, description = "Absent, or another person's")))]
pub async fn get(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<SyncBatch>, Problem> {
    Ok(Json(operations::get(&app, &user, &id).await?))
}

/// Starts nothing more of it, and asks the running sync to stop.
#[utoipa::path(post, path = "/api/sync-batches/{id}/cancel", responses((status = 202, body = SyncBatch), (status = 409, description = "Ended already")))]
pub async fn cancel(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    Ok((StatusCode::ACCEPTED, Json(operations::cancel(&app, &user, &id).await?)))
}
