//! `/api/base-playlists/{id}/routing`

use super::extract::ApiQuery;
use crate::domain::sync::routing_answer::{RoutingAnswer, RoutingTracks};
use crate::server::middleware::session::SignedIn;
use crate::server::operations::routing::{self as operations, RowsQuery};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{Path, State};

/// Where the songs of a base flow: per child, unrouted with reasons, overlaps.
#[utoipa::path(get, path = "/api/base-playlists/{id}/routing", responses((status = 200, body = RoutingAnswer), (status = 404, description = "Absent, or another person's")))]
pub async fn get(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<RoutingAnswer>, Problem> {
    Ok(Json(operations::look(&app, &user, &id).await?.answer()))
}

/// The rows behind one of these numbers.
#[utoipa::path(get, path = "/api/base-playlists/{id}/routing/tracks", params(RowsQuery), responses((status = 200, body = RoutingTracks), (status = 400, description = "A bad query or cursor"), (status = 404, description = "Absent, or another person's")))]
pub async fn list_tracks(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    ApiQuery(query): ApiQuery<RowsQuery>,
) -> Result<Json<RoutingTracks>, Problem> {
    Ok(Json(operations::look(&app, &user, &id).await?.tracks(&query)?))
}
