//! The two limiters: a rolling 30 seconds per app, and a rolling day per endpoint group.

use super::config::Quota;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

/// The window of the rate limiter.
pub const RATE_WINDOW: Duration = Duration::from_secs(30);

/// The window of the quota.
pub const QUOTA_WINDOW: Duration = Duration::from_secs(86_400);

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Whole seconds until a request fits again.
    RateLimited {
        retry_after: u64,
    },
    QuotaSpent {
        retry_after: Option<u64>,
    },
}

/// The request instants that still count.
#[derive(Debug, Default)]
pub(super) struct Limits {
    pub requests_per_30s: Option<u32>,
    pub quota: Option<Quota>,
    per_app: HashMap<String, VecDeque<Instant>>,
    per_group: HashMap<String, VecDeque<Instant>>,
}

impl Limits {
    pub fn new(requests_per_30s: Option<u32>, quota: Option<Quota>) -> Self {
        Self { requests_per_30s, quota, ..Self::default() }
    }

    /// Lets a request through or says why not. A refused request does not count.
    pub fn admit(&mut self, app: &str, group: &str, now: Instant) -> Result<(), Refusal> {
        self.admit_rate(app, now)?;
        self.admit_quota(group, now)
    }

    fn admit_rate(&mut self, app: &str, now: Instant) -> Result<(), Refusal> {
        let Some(limit) = self.requests_per_30s else { return Ok(()) };
        let seen = self.per_app.entry(app.to_owned()).or_default();
        forget_before(seen, now, RATE_WINDOW);
        if seen.len() < limit as usize {
            seen.push_back(now);
            return Ok(());
        }
        let oldest = seen.front().copied().unwrap_or(now);
        let wait = (oldest + RATE_WINDOW).saturating_duration_since(now);
        Err(Refusal::RateLimited { retry_after: wait.as_secs() + 1 })
    }

    fn admit_quota(&mut self, group: &str, now: Instant) -> Result<(), Refusal> {
        let Some(quota) = &self.quota else { return Ok(()) };
        let Some(limit) = quota.requests_per_day.get(group) else { return Ok(()) };
        let seen = self.per_group.entry(group.to_owned()).or_default();
        forget_before(seen, now, QUOTA_WINDOW);
        if seen.len() >= *limit as usize {
            return Err(Refusal::QuotaSpent { retry_after: quota.retry_after });
        }
        seen.push_back(now);
        Ok(())
    }
}

fn forget_before(seen: &mut VecDeque<Instant>, now: Instant, window: Duration) {
    while seen.front().is_some_and(|at| now.saturating_duration_since(*at) >= window) {
        seen.pop_front();
    }
}

/// The quota group of a Web API path such as `/v1/playlists/abc/items`.
pub(super) fn group_of(path: &str) -> &'static str {
    let parts: Vec<&str> = path.trim_start_matches("/v1").split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["playlists", _, "items" | "tracks"] => "items",
        ["playlists", ..] | ["me", "playlists"] | ["users", _, "playlists"] => "playlists",
        ["me", "library", ..] => "library",
        ["tracks", ..] => "tracks",
        ["artists", ..] => "artists",
        ["albums", ..] => "albums",
        _ => "me",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_rolls_and_says_when_it_is_free_again() {
        let mut limits = Limits::new(Some(2), None);
        let start = Instant::now();
        let at = |secs: u64| start + Duration::from_secs(secs);
        assert_eq!(limits.admit("app", "me", at(0)), Ok(()));
        assert_eq!(limits.admit("app", "me", at(10)), Ok(()));
        assert_eq!(limits.admit("app", "me", at(20)), Err(Refusal::RateLimited { retry_after: 11 }));
        assert_eq!(limits.admit("other", "me", at(20)), Ok(()));
        assert_eq!(limits.admit("app", "me", at(30)), Ok(()));
        assert_eq!(limits.admit("app", "me", at(31)), Err(Refusal::RateLimited { retry_after: 10 }));
    }

    #[test]
    fn a_quota_counts_its_own_group_only() {
        let quota = Quota { requests_per_day: [("artists".to_owned(), 1)].into(), retry_after: Some(61_389) };
        let mut limits = Limits::new(None, Some(quota));
        let now = Instant::now();
        assert_eq!(limits.admit("app", group_of("/v1/artists/x"), now), Ok(()));
        let refused = Err(Refusal::QuotaSpent { retry_after: Some(61_389) });
        assert_eq!(limits.admit("app", group_of("/v1/artists/y"), now), refused);
        assert_eq!(limits.admit("app", group_of("/v1/playlists/x/items"), now), Ok(()));
        assert_eq!(limits.admit("app", group_of("/v1/artists/y"), now + QUOTA_WINDOW), Ok(()));
    }
}
