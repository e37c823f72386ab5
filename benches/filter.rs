//! The compiled filter against the plain one of the property tests: `cargo bench --bench filter`.
//!
//! Both arms run in turns in one process; medians and both raw figures are printed, and ratios are never compared
//! across machines. The verdicts of both arms must be equal, or nothing is printed.

use headwater::domain::capability::Capabilities;
use headwater::domain::filter::compile::{EvalContext, compile};
use headwater::domain::filter::evaluate::Verdict;
use headwater::domain::filter::json::parse;
use headwater::domain::filter::oracle;
use headwater::domain::filter::rule::Filter;
use headwater::domain::track::{FilterableTrack, PartialDate, TrackArtist};
use serde_json::json;
use std::hint::black_box;
use std::time::{Duration, Instant};

const TRACKS: usize = 10_000;
const ROUNDS: usize = 9;
/// Goal G6: at least so many times faster than the oracle.
const GOAL: f64 = 50.0;
const NOW_MS: i64 = 1_795_348_800_000;

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

fn filters() -> Vec<(&'static str, Filter)> {
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
        ("added of late", json!([{"field": "added_at", "op": "in_last", "value": {"n": 30, "unit": "days"}}])),
    ];
    let read = |rules| {
        parse(&json!({"schema_version": 1, "match": "all", "rules": rules})).expect("the bench's filters are valid")
    };
    cases.into_iter().map(|(name, rules)| (name, read(rules))).collect()
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = black_box(work());
    (start.elapsed(), result)
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

fn main() {
    let mut draw = Draw(7);
    let tracks: Vec<FilterableTrack> = (0..TRACKS).map(|at| track(at, &mut draw)).collect();
    let context = EvalContext { now_ms: NOW_MS, zone: vec![(i64::MIN, 3_600)], capabilities: Capabilities::ALL };
    println!("{TRACKS} songs, medians of {ROUNDS}; the compiled arm includes compiling. Goal: {GOAL:.0} times.");
    let mut ratios: Vec<f64> = Vec::new();
    for (name, filter) in filters() {
        let (mut fast, mut plain) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (time, quick) = timed(|| compile(&filter, &context).expect("it compiles").verdicts(&tracks));
            fast.push(time);
            let (time, slow) = timed(|| {
                tracks.iter().map(|track| oracle::verdict(&filter, track, &context)).collect::<Vec<Verdict>>()
            });
            plain.push(time);
            assert_eq!(quick, slow, "{name}: the two readings differ");
        }
        let (fast, plain) = (median(fast), median(plain));
        println!("{name:32} compiled {fast:8.3} ms, oracle {plain:9.3} ms, ratio {:6.1}", plain / fast);
        ratios.push(plain / fast);
    }
    // No sums: the slowest filter would speak for all of them.
    let reached = ratios.iter().filter(|ratio| **ratio >= GOAL).count();
    let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    println!("geometric mean {mean:.1}; {reached} of {} filters reach the goal", ratios.len());
}
