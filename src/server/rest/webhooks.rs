//! `/api/webhook`: where a person's syncs are told.

use super::extract::ApiJson;
use crate::domain::webhook::Webhook;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::webhooks::{self as operations, NewWebhook};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

/// The webhook with its last messages.
#[utoipa::path(get, path = "/api/webhook", responses((status = 200, body = Webhook), (status = 404, description = "There is none")))]
pub async fn get(State(app): State<AppState>, SignedIn(user): SignedIn) -> Result<Json<Webhook>, Problem> {
    Ok(Json(operations::get(&app, &user).await?))
}

/// Sets it: each ended sync is sent there as JSON, signed as the Standard Webhooks specification says.
#[utoipa::path(put, path = "/api/webhook", request_body = NewWebhook, responses((status = 200, body = Webhook, description = "With the secret, if there is a new one"), (status = 422, description = "No address on the public internet")))]
pub async fn set(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    ApiJson(new): ApiJson<NewWebhook>,
) -> Result<Json<Webhook>, Problem> {
    Ok(Json(operations::set(&app, &user, new).await?))
}

/// Forgets it, and what was on its way.
#[utoipa::path(delete, path = "/api/webhook", responses((status = 204, description = "Forgotten"), (status = 404, description = "There is none")))]
pub async fn delete(State(app): State<AppState>, SignedIn(user): SignedIn) -> Result<StatusCode, Problem> {
    operations::delete(&app, &user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a message of type `trial`.
#[utoipa::path(post, path = "/api/webhook/trial", responses((status = 200, body = Webhook), (status = 404, description = "There is none"), (status = 409, description = "One is on its way")))]
pub async fn try_out(State(app): State<AppState>, SignedIn(user): SignedIn) -> Result<Json<Webhook>, Problem> {
    Ok(Json(operations::try_out(&app, &user).await?))
}
