//! What a rule could ask for: the values that the songs of a base hold, with how many songs hold each.

use super::fields::{Field, Kind};
use super::read::{Reader, Value, reader};
use super::rule::Reduce;
use super::text::fold;
use crate::domain::track::FilterableTrack;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Values offered where no scripts run.
const KNOWN_MAX: usize = 50;

/// Suggestions shown at a time.
pub const SHOWN_MAX: usize = 8;

/// A value that songs of the base hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What the rule gets.
    pub value: String,
    /// What people read: of ids the name.
    pub label: String,
    /// Songs that hold it.
    pub songs: u32,
    /// The label, folded: what typing is compared with.
    pub folded: String,
}

/// From a value, what people read for it, and how many songs hold it.
pub fn suggestion(value: String, label: String, songs: u32) -> Suggestion {
    Suggestion { folded: fold(&label), value, label, songs }
}

/// What a box offers where no scripts run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownValues {
    /// Id of the field.
    pub field: String,
    /// Each value with what people read beside it; the most frequent first.
    pub values: Vec<(String, String)>,
}

/// The most frequent values of a field, at most `KNOWN_MAX`.
pub fn known_values(field: &Field, tracks: &[FilterableTrack]) -> KnownValues {
    let words = |one: Suggestion| {
        let songs = if one.songs == 1 { "1 song".to_owned() } else { format!("{} songs", one.songs) };
        let label = if one.label == one.value { songs } else { format!("{}, {songs}", one.label) };
        (one.value, label)
    };
    let values = suggestions(field, tracks).into_iter().take(KNOWN_MAX).map(words).collect();
    KnownValues { field: field.id.to_owned(), values }
}

/// All values of a field among songs, the most frequent first, ties by name. Empty for numbers and dates.
pub fn suggestions(field: &Field, tracks: &[FilterableTrack]) -> Vec<Suggestion> {
    let read = reader(field);
    let mut counts: HashMap<String, (String, u32)> = HashMap::new();
    for track in tracks {
        let mut seen = HashSet::new();
        for (value, label) in labelled(field, read, track) {
            if seen.insert(value.clone()) {
                counts.entry(value).or_insert((label, 0)).1 += 1;
            }
        }
    }
    let mut found: Vec<Suggestion> =
        counts.into_iter().map(|(value, (label, songs))| suggestion(value, label, songs)).collect();
    found.sort_by(|a, b| {
        b.songs.cmp(&a.songs).then_with(|| a.folded.cmp(&b.folded)).then_with(|| a.value.cmp(&b.value))
    });
    found
}

/// Values of one song with what people read. Ids are read by the names beside them.
fn labelled(field: &Field, read: Reader, track: &FilterableTrack) -> Vec<(String, String)> {
    let name_of = |id: &str| match field.id {
        "artist_id" => {
            track.artists.iter().find(|artist| artist.id.as_deref() == Some(id)).map(|artist| artist.name.clone())
        }
        "album_id" => Some(track.album.clone()),
        "track_id" => Some(format!("{} – {}", track.title, track.artists.first().map_or("", |artist| &artist.name))),
        _ => None,
    };
    let pair = |value: &str| {
        let label = if matches!(field.kind, Kind::Ids) { name_of(value) } else { None };
        (value.to_owned(), label.unwrap_or_else(|| value.to_owned()))
    };
    match read(track, Reduce::Max) {
        Value::Text(text) => vec![pair(&text)],
        Value::Texts(texts) => texts.iter().map(|text| pair(text)).collect(),
        Value::Missing | Value::Number(_) | Value::Boolean(_) | Value::Days(_, _) | Value::Instant(_) => Vec::new(),
    }
}

/// Those that fit what is typed and are not chosen yet: first those that begin with it, then those with a word
/// that does, then those that hold it; each by frequency.
pub fn fitting<'s>(known: &'s [Suggestion], typed: &str, chosen: &[String]) -> Vec<&'s Suggestion> {
    let typed = fold(typed);
    let mut tiers: [Vec<&Suggestion>; 3] = Default::default();
    for suggestion in known {
        let Some(tier) = tier(&suggestion.folded, &typed) else { continue };
        if tiers[tier].len() < SHOWN_MAX && !chosen.contains(&suggestion.value) {
            tiers[tier].push(suggestion);
            if tiers[0].len() == SHOWN_MAX {
                break;
            }
        }
    }
    tiers.into_iter().flatten().take(SHOWN_MAX).collect()
}

fn tier(text: &str, typed: &str) -> Option<usize> {
    let at = text.find(typed)?;
    if at == 0 {
        return Some(0);
    }
    Some(if text.contains(&format!(" {typed}")) { 1 } else { 2 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::fields;
    use crate::domain::track::TrackArtist;

    fn song(artists: &[&str]) -> FilterableTrack {
        let artists = artists.iter().map(|name| TrackArtist {
            id: Some(format!("id of {name}")),
            name: (*name).to_owned(),
            ..TrackArtist::default()
        });
        FilterableTrack { artists: artists.collect(), duration_ms: 1, ..FilterableTrack::default() }
    }

    fn shown(field: &str, typed: &str, chosen: &[&str]) -> Vec<String> {
        let songs = [
            song(&["Björk", "Sade"]),
            song(&["Björk"]),
            song(&["Mr. Björn"]),
            song(&["Abjørn"]),
            song(&["Björk", "Björk"]),
        ];
        let known = suggestions(fields::find(field).unwrap(), &songs);
        let chosen: Vec<String> = chosen.iter().map(|text| (*text).to_owned()).collect();
        fitting(&known, typed, &chosen).into_iter().map(|one| format!("{} {}", one.label, one.songs)).collect()
    }

    #[test]
    fn values_are_ranked_by_fit_and_songs() {
        assert_eq!(shown("artist", "", &[]), ["Björk 3", "Abjørn 1", "Mr. Björn 1", "Sade 1"]);
        assert_eq!(shown("artist", "BJO", &[]), ["Björk 3", "Mr. Björn 1", "Abjørn 1"]);
        assert_eq!(shown("artist", "bjor", &["Björk"]), ["Mr. Björn 1", "Abjørn 1"]);
        assert_eq!(shown("artist_id", "sade", &[]), ["Sade 1"]);
        assert!(shown("duration", "", &[]).is_empty());
        assert!(shown("artist", "zzz", &[]).is_empty());
    }

    #[test]
    fn boxes_without_scripts_offer_the_most_frequent_values() {
        let tracks = [song(&["Björk", "Tricky"]), song(&["Björk"])];
        let known = known_values(fields::find("artist").unwrap(), &tracks);
        let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        assert_eq!(known.values, [pair("Björk", "2 songs"), pair("Tricky", "1 song")]);
    }
}
