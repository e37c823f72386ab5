//! Following a playlist, the way of extended quota.

use super::error::ApiError;
use super::playlists::find;
use crate::simulator::Simulator;
use crate::simulator::gate::Caller;
use axum::Extension;
use axum::extract::{Path, State};

const MODIFY: [&str; 2] = ["playlist-modify-public", "playlist-modify-private"];

/// `PUT /playlists/{id}/followers`.
pub(super) async fn follow(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<(), ApiError> {
    caller.needs_one_of(&MODIFY)?;
    let mut state = simulator.lock();
    find(&state.world, &id)?;
    state.world.follow(&caller.user, &id);
    Ok(())
}

/// `DELETE /playlists/{id}/followers`.
pub(super) async fn unfollow(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<(), ApiError> {
    caller.needs_one_of(&MODIFY)?;
    let mut state = simulator.lock();
    find(&state.world, &id)?;
    state.world.unfollow(&caller.user, &id);
    Ok(())
}
