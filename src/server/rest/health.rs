//! Whether the process lives, and whether it can work.

use crate::server::error::ServerError;
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::extract::State;

/// It answers, so it lives.
#[utoipa::path(get, path = "/healthz", responses((status = 200, description = "The process lives")))]
pub async fn live() -> &'static str {
    "ok"
}

/// The database answers too.
#[utoipa::path(get, path = "/readyz", responses((status = 200, description = "It can work"), (status = 500, description = "The database does not answer")))]
pub async fn ready(State(app): State<AppState>) -> Result<&'static str, Problem> {
    app.store.ping().await.map_err(ServerError::from)?;
    Ok("ready")
}

/// Figures for Prometheus, where they are switched on.
#[utoipa::path(get, path = "/metrics", responses((status = 200, description = "Prometheus text"), (status = 404, description = "Switched off")))]
pub async fn metrics(State(app): State<AppState>) -> Result<String, Problem> {
    let figures = app.figures.as_ref().ok_or_else(crate::server::error::not_found)?;
    Ok(figures.render())
}
