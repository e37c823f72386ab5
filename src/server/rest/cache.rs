//! `/api/cache`

use crate::domain::cache::{CacheDeleted, CacheReport};
use crate::server::middleware::session::SignedIn;
use crate::server::operations::cache as operations;
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

/// What the cache holds and saves, and how its layers do.
#[utoipa::path(get, path = "/api/cache", responses((status = 200, body = CacheReport)))]
pub async fn get(State(app): State<AppState>, SignedIn(user): SignedIn) -> Result<Json<CacheReport>, Problem> {
    Ok(Json(operations::report(&app, &user).await?))
}

/// Removes a kind (`track`, `artist`, `album`, `playlist_items`): of the last only the person's own.
#[utoipa::path(delete, path = "/api/cache/{kind}", responses((status = 200, body = CacheDeleted), (status = 404, description = "No such kind")))]
pub async fn clear(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(kind): Path<String>,
) -> Result<Json<CacheDeleted>, Problem> {
    Ok(Json(operations::clear(&app, &user, &kind).await?))
}

/// Removes what is kept of one id of Spotify's.
#[utoipa::path(delete, path = "/api/cache/{kind}/{id}", responses((status = 200, body = CacheDeleted), (status = 404, description = "No such kind, or no id")))]
pub async fn clear_one(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<CacheDeleted>, Problem> {
    Ok(Json(operations::clear_one(&app, &user, &kind, &id).await?))
}

/// Fetches ahead what the rules of the person's children need of artists. `GET /api/cache` tells when it is done.
#[utoipa::path(post, path = "/api/cache/warm", responses((status = 202, description = "Begun, or under way already")))]
pub async fn warm(State(app): State<AppState>, SignedIn(user): SignedIn) -> Result<StatusCode, Problem> {
    operations::warm(&app, &user).await?;
    Ok(StatusCode::ACCEPTED)
}
