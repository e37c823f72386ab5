use super::facts::BaseFacts;
use super::{offers, templates};
use crate::domain::capability::Capabilities;
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::tests::generate::{any_context, any_tracks};
use crate::domain::track::{FilterableTrack, PartialDate, TrackArtist};
use proptest::prelude::*;
use std::collections::HashSet;

/// 2026-11-22
const NOW_MS: i64 = 1_795_305_600_000;

fn context(capabilities: Capabilities) -> EvalContext {
    EvalContext { now_ms: NOW_MS, zone: vec![(i64::MIN, 0)], capabilities }
}

fn song(at: u32, artist: &str, genre: &str, date: &str, seconds: u32) -> FilterableTrack {
    FilterableTrack {
        position: at,
        uri: format!("spotify:track:{at}"),
        id: at.to_string(),
        title: if at == 1 { "One (Live)".into() } else { format!("Song {at}") },
        artists: vec![TrackArtist { name: artist.into(), genres: Some(vec![genre.into()]), ..TrackArtist::default() }],
        duration_ms: seconds * 1_000,
        release_date: PartialDate::parse(date),
        added_at_ms: Some(NOW_MS - i64::from(at) * 20 * 86_400_000),
        ..FilterableTrack::default()
    }
}

fn base() -> Vec<FilterableTrack> {
    vec![
        song(1, "Blur", "Britpop", "1994-04", 170),
        song(2, "blur", "britpop", "1997", 500),
        song(3, "Low", "slowcore", "2026-01-09", 200),
        song(4, "Nils", "slowcore", "", 200),
    ]
}

#[test]
fn offers_count_the_songs_they_take() {
    let found = offers(&base(), &context(Capabilities::ALL));
    let counts: Vec<(&str, Option<u32>)> =
        found.items.iter().map(|template| (template.id.as_str(), template.count)).collect();
    assert_eq!(
        counts,
        [
            ("decade-2020", Some(1)),
            ("decade-1990", Some(2)),
            ("genre-britpop", Some(2)),
            ("genre-slowcore", Some(2)),
            ("short", Some(1)),
            ("long", Some(1)),
            ("clean", Some(4)),
            ("explicit", Some(0)),
            ("new", Some(1)),
            ("studio", Some(3)),
            ("this-year", Some(1)),
            ("artist-blur", Some(2)),
        ]
    );
    assert_eq!((found.total, found.items[1].sentence.as_str()), (4, "Released 1990 to 1999"));
}

#[test]
fn what_spotify_withholds_is_offered_once_with_reason_and_alternative() {
    let found = offers(&base(), &context(Capabilities::NONE));
    let withheld: Vec<_> = found.items.iter().filter(|template| !template.is_available).collect();
    let [genre] = withheld.as_slice() else { panic!("{withheld:?}") };
    assert_eq!((genre.id.as_str(), genre.count), ("genre", None));
    assert!(genre.reason.contains("withholds genre") && genre.reason.contains("instead"), "{}", genre.reason);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn every_decade_genre_and_artist_that_is_counted_is_found_by_its_filter(tracks in any_tracks(), context in any_context()) {
        let facts = BaseFacts::of(&tracks, &context);
        let found = offers(&tracks, &context);
        let ids: HashSet<&str> = found.items.iter().map(|template| template.id.as_str()).collect();
        prop_assert!(ids.len() <= found.items.len());
        for template in templates(&facts) {
            prop_assert_eq!(template.is_available, template.filter.withheld_fields(&context.capabilities).is_empty());
        }
        for template in &found.items {
            let named = ["decade-", "genre-", "artist-"].iter().any(|kind| template.id.starts_with(kind));
            if named && template.is_available {
                prop_assert!(template.count.is_some_and(|count| count > 0), "{:?}", template);
            }
        }
    }
}
