//! What is done with the songs that match: doubles, a cap per artist, order, a limit.

use super::fields;
use super::json::{FilterError, nearest};
use super::read::Value;
use super::rule::Reduce;
use super::text::fold;
use crate::domain::track::FilterableTrack;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// Keys to sort by.
pub const SORT_KEYS_MAX: usize = 5;
const TRACKS_MAX: u32 = 10_000;
const MINUTES_MAX: u32 = 100_000;

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
pub fn apply_output(tracks: &[FilterableTrack], matched: &[u32], output: &Output) -> Vec<u32> {
    let mut kept = deduped(tracks, matched, output.dedupe);
    if let Some(most) = output.max_per_artist {
        kept = capped(tracks, &kept, most);
    }
    if !output.sort.is_empty() {
        kept.sort_by(|a, b| compare(&tracks[*a as usize], &tracks[*b as usize], &output.sort));
    }
    match output.limit {
        None => {}
        Some(Limit::Tracks(most)) => kept.truncate(most as usize),
        Some(Limit::Minutes(most)) => kept.truncate(within(tracks, &kept, u64::from(most) * 60_000)),
    }
    kept
}

fn deduped(tracks: &[FilterableTrack], matched: &[u32], dedupe: Dedupe) -> Vec<u32> {
    let mut uris = HashSet::new();
    let mut recordings = HashSet::new();
    let mut names: HashMap<(String, String), Vec<u32>> = HashMap::new();
    let mut kept = Vec::with_capacity(matched.len());
    for at in matched {
        let track = &tracks[*at as usize];
        let new_uri = uris.insert(track.uri.as_str());
        let new_recording =
            dedupe == Dedupe::Id || track.isrc.as_deref().is_none_or(|isrc| recordings.insert(isrc.to_uppercase()));
        let new_name = dedupe != Dedupe::IsrcThenName || is_new_name(track, &mut names);
        if new_uri && new_recording && new_name {
            kept.push(*at);
        }
    }
    kept
}

fn is_new_name(track: &FilterableTrack, names: &mut HashMap<(String, String), Vec<u32>>) -> bool {
    const SAME_WITHIN_MS: u32 = 2_000;
    // Songs that were taken down have no title; nothing says that they are the same.
    if track.title.is_empty() {
        return true;
    }
    let artist = track.artists.first().map_or("", |artist| artist.name.as_str());
    let lengths = names.entry((fold(artist), fold(&track.title))).or_default();
    let known = lengths.iter().any(|length| length.abs_diff(track.duration_ms) <= SAME_WITHIN_MS);
    lengths.push(track.duration_ms);
    !known
}

fn capped(tracks: &[FilterableTrack], kept: &[u32], most: u32) -> Vec<u32> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    let mut within = |at: &&u32| {
        let Some(artist) = tracks[**at as usize].artists.first() else { return true };
        let count = counts.entry(artist.id.clone().unwrap_or_else(|| fold(&artist.name))).or_default();
        *count += 1;
        *count <= most
    };
    kept.iter().filter(|at| within(at)).copied().collect()
}

fn compare(a: &FilterableTrack, b: &FilterableTrack, keys: &[SortKey]) -> Ordering {
    for key in keys {
        let Some(field) = fields::find(&key.field) else { continue };
        let (left, right) = ((field.read)(a, Reduce::Max), (field.read)(b, Reduce::Max));
        let order = match (left == Value::Missing, right == Value::Missing) {
            (true, true) => Ordering::Equal,
            (true, false) => return Ordering::Greater,
            (false, true) => return Ordering::Less,
            (false, false) => directed(compare_values(&left, &right), key.dir),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn directed(order: Ordering, direction: Direction) -> Ordering {
    match direction {
        Direction::Asc => order,
        Direction::Desc => order.reverse(),
    }
}

fn compare_values(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) | (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => fold(a).cmp(&fold(b)),
        (Value::Texts(a), Value::Texts(b)) => a.first().map(|t| fold(t)).cmp(&b.first().map(|t| fold(t))),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Days(a, _), Value::Days(b, _)) => a.cmp(b),
        // One field gives one kind of value.
        (_, _) => Ordering::Equal,
    }
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
