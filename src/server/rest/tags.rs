//! `/api/tags`

use super::extract::ApiJson;
use crate::domain::playlist::Page;
use crate::domain::tag::Tag;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::tags::{self as operations, TagImport, TagItemsBody};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

/// All tags of the person.
#[utoipa::path(get, path = "/api/tags", responses((status = 200, body = Page<Tag>)))]
pub async fn list(State(app): State<AppState>, SignedIn(user): SignedIn) -> Result<Json<Page<Tag>>, Problem> {
    Ok(Json(Page { items: operations::list(&app, &user).await?, next: None }))
}

/// Puts a tag on songs and artists; makes it where it is new.
#[utoipa::path(put, path = "/api/tags/{tag}/items", request_body = TagItemsBody, responses((status = 200, body = Tag), (status = 422, description = "A fault, with a pointer")))]
pub async fn add(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(tag): Path<String>,
    ApiJson(body): ApiJson<TagItemsBody>,
) -> Result<Json<Tag>, Problem> {
    Ok(Json(operations::add(&app, &user, &tag, &body).await?))
}

/// Takes a tag from songs and artists.
#[utoipa::path(delete, path = "/api/tags/{tag}/items", request_body = TagItemsBody, responses((status = 200, body = Tag), (status = 404, description = "No such tag"), (status = 422, description = "A fault, with a pointer")))]
pub async fn remove(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(tag): Path<String>,
    ApiJson(body): ApiJson<TagItemsBody>,
) -> Result<Json<Tag>, Problem> {
    Ok(Json(operations::remove(&app, &user, &tag, &body).await?))
}

/// Puts a tag on all songs that a playlist holds now.
#[utoipa::path(post, path = "/api/tags/{tag}/import", request_body = TagImport, responses((status = 200, body = Tag), (status = 422, description = "Not readable, or a fault, with a pointer")))]
pub async fn import(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(tag): Path<String>,
    ApiJson(body): ApiJson<TagImport>,
) -> Result<Json<Tag>, Problem> {
    Ok(Json(operations::import(&app, &user, &tag, &body).await?))
}

/// Removes a tag from everything.
#[utoipa::path(delete, path = "/api/tags/{tag}", responses((status = 204, description = "Removed"), (status = 404, description = "No such tag")))]
pub async fn delete(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(tag): Path<String>,
) -> Result<StatusCode, Problem> {
    operations::delete(&app, &user, &tag).await?;
    Ok(StatusCode::NO_CONTENT)
}
