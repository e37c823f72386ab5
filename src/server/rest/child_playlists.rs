//! `/api/base-playlists/{id}/child-playlists` and `/api/child-playlists`

use super::extract::{ApiJson, ApiQuery, check_match, etag};
use crate::domain::playlist::{ChildPlaylist, Page};
use crate::server::middleware::session::SignedIn;
use crate::server::operations::base_playlists;
use crate::server::operations::child_playlists::{self as operations, ChildPatch, NewChild};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;

/// What becomes of the playlist on Spotify.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnSpotify {
    /// It stays in the library.
    #[default]
    Keep,
    /// It leaves the library.
    Unfollow,
}

/// Query of a deletion.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    #[serde(default)]
    pub spotify: OnSpotify,
}

/// Children of a base, in their order.
#[utoipa::path(get, path = "/api/base-playlists/{id}/child-playlists", responses((status = 200, body = Page<ChildPlaylist>)))]
pub async fn list(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(base): Path<String>,
) -> Result<Json<Page<ChildPlaylist>>, Problem> {
    Ok(Json(Page { items: operations::list(&app, &user, &base).await?, next: None }))
}

/// Adds a child.
#[utoipa::path(post, path = "/api/base-playlists/{id}/child-playlists", request_body = NewChild, responses((status = 201, body = ChildPlaylist), (status = 409, description = "A sync is running, or the playlist is in use"), (status = 422, description = "A fault, with a pointer")))]
pub async fn create(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(base): Path<String>,
    body: Request,
) -> Result<impl IntoResponse, Problem> {
    // 404 and 409 come before 422.
    let found = base_playlists::get(&app, &user, &base).await?;
    if let Some(running) = found.active_sync {
        return Err(crate::server::error::sync_running(Some(running.to_string())).into());
    }
    let ApiJson(new): ApiJson<NewChild> = ApiJson::from_request(body, &()).await?;
    let child = operations::create(&app, &user, &base, new).await?;
    let location = format!("/api/child-playlists/{}", child.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location), (header::ETAG, etag(&child.updated))], Json(child)))
}

/// One child.
#[utoipa::path(get, path = "/api/child-playlists/{id}", responses((status = 200, body = ChildPlaylist), (status = 404, description = "Absent, or another person's")))]
pub async fn get(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let child = operations::get(&app, &user, &id).await?;
    Ok(([(header::ETAG, etag(&child.updated))], Json(child)))
}

/// Changes a child.
#[utoipa::path(patch, path = "/api/child-playlists/{id}", request_body = ChildPatch, responses((status = 200, body = ChildPlaylist), (status = 409, description = "A sync is running"), (status = 412, description = "Changed in the meantime"), (status = 422, description = "A fault, with a pointer")))]
pub async fn update(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Request,
) -> Result<impl IntoResponse, Problem> {
    let child = operations::unlocked(&app, &user, &id).await?;
    check_match(&headers, &child.updated)?;
    let ApiJson(patch): ApiJson<ChildPatch> = ApiJson::from_request(body, &()).await?;
    let child = operations::update(&app, &user, &id, patch).await?;
    Ok(([(header::ETAG, etag(&child.updated))], Json(child)))
}

/// Removes a child.
#[utoipa::path(delete, path = "/api/child-playlists/{id}", params(Deletion), responses((status = 204, description = "Removed"), (status = 409, description = "A sync is running")))]
pub async fn delete(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    ApiQuery(query): ApiQuery<Deletion>,
) -> Result<StatusCode, Problem> {
    operations::delete(&app, &user, &id, matches!(query.spotify, OnSpotify::Unfollow)).await?;
    Ok(StatusCode::NO_CONTENT)
}
