//! What a base is made of: its genres and decades, and how much of each no child takes.

use crate::domain::filter::text::fold_genre;
use crate::domain::track::FilterableTrack;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Genres that have a bar of their own.
pub const GENRES_MAX: usize = 15;

/// What a bar stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// As Spotify spells it.
    Genre(String),
    /// Genres without a bar of their own, and nothing else.
    OtherGenres,
    /// Its first year.
    Decade(i16),
    /// The songs have none.
    Missing,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Bar {
    pub facet: Facet,
    /// Rows of the base.
    pub rows: u32,
    /// Those that no child takes.
    pub unrouted: u32,
}

/// The most frequent genres, then the others, then the songs without any. A song of several genres counts in each.
pub fn genre_bars(tracks: &[FilterableTrack], is_unrouted: impl Fn(usize) -> bool) -> Vec<Bar> {
    let keys: Vec<BTreeSet<String>> = tracks.iter().map(|track| genres(track).map(fold_genre).collect()).collect();
    let mut spelled: HashMap<&str, &str> = HashMap::new();
    let spellings: Vec<(String, &str)> =
        tracks.iter().flat_map(genres).map(|genre| (fold_genre(genre), genre)).collect();
    for (key, genre) in &spellings {
        spelled.entry(key).or_insert(genre);
    }
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for key in keys.iter().flatten() {
        *counts.entry(key).or_default() += 1;
    }
    let mut ranked: Vec<(&str, u32)> = counts.into_iter().collect();
    ranked.sort_unstable_by_key(|(key, rows)| (Reverse(*rows), *key));
    ranked.truncate(GENRES_MAX);
    let bar = |facet, is_in: &dyn Fn(&BTreeSet<String>) -> bool| {
        let rows = || keys.iter().enumerate().filter(|(_, of_row)| is_in(of_row));
        Bar { facet, rows: rows().count() as u32, unrouted: rows().filter(|(row, _)| is_unrouted(*row)).count() as u32 }
    };
    let genre = |key: &str| Facet::Genre(spelled.get(key).copied().unwrap_or(key).to_owned());
    let mut bars: Vec<Bar> = ranked.iter().map(|(key, _)| bar(genre(key), &|of_row| of_row.contains(*key))).collect();
    let is_ranked = |of_row: &BTreeSet<String>| ranked.iter().any(|(key, _)| of_row.contains(*key));
    bars.push(bar(Facet::OtherGenres, &|of_row| !of_row.is_empty() && !is_ranked(of_row)));
    bars.push(bar(Facet::Missing, &BTreeSet::is_empty));
    bars.retain(|bar| bar.rows > 0);
    bars
}

fn genres(track: &FilterableTrack) -> impl Iterator<Item = &str> {
    let all = track.artists.iter().filter_map(|artist| artist.genres.as_ref()).flatten();
    all.map(String::as_str).filter(|genre| !genre.is_empty())
}

/// Decades from the oldest on, those without a song left out, then the songs without a date.
pub fn decade_bars(tracks: &[FilterableTrack], is_unrouted: impl Fn(usize) -> bool) -> Vec<Bar> {
    let mut counts: BTreeMap<Option<i16>, (u32, u32)> = BTreeMap::new();
    for (row, track) in tracks.iter().enumerate() {
        let decade = track.release_date.map(|date| date.year() - date.year().rem_euclid(10));
        let count = counts.entry(decade).or_default();
        count.0 += 1;
        count.1 += u32::from(is_unrouted(row));
    }
    let undated = counts.remove(&None);
    let bar = |(facet, (rows, unrouted))| Bar { facet, rows, unrouted };
    let dated = counts.into_iter().filter_map(|(decade, count)| Some((Facet::Decade(decade?), count)));
    dated.chain(undated.map(|count| (Facet::Missing, count))).map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::track::{PartialDate, TrackArtist};

    fn track(genres: &[&str], year: Option<i16>) -> FilterableTrack {
        let genres = Some(genres.iter().map(|genre| (*genre).to_owned()).collect());
        FilterableTrack {
            artists: vec![TrackArtist { genres, ..TrackArtist::default() }],
            release_date: year.map(PartialDate::Year),
            ..FilterableTrack::default()
        }
    }

    #[test]
    fn spellings_of_one_genre_are_one_bar_and_a_song_counts_once_in_it() {
        let tracks = [track(&["hip-hop", "hip hop"], None), track(&["hip hop", "rock"], None), track(&[], None)];
        let bars = genre_bars(&tracks, |row| row == 1);
        let bar = |facet, rows, unrouted| Bar { facet, rows, unrouted };
        let genre = |name: &str| Facet::Genre(name.into());
        assert_eq!(bars, [bar(genre("hip-hop"), 2, 1), bar(genre("rock"), 1, 1), bar(Facet::Missing, 1, 0)]);
    }

    #[test]
    fn rare_genres_stand_together() {
        let names: Vec<String> = (0..20).map(|n| format!("genre {n:02}")).collect();
        let tracks: Vec<FilterableTrack> = names.iter().map(|name| track(&[name], None)).collect();
        let bars = genre_bars(&tracks, |row| row > 17);
        assert_eq!(bars.len(), GENRES_MAX + 1);
        assert_eq!(bars[GENRES_MAX], Bar { facet: Facet::OtherGenres, rows: 5, unrouted: 2 });
    }

    #[test]
    fn decades_come_in_their_order() {
        let years = [Some(2001), Some(1999), None, Some(1990), Some(2009)];
        let tracks: Vec<FilterableTrack> = years.iter().map(|year| track(&[], *year)).collect();
        let bars = decade_bars(&tracks, |row| row == 0);
        let found: Vec<(Facet, u32, u32)> = bars.into_iter().map(|bar| (bar.facet, bar.rows, bar.unrouted)).collect();
        assert_eq!(found, [(Facet::Decade(1990), 2, 0), (Facet::Decade(2000), 2, 1), (Facet::Missing, 1, 0)]);
    }
}
