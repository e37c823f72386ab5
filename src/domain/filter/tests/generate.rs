//! Songs and filters by chance, built so that they meet: few words, few numbers, many missing values.

use super::super::compile::EvalContext;
use super::super::fields::{FIELDS, Field, Kind};
use super::super::json;
use super::super::operators::{Op, Shape, operators_of};
use super::super::rule::Filter;
use crate::domain::capability::Capabilities;
use crate::domain::track::{FilterableTrack, PartialDate, TrackArtist};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const WORDS: &[&str] =
    &["rock", "Rap", "Rapture", "Café", "live", "R&B", "hip-hop", "Ünder", "Song (Live)", "A - Remix", "が"];
const IDS: &[&str] = &["2XU0oxnq2qxCpomAAuJY8K", "2NjfBq1NflQcKSeiDooVjY", "0UywfDKYlyiu1b38DRrzYD"];
const DATES: &[&str] = &["1990", "1999", "2000-02", "2026-11", "2026-10-23", "2026-11-22", "1991-05-01"];

fn words() -> impl Strategy<Value = String> {
    vec(select(WORDS), 1..3).prop_map(|words| words.join(" "))
}

fn artist() -> impl Strategy<Value = TrackArtist> {
    (option::of(select(IDS)), words(), option::of(vec(words(), 0..3)), option::of(0..=100u8), option::of(0..200u64))
        .prop_map(|(id, name, genres, popularity, followers)| TrackArtist {
            id: id.map(str::to_owned),
            name,
            genres,
            popularity,
            followers,
        })
}

fn track() -> impl Strategy<Value = FilterableTrack> {
    let song = (words(), vec(artist(), 0..3), select(IDS), 0..300_000u32, any::<bool>(), option::of(0..=100u8));
    let album =
        (words(), option::of(select(&["album", "single"][..])), option::of(0..20u32), option::of(select(DATES)));
    let row =
        (1..50u32, option::of(1_700_000_000_000..1_800_000_000_000i64), option::of(words()), option::of(any::<bool>()));
    let own = (vec(words(), 0..3), option::of(any::<bool>()), vec(select(IDS).prop_map(str::to_owned), 0..3));
    (song, album, row, own).prop_map(|((title, artists, id, duration_ms, explicit, popularity), album, row, own)| {
        FilterableTrack {
            position: row.0,
            uri: format!("spotify:track:{id}"),
            id: id.to_owned(),
            title,
            artists,
            album_id: None,
            album: album.0,
            album_type: album.1.map(str::to_owned),
            album_tracks: album.2,
            track_number: album.2,
            disc_number: None,
            duration_ms,
            explicit,
            is_playable: row.3,
            release_date: album.3.and_then(PartialDate::parse),
            added_at_ms: row.1,
            added_by: row.2,
            isrc: None,
            popularity,
            tags: own.0,
            liked: own.1,
            in_playlists: own.2,
        }
    })
}

pub fn any_tracks() -> impl Strategy<Value = Vec<FilterableTrack>> {
    vec(track(), 1..6)
}

/// Enough songs to fill more than one word of bits.
pub fn many_tracks() -> impl Strategy<Value = Vec<FilterableTrack>> {
    prop_oneof![8 => vec(track(), 0..8), 1 => vec(track(), 60..140)]
}

pub fn any_context() -> impl Strategy<Value = EvalContext> {
    let capabilities = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (capabilities, -14..15i32).prop_map(|((popularity, artist_popularity, artist_followers, genre, liked), hours)| {
        EvalContext {
            now_ms: 1_795_305_600_000,
            zone: vec![(i64::MIN, 0), (1_750_000_000_000, hours * 3_600)],
            capabilities: Capabilities { popularity, artist_popularity, artist_followers, genre, liked },
        }
    })
}

