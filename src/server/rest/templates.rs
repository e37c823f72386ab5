//! `/api/base-playlists/{id}/templates`

use crate::domain::templates::Templates;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::templates as operations;
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{Path, State};

/// Filters to start from, with how many songs of this base each takes.
#[utoipa::path(get, path = "/api/base-playlists/{id}/templates", responses((status = 200, body = Templates), (status = 404, description = "Absent, or another person's")))]
pub async fn list(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Templates>, Problem> {
    Ok(Json(operations::list(&app, &user, &id).await?))
}
