//! `/api/base-playlists/{id}/tracks`

use super::extract::{ApiQuery, preferred_wait};
use super::previews::{WAIT, still_reading};
use crate::domain::base_tracks::BaseTracks;
use crate::domain::filter::dates::local_day;
use crate::domain::ids::PlaylistId;
use crate::domain::playlist::ChildKind;
use crate::error::{AppError, ErrorCode};
use crate::server::middleware::session::SignedIn;
use crate::server::operations::base_tracks::Edited;
use crate::server::operations::{base_playlists, base_tracks as operations};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use crate::server::sync::lookups::Needs;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Playlists that one filter may name.
const PLAYLISTS_MAX: usize = 20;

/// What to send.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// With genres, popularity and followers of the artists, which may cost more requests to Spotify.
    #[serde(default)]
    pub artists: bool,
    /// With whether each song is liked, which costs a request for each 40 songs.
    #[serde(default)]
    pub liked: bool,
    /// Ids of playlists, separated by commas: with which songs are in them.
    #[serde(default)]
    pub playlists: String,
    /// The child that is being edited, "new" for one that is not saved: with which songs others take before it.
    pub child: Option<String>,
    /// Its kind; nothing: a filter.
    #[serde(default)]
    pub kind: ChildKind,
}

impl Wanted {
    fn edited(&self) -> Option<Edited> {
        let child = self.child.as_ref()?;
        Some(Edited { child_id: (child != "new").then(|| child.clone()), kind: self.kind })
    }

    fn needs(&self) -> Result<Needs, AppError> {
        let ids = self.playlists.split(',').filter(|id| !id.is_empty());
        let playlists = ids.map(PlaylistId::parse).collect::<Result<Vec<_>, _>>();
        let playlists = playlists
            .ok()
            .filter(|ids| ids.len() <= PLAYLISTS_MAX)
            .ok_or_else(|| AppError::new(ErrorCode::BadRequest, "The query names no playlists, or too many."))?;
        Ok(Needs { artists: self.artists, liked: self.liked, playlists, snapshot: None })
    }
}

/// All songs of a base, with what a preview needs besides. 202 while a large base is still being read: ask again.
/// Carries an entity tag: `If-None-Match` answers 304 while nothing changed and the day is the same.
#[utoipa::path(get, path = "/api/base-playlists/{id}/tracks", params(Wanted), responses((status = 200, body = BaseTracks), (status = 202, body = super::previews::StillReading), (status = 304, description = "As before")))]
pub async fn get(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    ApiQuery(wanted): ApiQuery<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let base = base_playlists::get(&app, &user, &id).await?;
    let needs = wanted.needs()?;
    let edited = wanted.edited();
    let (state, asker) = (app.clone(), user.clone());
    // A task of its own: it goes on reading when nobody waits any more, and the next asker finds what it has read.
    let tracks = tokio::spawn(async move { operations::get(&state, &asker, &id, needs, edited).await });
    match tokio::time::timeout(preferred_wait(&headers).unwrap_or(WAIT), tracks).await {
        Ok(Ok(tracks)) => Ok(answer(tracks?, &headers)),
        Ok(Err(panic)) => {
            tracing::error!(%panic, "reading the songs of a base broke off");
            Err(AppError::new(ErrorCode::Internal, "Something failed on our side. Nothing was changed.").into())
        }
        Err(_) => Ok(still_reading(&app, user.id, &base.spotify_playlist_id)),
    }
}

fn answer(tracks: BaseTracks, asked: &HeaderMap) -> Response {
    let tag = entity_tag(&tracks);
    // Kept by the browser, asked about each time: whoever signs out must not leave it usable for the next person.
    let kept = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    let is_known = asked.get_all(header::IF_NONE_MATCH).iter().any(|known| *known == tag);
    if is_known { (StatusCode::NOT_MODIFIED, kept).into_response() } else { (kept, Json(tracks)).into_response() }
}

/// Over everything but the moment; of that the local day counts, because relative dates count days.
fn entity_tag(tracks: &BaseTracks) -> HeaderValue {
    let today = local_day(tracks.now_ms, &tracks.zone);
    let mut hash = Sha256::new();
    let parts =
        (&tracks.zone, &tracks.capabilities, tracks.with_artists, tracks.skipped, &tracks.tracks, &tracks.taken, today);
    hash.update(serde_json::to_vec(&parts).unwrap_or_default());
    let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    // Weak, because compression makes other bytes of the same.
    HeaderValue::from_str(&format!("W/\"{hex}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}
