//! `/api/requests`

use crate::domain::requests::RequestReport;
use crate::server::error::ServerError;
use crate::server::middleware::session::SignedIn;
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::State;

/// What this installation has asked of Spotify in the last 24 hours, and how much the throttle lets through.
#[utoipa::path(get, path = "/api/requests", responses((status = 200, body = RequestReport)))]
pub async fn get(State(app): State<AppState>, SignedIn(_): SignedIn) -> Result<Json<RequestReport>, Problem> {
    Ok(Json(app.spotify.request_report().await.map_err(ServerError::from)?))
}
