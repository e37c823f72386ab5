//! The gate that every request to the Web API passes: a sliding window over the whole app, shared by all its servers.

mod fair_queue;
mod shared;
mod turns;
mod window;

use crate::domain::requests::EndpointGroup;
use secrecy::SecretString;
use shared::{Said, SharedWindow};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
pub use turns::Lane;
use turns::Turns;
use window::Window;

/// Servers that share a window do not all ask again in the same instant.
const JITTER_MS: u64 = 10;

/// Lets at most as many requests pass in any 30 seconds as its window holds; people and their syncs take turns.
#[derive(Debug, Clone)]
pub struct Gate {
    /// What the window counts its times from.
    opened: Instant,
    window: Arc<Mutex<Window>>,
    shared: Option<Arc<SharedWindow>>,
    turns: Turns,
}

/// Another server has heard that Spotify answers no request of this group for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerOpen {
    pub closes_in: Duration,
    pub is_quota: bool,
}

impl Gate {
    /// From requests per minute, for this process alone.
    pub fn new(requests_per_minute: u32) -> Self {
        Self {
            opened: Instant::now(),
            window: Arc::new(Mutex::new(Window::new(capacity_of(requests_per_minute)))),
            shared: None,
            turns: Turns::default(),
        }
    }

    /// The same for all servers of this Spotify app that know the same Redis.
    pub fn shared_through(mut self, redis: &SecretString, client_id: &str) -> Self {
        let full = self.with_window(|window, now| window.capacity(now).1);
        self.shared = Some(Arc::new(SharedWindow::new(redis, client_id, full)));
        self
    }

