//! `/api/spotify/playlists`

use super::extract::ApiQuery;
use crate::domain::playlist::SpotifyPlaylistPage;
use crate::server::middleware::session::SignedIn;
use crate::server::operations;
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;

/// Where a page begins.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// As `next` of the page before says.
    #[serde(default)]
    pub offset: u32,
}

/// A page of the library.
#[utoipa::path(get, path = "/api/spotify/playlists", params(Paging), responses((status = 200, body = SpotifyPlaylistPage)))]
pub async fn list(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    ApiQuery(paging): ApiQuery<Paging>,
) -> Result<Json<SpotifyPlaylistPage>, Problem> {
    Ok(Json(operations::spotify_playlists::list(&app, &user, paging.offset).await?))
}
