//! The gate that every request to the Web API passes: a sliding window over the whole app.

mod window;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use window::Window;

/// Lets at most as many requests pass in any 30 seconds as its window holds, in the order of arrival.
#[derive(Debug, Clone)]
pub struct Gate {
    /// What the window counts its times from.
    opened: Instant,
    window: Arc<Mutex<Window>>,
    /// Whoever came first goes first: tokio's mutex is fair.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Gate {
    /// From requests per minute.
    pub fn new(requests_per_minute: u32) -> Self {
        let capacity = usize::try_from(requests_per_minute / 2).unwrap_or(1).max(1);
        Self { opened: Instant::now(), window: Arc::new(Mutex::new(Window::new(capacity))), turn: Arc::default() }
    }

    /// Waits until a request may be sent, and takes its slot, in the order of arrival.
    pub async fn pass(&self) {
        let _turn = self.turn.lock().await;
        while let Err(again) = self.with_window(|window, now| window.take(now)) {
            tokio::time::sleep_until(self.opened + again).await;
        }
    }

    /// Spotify has limited this app: half as many requests for a while, and none at all before `wait` is over.
    /// Holds for those who wait in [`Self::pass`] too.
    pub fn limited(&self, wait: Option<Duration>) {
        self.with_window(|window, now| {
            window.halve(now);
            if let Some(wait) = wait {
                window.pause(now + wait);
            }
        });
    }

    /// Requests that any 30 seconds may hold: now, and when Spotify has refused none of late.
    pub fn capacity(&self) -> (u32, u32) {
        let (now, full) = self.with_window(|window, now| window.capacity(now));
        (u32::try_from(now).unwrap_or(u32::MAX), u32::try_from(full).unwrap_or(u32::MAX))
    }

    fn with_window<T>(&self, change: impl FnOnce(&mut Window, Duration) -> T) -> T {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut window, self.opened.elapsed())
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
        gate.limited(Some(Duration::from_secs(7)));
        gate.limited(Some(Duration::from_secs(3)));
        gate.pass().await;
        assert!(start.elapsed() >= Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_holds_those_who_wait_already() {
        let gate = Gate::new(4);
        let start = Instant::now();
        gate.pass().await;
        gate.pass().await;
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.pass().await }
        });
        tokio::time::sleep(Duration::from_secs(20)).await;
        gate.limited(Some(Duration::from_secs(40)));
        waiting.await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(60));
    }
}
