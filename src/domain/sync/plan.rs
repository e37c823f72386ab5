//! What a sync costs: requests by kind, and the seconds that they take. The plan shown to the user and
//! the tests on the measured number use this one function.

use super::batch::{ARTISTS_LEN_MAX, CONTAINS_LEN_MAX, page_count};
use crate::domain::capability::ApiMode;

/// What the cost of one child depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChildCost {
    /// Rows of a child whose contents we do not know (adopted, changed outside); `None` if we know them.
    pub unknown_contents_total: Option<u32>,
    /// Requests of its write plan; 0 if it already holds what it should.
    pub write_requests: u32,
}

/// What the cost of a sync depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostInput {
    /// Playlists in the user's library.
    pub library_total: u32,
    /// Rows of the base.
    pub base_total: u32,
    /// The children of the run.
    pub children: Vec<ChildCost>,
    /// Artists of the base that no cache knows.
    pub unseen_artists: u32,
    /// Whether a rule asks for something that only the artist tells.
    pub needs_artists: bool,
    /// Batches or single reads.
    pub mode: ApiMode,
    /// Whether Spotify delivers what the rules ask of the artists; nothing is spent on what it withholds.
    pub artists_delivered: bool,
    /// What rules ask for beside base and artists.
    pub lookups: Lookups,
}

/// What rules ask for beside base and artists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lookups {
    /// Songs of the base of which must be known whether they are liked; 0 if no rule asks.
    pub liked_songs: u32,
    /// Rows of the playlists that rules name and that are not known at their snapshots.
    pub playlist_totals: Vec<u32>,
}

/// Requests of a sync, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Asking whether anything changed.
    pub snapshots: u32,
    /// Pages of the base.
    pub base_pages: u32,
    /// Artists, in batches or one by one.
    pub artists: u32,
    /// Liked Songs, and pages of playlists that rules name.
    pub lookups: u32,
    /// Pages of children whose contents we do not know.
    pub child_reads: u32,
    /// Writes to the children.
    pub writes: u32,
}

impl Cost {
    /// All of them.
    pub const fn total(&self) -> u32 {
        self.snapshots + self.base_pages + self.artists + self.lookups + self.child_reads + self.writes
    }
}

/// The requests of a sync that finds the base changed. One that finds nothing changed costs only
/// [`snapshots`].
pub fn cost(input: &CostInput) -> Cost {
    Cost {
        snapshots: snapshots(input.library_total, input.children.len() as u32),
        base_pages: page_count(input.base_total),
        artists: artists(input),
        lookups: lookups(&input.lookups),
        child_reads: input.children.iter().filter_map(|child| child.unknown_contents_total).map(page_count).sum(),
        writes: input.children.iter().map(|child| child.write_requests).sum(),
    }
}

/// Requests that tell the snapshots: pages of the library, or base and children one by one if that is less.
pub fn snapshots(library_total: u32, child_count: u32) -> u32 {
    page_count(library_total).min(1 + child_count)
}

/// Liked Songs are asked about by the songs of the base, never by reading all of them: that reading has a quota of
/// its own at Spotify, which a few readings a day exhaust.
fn lookups(lookups: &Lookups) -> u32 {
    let liked = lookups.liked_songs.div_ceil(CONTAINS_LEN_MAX as u32);
    liked + lookups.playlist_totals.iter().copied().map(page_count).sum::<u32>()
}

fn artists(input: &CostInput) -> u32 {
    if !input.needs_artists || !input.artists_delivered {
        return 0;
    }
    match input.mode {
        ApiMode::Extended => input.unseen_artists.div_ceil(ARTISTS_LEN_MAX as u32),
        ApiMode::Development => input.unseen_artists,
    }
}

/// A slot of the gate is free this long after it was used: a little more than its window of 30 s, so that
/// the limit also holds where the requests arrive.
const WINDOW_MS: u64 = 30_250;

/// Takes requests, how many the gate lets through in a minute, and how long one takes in milliseconds;
/// gives whole seconds, rounded up, if they are sent one after the other.
pub fn seconds(requests: u32, per_minute: u32, latency_ms: u32) -> u32 {
    let window_len = u64::from(per_minute / 2).max(1);
    let (requests, latency_ms) = (u64::from(requests), u64::from(latency_ms));
    let full_windows = requests.saturating_sub(1) / window_len;
    let throttled_ms = full_windows * WINDOW_MS + (requests - full_windows * window_len) * latency_ms;
    let spent_ms = throttled_ms.max(requests * latency_ms);
    u32::try_from(spent_ms.div_ceil(1_000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
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
}
