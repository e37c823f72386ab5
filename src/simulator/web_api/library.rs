//! `/me/library`: saving and forgetting by URI; for a playlist that is following and unfollowing.

use super::error::ApiError;
use super::page::Params;
use crate::simulator::Simulator;
use crate::simulator::gate::Caller;
use axum::extract::{Query, State};
use axum::{Extension, Json};
use std::collections::BTreeMap;

/// URIs in one request.
const URIS_MAX: usize = 40;

/// Any of these opens a change.
const MODIFY: [&str; 3] = ["playlist-modify-public", "user-library-modify", "user-follow-modify"];

/// Any of these opens a look.
const READ: [&str; 3] = ["playlist-read-private", "user-library-read", "user-follow-read"];

/// `PUT`.
pub(super) async fn save(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Query(params): Params,
) -> Result<(), ApiError> {
    caller.needs_one_of(&MODIFY)?;
    let uris = uris_of(&params)?;
    let mut state = simulator.lock();
    if uris.iter().filter_map(|uri| playlist_id(uri)).any(|id| !state.world.playlists.contains_key(id)) {
        return Err(ApiError::NotFound);
    }
    for uri in uris {
        match playlist_id(&uri) {
            Some(id) => state.world.follow(&caller.user, id),
            None => {
                state.world.user_mut(&caller.user).map(|user| user.saved.insert(uri));
            }
        }
    }
    Ok(())
}

/// `DELETE`.
pub(super) async fn remove(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Query(params): Params,
) -> Result<(), ApiError> {
    caller.needs_one_of(&MODIFY)?;
    let uris = uris_of(&params)?;
    let mut state = simulator.lock();
    for uri in uris {
        match playlist_id(&uri) {
            Some(id) => state.world.unfollow(&caller.user, id),
            None => {
                state.world.user_mut(&caller.user).map(|user| user.saved.remove(&uri));
            }
        }
    }
    Ok(())
}

/// `GET …/contains`: one truth value per URI, in order.
pub(super) async fn contains(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Query(params): Params,
) -> Result<Json<Vec<bool>>, ApiError> {
    caller.needs_one_of(&READ)?;
    let uris = uris_of(&params)?;
    let state = simulator.lock();
    let user = state.world.user(&caller.user).ok_or(ApiError::NotFound)?;
    let holds = |uri: &String| {
        playlist_id(uri).map_or_else(|| user.saved.contains(uri), |id| user.library.iter().any(|known| known == id))
    };
    Ok(Json(uris.iter().map(holds).collect()))
}

fn playlist_id(uri: &str) -> Option<&str> {
    uri.strip_prefix("spotify:playlist:")
}

fn uris_of(params: &BTreeMap<String, String>) -> Result<Vec<String>, ApiError> {
    let list = params.get("uris").map(String::as_str).unwrap_or_default();
    let uris: Vec<String> = list.split(',').filter(|uri| !uri.is_empty()).map(str::to_owned).collect();
    if uris.is_empty() {
        return Err(ApiError::bad("No uris provided"));
    }
    if uris.len() > URIS_MAX {
        return Err(ApiError::bad("Too many uris requested"));
    }
    if uris.iter().any(|uri| !uri.starts_with("spotify:")) {
        return Err(ApiError::bad("Invalid uri"));
    }
    Ok(uris)
}
