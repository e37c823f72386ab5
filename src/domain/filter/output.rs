//! What is done with the songs that match: doubles, a cap per artist, order, a limit.

#[cfg(test)]
mod tests;

use super::bits::Bits;
use super::columns::{Cells, Column, Columns};
use super::fields;
use super::json::{FilterError, nearest};
use super::rule::Reduce;
use super::text::fold;
use crate::domain::track::FilterableTrack;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// Keys to sort by.
pub const SORT_KEYS_MAX: usize = 5;
/// Songs of a limit.
pub const TRACKS_MAX: u32 = 10_000;
/// Minutes of a limit.
pub const MINUTES_MAX: u32 = 100_000;

/// Which direction a key sorts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[default]
    Asc,
    Desc,
}

/// A key to sort by; songs without a value come last, ties stay in the base's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SortKey {
    pub field: String,
    #[serde(default)]
    pub dir: Direction,
}

/// Where to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    Tracks(u32),
    Minutes(u32),
}

/// What counts as the same song.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dedupe {
    /// The same Spotify id.
    #[default]
    Id,
    /// The same recording.
    Isrc,
    /// The same recording, else the same primary artist, title and length within two seconds.
    IsrcThenName,
}

/// Output options; absent ones change nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<SortKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_per_artist: Option<u32>,
    pub dedupe: Dedupe,
}

impl Output {
    /// Reads the `output` of a filter.
    pub fn parse(value: &serde_json::Value) -> Result<Self, Vec<FilterError>> {
        let output: Self = serde_json::from_value(value.clone())
            .map_err(|error| vec![FilterError::new("/output", format!("The output options do not fit: {error}."))])?;
        let mut faults = Vec::new();
        let mut fault =
            |pointer: &str, detail: String| faults.push(FilterError::new(format!("/output{pointer}"), detail));
        if output.sort.len() > SORT_KEYS_MAX {
            fault("/sort", format!("At most {SORT_KEYS_MAX} keys."));
        }
        for (at, key) in output.sort.iter().enumerate() {
            if fields::find(&key.field).is_none() {
                let near = nearest(&key.field, fields::FIELDS.iter().map(|field| field.id));
                fault(
                    &format!("/sort/{at}/field"),
                    format!("There is no field {:?}. {near}", key.field).trim_end().to_owned(),
                );
            }
        }
        let limit_fits = match output.limit {
            None => true,
            Some(Limit::Tracks(n)) => (1..=TRACKS_MAX).contains(&n),
            Some(Limit::Minutes(n)) => (1..=MINUTES_MAX).contains(&n),
        };
        if !limit_fits {
            fault("/limit", format!("A limit is 1 to {TRACKS_MAX} tracks or 1 to {MINUTES_MAX} minutes."));
        }
        if output.max_per_artist == Some(0) {
            fault("/max_per_artist", "At least 1.".to_owned());
        }
        if faults.is_empty() { Ok(output) } else { Err(faults) }
    }

