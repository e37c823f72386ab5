//! Starters for a new child playlist, with what each would take.

use super::{CurrentUser, base_tracks};
use crate::domain::templates::{Templates, offers};
use crate::server::error::ServerError;
use crate::server::state::AppState;

/// What a base offers to start from. Reads the base, and its artists where Spotify delivers genres.
pub async fn list(app: &AppState, user: &CurrentUser, base_id: &str) -> Result<Templates, ServerError> {
    let songs = base_tracks::get(app, user, base_id, user.capabilities.genre.into(), None).await?;
    Ok(offers(&songs.tracks, &songs.context()))
}
