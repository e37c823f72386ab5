//! Songs and filters of the bench: the same on every machine.

use headwater::domain::filter::json::parse;
use headwater::domain::filter::rule::Filter;
use headwater::domain::track::{FilterableTrack, PartialDate, TrackArtist};
use serde_json::{Value, json};

/// Noon of a day in November 2026.
pub const NOW_MS: i64 = 1_795_348_800_000;

/// A small generator of our own: the same songs on every machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const WORDS: &[&str] = &[
    "Love", "Night", "Café", "Rapture", "River", "Über", "Stone", "Señor", "Blue", "Fire", "Home", "Sun", "Road",
    "Heart",
];
const ASIDES: &[&str] = &["", "", "", "", " - Live", " (Remastered 2011)", " - Radio Edit", " (feat. Somebody)"];
const GENRES: &[&str] =
    &["alternative rock", "grunge", "hip-hop", "R&B", "indie pop", "drum and bass", "samba", "art pop", "rap"];
const NAMES: &[&str] =
    &["Björk", "Sade", "Motörhead", "Air", "Sigur Rós", "Beck", "Tricky", "Low", "Can", "Wire", "Nas", "Moby"];

fn track(at: usize, draw: &mut Draw) -> FilterableTrack {
    let artists = (0..=draw.below(2)).map(|_| TrackArtist {
        name: format!("{} {}", draw.one(NAMES), draw.below(150)),
        genres: Some((0..draw.below(4)).map(|_| draw.one(GENRES).to_owned()).collect()),
        popularity: Some(draw.below(101) as u8),
        ..TrackArtist::default()
    });
    FilterableTrack {
        artists: artists.collect(),
        position: at as u32 + 1,
        uri: format!("spotify:track:{at:022}"),
        id: format!("{at:022}"),
        title: format!("{} {} {}{}", draw.one(WORDS), draw.one(WORDS), draw.one(WORDS), draw.one(ASIDES)),
        album: format!("{} {}", draw.one(WORDS), draw.one(WORDS)),
        album_type: Some(draw.one(&["album", "single", "compilation"]).to_owned()),
        duration_ms: 120_000 + draw.below(240_000) as u32,
        explicit: draw.below(5) == 0,
        release_date: PartialDate::parse(&(1960 + draw.below(66)).to_string()).filter(|_| draw.below(20) > 0),
        added_at_ms: Some(NOW_MS - draw.below(100_000) as i64 * 1_000_000),
        popularity: Some(draw.below(101) as u8),
        ..FilterableTrack::default()
    }
}

/// Songs of a base; the same number gives the same songs.
pub fn songs(count: usize) -> Vec<FilterableTrack> {
    let mut draw = Draw(7);
    (0..count).map(|at| track(at, &mut draw)).collect()
}

fn read(rules: &Value) -> Filter {
    parse(&json!({"schema_version": 1, "match": "all", "rules": rules})).expect("the bench's filters are valid")
}

/// One filter each of several sorts.
pub fn single() -> Vec<(&'static str, Filter)> {
    let artists: Vec<String> = (0..200).map(|n| format!("{} {n}", NAMES[n % NAMES.len()])).collect();
    let cases = [
        (
            "nineties rock, the worked case",
            json!([
            {"field": "release_year", "op": "between", "value": [1990, 1999]},
            {"field": "genre", "op": "any_of", "value": ["rock", "grunge"], "item_match": "has_word"},
            {"match": "none", "rules": [{"field": "version_kind", "op": "any_of", "value": ["live", "karaoke"]}]}]),
        ),
        ("one word in titles", json!([{"field": "title", "op": "contains", "value": "cafe"}])),
        (
            "eight words in titles",
            json!([{"field": "title", "op": "contains",
            "value": ["amor", "nacht", "stone", "señor", "winter", "ocean", "light", "ghost"]}]),
        ),
        ("two hundred artists", json!([{"field": "artist", "op": "any_of", "value": artists}])),
        (
            "clean and short",
            json!([{"field": "explicit", "op": "is", "value": false},
            {"field": "duration", "op": "lte", "value": 180_000}]),
        ),
        ("one title", json!([{"field": "title", "op": "equals", "value": "Blue Fire Home"}])),
        ("added of late", json!([{"field": "added_at", "op": "in_last", "value": {"n": 30, "unit": "days"}}])),
    ];
    cases.into_iter().map(|(name, rules)| (name, read(&rules))).collect()
}

/// Twenty children as people make them: decades, kinds of music, nothing live, some of it clean or short.
pub fn family() -> Vec<Filter> {
    const MUSIC: [&[&str]; 4] = [&["rock", "grunge"], &["hip hop", "rap"], &["pop"], &["r&b"]];
    let child = |n: usize| {
        let decade = 1970 + 10 * (n % 5);
        let mut rules = vec![
            json!({"field": "release_year", "op": "between", "value": [decade, decade + 9]}),
            json!({"field": "genre", "op": "any_of", "value": MUSIC[n % 4], "item_match": "has_word"}),
            json!({"match": "none", "rules": [
                {"field": "version_kind", "op": "any_of", "value": ["live", "karaoke"]}]}),
        ];
        if n % 2 == 0 {
            rules.push(json!({"field": "explicit", "op": "is", "value": false}));
        }
        if n % 3 == 0 {
            rules.push(json!({"field": "duration", "op": "lte", "value": 240_000}));
        }
        read(&Value::Array(rules))
    };
    (0..20).map(child).collect()
}

/// Ten rules in three groups: what somebody has on the page while they type.
pub fn ten_rules() -> Filter {
    read(&json!([
        {"field": "release_year", "op": "between", "value": [1975, 2019]},
        {"field": "duration", "op": "between", "value": [150_000, 330_000]},
        {"field": "added_at", "op": "in_last", "value": {"n": 900, "unit": "days"}},
        {"match": "any", "rules": [
            {"field": "genre", "op": "any_of", "value": ["rock", "pop"], "item_match": "has_word"},
            {"field": "title", "op": "has_word", "value": ["cafe", "river"]},
            {"field": "artist", "op": "any_of", "value": ["Björk 7", "Air 12"]}]},
        {"match": "none", "rules": [
            {"field": "version_kind", "op": "any_of", "value": ["live", "karaoke"]},
            {"field": "title", "op": "contains", "value": ["rapture"]},
            {"field": "album_type", "op": "is_any_of", "value": ["compilation"]}]},
        {"field": "popularity", "op": "gte", "value": 20}]))
}
