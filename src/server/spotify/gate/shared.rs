//! The window that several servers share through Redis.

use super::window::{BURST, SLOT};
use crate::domain::requests::EndpointGroup;
use crate::server::spotify::circuit::Circuit;
use crate::server::spotify::redis_link::Link;
use redis::Cmd;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const SCRIPT: &str = include_str!("window.lua");
/// Servers to reckon with before Redis has told: who sets `REDIS_URL` has more than one.
const SERVERS_ASSUMED: usize = 2;

/// The way to it, and what it said last.
#[derive(Debug)]
pub struct SharedWindow {
    link: Link,
    circuit: Circuit,
    /// What the keys begin with: one hash slot of a cluster, one window for each Spotify app.
    tag: String,
    full: usize,
    server: String,
    requests: AtomicU64,
    heard: Mutex<Heard>,
}

#[derive(Debug, Clone, Copy)]
struct Heard {
    servers: usize,
    capacity: usize,
}

/// What the shared window says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It has its slot.
    Taken,
    /// Not yet.
    Wait(Duration),
    /// Spotify answers no request of this group before.
    BreakerOpen { closes_in: Duration, is_quota: bool },
    /// It does not answer: this many servers may be asking.
    Silent { servers: usize },
}

/// What the script is told to do.
enum Order {
    Take { group: EndpointGroup },
    Limited { wait: Duration },
    Open { group: EndpointGroup, wait: Duration, is_quota: bool },
    AskAgain,
}

impl SharedWindow {
    /// Of this Spotify app, with `full` requests in any 30 seconds. Connects when first asked.
    pub fn new(url: &SecretString, client_id: &str, full: usize) -> Self {
        Self {
            link: Link::new(url),
            circuit: Circuit::default(),
            tag: tag_of(client_id),
            full,
            server: uuid::Uuid::now_v7().to_string(),
            requests: AtomicU64::new(0),
            heard: Mutex::new(Heard { servers: SERVERS_ASSUMED, capacity: full }),
        }
    }

    /// Takes a slot for a request of this group, if one is free.
    pub async fn take(&self, group: EndpointGroup) -> Said {
        let Some((taken, wait_ms, closes_ms, quota)) = self.ask(&Order::Take { group }).await else {
            return Said::Silent { servers: self.heard().servers };
        };
        match (taken, closes_ms) {
            (_, 1..) => Said::BreakerOpen { closes_in: Duration::from_millis(closes_ms), is_quota: quota == 1 },
            (1, 0) => Said::Taken,
            _ => Said::Wait(Duration::from_millis(wait_ms)),
        }
    }

    /// Spotify has said that these are too many.
    pub async fn limited(&self, wait: Duration) {
        self.ask(&Order::Limited { wait }).await;
    }

    /// Spotify answers no request of this group for so long.
    pub async fn open(&self, group: EndpointGroup, wait: Duration, is_quota: bool) {
        self.ask(&Order::Open { group, wait, is_quota }).await;
    }

    /// Forgets what Spotify does not answer.
    pub async fn ask_again(&self) {
        self.ask(&Order::AskAgain).await;
    }

    /// Requests that any 30 seconds may hold, as it said last.
    pub fn capacity(&self) -> usize {
        self.heard().capacity
    }

