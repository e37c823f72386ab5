//! What a base holds, as far as templates ask.

use crate::domain::capability::Capabilities;
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::dates::{civil_from_days, local_day};
use crate::domain::filter::text::{fold, fold_genre};
use crate::domain::track::FilterableTrack;
use std::collections::{BTreeMap, HashSet};

/// Genres that are offered, the most frequent ones.
const GENRES: usize = 10;
/// Artists that are offered.
const ARTISTS: usize = 6;
/// An artist with fewer songs is no playlist.
const ARTIST_SONGS_MIN: u32 = 2;

/// Counts over the songs of a base.
#[derive(Debug, Clone, PartialEq)]
pub struct BaseFacts {
    /// First year of each decade that occurs, and its songs; newest first.
    pub decades: Vec<(i64, u32)>,
    /// The most frequent genres as first spelled, most songs first.
    pub genres: Vec<(String, u32)>,
    /// The most frequent artists as first spelled, most songs first.
    pub artists: Vec<(String, u32)>,
    /// This year, where the person is.
    pub year: i16,
    pub capabilities: Capabilities,
}

impl BaseFacts {
    /// Counts.
    pub fn of(tracks: &[FilterableTrack], context: &EvalContext) -> Self {
        let mut decades: BTreeMap<i64, u32> = BTreeMap::new();
        for date in tracks.iter().filter_map(|track| track.release_date).filter(|date| date.year() >= 1000) {
            *decades.entry(i64::from(date.year()).div_euclid(10) * 10).or_default() += 1;
        }
        let genres = |track: &FilterableTrack| -> Vec<String> {
            track.artists.iter().filter_map(|artist| artist.genres.clone()).flatten().collect()
        };
        let artists = |track: &FilterableTrack| -> Vec<String> {
            track.artists.iter().map(|artist| artist.name.clone()).collect()
        };
        let mut most_heard = most_frequent(tracks, artists, fold, ARTISTS);
        most_heard.retain(|(_, songs)| *songs >= ARTIST_SONGS_MIN);
        Self {
            decades: decades.into_iter().rev().collect(),
            genres: most_frequent(tracks, genres, fold_genre, GENRES),
            artists: most_heard,
            year: civil_from_days(local_day(context.now_ms, &context.zone)).0,
            capabilities: context.capabilities,
        }
    }
}

/// Names by the number of songs that carry them; ties by name, so that the order is always the same.
fn most_frequent(
    tracks: &[FilterableTrack],
    names: impl Fn(&FilterableTrack) -> Vec<String>,
    fold: fn(&str) -> String,
    most: usize,
) -> Vec<(String, u32)> {
    let mut counts: BTreeMap<String, (String, u32)> = BTreeMap::new();
    for track in tracks {
        let mut here = HashSet::new();
        for name in names(track) {
            let key = fold(&name);
            if !key.trim().is_empty() && here.insert(key.clone()) {
                counts.entry(key).or_insert((name, 0)).1 += 1;
            }
        }
    }
    let mut counted: Vec<(String, u32)> = counts.into_values().collect();
    counted.sort_by_key(|(_, songs)| std::cmp::Reverse(*songs));
    counted.truncate(most);
    counted
}
