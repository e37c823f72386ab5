//! How far a running sync is, over all its phases, and how long it will still take.

use super::event::{Progress, SyncPhase};
use super::plan::{self, Cost};
use crate::domain::ids::{BasePlaylistId, SyncEventId};
use serde::{Deserialize, Serialize};

/// A running sync is never shown as finished: in parts of 10,000.
const PARTS_MAX: u32 = 9_900;
const PARTS_ALL: u32 = 10_000;
/// What a request takes before this run has sent one, milliseconds.
const LATENCY_MS: u32 = 200;
/// Fewer tell no pace.
const STEPS_MIN: u32 = 3;
/// Reads go several at a time, writes to one child one after the other: what comes later may be this much slower.
const LATER_FACTOR: u32 = 2;

/// Seconds left, as a range that narrows as more of the run is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TimeLeft {
    pub least_seconds: u32,
    pub most_seconds: u32,
}

impl TimeLeft {
    /// One number for where a range has no place: the middle, rounded up.
    pub const fn middle(self) -> u32 {
        (self.least_seconds.saturating_add(self.most_seconds)).div_ceil(2)
    }
}

/// What everyone who watches a run sees of it at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RunProgress {
    pub phase: SyncPhase,
    /// Steps of this phase.
    pub steps: Progress,
    /// Of the whole run; it never falls, and is 100 only at the end.
    pub percent: u32,
    pub time_left: Option<TimeLeft>,
    /// RFC 3339, UTC: until when Spotify makes this run wait.
    pub waiting_until: Option<String>,
    /// It was asked to stop and will, at the next safe point.
    pub stopping: bool,
    /// Requests sent to Spotify so far.
    pub requests: u32,
    /// Artists asked of the cache so far, and found there.
    pub cache_asked: u32,
    pub cache_found: u32,
}

/// A running sync in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RunningSync {
    pub id: SyncEventId,
    pub base_playlist_id: BasePlaylistId,
    pub base_name: String,
    pub percent: u32,
}

/// Requests that a run is expected to send, by the phase that sends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expected {
    pub retrieving: u32,
    pub enriching: u32,
    pub writing: u32,
}

impl Expected {
    /// From what is told of a run before it starts.
    pub const fn of(cost: &Cost) -> Self {
        Self {
            retrieving: cost.snapshots + cost.base_pages,
            enriching: cost.artists + cost.lookups,
            // As if each song were written to one child: a hundred songs a request, fifty a page of the base.
            writing: cost.writes + cost.base_pages.div_ceil(2),
        }
    }

    const fn in_phase(&self, phase: SyncPhase) -> u32 {
        match phase {
            SyncPhase::Queued | SyncPhase::Routing | SyncPhase::Done => 0,
            SyncPhase::Retrieving => self.retrieving,
            SyncPhase::Enriching => self.enriching,
            SyncPhase::Writing => self.writing,
        }
    }

    fn after(&self, phase: SyncPhase) -> u32 {
        let later = SyncPhase::ALL.iter().skip_while(|one| **one != phase).skip(1);
        later.map(|phase| self.in_phase(*phase)).sum()
    }
}

/// What is seen of a run at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    pub phase: SyncPhase,
    pub steps: Progress,
    /// Sent so far.
    pub requests: u32,
    /// Milliseconds since 1970 in UTC, as the two below.
    pub now_ms: i64,
    pub waiting_until_ms: Option<i64>,
}

/// Turns sights of one run, in their order, into percent and time left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter {
    expected: Expected,
    /// Requests that the throttle lets through in a minute.
    per_minute: u32,
    started: Mark,
    /// Where this phase began: what it does may take longer than what the phases before did.
    entered: Mark,
    phase: SyncPhase,
    parts: u32,
    /// Milliseconds that Spotify made this run wait: no measure of its pace.
    waited_ms: i64,
    last_wait_ms: Option<i64>,
}

/// A moment that pace is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Mark {
    now_ms: i64,
    waited_ms: i64,
    /// Steps that were done already.
    done: u32,
    parts: u32,
}

