//! `/api/base-playlists/{id}/sync` and `/api/sync-events`

use super::extract::{ApiQuery, OptionalJson, preferred_wait};
use crate::domain::playlist::Page;
use crate::domain::sync::event::{SyncEvent, SyncState, SyncTrigger};
use crate::server::middleware::session::SignedIn;
use crate::server::operations::base_playlists;
use crate::server::operations::sync_events::{self as operations, ListFilter, StartRequest};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// Starts a sync: 202 at once, or 200 with the result if it ends within `Prefer: wait=N` seconds.
#[utoipa::path(post, path = "/api/base-playlists/{id}/sync", request_body = StartRequest, responses((status = 202, body = SyncEvent), (status = 200, body = SyncEvent, description = "Ended within the preferred wait"), (status = 409, description = "Running already: sync_event_id names it"), (status = 422, description = "No active child playlist")))]
pub async fn create(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(base): Path<String>,
    headers: HeaderMap,
    body: Request,
) -> Result<Response, Problem> {
    base_playlists::get(&app, &user, &base).await?;
    let OptionalJson(mut request): OptionalJson<StartRequest> = OptionalJson::from_request(body, &()).await?;
    request.idempotency_key =
        headers.get("idempotency-key").map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
    let event = operations::start(&app, &user, &base, request, SyncTrigger::Api).await?;
    let wait = preferred_wait(&headers).unwrap_or(Duration::ZERO);
    // Whoever waits too long is answered with the running event.
    let _ = tokio::time::timeout(wait, app.running.wait(event.id)).await;
    let event = operations::get(&app, &user, &event.id.to_string()).await?;
    Ok(answer(event))
}

fn accepted(event: SyncEvent) -> Response {
    let location = format!("/api/sync-events/{}", event.id);
    (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(event)).into_response()
}

/// 200 for what has ended, 202 for what runs.
pub fn answer(event: SyncEvent) -> Response {
    let status = if event.completed_at.is_some() { StatusCode::OK } else { StatusCode::ACCEPTED };
    let location = format!("/api/sync-events/{}", event.id);
    (status, [(header::LOCATION, location)], Json(event)).into_response()
}

/// What is going on with a base.
#[utoipa::path(get, path = "/api/base-playlists/{id}/sync-status", responses((status = 200, body = SyncState)))]
pub async fn status(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(base): Path<String>,
) -> Result<Json<SyncState>, Problem> {
    Ok(Json(operations::state(&app, &user, &base).await?))
}

/// One sync event with its children's results.
#[utoipa::path(get, path = "/api/sync-events/{id}", responses((status = 200, body = SyncEvent), (status = 404, description = "Absent, or another person's")))]
pub async fn get(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<SyncEvent>, Problem> {
    Ok(Json(operations::get(&app, &user, &id).await?))
}

/// Sync events, newest first.
#[utoipa::path(get, path = "/api/sync-events", responses((status = 200, body = Page<SyncEvent>), (status = 400, description = "A bad query or cursor")))]
pub async fn list(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    ApiQuery(filter): ApiQuery<ListFilter>,
) -> Result<Json<Page<SyncEvent>>, Problem> {
    Ok(Json(operations::list(&app, &user, filter).await?))
}

/// Goes on with a sync that stopped: a new event that starts at the first missing piece.
#[utoipa::path(post, path = "/api/sync-events/{id}/resume", responses((status = 202, body = SyncEvent), (status = 404, description = "Absent, or another person's"), (status = 409, description = "Running or completed, a newer sync exists, or base or children were edited")))]
pub async fn resume(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(accepted(operations::resume(&app, &user, &id).await?))
}

/// Asks a running sync to stop.
#[utoipa::path(post, path = "/api/sync-events/{id}/cancel", responses((status = 202, body = SyncEvent), (status = 409, description = "Not running")))]
pub async fn cancel(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    Ok((StatusCode::ACCEPTED, Json(operations::cancel(&app, &user, &id).await?)))
}
