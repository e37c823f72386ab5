//! Breakers: what Spotify has said not to ask for hours is not asked, by anybody, also after a restart.

use super::client::Spotify;
use super::error::SpotifyError;
use super::gate::{BreakerOpen, Lane};
use crate::domain::requests::{EndpointGroup, OpenBreaker};
use crate::server::clock;
use crate::server::store::StoreError;
use crate::server::store::breakers::Breaker;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A spent quota without `Retry-After`: quotas are counted over a day. Also the longest that a breaker stays open:
/// what Spotify forbids for longer is asked about once a day, should it have been an error.
const OPEN_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The open ones of this process's app.
#[derive(Debug, Default)]
pub struct Breakers {
    open: Mutex<BTreeMap<EndpointGroup, Breaker>>,
    /// Held while they change here and in the store, so that none is lost between the two.
    changing: tokio::sync::Mutex<()>,
}

impl Breakers {
    /// Of two for one group the one that closes later stays.
    fn open(&self, breaker: Breaker) {
        let mut open = self.lock();
        let kept = open.entry(breaker.group).or_insert(breaker);
        if kept.closes_ms < breaker.closes_ms {
            *kept = breaker;
        }
    }

    fn replace(&self, breakers: Vec<Breaker>) {
        *self.lock() = breakers.into_iter().map(|breaker| (breaker.group, breaker)).collect();
    }

    fn find(&self, group: EndpointGroup, now_ms: i64) -> Option<Breaker> {
        self.lock().get(&group).copied().filter(|breaker| breaker.closes_ms > now_ms)
    }

    fn list(&self, now_ms: i64) -> Vec<Breaker> {
        self.lock().values().copied().filter(|breaker| breaker.closes_ms > now_ms).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<EndpointGroup, Breaker>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spotify {
    /// Waits until a request of this group may be sent; an error where Spotify would not answer it for long.
    pub(super) async fn admit(&self, lane: Lane, group: EndpointGroup) -> Result<(), SpotifyError> {
        self.refuse_if_open(group)?;
        if let Err(BreakerOpen { closes_in, is_quota }) = self.gate.pass(lane, group).await {
            self.keep_breaker(Breaker { group, closes_ms: closes_ms(closes_in), is_quota }).await;
        }
        // It may have opened while this one waited.
        self.refuse_if_open(group)
    }

    fn refuse_if_open(&self, group: EndpointGroup) -> Result<(), SpotifyError> {
        let now_ms = clock::now_ms();
        let Some(breaker) = self.breakers.find(group, now_ms) else { return Ok(()) };
        // Rounded up: whoever comes back then finds it closed.
        let retry_after_s = u64::try_from(breaker.closes_ms - now_ms).unwrap_or(0).div_ceil(1_000);
        Err(SpotifyError::RateLimited { retry_after_s: Some(retry_after_s), quota: breaker.is_quota })
    }

    /// Spotify has refused a request: a short wait holds the gate, a long one opens breakers. A spent quota is of
    /// one group of endpoints, any other long wait is for everything.
    pub(super) async fn refused(&self, group: EndpointGroup, retry_after_s: Option<u64>, is_quota: bool) {
        let wait = Duration::from_secs(retry_after_s.unwrap_or(0));
        if !is_quota && wait <= self.longest_pause {
            return self.gate.limited(Some(wait)).await;
        }
        let closes_in = if is_quota && retry_after_s.is_none() { OPEN_MAX } else { wait.min(OPEN_MAX) };
        if is_quota {
            self.open_breaker(group, BreakerOpen { closes_in, is_quota }).await;
        } else {
            self.gate.limited(None).await;
            for group in EndpointGroup::ALL {
                self.open_breaker(group, BreakerOpen { closes_in, is_quota }).await;
            }
        }
        tracing::warn!(
            group = group.name(),
            is_quota,
            seconds = closes_in.as_secs(),
            "Spotify does not answer for long"
        );
    }

    async fn open_breaker(&self, group: EndpointGroup, open: BreakerOpen) {
        self.gate.tell_open(group, open).await;
        self.keep_breaker(Breaker { group, closes_ms: closes_ms(open.closes_in), is_quota: open.is_quota }).await;
    }

    async fn keep_breaker(&self, breaker: Breaker) {
        let _changing = self.breakers.changing.lock().await;
        self.breakers.open(breaker);
        if let Err(error) = self.store.save_breaker(&self.client_id, breaker).await {
            tracing::warn!(%error, "a breaker could not be kept: after a restart Spotify is asked again");
        }
    }

    /// Reads what this and other processes have kept.
    pub async fn load_breakers(&self) -> Result<(), StoreError> {
        let _changing = self.breakers.changing.lock().await;
        let kept = self.store.list_breakers(&self.client_id, clock::now_ms()).await?;
        self.breakers.replace(kept);
        Ok(())
    }

    /// Closes all breakers: for whoever knows better than `Retry-After` that Spotify answers again.
    pub async fn ask_again(&self) -> Result<(), StoreError> {
        let _changing = self.breakers.changing.lock().await;
        self.store.delete_breakers(&self.client_id).await?;
        self.gate.tell_ask_again().await;
        self.breakers.replace(Vec::new());
        Ok(())
    }

    /// Groups that Spotify does not answer now.
    pub(super) fn open_breakers(&self) -> Vec<OpenBreaker> {
        let told = |breaker: Breaker| OpenBreaker {
            group: breaker.group,
            closes_at: clock::text_of(breaker.closes_ms),
            is_quota: breaker.is_quota,
        };
        self.breakers.list(clock::now_ms()).into_iter().map(told).collect()
    }
}

fn closes_ms(closes_in: Duration) -> i64 {
    clock::now_ms().saturating_add(i64::try_from(closes_in.as_millis()).unwrap_or(i64::MAX))
}
