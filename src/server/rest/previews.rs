//! `/api/base-playlists/{id}/preview`

use super::extract::OptionalJson;
use crate::domain::sync::event::Preview;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::base_playlists;
use crate::server::operations::preview::{self as operations, PreviewRequest};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};

/// What a sync would do now; writes nothing.
#[utoipa::path(post, path = "/api/base-playlists/{id}/preview", request_body = PreviewRequest, responses((status = 200, body = Preview), (status = 422, description = "A fault in the filter, with a pointer")))]
pub async fn create(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(base): Path<String>,
    body: Request,
) -> Result<Json<Preview>, Problem> {
    base_playlists::get(&app, &user, &base).await?;
    let OptionalJson(request): OptionalJson<PreviewRequest> = OptionalJson::from_request(body, &()).await?;
    Ok(Json(operations::run(&app, &user, &base, request).await?))
}
