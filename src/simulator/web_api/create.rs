//! New playlists.

use super::error::ApiError;
use super::playlists::check_description;
use super::shape::Shape;
use super::{body, playlists};
use crate::simulator::Simulator;
use crate::simulator::gate::Caller;
use crate::simulator::world::journaled::NewPlaylist;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::{Extension, Json};
use http::StatusCode;
use serde_json::Value;
use std::collections::BTreeMap;

/// `POST /me/playlists`.
pub(super) async fn create(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    make(&simulator, &caller, &bytes)
}

/// `POST /users/{id}/playlists`, in extended quota only and only for oneself.
pub(super) async fn create_for(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(user): Path<String>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    if user != caller.user {
        return Err(ApiError::Forbidden);
    }
    make(&simulator, &caller, &bytes)
}

fn make(simulator: &Simulator, caller: &Caller, bytes: &[u8]) -> Result<(StatusCode, Json<Value>), ApiError> {
    let members = body::object(bytes)?;
    let name = body::text(&members, "name")?.filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| ApiError::bad("Missing required field: name"))?;
    let asked_public = body::flag(&members, "public")?.unwrap_or(true);
    let collaborative = body::flag(&members, "collaborative")?.unwrap_or(false);
    let description = body::text(&members, "description")?;
    check_description(description)?;
    if collaborative && asked_public {
        return Err(ApiError::bad("Collaborative playlists cannot be public"));
    }
    caller.needs_one_of(&[if asked_public { "playlist-modify-public" } else { "playlist-modify-private" }])?;
    let mut state = simulator.lock();
    let public = asked_public || !state.honour_private;
    let description = description.map(str::to_owned);
    let new = NewPlaylist { description, public, collaborative, ..NewPlaylist::named(name, Vec::new()) };
    let id = state.world.make_playlist(&caller.user, new, Some(caller.request));
    let playlist = playlists::find(&state.world, &id)?;
    let whole = Shape::new(&state.world, &state.look).playlist(playlist, &caller.user, &BTreeMap::new());
    Ok((StatusCode::CREATED, Json(whole)))
}
