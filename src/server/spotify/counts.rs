//! Counts requests by hour and group: in memory, and written down now and then rather than with each request.

use super::client::Spotify;
use super::error::SpotifyError;
use super::gate::Lane;
use crate::domain::requests::{EndpointGroup, GroupRequests, RequestReport};
use crate::server::clock;
use crate::server::store::StoreError;
use crate::server::store::request_counts::HourCount;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

const HOUR_MS: i64 = 3_600_000;
const HOURS_SHOWN: i64 = 24;

/// What is counted and not written down yet; a killed process loses the last few seconds of it.
#[derive(Debug, Default)]
pub struct RequestCounts {
    pending: Mutex<BTreeMap<(i64, EndpointGroup), u64>>,
    /// Held while counts move from here to the store, so that nobody who adds up both sees them in neither.
    moving: tokio::sync::Mutex<()>,
}

impl RequestCounts {
    fn add(&self, hour: i64, group: EndpointGroup, requests: u64) {
        *self.lock().entry((hour, group)).or_default() += requests;
    }

    fn take(&self) -> Vec<HourCount> {
        let pending = std::mem::take(&mut *self.lock());
        pending.into_iter().map(|((hour, group), requests)| HourCount { hour, group, requests }).collect()
    }

    fn of(&self, wanted: EndpointGroup, since_hour: i64) -> u64 {
        let pending = self.lock();
        pending
            .iter()
            .filter(|((hour, group), _)| *group == wanted && *hour >= since_hour)
            .map(|(_, count)| count)
            .sum()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<(i64, EndpointGroup), u64>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hour_now() -> i64 {
    clock::now_ms() / HOUR_MS
}

impl Spotify {
    /// Waits at the gate and counts the request that is sent then.
    pub(super) async fn pass(&self, lane: Lane, group: EndpointGroup) -> Result<(), SpotifyError> {
        self.admit(lane, group).await?;
        self.counts.add(hour_now(), group, 1);
        Ok(())
    }

    /// Writes down what was counted; what cannot be written stays for the next time.
    pub async fn save_counts(&self) -> Result<(), StoreError> {
        let _moving = self.counts.moving.lock().await;
        let counts = self.counts.take();
        let saved = self.store.add_request_counts(&counts).await;
        if saved.is_err() {
            counts.iter().for_each(|count| self.counts.add(count.hour, count.group, count.requests));
        }
        saved
    }

    /// What was asked of Spotify, and what the gate lets through.
    pub async fn request_report(&self) -> Result<RequestReport, StoreError> {
        let since_hour = hour_now() - HOURS_SHOWN + 1;
        let _moving = self.counts.moving.lock().await;
        let saved = self.store.list_request_counts(since_hour).await?;
        let of = |group: EndpointGroup| {
            let written: u64 = saved.iter().filter(|(one, _)| *one == group).map(|(_, requests)| requests).sum();
            GroupRequests { group, requests: written + self.counts.of(group, since_hour) }
        };
        let (now, set) = self.gate.capacity();
        Ok(RequestReport {
            per_30_seconds: now,
            per_30_seconds_set: set,
            open_breakers: self.open_breakers(),
            last_24_hours: EndpointGroup::ALL.map(of).to_vec(),
        })
    }
}
