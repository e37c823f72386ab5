//! The gate that every request to the Web API passes: a sliding window over the whole app.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Spotify counts requests in a rolling window of 30 seconds (Web API concepts, "Rate limits").
/// A slot is free a little later than that, so that the limit also holds when requests arrive.
const SLOT: Duration = Duration::from_millis(30_250);

/// Lets at most `capacity` requests pass in any 30 seconds, in the order of arrival.
#[derive(Debug, Clone)]
pub struct Gate {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    capacity: usize,
    sent: VecDeque<Instant>,
    paused_until: Option<Instant>,
}

impl Gate {
    /// From requests per minute.
    pub fn new(requests_per_minute: u32) -> Self {
        let capacity = usize::try_from(requests_per_minute / 2).unwrap_or(1).max(1);
        Self { state: Arc::new(Mutex::new(State { capacity, sent: VecDeque::new(), paused_until: None })) }
    }

    /// Waits until a request may be sent, and takes its slot. The lock is held while waiting:
    /// tokio's mutex is fair, so whoever came first goes first.
    pub async fn pass(&self) {
        let mut state = self.state.lock().await;
        loop {
            let now = Instant::now();
            match state.free_at(now) {
                Some(at) => tokio::time::sleep_until(at).await,
                None => {
                    state.sent.push_back(now);
                    return;
                }
            }
        }
    }

    /// Holds everybody back: Spotify has asked this app to wait.
    pub async fn pause(&self, wait: Duration) {
        let mut state = self.state.lock().await;
        let until = Instant::now() + wait;
        state.paused_until = Some(state.paused_until.map_or(until, |known| known.max(until)));
    }
}

impl State {
    /// When to look again; `None`: a slot is free now.
    fn free_at(&mut self, now: Instant) -> Option<Instant> {
        while self.sent.front().is_some_and(|first| *first + SLOT <= now) {
            self.sent.pop_front();
        }
        let paused = self.paused_until.filter(|until| *until > now);
        let full = (self.sent.len() >= self.capacity).then(|| self.sent.front().map(|first| *first + SLOT)).flatten();
        paused.max(full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_window_of_thirty_seconds_holds_more_than_half_a_minutes_requests() {
        let gate = Gate::new(20);
        let mut times = Vec::new();
        for _ in 0..45 {
            gate.pass().await;
            times.push(Instant::now());
        }
        for (at, first) in times.iter().enumerate() {
            let within = times[at..].iter().filter(|time| **time < *first + Duration::from_secs(30)).count();
            assert!(within <= 10, "{within} requests within 30 s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_everybody() {
        let gate = Gate::new(100);
        let start = Instant::now();
        gate.pause(Duration::from_secs(7)).await;
        gate.pause(Duration::from_secs(3)).await;
        gate.pass().await;
        assert!(start.elapsed() >= Duration::from_secs(7));
    }
}
