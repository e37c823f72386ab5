//! Playlists as wholes: listing, reading, and changing what is written on them.

use super::body;
use super::error::ApiError;
use super::fields::Fields;
use super::page::{Params, Window};
use super::shape::Shape;
use crate::simulator::Simulator;
use crate::simulator::gate::Caller;
use crate::simulator::ids::is_id;
use crate::simulator::world::World;
use crate::simulator::world::playlist::Playlist;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde_json::Value;

/// Characters of a description.
const DESCRIPTION_MAX: usize = 300;

/// `GET /me/playlists`: owned and followed ones.
pub(super) async fn list(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Query(params): Params,
) -> Result<Json<Value>, ApiError> {
    caller.needs_one_of(&["playlist-read-private"])?;
    let window = Window::of(&params)?;
    let state = simulator.lock();
    let user = state.world.user(&caller.user).ok_or(ApiError::NotFound)?;
    let shape = Shape::new(&state.world, &state.look);
    let mut entries: Vec<Option<&Playlist>> =
        user.library.iter().filter_map(|id| state.world.playlists.get(id)).map(Some).collect();
    if caller.needs_one_of(&["playlist-read-collaborative"]).is_err() {
        entries.retain(|one| one.is_none_or(|one| !one.collaborative));
    }
    entries.extend(std::iter::repeat_n(None, user.null_entries));
    let shown = window.part(&entries).iter();
    let shown = shown.map(|one| one.map_or(Value::Null, |one| shape.simplified_playlist(one))).collect();
    let href = format!("{}/v1/me/playlists", state.look.public_url);
    Ok(Json(window.page(&href, &params, entries.len(), shown)))
}

/// `GET /playlists/{id}`.
pub(super) async fn get(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(params): Params,
) -> Result<Json<Value>, ApiError> {
    let state = simulator.lock();
    let playlist = find(&state.world, &id)?;
    let shape = Shape {
        market: params.contains_key("market"),
        episodes: asks_for_episodes(&params),
        ..Shape::new(&state.world, &state.look)
    };
    let whole = shape.playlist(playlist, &caller.user, &params);
    Ok(Json(params.get("fields").map_or_else(|| whole.clone(), |fields| Fields::parse(fields).project(&whole))))
}

/// `PUT /playlists/{id}`: name, description, visibility; any subset.
pub(super) async fn change(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<(), ApiError> {
    let mut state = simulator.lock();
    may_write(&state.world, &id, &caller)?;
    let members = body::object(&bytes)?;
    let name = body::text(&members, "name")?.map(str::to_owned);
    let description = body::text(&members, "description")?.map(str::to_owned);
    let (public, collaborative) = (body::flag(&members, "public")?, body::flag(&members, "collaborative")?);
    if name.as_deref().is_some_and(|name| name.trim().is_empty()) {
        return Err(ApiError::bad("Missing required field: name"));
    }
    check_description(description.as_deref())?;
    let is_public = public.unwrap_or(find(&state.world, &id)?.public);
    if collaborative == Some(true) && is_public {
        return Err(ApiError::bad("Collaborative playlists cannot be public"));
    }
    let change = |playlist: &mut Playlist| {
        playlist.name = name.unwrap_or_else(|| playlist.name.clone());
        playlist.description = description.or_else(|| playlist.description.clone());
        playlist.public = is_public;
        playlist.collaborative = collaborative.unwrap_or(playlist.collaborative);
    };
    state.world.change_details(&id, change).ok_or(ApiError::NotFound)
}

/// Newlines and long texts are refused.
pub(super) fn check_description(description: Option<&str>) -> Result<(), ApiError> {
    let Some(text) = description else { return Ok(()) };
    if text.contains('\n') || text.chars().count() > DESCRIPTION_MAX {
        return Err(ApiError::bad("Invalid description"));
    }
    Ok(())
}

/// The playlist of this id.
pub(super) fn find<'a>(world: &'a World, id: &str) -> Result<&'a Playlist, ApiError> {
    if !is_id(id) {
        return Err(ApiError::bad("Invalid base62 id"));
    }
    world.playlists.get(id).ok_or(ApiError::NotFound)
}

/// Whether this caller may change this playlist: it must be theirs, and the scope must fit its visibility.
pub(super) fn may_write(world: &World, id: &str, caller: &Caller) -> Result<(), ApiError> {
    let playlist = find(world, id)?;
    if !playlist.is_open_to(&caller.user) {
        return Err(ApiError::Forbidden);
    }
    caller.needs_one_of(&[if playlist.public { "playlist-modify-public" } else { "playlist-modify-private" }])
}

/// Whether `additional_types` names episodes.
pub(super) fn asks_for_episodes(params: &std::collections::BTreeMap<String, String>) -> bool {
    params.get("additional_types").is_some_and(|types| types.split(',').any(|one| one.trim() == "episode"))
}
