//! `/api/tokens` and `/api/sessions`: who may act for a person.

use super::extract::ApiJson;
use crate::domain::access::{PersonalToken, SessionLine};
use crate::domain::playlist::Page;
use crate::server::middleware::session::{Browser, SignedIn};
use crate::server::operations::personal_tokens::NewToken;
use crate::server::operations::{personal_tokens, sessions};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

/// Tokens of the person, without what they are.
#[utoipa::path(get, path = "/api/tokens", responses((status = 200, body = Page<PersonalToken>), (status = 403, description = "Asked with a token")))]
pub async fn list_tokens(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
) -> Result<Json<Page<PersonalToken>>, Problem> {
    Ok(Json(Page { items: personal_tokens::list(&app, &user).await?, next: None }))
}

/// Makes a token; only this answer carries it.
#[utoipa::path(post, path = "/api/tokens", request_body = NewToken, responses((status = 201, body = PersonalToken), (status = 403, description = "Asked with a token"), (status = 422, description = "A fault, with a pointer")))]
pub async fn create_token(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    ApiJson(new): ApiJson<NewToken>,
) -> Result<(StatusCode, Json<PersonalToken>), Problem> {
    Ok((StatusCode::CREATED, Json(personal_tokens::create(&app, &user, new).await?)))
}

/// Revokes a token.
#[utoipa::path(delete, path = "/api/tokens/{id}", responses((status = 204, description = "Revoked"), (status = 404, description = "Absent, or another person's")))]
pub async fn delete_token(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    personal_tokens::delete(&app, &user, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Browsers in which the person is signed in.
#[utoipa::path(get, path = "/api/sessions", responses((status = 200, body = Page<SessionLine>), (status = 403, description = "Asked with a token")))]
pub async fn list_sessions(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    browser: Browser,
) -> Result<Json<Page<SessionLine>>, Problem> {
    let items = sessions::list(&app, &user, browser.id().as_deref()).await?;
    Ok(Json(Page { items, next: None }))
}

/// Signs one of them out.
#[utoipa::path(delete, path = "/api/sessions/{id}", responses((status = 204, description = "Signed out"), (status = 404, description = "Absent, or another person's")))]
pub async fn end_session(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    sessions::end(&app, &user, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
