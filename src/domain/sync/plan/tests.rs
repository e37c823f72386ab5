//! The formula against the numbers of the quality page.

use super::*;
use crate::domain::sync::diff::{Row, plan_writes};

const MODES: [ApiMode; 2] = [ApiMode::Extended, ApiMode::Development];

fn song(n: u32) -> String {
    format!("spotify:track:{n:022}")
}

/// Five children share out a base of 5,000 songs evenly.
fn children(held: impl Fn(u32) -> Vec<Row>, target: impl Fn(u32) -> Vec<String>) -> Vec<ChildCost> {
    (0..5)
        .map(|child| {
            let plan = plan_writes(&held(child), &target(child)).unwrap();
            ChildCost { unknown_contents_total: None, write_requests: plan.ops.len() as u32 }
        })
        .collect()
}

fn full(child: u32) -> Vec<String> {
    (child * 1_000..(child + 1) * 1_000).map(song).collect()
}

/// A first sync: children made by us, so known to be empty.
fn cold(mode: ApiMode) -> CostInput {
    CostInput {
        library_total: 50,
        base_total: 5_000,
        children: children(|_| vec![], full),
        unseen_artists: 5_000,
        needs_artists: true,
        mode,
        artists_delivered: true,
        lookups: Lookups::default(),
    }
}

/// One song in a hundred went, another came at the end.
fn incremental(mode: ApiMode) -> CostInput {
    let moved_on = |child: u32| {
        let newcomers = (child * 10..(child + 1) * 10).map(|n| song(9_000 + n));
        full(child).into_iter().skip(10).chain(newcomers).collect()
    };
    let held = |child| full(child).iter().map(Row::song).collect();
    CostInput { children: children(held, moved_on), unseen_artists: 50, ..cold(mode) }
}

#[test]
fn a_sync_of_5000_songs_costs_what_the_quality_page_says() {
    let batches = cold(ApiMode::Extended);
    assert_eq!(
        cost(&batches),
        Cost { snapshots: 1, base_pages: 100, artists: 100, lookups: 0, child_reads: 0, writes: 50 }
    );
    assert_eq!(cost(&batches).total(), 251);
    assert_eq!(cost(&CostInput { unseen_artists: 1_000, ..batches }).total(), 171, "warm at 80 %");
    assert_eq!(cost(&incremental(ApiMode::Extended)).total(), 112);
    for mode in MODES {
        assert_eq!(cost(&CostInput { needs_artists: false, ..cold(mode) }).total(), 151);
        assert_eq!(cost(&CostInput { artists_delivered: false, ..cold(mode) }).total(), 151, "withheld");
    }
    assert_eq!(snapshots(50, 5), 1, "unchanged");
}

#[test]
fn development_mode_reads_artists_one_by_one() {
    assert_eq!(cost(&cold(ApiMode::Development)).total(), 5_151);
    assert_eq!(cost(&incremental(ApiMode::Development)).total(), 161);
}

/// Pages, songs, artists, albums (20 a request), two requests a child: what the founding document asks.
#[test]
fn the_goals_against_the_founding_formula_are_met() {
    let founding_batches = f64::from(5_000 / 50 + 5_000 / 50 + 5_000 / 50 + 5_000 / 20 + 2 * 5);
    let founding_single = f64::from(5_000 / 50 + 3 * 5_000 + 2 * 5);
    assert!((founding_batches - 560.0).abs() < f64::EPSILON);
    let share = |input: &CostInput, founding: f64| f64::from(cost(input).total()) / founding;
    let [batches, single] = MODES.map(cold);
    assert!(share(&batches, founding_batches) <= 0.45);
    assert!(share(&CostInput { needs_artists: false, ..batches.clone() }, founding_batches) <= 0.27);
    assert!(share(&CostInput { unseen_artists: 1_000, ..batches }, founding_batches) <= 0.31);
    assert!(share(&incremental(ApiMode::Extended), founding_batches) <= 0.20);
    assert!(share(&single, founding_single) <= 0.35);
    assert!(share(&CostInput { artists_delivered: false, ..single }, founding_single) <= 0.011);
    assert!(share(&incremental(ApiMode::Development), founding_single) <= 0.011);
}

#[test]
fn unknown_children_are_read_and_a_large_library_is_asked_the_shorter_way() {
    let adopted = |total| ChildCost { unknown_contents_total: Some(total), write_requests: 0 };
    let input = CostInput { children: vec![adopted(0), adopted(51), ChildCost::default()], ..cold(MODES[0]) };
    assert_eq!(cost(&input).child_reads, 3, "an empty child also takes a look");
    for (library, children, requests) in [(0, 5, 1), (50, 5, 1), (51, 5, 2), (10_000, 5, 6), (10_000, 0, 1)] {
        assert_eq!(snapshots(library, children), requests, "{library} playlists, {children} children");
    }
}

#[test]
fn seconds_follow_the_throttle_or_the_latency() {
    let cases = [
        (0, 100, 100, 0),
        (1, 100, 100, 1),
        (50, 100, 100, 5),
        (51, 100, 100, 31),
        (251, 100, 0, 152),
        (100, 6_000, 50, 5),
        (100, 100, 1_000, 100),
        (3, 0, 0, 61),
    ];
    for (requests, per_minute, latency_ms, expected) in cases {
        assert_eq!(seconds(requests, per_minute, latency_ms), expected, "{requests} at {per_minute}");
    }
}
