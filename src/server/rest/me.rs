//! `/api/me`

use super::extract::ApiJson;
use crate::domain::me::Me;
use crate::server::middleware::session::{Browser, SignedIn};
use crate::server::operations;
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;

/// What may change.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MePatch {
    /// IANA name.
    pub time_zone: String,
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/me", responses((status = 200, body = Me), (status = 401, description = "Not signed in")))]
pub async fn get(State(app): State<AppState>, SignedIn(user): SignedIn) -> Result<Json<Me>, Problem> {
    Ok(Json(operations::me::get(&app, &user).await?))
}

/// Sets the time zone.
#[utoipa::path(patch, path = "/api/me", request_body = MePatch, responses((status = 200, body = Me), (status = 422, description = "Unknown time zone")))]
pub async fn update(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    ApiJson(patch): ApiJson<MePatch>,
) -> Result<Json<Me>, Problem> {
    Ok(Json(operations::me::set_time_zone(&app, &user, &patch.time_zone).await?))
}

/// Deletes everything of the person here; Spotify playlists stay.
#[utoipa::path(delete, path = "/api/me", responses((status = 204, description = "Everything is gone")))]
pub async fn delete(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    browser: Browser,
) -> Result<StatusCode, Problem> {
    operations::me::delete(&app, &user).await?;
    browser.sign_out().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Everything that is stored of the person, as one file.
#[utoipa::path(get, path = "/api/me/export", responses((status = 200, body = Object)))]
pub async fn export(State(app): State<AppState>, SignedIn(user): SignedIn) -> Result<impl IntoResponse, Problem> {
    let found = operations::me::export(&app, &user).await?;
    let file = [(header::CONTENT_DISPOSITION, "attachment; filename=\"headwater-export.json\"")];
    Ok((file, Json(found)))
}
