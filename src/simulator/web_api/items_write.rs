//! Changing rows. Nothing is deduplicated, and `DELETE` takes all copies.

use super::body;
use super::error::ApiError;
use super::page::Params;
use super::playlists::{find, may_write};
use super::shape::rows::Noun;
use crate::simulator::Simulator;
use crate::simulator::gate::Caller;
use crate::simulator::ids::is_id;
use crate::simulator::state::State as All;
use crate::simulator::world::World;
use crate::simulator::world::playlist::{Playlist, RowsError};
use crate::simulator::world::row::{Medium, Row};
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// URIs in one write.
pub(super) const URIS_MAX: usize = 100;

type Answer = Result<Json<Value>, ApiError>;

/// `POST`: adds rows at a position or at the end.
pub(super) async fn add(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(params): Params,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let mut state = simulator.lock();
    may_write(&state.world, &id, &caller)?;
    let members = body::object(&bytes)?;
    let uris = uris_of(&members, &params)?.ok_or_else(|| ApiError::bad("No uris provided"))?;
    let position = match params.get("position") {
        Some(text) => Some(text.parse().map_err(|_| ApiError::bad("Invalid position"))?),
        None => body::index(&members, "position")?,
    };
    let rows = rows_of(&state.world, &uris, &caller)?;
    let answer = apply(&mut state, &id, &caller, |playlist| playlist.insert(position, rows))?;
    Ok((StatusCode::CREATED, answer))
}

/// `PUT`: replaces all rows, or moves a range; never both.
pub(super) async fn replace_or_reorder(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(params): Params,
    bytes: Bytes,
) -> Answer {
    let mut state = simulator.lock();
    may_write(&state.world, &id, &caller)?;
    let members = body::object(&bytes)?;
    let uris = uris_of(&members, &params)?;
    let start = body::index(&members, "range_start")?;
    let before = body::index(&members, "insert_before")?;
    match (uris, start, before) {
        (Some(uris), None, None) => {
            let rows = rows_of(&state.world, &uris, &caller)?;
            apply(&mut state, &id, &caller, |playlist| {
                playlist.rows = rows;
                Ok(())
            })
        }
        (None, Some(start), Some(before)) => {
            check_snapshot(find(&state.world, &id)?, &members)?;
            let len = body::index(&members, "range_length")?.unwrap_or(1);
            apply(&mut state, &id, &caller, |playlist| playlist.reorder(start, before, len))
        }
        (None, None, None) => Err(ApiError::bad("No uris provided")),
        (Some(_), _, _) => Err(ApiError::bad("You can not replace and reorder at the same time")),
        (None, _, _) => Err(ApiError::bad("Missing required field: range_start or insert_before")),
    }
}

/// `DELETE …/items`.
pub(super) async fn remove(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    delete(&simulator, &caller, &id, Noun::Items, &bytes)
}

/// `DELETE …/tracks`: the same with the old key.
pub(super) async fn remove_tracks(
    State(simulator): State<Simulator>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    delete(&simulator, &caller, &id, Noun::Tracks, &bytes)
}

/// Positions are ignored: every copy of a URI goes.
fn delete(simulator: &Simulator, caller: &Caller, id: &str, noun: Noun, bytes: &[u8]) -> Answer {
    let mut state = simulator.lock();
    may_write(&state.world, id, caller)?;
    let members = body::object(bytes)?;
    let entries = members.get(noun.as_str()).ok_or_else(|| ApiError::bad("No uris provided"))?;
    let malformed = || ApiError::bad("Could not remove tracks, please check parameters.");
    let entries = entries.as_array().ok_or_else(malformed)?;
    let uris: Option<Vec<String>> =
        entries.iter().map(|entry| entry.get("uri").and_then(Value::as_str).map(str::to_owned)).collect();
    let uris = uris.ok_or_else(malformed)?;
    if uris.is_empty() {
        return Err(ApiError::bad("No uris provided"));
    }
    check_count(uris.len())?;
    check_snapshot(find(&state.world, id)?, &members)?;
    apply(&mut state, id, caller, |playlist| {
        playlist.remove_all_copies(&uris);
        Ok(())
    })
}

fn apply(
    state: &mut All,
    id: &str,
    caller: &Caller,
    change: impl FnOnce(&mut Playlist) -> Result<(), RowsError>,
) -> Answer {
    let outcome = state.world.change_rows(id, Some(caller.request), change).ok_or(ApiError::NotFound)?;
    match outcome {
        Ok(snapshot) => Ok(Json(json!({ "snapshot_id": snapshot }))),
        Err(RowsError::OutOfBounds) => Err(ApiError::bad("Index out of bounds.")),
        Err(RowsError::Full) => Err(ApiError::Full),
    }
}

/// The URIs of a write; those in the query win over those in the body.
fn uris_of(members: &Map<String, Value>, params: &BTreeMap<String, String>) -> Result<Option<Vec<String>>, ApiError> {
    let uris: Vec<String> = match (params.get("uris"), members.get("uris")) {
        (Some(list), _) => list.split(',').filter(|uri| !uri.is_empty()).map(str::to_owned).collect(),
        (None, None) => return Ok(None),
        (None, Some(value)) => {
            let texts =
                value.as_array().and_then(|list| list.iter().map(|one| one.as_str().map(str::to_owned)).collect());
            texts.ok_or_else(|| ApiError::bad("Invalid uris"))?
        }
    };
    check_count(uris.len())?;
    Ok(Some(uris))
}

fn check_count(uris: usize) -> Result<(), ApiError> {
    if uris > URIS_MAX {
        return Err(ApiError::bad("You can add a maximum of 100 tracks per request."));
    }
    Ok(())
}

fn check_snapshot(playlist: &Playlist, members: &Map<String, Value>) -> Result<(), ApiError> {
    let Some(snapshot) = body::text(members, "snapshot_id")? else { return Ok(()) };
    if playlist.snapshots.knows(snapshot) { Ok(()) } else { Err(ApiError::bad("Missing or bad version tag")) }
}

/// New rows, all added now by the caller.
fn rows_of(world: &World, uris: &[String], caller: &Caller) -> Result<Vec<Row>, ApiError> {
    let (added_at, added_by) = (Some(world.clock()), Some(caller.user.as_str().into()));
    let row = |uri: &String| {
        let medium = medium_of(world, uri)?;
        Ok(Row { added_at, added_by: Clone::clone(&added_by), medium })
    };
    uris.iter().map(row).collect()
}

/// Local files cannot be added; a song that is no more spoils the whole write.
fn medium_of(world: &World, uri: &str) -> Result<Medium, ApiError> {
    let invalid = || ApiError::BadRequest(format!("Invalid track uri: {uri}"));
    let (kind, id) = uri.strip_prefix("spotify:").and_then(|rest| rest.split_once(':')).ok_or_else(invalid)?;
    match kind {
        "track" => match world.track(id) {
            Some(track) => Ok(Medium::Track(track.clone())),
            None if is_id(id) => Err(ApiError::DeadUri),
            None => Err(invalid()),
        },
        "episode" => match world.extra_episodes.get(id) {
            Some(episode) => Ok(Medium::Episode(episode.clone())),
            None if is_id(id) => Err(ApiError::DeadUri),
            None => Err(invalid()),
        },
        _ => Err(invalid()),
    }
}
