//! Tracks, artists and albums, single and in batches.

use super::error::ApiError;
use super::page::Params;
use super::shape::Shape;
use crate::simulator::Simulator;
use crate::simulator::ids::is_id;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Ids in one batch.
const TRACKS_MAX: usize = 50;
const ARTISTS_MAX: usize = 50;
const ALBUMS_MAX: usize = 20;

type Answer = Result<Json<Value>, ApiError>;

/// A noun's object by id, where there is one.
type Draw = fn(&Shape<'_>, &str) -> Option<Value>;

const TRACK: Draw = |shape, id| shape.world.track(id).map(|track| shape.track(track));
const ARTIST: Draw = |shape, id| shape.world.catalogue.artist(id).map(|artist| shape.artist(artist));
const ALBUM: Draw = |shape, id| shape.world.catalogue.album(id).map(|album| shape.album(album));

/// `GET /tracks/{id}`.
pub(super) async fn track(State(simulator): State<Simulator>, Path(id): Path<String>, Query(params): Params) -> Answer {
    one(&simulator, &id, &params, TRACK)
}

/// `GET /artists/{id}`.
pub(super) async fn artist(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Query(params): Params,
) -> Answer {
    one(&simulator, &id, &params, ARTIST)
}

/// `GET /albums/{id}`.
pub(super) async fn album(State(simulator): State<Simulator>, Path(id): Path<String>, Query(params): Params) -> Answer {
    one(&simulator, &id, &params, ALBUM)
}

/// `GET /tracks?ids=`.
pub(super) async fn tracks(State(simulator): State<Simulator>, Query(params): Params) -> Answer {
    batch(&simulator, &params, "tracks", TRACKS_MAX, TRACK)
}

/// `GET /artists?ids=`.
pub(super) async fn artists(State(simulator): State<Simulator>, Query(params): Params) -> Answer {
    batch(&simulator, &params, "artists", ARTISTS_MAX, ARTIST)
}

/// `GET /albums?ids=`.
pub(super) async fn albums(State(simulator): State<Simulator>, Query(params): Params) -> Answer {
    batch(&simulator, &params, "albums", ALBUMS_MAX, ALBUM)
}

fn one(simulator: &Simulator, id: &str, params: &BTreeMap<String, String>, draw: Draw) -> Answer {
    let state = simulator.lock();
    let shape = Shape { market: params.contains_key("market"), ..Shape::new(&state.world, &state.look) };
    match draw(&shape, id) {
        Some(found) => Ok(Json(found)),
        None if is_id(id) => Err(ApiError::NotFound),
        None => Err(ApiError::bad("Invalid base62 id")),
    }
}

/// An unknown id gives null in its place.
fn batch(simulator: &Simulator, params: &BTreeMap<String, String>, key: &str, most: usize, draw: Draw) -> Answer {
    let list = params.get("ids").map(String::as_str).unwrap_or_default();
    let ids: Vec<&str> = list.split(',').filter(|id| !id.is_empty()).collect();
    if ids.is_empty() {
        return Err(ApiError::bad("Missing required field: ids"));
    }
    if ids.len() > most {
        return Err(ApiError::bad("Too many ids requested"));
    }
    let state = simulator.lock();
    let shape = Shape { market: params.contains_key("market"), ..Shape::new(&state.world, &state.look) };
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        match draw(&shape, id) {
            None if !is_id(id) => return Err(ApiError::bad("Invalid base62 id")),
            drawn => found.push(drawn.unwrap_or(Value::Null)),
        }
    }
    Ok(Json(json!({ key: found })))
}
