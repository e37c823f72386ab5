//! Reading rows.

use super::error::ApiError;
use super::fields::Fields;
use super::page::{Params, Window};
use super::playlists::{asks_for_episodes, find};
use super::shape::Shape;
use super::shape::rows::Noun;
use crate::simulator::Simulator;
use crate::simulator::gate::Caller;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde_json::Value;
use std::collections::BTreeMap;

/// `GET /playlists/{id}/items`: one's own playlists only.
pub(super) async fn get_items(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(params): Params,
) -> Result<Json<Value>, ApiError> {
    read(&simulator, &caller, &id, Noun::Items, &params)
}

/// `GET /playlists/{id}/tracks`: the old path, which also shows other people's.
pub(super) async fn get_tracks(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(params): Params,
) -> Result<Json<Value>, ApiError> {
    read(&simulator, &caller, &id, Noun::Tracks, &params)
}

fn read(
    simulator: &Simulator,
    caller: &Caller,
    id: &str,
    noun: Noun,
    params: &BTreeMap<String, String>,
) -> Result<Json<Value>, ApiError> {
    let state = simulator.lock();
    let playlist = find(&state.world, id)?;
    caller.needs_one_of(&["playlist-read-private"])?;
    if noun == Noun::Items && !playlist.is_open_to(&caller.user) {
        return Err(ApiError::Forbidden);
    }
    let window = Window::of(params)?;
    let shape = Shape {
        market: params.contains_key("market"),
        episodes: asks_for_episodes(params),
        ..Shape::new(&state.world, &state.look)
    };
    let page = shape.rows(playlist, noun, window, params);
    Ok(Json(params.get("fields").map_or_else(|| page.clone(), |fields| Fields::parse(fields).project(&page))))
}