fn value(field: &'static Field, op: Op) -> BoxedStrategy<Value> {
    let text = match field.kind {
        Kind::Set(words) | Kind::Enum(words) => select(words).prop_map(str::to_owned).boxed(),
        Kind::Ids => select(IDS).prop_map(str::to_owned).boxed(),
        _ => words().boxed(),
    };
    let (min, max) = match field.kind {
        Kind::Number { min, max } => (min, max.min(min + 2_000)),
        _ => (0, 300_000),
    };
    let date = || select(DATES);
    match op.shape() {
        Shape::Nothing => Just(Value::Null).boxed(),
        Shape::Texts if matches!(op, Op::Regex | Op::NotRegex) => {
            select(&["^rock", "a.e", "[a-z]+ live"][..]).prop_map(|p| json!(p)).boxed()
        }
        Shape::Texts | Shape::List => vec(text, 1..4).prop_map(|list| json!(list)).boxed(),
        Shape::Number => (min..=max).prop_map(|n| json!(n)).boxed(),
        Shape::Range => (min..=max, min..=max).prop_map(|(a, b)| json!([a.min(b), a.max(b)])).boxed(),
        Shape::CountRange => (0..3u32, option::of(3..5u32)).prop_map(|(low, high)| json!([low, high])).boxed(),
        Shape::Date => date().prop_map(|d| json!(d)).boxed(),
        Shape::DateRange => (date(), date())
            .prop_map(|(a, b)| {
                if PartialDate::parse(a).map(PartialDate::interval) <= PartialDate::parse(b).map(PartialDate::interval)
                {
                    json!([a, b])
                } else {
                    json!([b, a])
                }
            })
            .boxed(),
        Shape::Span => (1..900u32, select(&["days", "weeks", "months"][..]))
            .prop_map(|(n, unit)| json!({"n": n, "unit": unit}))
            .boxed(),
        Shape::Year => (1989..2002i64).prop_map(|year| json!(year)).boxed(),
        Shape::Weekdays => vec(1..=7u8, 1..4).prop_map(|days| json!(days)).boxed(),
        Shape::Boolean => any::<bool>().prop_map(|b| json!(b)).boxed(),
    }
}

fn rule() -> impl Strategy<Value = Value> {
    let line = (0..FIELDS.len()).prop_map(|at| &FIELDS[at]).prop_flat_map(|field| {
        select(operators_of(field.kind)).prop_flat_map(move |op| (Just((field, op)), value(field, op)))
    });
    (line, option::of(any::<bool>()), 0..3usize).prop_map(|(((field, op), value), missing, items)| {
        let mut rule = json!({"field": field.id, "op": op.id()});
        if op.shape() != Shape::Nothing {
            rule["value"] = value;
        }
        if let Some(missing) = missing {
            rule["when_missing"] = json!(if missing { "yes" } else { "no" });
        }
        if matches!(field.kind, Kind::TextList) && op != Op::Count {
            rule["item_match"] = json!(["exact", "contains", "has_word"][items]);
        }
        if field.id.starts_with("artist_p") {
            rule["reduce"] = json!(["max", "min", "primary"][items]);
        }
        rule
    })
}

pub fn any_filter() -> impl Strategy<Value = Filter> {
    let modes = || select(&["all", "any", "none"][..]);
    let node = rule().prop_recursive(3, 12, 4, move |inner| {
        (modes(), vec(inner, 1..4)).prop_map(|(mode, rules)| json!({"match": mode, "rules": rules}))
    });
    (modes(), vec(node, 1..5)).prop_map(|(mode, rules)| {
        let value = json!({"schema_version": 1, "match": mode, "rules": rules});
        json::parse(&value).unwrap_or_else(|faults| panic!("{value} {faults:?}"))
    })
}

/// A song that has a value for every field.
pub fn full_track() -> FilterableTrack {
    let artist = TrackArtist {
        id: Some("a".to_owned()),
        name: "Name".to_owned(),
        genres: Some(vec!["rock".to_owned()]),
        popularity: Some(1),
        followers: Some(1),
    };
    FilterableTrack {
        position: 1,
        uri: "spotify:track:t".to_owned(),
        id: "t".to_owned(),
        title: "Title".to_owned(),
        artists: vec![artist],
        album_id: Some("b".to_owned()),
        album: "Album".to_owned(),
        album_type: Some("album".to_owned()),
        album_tracks: Some(1),
        track_number: Some(1),
        disc_number: Some(1),
        duration_ms: 1,
        explicit: true,
        is_playable: Some(true),
        release_date: PartialDate::parse("1991"),
        added_at_ms: Some(1),
        added_by: Some("u".to_owned()),
        isrc: Some("I".to_owned()),
        popularity: Some(1),
        liked: Some(true),
        in_playlists: vec!["p".to_owned()],
        tags: vec!["t".to_owned()],
    }
}
