//! What to write to one child: from what it holds to what it should hold, by the fewest requests that
//! keep every wanted song in it. Promises P1, P2, P6 and P8 of the quality page are kept here.
//!
//! Absent on purpose: reading, sending, and any thought of time. [`replay`] says what Spotify does with
//! each request, so that the promises can be tested on every state that a child goes through.

mod edits;
mod longest_run;
#[cfg(test)]
mod tests;

use super::batch::{PLAYLIST_LEN_MAX, WRITE_LEN_MAX, chunk_count};
use edits::Edits;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// One row that a child holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// URI of a track or an episode; "" for a null item.
    pub uri: String,
    /// A local file or null item that the API cannot add back: never removed or moved, left out of comparisons.
    pub fixed: bool,
}

impl Row {
    /// A row that the API can remove and add back.
    pub fn song(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), fixed: false }
    }
}

/// How a child is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WriteKind {
    /// It already holds what it should.
    Nothing,
    /// One request that carries the whole list.
    Put,
    /// Requests that each keep every wanted song in the child.
    Edits,
    /// Rewritten in full: for a moment wanted songs are missing.
    Replace,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteOp {
    /// Replaces everything.
    Put { uris: Vec<String> },
    /// Inserts at `position`, counted from 0; without it, appends.
    Post { uris: Vec<String>, position: Option<u32> },
    /// Moves a range before `insert_before`, counted in the list before the move.
    Move { range_start: u32, insert_before: u32, range_length: u32 },
    /// Removes all copies of each URI.
    Delete { uris: Vec<String> },
}

/// The requests for one child, in order, and what they change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WritePlan {
    pub kind: WriteKind,
    /// One per request.
    pub ops: Vec<WriteOp>,
    /// In the target's order.
    pub added: Vec<String>,
    /// In the child's order, each once.
    pub removed: Vec<String>,
    /// Songs that were there and stay.
    pub kept: u32,
}

/// Why a child cannot be written. Found before the first request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotWrite {
    /// More songs than a playlist can hold.
    #[error("{len} songs match, but a playlist on Spotify holds at most {PLAYLIST_LEN_MAX}: add a limit")]
    TooLong { len: usize },
    /// A repeated song that stays, or a full playlist, beside rows that must not be lost.
    #[error(
        "this playlist holds local files or unavailable rows, which Spotify's API cannot add back, and its songs \
         cannot be put right without losing them: remove the repeated songs or those rows in Spotify, then sync again"
    )]
    FixedRowsInTheWay,
}

/// Takes what a child holds and what it should hold, in order; gives the requests that lead from one to the other.
/// A song that the target repeats, as a restored list may, is repeated; beside fixed rows it counts once.
///
/// # Errors
/// [`CannotWrite`] if the target is too long, or cannot be reached beside the child's fixed rows.
pub fn plan_writes(current: &[Row], target: &[String]) -> Result<WritePlan, CannotWrite> {
    let difference = Difference::new(current, target);
    let repeats = target.len() > difference.target.len() && difference.fixed_len() == 0;
    let len = if repeats { target.len() } else { difference.target.len() };
    if len > PLAYLIST_LEN_MAX {
        return Err(CannotWrite::TooLong { len });
    }
    let (kind, ops) = if repeats { write_repeats(&difference, target) } else { choose(&difference)? };
    Ok(WritePlan {
        kind,
        ops,
        added: difference.added.iter().map(|&uri| uri.to_owned()).collect(),
        removed: owned(&difference.removed),
        kept: (difference.target.len() - difference.added.len()) as u32,
    })
}

/// What a child holds beside what it should hold.
struct Difference<'a> {
    rows: &'a [Row],
    /// The rows that count, in order.
    old: Vec<&'a str>,
    /// Each song once, in order.
    target: Vec<&'a str>,
    /// Where each song stands in `target`.
    place: HashMap<&'a str, u32>,
    added: Vec<&'a str>,
    removed: Vec<&'a str>,
    /// A song that stays is there more than once.
    repeats_kept: bool,
}

impl<'a> Difference<'a> {
    fn new(rows: &'a [Row], target: &'a [String]) -> Self {
        let target = each_once(target.iter().map(String::as_str));
        let place: HashMap<&str, u32> = target.iter().zip(0..).map(|(&uri, index)| (uri, index)).collect();
        let old: Vec<&str> = rows.iter().filter(|row| !row.fixed).map(|row| row.uri.as_str()).collect();
        let held: HashSet<&str> = old.iter().copied().collect();
        let added: Vec<&str> = target.iter().copied().filter(|uri| !held.contains(uri)).collect();
        let removed = each_once(old.iter().copied().filter(|uri| !place.contains_key(uri)));
        let rows_kept = old.iter().filter(|uri| place.contains_key(*uri)).count();
        let repeats_kept = rows_kept > target.len() - added.len();
        Self { rows, old, target, place, added, removed, repeats_kept }
    }

    fn fixed_len(&self) -> usize {
        self.rows.len() - self.old.len()
    }

    /// The child holds songs, and none of them stays.
    fn keeps_nothing(&self) -> bool {
        !self.old.is_empty() && self.added.len() == self.target.len()
    }

    /// Old and new songs do not fit into a playlist together.
    fn overflows(&self) -> bool {
        self.rows.len() + self.added.len() > PLAYLIST_LEN_MAX
    }
}

