//! `/api/base-playlists`

use super::extract::{ApiJson, check_match, etag};
use crate::domain::playlist::{BasePlaylist, Page};
use crate::server::middleware::session::SignedIn;
use crate::server::operations::base_playlists::{self as operations, BasePatch, NewBase};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;

/// All base playlists of the person.
#[utoipa::path(get, path = "/api/base-playlists", responses((status = 200, body = Page<BasePlaylist>)))]
pub async fn list(State(app): State<AppState>, SignedIn(user): SignedIn) -> Result<Json<Page<BasePlaylist>>, Problem> {
    Ok(Json(Page { items: operations::list(&app, &user).await?, next: None }))
}

/// Links a base playlist, or makes one.
#[utoipa::path(post, path = "/api/base-playlists", request_body = NewBase, responses((status = 201, body = BasePlaylist), (status = 409, description = "In use already"), (status = 422, description = "Not readable")))]
pub async fn create(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    ApiJson(new): ApiJson<NewBase>,
) -> Result<impl IntoResponse, Problem> {
    let base = operations::create(&app, &user, new).await?;
    let location = format!("/api/base-playlists/{}", base.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location), (header::ETAG, etag(&base.updated))], Json(base)))
}

/// One base playlist.
#[utoipa::path(get, path = "/api/base-playlists/{id}", responses((status = 200, body = BasePlaylist), (status = 404, description = "Absent, or another person's")))]
pub async fn get(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let base = operations::get(&app, &user, &id).await?;
    Ok(([(header::ETAG, etag(&base.updated))], Json(base)))
}

/// Changes a base playlist.
#[utoipa::path(patch, path = "/api/base-playlists/{id}", request_body = BasePatch, responses((status = 200, body = BasePlaylist), (status = 409, description = "A sync is running"), (status = 412, description = "Changed in the meantime")))]
pub async fn update(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Request,
) -> Result<impl IntoResponse, Problem> {
    // 404 comes before every other refusal.
    let base = operations::get(&app, &user, &id).await?;
    check_match(&headers, &base.updated)?;
    let ApiJson(patch): ApiJson<BasePatch> = ApiJson::from_request(body, &()).await?;
    let base = operations::update(&app, &user, &id, patch).await?;
    Ok(([(header::ETAG, etag(&base.updated))], Json(base)))
}

/// Unlinks a base playlist and its children; Spotify playlists stay.
#[utoipa::path(delete, path = "/api/base-playlists/{id}", responses((status = 204, description = "Unlinked"), (status = 409, description = "A sync is running")))]
pub async fn delete(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    operations::delete(&app, &user, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
