//! `/api/sync-events/{id}/restore`: children go back to what they held before a sync.

use super::extract::{ApiQuery, OptionalJson, preferred_wait};
use super::sync_events::answer;
use crate::domain::sync::event::SyncEvent;
use crate::domain::sync::restore::RestorePreview;
use crate::server::error::not_found;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::CurrentUser;
use crate::server::operations::restores::{self as operations, RestoreRequest};
use crate::server::operations::sync_events;
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::time::Duration;

/// Which children to look at.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
pub struct RestoreQuery {
    /// Only this child; absent: all that the sync wrote.
    pub child_playlist_id: Option<String>,
}

/// What putting back would do. Counted from what was last seen in the children; nothing is asked of Spotify.
#[utoipa::path(get, path = "/api/sync-events/{id}/restore", params(RestoreQuery), responses((status = 200, body = RestorePreview), (status = 404, description = "Absent, or another person's"), (status = 409, description = "That sync still runs"), (status = 422, description = "That sync changed nothing, or the child took no part in it")))]
pub async fn preview(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    ApiQuery(query): ApiQuery<RestoreQuery>,
) -> Result<Json<RestorePreview>, Problem> {
    let children = query.child_playlist_id.map(|child| vec![child]);
    Ok(Json(operations::preview(&app, &user, &id, children).await?))
}

/// Undoes a sync: all children that it wrote, or those in the body, go back to what they held before it, in a run of
/// its own that can itself be undone.
#[utoipa::path(post, path = "/api/sync-events/{id}/restore", request_body = RestoreRequest, responses((status = 202, body = SyncEvent), (status = 200, body = SyncEvent, description = "Ended within the preferred wait"), (status = 404, description = "Absent, or another person's"), (status = 409, description = "A sync runs: sync_event_id names it"), (status = 422, description = "Nothing to put back, or not kept any more")))]
pub async fn create(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Request,
) -> Result<Response, Problem> {
    sync_events::get(&app, &user, &id).await?;
    let OptionalJson(request): OptionalJson<RestoreRequest> = OptionalJson::from_request(body, &()).await?;
    start(&app, &user, &id, &headers, request).await
}

/// One child goes back to what it held before that sync.
#[utoipa::path(post, path = "/api/sync-events/{id}/children/{child_id}/restore", request_body = RestoreRequest, responses((status = 202, body = SyncEvent), (status = 200, body = SyncEvent, description = "Ended within the preferred wait"), (status = 404, description = "Absent, another person's, or no child of that sync"), (status = 409, description = "A sync runs: sync_event_id names it"), (status = 422, description = "Not kept any more")))]
pub async fn create_of_child(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path((id, child)): Path<(String, String)>,
    headers: HeaderMap,
    body: Request,
) -> Result<Response, Problem> {
    let event = sync_events::get(&app, &user, &id).await?;
    if !event.children.iter().any(|one| one.child_playlist_id.to_string() == child) {
        return Err(not_found().into());
    }
    let OptionalJson(mut request): OptionalJson<RestoreRequest> = OptionalJson::from_request(body, &()).await?;
    request.child_playlist_ids = Some(vec![child]);
    start(&app, &user, &id, &headers, request).await
}

async fn start(
    app: &AppState,
    user: &CurrentUser,
    id: &str,
    headers: &HeaderMap,
    mut request: RestoreRequest,
) -> Result<Response, Problem> {
    request.idempotency_key =
        headers.get("idempotency-key").map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
    let event = operations::start(app, user, id, request).await?;
    let wait = preferred_wait(headers).unwrap_or(Duration::ZERO);
    // Whoever waits too long is answered with the running event.
    let _ = tokio::time::timeout(wait, app.running.wait(event.id)).await;
    Ok(answer(sync_events::get(app, user, &event.id.to_string()).await?))
}