/// Chooses the cheapest way that the promises allow.
fn choose(difference: &Difference<'_>) -> Result<(WriteKind, Vec<WriteOp>), CannotWrite> {
    if difference.old == difference.target {
        return Ok((WriteKind::Nothing, Vec::new()));
    }
    if difference.fixed_len() > 0 {
        return write_around_fixed_rows(difference);
    }
    if difference.target.len() <= WRITE_LEN_MAX {
        return Ok(write_short(difference));
    }
    if difference.keeps_nothing() || difference.repeats_kept {
        return Ok((WriteKind::Replace, replace(&difference.target)));
    }
    let edits = Edits::new(difference);
    if edits.request_count() > edits_max(difference.target.len()) {
        return Ok((WriteKind::Replace, replace(&difference.target)));
    }
    Ok((WriteKind::Edits, edits.ops()))
}

/// Above this many requests, edits of a child of `len` songs take so long that rewriting is the lesser evil.
fn edits_max(len: usize) -> usize {
    3 * chunk_count(len, WRITE_LEN_MAX) + 3
}

/// Only edits leave a fixed row where it is. A repeated song cannot be reduced to one copy by edits: a
/// removal takes all copies, and until one is put back a wanted song would be missing.
fn write_around_fixed_rows(difference: &Difference<'_>) -> Result<(WriteKind, Vec<WriteOp>), CannotWrite> {
    if difference.repeats_kept || difference.fixed_len() + difference.target.len() > PLAYLIST_LEN_MAX {
        return Err(CannotWrite::FixedRowsInTheWay);
    }
    Ok((WriteKind::Edits, Edits::new(difference).ops()))
}

/// One request for a list that fits into one. Append and removal come first because they keep the dates
/// on which songs were added; where no song stays there is no such date, and `PUT` can be repeated safely.
fn write_short(difference: &Difference<'_>) -> (WriteKind, Vec<WriteOp>) {
    let Difference { old, target, added, removed, .. } = difference;
    if !old.is_empty() && target.starts_with(old) {
        return (WriteKind::Edits, vec![WriteOp::Post { uris: owned(added), position: None }]);
    }
    let stays = old.iter().filter(|uri| difference.place.contains_key(*uri));
    if !target.is_empty() && removed.len() <= WRITE_LEN_MAX && stays.eq(target) {
        return (WriteKind::Edits, vec![WriteOp::Delete { uris: owned(removed) }]);
    }
    (WriteKind::Put, vec![WriteOp::Put { uris: owned(target) }])
}

/// Edits cannot tell copies of a song apart: the list is written as a whole.
fn write_repeats(difference: &Difference<'_>, target: &[String]) -> (WriteKind, Vec<WriteOp>) {
    let target: Vec<&str> = target.iter().map(String::as_str).collect();
    match target.len() {
        _ if difference.old == target => (WriteKind::Nothing, Vec::new()),
        len if len <= WRITE_LEN_MAX => (WriteKind::Put, replace(&target)),
        _ => (WriteKind::Replace, replace(&target)),
    }
}

/// The whole list, the first hundred instead of what is there, the others behind them.
fn replace(target: &[&str]) -> Vec<WriteOp> {
    let (first, rest) = target.split_at(target.len().min(WRITE_LEN_MAX));
    let posts = rest.chunks(WRITE_LEN_MAX).map(|uris| WriteOp::Post { uris: owned(uris), position: None });
    std::iter::once(WriteOp::Put { uris: owned(first) }).chain(posts).collect()
}

/// What Spotify makes of `rows` when it receives `op`. An index beyond the end counts as the end.
pub fn replay(rows: &[Row], op: &WriteOp) -> Vec<Row> {
    let songs = |uris: &[String]| uris.iter().map(Row::song).collect::<Vec<_>>();
    match op {
        WriteOp::Put { uris } => songs(uris),
        WriteOp::Post { uris, position } => {
            let at = position.map_or(rows.len(), |position| rows.len().min(position as usize));
            [&rows[..at], &songs(uris), &rows[at..]].concat()
        }
        WriteOp::Move { range_start, insert_before, range_length } => {
            let start = rows.len().min(*range_start as usize);
            let end = rows.len().min(start + *range_length as usize);
            let to = rows.len().min(*insert_before as usize);
            if to < start {
                [&rows[..to], &rows[start..end], &rows[to..start], &rows[end..]].concat()
            } else if to > end {
                [&rows[..start], &rows[end..to], &rows[start..end], &rows[to..]].concat()
            } else {
                rows.to_vec()
            }
        }
        WriteOp::Delete { uris } => rows.iter().filter(|row| !uris.contains(&row.uri)).cloned().collect(),
    }
}

/// Names this very result: what a child holds and what it should hold. 32 hexadecimal digits.
pub fn plan_hash(current: &[Row], target: &[String]) -> String {
    let mut hash = Fnv128::new();
    for row in current {
        hash.write(if row.fixed { b"fixed" } else { b"song" });
        hash.write(row.uri.as_bytes());
    }
    hash.write(b"target");
    for uri in target {
        hash.write(uri.as_bytes());
    }
    format!("{:032x}", hash.0)
}

/// FNV-1a with 128 bits: the same in browser and server and on every machine, no dependency.
/// It tells results apart; it does not withstand someone who forges one.
struct Fnv128(u128);

impl Fnv128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

    fn new() -> Self {
        Self(Self::BASIS)
    }

    /// The length goes first, so that neighbouring texts cannot run into each other.
    fn write(&mut self, text: &[u8]) {
        for byte in (text.len() as u64).to_le_bytes().iter().chain(text) {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(Self::PRIME);
        }
    }
}

/// The first occurrence of each.
fn each_once<'a>(uris: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    uris.filter(|uri| seen.insert(*uri)).collect()
}

fn owned(uris: &[&str]) -> Vec<String> {
    uris.iter().map(|&uri| uri.to_owned()).collect()
}