    /// As JSON.
    pub fn write(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Takes the songs that match, as indexes in the base's order, and gives those that stay, in the target's order.
pub fn apply_output(columns: &Columns<'_>, matched: &[u32], output: &Output) -> Vec<u32> {
    let tracks = columns.tracks();
    let mut kept = deduped(columns, matched, output.dedupe);
    if let Some(most) = output.max_per_artist {
        kept = capped(tracks, &kept, most);
    }
    if !output.sort.is_empty() {
        let orders: Vec<Vec<i64>> = output.sort.iter().filter_map(|key| order(columns, key)).collect();
        kept.sort_by(|a, b| compare(&orders, *a as usize, *b as usize));
    }
    match output.limit {
        None => {}
        Some(Limit::Tracks(most)) => kept.truncate(most as usize),
        Some(Limit::Minutes(most)) => kept.truncate(within(tracks, &kept, u64::from(most) * 60_000)),
    }
    kept
}

/// A song that is the same as an earlier one that matched goes, also where that one went itself.
fn deduped(columns: &Columns<'_>, matched: &[u32], dedupe: Dedupe) -> Vec<u32> {
    let songs = columns.songs();
    let mut seen = Bits::none(songs.uris.len());
    let mut recordings = HashSet::new();
    let mut names = (dedupe == Dedupe::IsrcThenName).then(|| Names::new(columns)).flatten();
    let mut kept = Vec::with_capacity(matched.len());
    for at in matched {
        let (track, song) = (&columns.tracks()[*at as usize], songs.codes[*at as usize] as usize);
        let new_song = !seen.has(song);
        seen.insert(song);
        let isrc = track.isrc.as_deref().filter(|isrc| !isrc.is_empty() && dedupe != Dedupe::Id);
        let new_recording = isrc.is_none_or(|isrc| recordings.insert(isrc.to_uppercase()));
        let new_name = names.as_mut().is_none_or(|names| names.is_new(*at as usize, track.duration_ms));
        if new_song && new_recording && new_name {
            kept.push(*at);
        }
    }
    kept
}

/// Lengths of the songs of each title and primary artist.
struct Names<'c> {
    titles: &'c Column,
    artists: &'c Column,
    lengths: HashMap<(u32, u32), Vec<u32>>,
}

impl<'c> Names<'c> {
    fn new(columns: &'c Columns<'_>) -> Option<Self> {
        let column = |id| fields::find(id).map(|field| columns.column(field, Reduce::Max));
        Some(Self { titles: column("title")?, artists: column("primary_artist")?, lengths: HashMap::new() })
    }

    fn is_new(&mut self, row: usize, duration_ms: u32) -> bool {
        const SAME_WITHIN_MS: u32 = 2_000;
        // Songs that were taken down have no title; nothing says that they are the same.
        if self.titles.missing.has(row) {
            return true;
        }
        let code = |column: &Column| match &column.cells {
            Cells::Texts { codes, .. } => codes[row],
            Cells::Lists { .. } | Cells::Numbers(_) | Cells::Booleans(_) | Cells::Days(_) | Cells::Instants(_) => 0,
        };
        let lengths = self.lengths.entry((code(self.artists), code(self.titles))).or_default();
        let known = lengths.iter().any(|length| length.abs_diff(duration_ms) <= SAME_WITHIN_MS);
        lengths.push(duration_ms);
        !known
    }
}

fn capped(tracks: &[FilterableTrack], kept: &[u32], most: u32) -> Vec<u32> {
    let mut counts: HashMap<Cow<'_, str>, u32> = HashMap::new();
    let mut within = |at: &&u32| {
        let Some(artist) = tracks[**at as usize].artists.first() else { return true };
        let key = artist.id.as_deref().map_or_else(|| Cow::Owned(fold(&artist.name)), Cow::Borrowed);
        let count = counts.entry(key).or_default();
        *count += 1;
        *count <= most
    };
    kept.iter().filter(|at| within(at)).copied().collect()
}

/// A number for each row of the base that sorts as the key says; what is missing stands last.
fn order(columns: &Columns<'_>, key: &SortKey) -> Option<Vec<i64>> {
    let column = columns.column(fields::find(&key.field)?, Reduce::Max);
    let mut order = column.order();
    if key.dir == Direction::Desc {
        // Turns the order round and, other than a minus sign, overflows nowhere.
        order.iter_mut().for_each(|place| *place = !*place);
    }
    column.missing.rows().for_each(|row| order[row] = i64::MAX);
    Some(order)
}

fn compare(orders: &[Vec<i64>], a: usize, b: usize) -> Ordering {
    orders.iter().map(|order| order[a].cmp(&order[b])).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// How many songs fit into so many milliseconds.
fn within(tracks: &[FilterableTrack], kept: &[u32], most_ms: u64) -> usize {
    let mut sum = 0;
    kept.iter()
        .take_while(|at| {
            sum += u64::from(tracks[**at as usize].duration_ms);
            sum <= most_ms
        })
        .count()
}