impl Mark {
    /// Milliseconds a step since then; `None` for fewer steps than tell a pace.
    fn pace_ms(&self, now_ms: i64, waited_ms: i64, done: u32) -> Option<u32> {
        let busy_ms = u32::try_from(now_ms - self.now_ms - (waited_ms - self.waited_ms)).ok()?;
        let steps = done.checked_sub(self.done).filter(|steps| *steps >= STEPS_MIN)?;
        Some(busy_ms.div_ceil(steps))
    }
}

impl Meter {
    /// Of a run that starts at `started_ms`.
    pub fn new(expected: Expected, per_minute: u32, started_ms: i64) -> Self {
        let started = Mark { now_ms: started_ms, ..Mark::default() };
        Self {
            expected,
            per_minute,
            started,
            entered: started,
            phase: SyncPhase::Queued,
            parts: 0,
            waited_ms: 0,
            last_wait_ms: None,
        }
    }

    /// Percent of the whole run, 0 to 99; never less than before.
    pub const fn percent(&self) -> u32 {
        self.parts / 100
    }

    /// Takes the next sight; gives the time left.
    pub fn see(&mut self, sight: &Sight) -> TimeLeft {
        if self.phase != sight.phase {
            self.phase = sight.phase;
            let (waited_ms, parts) = (self.waited_ms, self.parts);
            self.entered = Mark { now_ms: sight.now_ms, waited_ms, done: sight.steps.done, parts };
        }
        let (known, later) = self.steps(sight);
        let done = sight.steps.done.min(known);
        self.parts = self.parts.max(self.entered.parts + self.share(done, known, later)).min(PARTS_MAX);
        self.count_wait(sight);
        self.time_left(sight, known - done, later)
    }

    /// Steps of this phase, and those expected after it.
    fn steps(&self, sight: &Sight) -> (u32, u32) {
        let known = match sight.phase {
            // Its pages come to light one after the other.
            SyncPhase::Queued | SyncPhase::Retrieving => sight.steps.total.max(self.expected.in_phase(sight.phase)),
            SyncPhase::Enriching | SyncPhase::Routing | SyncPhase::Writing | SyncPhase::Done => sight.steps.total,
        };
        (known.max(1), self.expected.after(sight.phase))
    }

    /// Parts that are done of what was left when this phase began.
    fn share(&self, done: u32, known: u32, later: u32) -> u32 {
        let span = u64::from(PARTS_MAX.saturating_sub(self.entered.parts));
        let share = span * u64::from(done) / (u64::from(known) + u64::from(later));
        u32::try_from(share).unwrap_or(PARTS_MAX)
    }

    fn count_wait(&mut self, sight: &Sight) {
        let Some(until) = sight.waiting_until_ms.filter(|until| self.last_wait_ms != Some(*until)) else { return };
        let from = self.last_wait_ms.map_or(sight.now_ms, |last| last.max(sight.now_ms));
        self.waited_ms += (until - from).max(0);
        self.last_wait_ms = Some(until);
    }

