//! When one song came into which child of a base and left it, and why.

use super::{CurrentUser, changes, checks};
use crate::domain::ids::ChildPlaylistId;
use crate::domain::sync::song_journey::{JourneyStep, Sighting, SongJourney, StepKind, steps};
use crate::error::{AppError, ErrorCode};
use crate::server::error::ServerError;
use crate::server::state::AppState;
use crate::server::store::song_journeys::LOOKED_THROUGH;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Steps that are told.
const STEPS_MAX: usize = 20;
const URI_LEN_MAX: usize = 300;

/// Which song.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JourneyQuery {
    /// `spotify:track:…`
    pub track_uri: String,
}

/// The steps of a song, the newest first.
pub async fn get(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    query: &JourneyQuery,
) -> Result<SongJourney, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    let uri = query.track_uri.as_str();
    if !uri.starts_with("spotify:") || uri.len() > URI_LEN_MAX {
        return Err(AppError::new(ErrorCode::BadRequest, "track_uri is a Spotify URI, such as spotify:track:….").into());
    }
    let found = app.store.list_sightings(user.id, base.id, uri).await?;
    let mut is_cut = found.len() >= LOOKED_THROUGH;
    let mut told = told_steps(found);
    is_cut |= told.len() > STEPS_MAX;
    told.truncate(STEPS_MAX);
    for step in &mut told {
        if matches!(step.kind, StepKind::Entered | StepKind::Left) {
            step.reason = reason(app, user, step, uri).await?;
        }
    }
    Ok(SongJourney { track_uri: uri.to_owned(), steps: told, is_cut })
}

/// Steps through all children, the newest first.
fn told_steps(newest_first: Vec<Sighting>) -> Vec<JourneyStep> {
    let mut of_child: BTreeMap<ChildPlaylistId, Vec<Sighting>> = BTreeMap::new();
    for one in newest_first.into_iter().rev() {
        of_child.entry(one.child_playlist_id).or_default().push(one);
    }
    let mut told: Vec<JourneyStep> = of_child.values().flat_map(|sightings| steps(sightings)).collect();
    told.sort_by(|a, b| b.started_at.cmp(&a.started_at));
    told
}

async fn reason(app: &AppState, user: &CurrentUser, step: &JourneyStep, uri: &str) -> Result<String, ServerError> {
    let (event, child) = (step.sync_event_id.to_string(), step.child_playlist_id.to_string());
    let change = changes::of_child(app, user, &event, &child).await?;
    let found = change.added.iter().chain(&change.removed).find(|one| one.track.uri == uri);
    Ok(found.map(|one| one.reason.clone()).unwrap_or_default())
}
