//! `/api/base-playlists/{id}/explain`, `/lint`, `/coverage` and `/journey`

use super::extract::{ApiJson, ApiQuery, OptionalJson, preferred_wait};
use super::previews::StillReading;
use crate::domain::ids::UserId;
use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::explained::{CoverageReport, LintReport, SongExplained};
use crate::domain::sync::song_journey::SongJourney;
use crate::error::{AppError, ErrorCode};
use crate::server::error::ServerError;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::base_playlists;
use crate::server::operations::explanations::{self as operations, ExplainRequest, LintRequest};
use crate::server::operations::song_journeys::{self, JourneyQuery};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::time::Duration;

/// Until then the base should have been read.
const WAIT: Duration = Duration::from_secs(30);
const LOOK_AGAIN_S: u32 = 5;

/// Why a song is in the children or not. 202 while a large base is still being read: ask again.
#[utoipa::path(post, path = "/api/base-playlists/{id}/explain", request_body = ExplainRequest, responses((status = 200, body = SongExplained), (status = 202, body = StillReading), (status = 404, description = "Absent, or another person's"), (status = 422, description = "No such row, or a fault in the filter, with a pointer")))]
pub async fn explain(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Request,
) -> Result<Response, Problem> {
    let base = base_playlists::get(&app, &user, &id).await?;
    let OptionalJson(request): OptionalJson<ExplainRequest> = OptionalJson::from_request(body, &()).await?;
    let state = app.clone();
    let (asker, owner) = (user.id, user);
    let work = async move { operations::explain(&state, &owner, &id, request).await };
    once_read(&app, asker, &base, &headers, work).await
}

/// What looks wrong or idle in a filter, with the songs of this base. 202 while a large base is still being read.
#[utoipa::path(post, path = "/api/base-playlists/{id}/lint", request_body = LintRequest, responses((status = 200, body = LintReport), (status = 202, body = StillReading), (status = 404, description = "Absent, or another person's"), (status = 422, description = "A fault in the filter, with a pointer")))]
pub async fn lint(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Request,
) -> Result<Response, Problem> {
    let base = base_playlists::get(&app, &user, &id).await?;
    let ApiJson(request): ApiJson<LintRequest> = ApiJson::from_request(body, &()).await?;
    let state = app.clone();
    let (asker, owner) = (user.id, user);
    let work = async move { operations::lint(&state, &owner, &id, request).await };
    once_read(&app, asker, &base, &headers, work).await
}

/// How many songs of the base have each field of the rules. 202 while a large base is still being read.
#[utoipa::path(get, path = "/api/base-playlists/{id}/coverage", responses((status = 200, body = CoverageReport), (status = 202, body = StillReading), (status = 404, description = "Absent, or another person's")))]
pub async fn coverage(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let base = base_playlists::get(&app, &user, &id).await?;
    let state = app.clone();
    let (asker, owner) = (user.id, user);
    let work = async move { operations::coverage(&state, &owner, &id).await };
    once_read(&app, asker, &base, &headers, work).await
}

/// The answer, or how far the reading of the base has come. The work is a task of its own: it goes on when nobody
/// waits any more, and the next asker finds what it has read.
async fn once_read<T: Serialize + Send + 'static>(
    app: &AppState,
    asker: UserId,
    base: &BasePlaylist,
    headers: &HeaderMap,
    work: impl Future<Output = Result<T, ServerError>> + Send + 'static,
) -> Result<Response, Problem> {
    match tokio::time::timeout(preferred_wait(headers).unwrap_or(WAIT), tokio::spawn(work)).await {
        Ok(Ok(answer)) => Ok(Json(answer?).into_response()),
        Ok(Err(panic)) => {
            tracing::error!(%panic, "an explanation broke off");
            Err(AppError::new(ErrorCode::Internal, "Something failed on our side. Nothing was changed.").into())
        }
        Err(_) => {
            let progress = app.base_reads.progress(asker, &base.spotify_playlist_id);
            let headers = [(header::RETRY_AFTER, LOOK_AGAIN_S.to_string())];
            Ok((StatusCode::ACCEPTED, headers, Json(StillReading { progress })).into_response())
        }
    }
}

/// When a song came into which child and left it, and why; from what kept syncs recorded.
#[utoipa::path(get, path = "/api/base-playlists/{id}/journey", params(("track_uri" = String, Query, description = "The song")), responses((status = 200, body = SongJourney), (status = 400, description = "No Spotify URI"), (status = 404, description = "Absent, or another person's")))]
pub async fn journey(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(base): Path<String>,
    ApiQuery(query): ApiQuery<JourneyQuery>,
) -> Result<Json<SongJourney>, Problem> {
    Ok(Json(song_journeys::get(&app, &user, &base, &query).await?))
}
