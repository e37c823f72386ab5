//! `/api/base-playlists/{id}/preview`

use super::extract::{OptionalJson, preferred_wait};
use crate::domain::ids::{PlaylistId, UserId};
use crate::domain::sync::event::{Preview, Progress};
use crate::error::{AppError, ErrorCode};
use crate::server::middleware::session::SignedIn;
use crate::server::operations::base_playlists;
use crate::server::operations::preview::{self as operations, PreviewRequest};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::time::Duration;

/// Until then the base should have been read.
pub const WAIT: Duration = Duration::from_secs(30);
const LOOK_AGAIN_S: u32 = 5;

/// The base is still being read.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StillReading {
    /// Pages of the base.
    pub progress: Progress,
}

/// What a sync would do now; writes nothing. 202 while a large base is still being read: ask again.
#[utoipa::path(post, path = "/api/base-playlists/{id}/preview", request_body = PreviewRequest, responses((status = 200, body = Preview), (status = 202, body = StillReading), (status = 422, description = "A fault in the filter, with a pointer")))]
pub async fn create(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Request,
) -> Result<Response, Problem> {
    let base = base_playlists::get(&app, &user, &id).await?;
    let OptionalJson(request): OptionalJson<PreviewRequest> = OptionalJson::from_request(body, &()).await?;
    let (state, asker) = (app.clone(), user.clone());
    // A task of its own: it goes on reading when nobody waits any more, and the next asker finds what it has read.
    let preview = tokio::spawn(async move { operations::run(&state, &asker, &id, request).await });
    match tokio::time::timeout(preferred_wait(&headers).unwrap_or(WAIT), preview).await {
        Ok(Ok(preview)) => Ok(Json(preview?).into_response()),
        Ok(Err(panic)) => {
            tracing::error!(%panic, "a preview broke off");
            Err(AppError::new(ErrorCode::Internal, "Something failed on our side. Nothing was changed.").into())
        }
        Err(_) => Ok(still_reading(&app, user.id, &base.spotify_playlist_id)),
    }
}

/// 202 with how far the reading of a base is.
pub fn still_reading(app: &AppState, user: UserId, playlist: &PlaylistId) -> Response {
    let progress = app.base_reads.progress(user, playlist);
    let headers = [(header::RETRY_AFTER, LOOK_AGAIN_S.to_string())];
    (StatusCode::ACCEPTED, headers, Json(StillReading { progress })).into_response()
}