    /// Waits until a request may be sent, and takes its slot. Whoever waits in the same lane goes in the order of
    /// arrival.
    pub async fn pass(&self, lane: Lane, group: EndpointGroup) -> Result<(), BreakerOpen> {
        let _turn = self.turns.take(lane).await;
        while let Some(wait) = self.try_pass(group).await? {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    /// Takes a slot, or says how long to wait.
    async fn try_pass(&self, group: EndpointGroup) -> Result<Option<Duration>, BreakerOpen> {
        let Some(shared) = &self.shared else { return Ok(self.take_among(1)) };
        // What this server knows by itself holds in any case: should Redis forget, at least our own part is counted.
        if let Some(wait) = self.wait() {
            return Ok(Some(wait));
        }
        match shared.take(group).await {
            Said::Taken => {
                self.with_window(Window::note);
                Ok(None)
            }
            Said::Wait(wait) => Ok(Some(wait + Duration::from_millis(fastrand::u64(0..=JITTER_MS)))),
            Said::BreakerOpen { closes_in, is_quota } => Err(BreakerOpen { closes_in, is_quota }),
            Said::Silent { servers } => Ok(self.take_among(servers)),
        }
    }

    fn wait(&self) -> Option<Duration> {
        self.with_window(|window, now| window.ready_at(now, 1).checked_sub(now)).filter(|wait| !wait.is_zero())
    }

    fn take_among(&self, servers: usize) -> Option<Duration> {
        self.with_window(|window, now| window.take(now, servers).err().map(|ready| ready - now))
    }

    /// Spotify has limited this app: half as many requests for a while, and none at all before `wait` is over.
    /// Holds for those who wait in [`Self::pass`] too.
    pub async fn limited(&self, wait: Option<Duration>) {
        self.with_window(|window, now| {
            window.halve(now);
            if let Some(wait) = wait {
                window.pause(now + wait);
            }
        });
        if let Some(shared) = &self.shared {
            shared.limited(wait.unwrap_or_default()).await;
        }
    }

    /// Tells the other servers that Spotify answers no request of this group for a while.
    pub async fn tell_open(&self, group: EndpointGroup, open: BreakerOpen) {
        if let Some(shared) = &self.shared {
            shared.open(group, open.closes_in, open.is_quota).await;
        }
    }

    /// Tells the other servers that Spotify may be asked again.
    pub async fn tell_ask_again(&self) {
        if let Some(shared) = &self.shared {
            shared.ask_again().await;
        }
    }

    /// Requests that any 30 seconds may hold: now, and when Spotify has refused none of late.
    pub fn capacity(&self) -> (u32, u32) {
        let (own, full) = self.with_window(|window, now| window.capacity(now));
        let now = self.shared.as_ref().map_or(own, |shared| shared.capacity().min(own));
        (u32::try_from(now).unwrap_or(u32::MAX), u32::try_from(full).unwrap_or(u32::MAX))
    }

    fn with_window<T>(&self, change: impl FnOnce(&mut Window, Duration) -> T) -> T {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut window, self.opened.elapsed())
    }
}

fn capacity_of(requests_per_minute: u32) -> usize {
    usize::try_from(requests_per_minute / 2).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: EndpointGroup = EndpointGroup::ItemsRead;

    async fn pass(gate: &Gate) {
        gate.pass(Lane::default(), GROUP).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_of_thirty_seconds_holds_more_than_half_a_minutes_requests() {
        let gate = Gate::new(20);
        let mut times = Vec::new();
        for _ in 0..45 {
            pass(&gate).await;
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
        gate.limited(Some(Duration::from_secs(7))).await;
        gate.limited(Some(Duration::from_secs(3))).await;
        pass(&gate).await;
        assert!(start.elapsed() >= Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_holds_those_who_wait_already() {
        let gate = Gate::new(4);
        let start = Instant::now();
        pass(&gate).await;
        pass(&gate).await;
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { pass(&gate).await }
        });
        tokio::time::sleep(Duration::from_secs(20)).await;
        gate.limited(Some(Duration::from_secs(40))).await;
        waiting.await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(60));
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_spread_and_nobody_waits_for_more_than_that() {
        let gate = Gate::new(100);
        let start = Instant::now();
        for _ in 0..50 {
            pass(&gate).await;
        }
        let spread = start.elapsed();
        assert!((Duration::from_secs(2)..Duration::from_secs(3)).contains(&spread), "{spread:?}");
        for _ in 0..50 {
            pass(&gate).await;
        }
        assert!(start.elapsed() < Duration::from_millis(30_250) + Duration::from_secs(3), "{:?}", start.elapsed());
    }

    async fn passed_within(gates: &[&Gate], time: Duration) -> usize {
        let passed = std::sync::atomic::AtomicUsize::new(0);
        let all = futures::future::join_all(gates.iter().map(async |gate| {
            loop {
                pass(gate).await;
                passed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }));
        assert!(tokio::time::timeout(time, all).await.is_err());
        passed.into_inner()
    }

    /// In real time, because Redis' clock is real.
    #[tokio::test]
    async fn two_servers_share_one_window_and_part_it_when_redis_is_gone() {
        let Some(mut server) = shared::redis_server::RedisServer::start() else { return };
        let url = SecretString::from(server.url.clone());
        let [one, other, third] = [0; 3].map(|_| Gate::new(100).shared_through(&url, "app"));
        assert_eq!(passed_within(&[&one, &other], Duration::from_secs(4)).await, 50);

        let alone = Gate::new(100).shared_through(&url, "another app");
        assert!(passed_within(&[&alone], Duration::from_millis(500)).await >= 5, "apps do not share");

        // What one has heard from Spotify holds for all, and all hear what is not answered.
        alone.limited(Some(Duration::from_secs(60))).await;
        let told = BreakerOpen { closes_in: Duration::from_secs(60), is_quota: true };
        one.tell_open(GROUP, told).await;
        let heard = third.pass(Lane::default(), GROUP).await.unwrap_err();
        assert!(heard.is_quota && heard.closes_in > Duration::from_secs(50), "{heard:?}");
        let other_server = Gate::new(100).shared_through(&url, "another app");
        assert_eq!(passed_within(&[&other_server], Duration::from_millis(500)).await, 0);
        assert_eq!(other_server.capacity(), (25, 50));

        let mut client = redis::Client::open(server.url.as_str()).unwrap().get_connection().unwrap();
        for key in redis::cmd("KEYS").arg("*").query::<Vec<String>>(&mut client).unwrap() {
            redis::cmd("SET").arg(key).arg("poison").exec(&mut client).unwrap();
        }
        assert!(passed_within(&[&alone], Duration::from_millis(500)).await == 0, "its own pause it knows by itself");
        assert!(passed_within(&[&other_server], Duration::from_millis(500)).await >= 5, "the window is made anew");

        server.child.kill().unwrap();
        server.child.wait().unwrap();
        // Three servers were heard of; this one has sent nothing yet.
        assert_eq!(passed_within(&[&third], Duration::from_secs(5)).await, 16);
    }
}
