//! How many requests may be sent in any 30 seconds: pure, with the time passed in.

use std::collections::VecDeque;
use std::time::Duration;

/// Spotify counts requests in a rolling window of 30 seconds (Web API concepts, "Rate limits").
/// A slot is free a little later than that, so that the limit also holds when requests arrive.
pub const SLOT: Duration = Duration::from_millis(30_250);
/// After each such time without a 429 a part of what was given up comes back.
const GROWS_EVERY: Duration = SLOT;
/// That part, of the full capacity: back from half to all of it takes two and a half minutes.
const GROWS_BY: usize = 10;

/// Requests keep at least this part of their share of the window apart, so that a burst of several syncs is spread
/// over two and a half seconds instead of arriving as one: it costs no more than that, however long the work is.
pub const BURST: usize = 12;

/// A sliding window. Times are counted from any fixed moment and never go back.
#[derive(Debug, Clone)]
pub struct Window {
    full: usize,
    capacity: usize,
    sent: VecDeque<Duration>,
    last: Option<Duration>,
    paused_until: Duration,
    /// When the capacity changed last.
    changed: Duration,
}

impl Window {
    /// At most `full` requests in any 30 seconds.
    pub const fn new(full: usize) -> Self {
        Self {
            full,
            capacity: full,
            sent: VecDeque::new(),
            last: None,
            paused_until: Duration::ZERO,
            changed: Duration::ZERO,
        }
    }

    /// Takes a slot, or says when to try again, where as many servers share what is allowed and know nothing of each
    /// other.
    pub fn take(&mut self, now: Duration, servers: usize) -> Result<(), Duration> {
        match self.ready_at(now, servers) {
            ready if ready > now => Err(ready),
            _ => {
                self.note(now);
                Ok(())
            }
        }
    }

    /// Somebody else has allowed a request.
    pub fn note(&mut self, now: Duration) {
        self.sent.push_back(now);
        self.last = Some(now);
    }

    /// When the next request may be sent; not after `now`: at once.
    pub fn ready_at(&mut self, now: Duration, servers: usize) -> Duration {
        self.grow(now);
        while self.sent.front().is_some_and(|first| *first + SLOT <= now) {
            self.sent.pop_front();
        }
        let capacity = (self.capacity / servers.max(1)).max(1);
        let apart = self.last.map_or(Duration::ZERO, |last| last + apart(capacity));
        // After a cut there may be more in the window than it now holds: as many must leave it first.
        let leaves = self.sent.len().checked_sub(capacity).and_then(|over| self.sent.get(over));
        leaves.map_or(Duration::ZERO, |leaves| *leaves + SLOT).max(apart).max(self.paused_until)
    }

    /// Spotify has asked this app to wait: nobody passes before `until`.
    pub fn pause(&mut self, until: Duration) {
        self.paused_until = self.paused_until.max(until);
    }

    /// Spotify said that these are too many: half as many from now on. Answers to what was sent before the last cut
    /// say nothing new.
    pub fn halve(&mut self, now: Duration) {
        self.grow(now);
        if self.capacity == self.full || now.saturating_sub(self.changed) >= SLOT {
            self.capacity = (self.capacity / 2).max(1);
            self.changed = now;
        }
    }

    /// Requests that any 30 seconds may hold: now, and at most.
    pub fn capacity(&mut self, now: Duration) -> (usize, usize) {
        self.grow(now);
        (self.capacity, self.full)
    }

    fn grow(&mut self, now: Duration) {
        while self.capacity < self.full && now.saturating_sub(self.changed) >= GROWS_EVERY {
            self.capacity = (self.capacity + self.full.div_ceil(GROWS_BY)).min(self.full);
            self.changed += GROWS_EVERY;
        }
    }
}

/// What two requests keep apart at least, in whole milliseconds.
fn apart(capacity: usize) -> Duration {
    let slot_ms = usize::try_from(SLOT.as_millis()).unwrap_or(usize::MAX);
    Duration::from_millis((slot_ms / (capacity * BURST)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_429_halves_once_and_the_capacity_comes_back_by_tenths() {
        let mut window = Window::new(50);
        window.halve(ms(1_000));
        // Nine more answers to the same burst.
        (0..9).for_each(|at| window.halve(ms(1_100 + at)));
        assert_eq!(window.capacity, 25);
        window.halve(ms(32_000));
        assert_eq!(window.capacity, 30, "a tenth had come back, and the cut is younger than a window");
        assert!(window.take(ms(200_000), 1).is_ok());
        assert_eq!(window.capacity, 50);
        (0..20).for_each(|at| window.halve(ms(1_000_000 + at * 31_000)));
        assert!(window.capacity >= 1);
    }

    /// What happens, and how long after what happened before.
    #[derive(Debug, Clone)]
    enum Step {
        Take(u64),
        Limited(u64),
        Pause(u64, u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            12 => (0..4_000_u64).prop_map(Step::Take),
            1 => (0..4_000_u64).prop_map(Step::Limited),
            1 => (0..4_000_u64, 0..20_000_u64).prop_map(|(after, wait)| Step::Pause(after, wait)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_048))]

        #[test]
        fn no_thirty_seconds_hold_more_than_was_allowed(full in 1..40_usize, steps in vec(step(), 0..300)) {
            let mut window = Window::new(full);
            let mut now = Duration::ZERO;
            let mut paused = Duration::ZERO;
            let mut sent: Vec<(Duration, usize)> = Vec::new();
            for step in steps {
                match step {
                    Step::Take(after) => {
                        now += ms(after);
                        let mut tries = 0;
                        while let Err(again) = window.take(now, 1) {
                            prop_assert!(again > now, "it would be asked again at once");
                            now = again;
                            tries += 1;
                            prop_assert!(tries <= full + 2, "it never lets anybody pass");
                        }
                        prop_assert!(now >= paused);
                        sent.push((now, window.capacity));
                    }
                    Step::Limited(after) => {
                        now += ms(after);
                        window.halve(now);
                    }
                    Step::Pause(after, wait) => {
                        now += ms(after);
                        paused = paused.max(now + ms(wait));
                        window.pause(now + ms(wait));
                    }
                }
            }
            for (at, (last, capacity)) in sent.iter().enumerate() {
                let within = sent[..=at].iter().filter(|(one, _)| *one + Duration::from_secs(30) > *last).count();
                prop_assert!(within <= *capacity, "{} requests within 30 s, {} allowed", within, capacity);
            }
        }
    }
}