    fn time_left(&self, sight: &Sight, left: u32, later: u32) -> TimeLeft {
        let pace_ms = self.started.pace_ms(sight.now_ms, self.waited_ms, sight.requests).unwrap_or(LATENCY_MS);
        let here_ms = self.entered.pace_ms(sight.now_ms, self.waited_ms, sight.steps.done).unwrap_or(pace_ms);
        let wait_s = sight.waiting_until_ms.map_or(0, |until| (until - sight.now_ms).max(0) / 1_000);
        let wait_s = u32::try_from(wait_s).unwrap_or(u32::MAX);
        let least = plan::seconds(left, self.per_minute, here_ms);
        let more = plan::seconds(later, self.per_minute, pace_ms.max(here_ms).saturating_mul(LATER_FACTOR));
        // What is not known yet may take longer by half; what is known narrows it.
        let spread = u64::from(PARTS_ALL + (PARTS_MAX - self.parts) / 2);
        let most = (u64::from(least) + u64::from(more)) * spread / u64::from(PARTS_ALL);
        TimeLeft {
            least_seconds: least.saturating_add(wait_s),
            most_seconds: u32::try_from(most).unwrap_or(u32::MAX).saturating_add(wait_s),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PHASES: [SyncPhase; 4] =
        [SyncPhase::Retrieving, SyncPhase::Enriching, SyncPhase::Routing, SyncPhase::Writing];

    fn sight(phase: SyncPhase, done: u32, total: u32, requests: u32, now_ms: i64) -> Sight {
        Sight { phase, steps: Progress { done, total }, requests, now_ms, waiting_until_ms: None }
    }

    #[test]
    fn percent_runs_over_all_phases_by_their_expected_requests() {
        let expected = Expected { retrieving: 50, enriching: 0, writing: 50 };
        let mut meter = Meter::new(expected, 60_000, 0);
        meter.see(&sight(SyncPhase::Retrieving, 25, 26, 25, 1_000));
        assert_eq!(meter.percent(), 24);
        meter.see(&sight(SyncPhase::Retrieving, 50, 50, 50, 2_000));
        assert_eq!(meter.percent(), 49);
        // Only ten writes are left: they share what is left of the bar.
        meter.see(&sight(SyncPhase::Writing, 5, 10, 55, 3_000));
        assert_eq!(meter.percent(), 74);
        meter.see(&sight(SyncPhase::Writing, 10, 10, 60, 4_000));
        assert_eq!(meter.percent(), 99);
    }

    #[test]
    fn the_range_settles_and_a_wait_is_no_measure_of_the_pace() {
        let mut meter = Meter::new(Expected { retrieving: 100, enriching: 0, writing: 100 }, 60_000, 0);
        meter.see(&sight(SyncPhase::Retrieving, 0, 1, 0, 0));
        let early = meter.see(&sight(SyncPhase::Retrieving, 10, 100, 10, 1_000));
        assert_eq!(early, TimeLeft { least_seconds: 9, most_seconds: 42 });
        meter.see(&sight(SyncPhase::Writing, 0, 100, 100, 10_000));
        let waiting = Sight { waiting_until_ms: Some(71_000), ..sight(SyncPhase::Writing, 0, 100, 100, 11_000) };
        let held = meter.see(&waiting);
        assert!(held.least_seconds >= 60, "{held:?}");
        let late = meter.see(&sight(SyncPhase::Writing, 90, 100, 190, 79_000));
        assert_eq!(late, TimeLeft { least_seconds: 1, most_seconds: 1 });
    }

    #[test]
    fn a_slower_phase_is_measured_by_itself() {
        let mut meter = Meter::new(Expected { retrieving: 50, enriching: 0, writing: 50 }, 60_000, 0);
        meter.see(&sight(SyncPhase::Retrieving, 50, 50, 50, 1_000));
        meter.see(&sight(SyncPhase::Writing, 0, 50, 50, 1_000));
        let left = meter.see(&sight(SyncPhase::Writing, 10, 50, 60, 16_000));
        assert_eq!(left.least_seconds, 60, "40 writes of 1.5 s each");
    }

    #[test]
    fn the_throttle_stretches_what_is_left() {
        let mut meter = Meter::new(Expected { retrieving: 200, enriching: 0, writing: 0 }, 100, 0);
        let left = meter.see(&sight(SyncPhase::Retrieving, 50, 200, 50, 5_000));
        assert!(left.least_seconds >= 60, "150 requests at 50 in 30 s: {left:?}");
    }

    proptest! {
        #[test]
        fn percent_never_falls_and_is_never_whole_while_it_runs(
            expected in (0_u32..2_000, 0_u32..2_000, 0_u32..2_000),
            per_minute in 1_u32..1_000,
            steps in proptest::collection::vec((0_usize..4, 0_u32..3_000, 0_u32..3_000, 0_i64..90_000, proptest::option::of(0_i64..90_000)), 1..60),
        ) {
            let expected = Expected { retrieving: expected.0, enriching: expected.1, writing: expected.2 };
            let mut meter = Meter::new(expected, per_minute, 0);
            let (mut last, mut now_ms, mut requests) = (0, 0, 0);
            for (phase, a, b, later_ms, wait_ms) in steps {
                (now_ms, requests) = (now_ms + later_ms, requests + a % 7);
                let waiting_until_ms = wait_ms.map(|ms| now_ms + ms);
                let seen = Sight { waiting_until_ms, ..sight(PHASES[phase], a.min(b), a.max(b), requests, now_ms) };
                let left = meter.see(&seen);
                prop_assert!(left.least_seconds <= left.most_seconds, "{:?}", left);
                prop_assert!((last..100).contains(&meter.percent()));
                last = meter.percent();
            }
        }
    }
}
