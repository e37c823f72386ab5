//! `/api/child-playlists/{id}/hand-edits`: songs that were changed by hand in Spotify.

use super::extract::ApiJson;
use crate::domain::sync::hands::HandEdits;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::child_playlists;
use crate::server::operations::hand_edits::{self as operations, HandAnswer};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};

/// What syncs found, those that wait for a word first, then the newest.
#[utoipa::path(get, path = "/api/child-playlists/{id}/hand-edits", responses((status = 200, body = HandEdits), (status = 404, description = "Absent, or another person's")))]
pub async fn list(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<HandEdits>, Problem> {
    Ok(Json(operations::list(&app, &user, &id).await?))
}

/// Says of some songs who wins: the hand, for good, or the rules.
#[utoipa::path(post, path = "/api/child-playlists/{id}/hand-edits", request_body = HandAnswer, responses((status = 200, body = HandEdits), (status = 404, description = "Absent, or another person's"), (status = 409, description = "A sync runs: sync_event_id names it"), (status = 422, description = "Nothing was found of such a song")))]
pub async fn answer(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    body: Request,
) -> Result<Json<HandEdits>, Problem> {
    child_playlists::get(&app, &user, &id).await?;
    let ApiJson(word): ApiJson<HandAnswer> = ApiJson::from_request(body, &()).await?;
    Ok(Json(operations::answer(&app, &user, &id, word).await?))
}