    fn heard(&self) -> Heard {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Taken, wait, time until a breaker closes, whether it is of a quota; `None` if Redis does not answer.
    async fn ask(&self, order: &Order) -> Option<(u64, u64, u64, u64)> {
        if !self.circuit.lets_in() {
            return None;
        }
        type Answer = (u64, u64, usize, usize, u64, u64);
        let command = self.command(order, None);
        let answer = tokio::time::timeout(self.link.patience(), self.link.command::<Answer>(&command)).await;
        let was_well = self.circuit.is_healthy();
        match answer {
            Ok(Ok((taken, wait_ms, servers, capacity, closes_ms, quota))) => {
                self.circuit.record(true);
                let heard = Heard { servers: servers.max(1), capacity };
                *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = heard;
                Some((taken, wait_ms, closes_ms, quota))
            }
            Ok(Err(_)) | Err(_) => {
                self.circuit.record(false);
                if was_well {
                    let servers = self.heard().servers;
                    tracing::warn!(servers, "Redis does not answer: this server keeps to its part of the requests");
                }
                None
            }
        }
    }

    fn command(&self, order: &Order, now_ms: Option<u64>) -> Cmd {
        let (what, group, argument, second) = match order {
            Order::Take { group } => ("take", group.name(), Duration::ZERO, false),
            Order::Limited { wait } => ("limited", "", *wait, false),
            Order::Open { group, wait, is_quota } => ("open", group.name(), *wait, *is_quota),
            Order::AskAgain => ("ask_again", "", Duration::ZERO, false),
        };
        let request = format!("{}:{}", self.server, self.requests.fetch_add(1, Ordering::Relaxed));
        let mut eval = redis::cmd("EVAL");
        eval.arg(SCRIPT).arg(4);
        for name in ["sent", "state", "servers", "breakers"] {
            eval.arg(format!("{}:{name}", self.tag));
        }
        eval.arg(what).arg(self.full).arg(ms(SLOT)).arg(BURST).arg(&self.server).arg(request);
        eval.arg(group).arg(ms(argument)).arg(u8::from(second));
        if let Some(now_ms) = now_ms {
            eval.arg(now_ms);
        }
        eval
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Not the client id itself, which need not be readable by everybody who may look into Redis.
fn tag_of(client_id: &str) -> String {
    let mut hash = String::new();
    for byte in &Sha256::digest(client_id)[..8] {
        let _ = write!(hash, "{byte:02x}");
    }
    format!("{{headwater:gate:{hash}}}")
}

#[cfg(test)]
#[path = "../../../../tests/it/redis_server.rs"]
#[expect(dead_code, reason = "the integration tests use the rest of it")]
pub mod redis_server;

#[cfg(test)]
mod tests {
    use super::redis_server::RedisServer;
    use super::*;
    use crate::server::spotify::gate::window::Window;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    use std::sync::atomic::AtomicUsize;

    /// Redis' clock is some way into its time, as everywhere.
    const START_MS: u64 = 1_700_000_000_000;

    #[derive(Debug, Clone)]
    enum Step {
        Take,
        Limited(u64),
    }

    fn steps() -> impl Strategy<Value = Vec<(u64, Step)>> {
        let step = prop_oneof![
            12 => Just(Step::Take),
            1 => (0..20_000_u64).prop_map(Step::Limited),
        ];
        vec((prop_oneof![0..300_u64, 0..9_000_u64], step), 0..120)
    }

    #[test]
    fn the_script_in_redis_says_what_the_window_says() {
        let Some(redis) = RedisServer::start() else { return };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let url = SecretString::from(redis.url.clone());
        let cases = AtomicUsize::new(0);
        let config = Config { cases: 256, ..Config::default() };
        let run = TestRunner::new(config).run(&(1..30_usize, steps()), |(full, steps)| {
            let app = cases.fetch_add(1, Ordering::Relaxed).to_string();
            let shared = SharedWindow::new(&url, &app, full);
            let mut window = Window::new(full);
            let mut at_ms = 60_000;
            for (after_ms, step) in steps {
                at_ms += after_ms;
                let now = Duration::from_millis(at_ms);
                let order = match step {
                    Step::Take => Order::Take { group: EndpointGroup::Other },
                    Step::Limited(wait_ms) => Order::Limited { wait: Duration::from_millis(wait_ms) },
                };
                let command = shared.command(&order, Some(START_MS + at_ms));
                let said: (u64, u64, usize, usize, u64, u64) = runtime.block_on(shared.link.command(&command)).unwrap();
                let expected = match order {
                    Order::Limited { wait } => {
                        window.halve(now);
                        window.pause(now + wait);
                        (0, 0)
                    }
                    _ => window.take(now, 1).map_or_else(|ready| (0, ms(ready - now)), |()| (1, 0)),
                };
                prop_assert_eq!((said.0, said.1), expected);
                prop_assert_eq!((said.2, said.3), (1, window.capacity(now).0));
            }
            Ok(())
        });
        run.unwrap();
    }
}
