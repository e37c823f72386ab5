//! Counts of what the cache was used for.

use crate::domain::cache::{CacheKind, CacheKindFigures, CacheLayer};
use crate::server::figures;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Uses by kind, since the start.
#[derive(Debug, Default)]
pub struct Tally {
    kinds: [KindTally; CacheKind::ALL.len()],
}

#[derive(Debug, Default)]
struct KindTally {
    hits: AtomicU64,
    misses: AtomicU64,
    refreshes: AtomicU64,
    age_sum_ms: AtomicU64,
    avoided: AtomicU64,
}

impl Tally {
    fn of(&self, kind: CacheKind) -> &KindTally {
        &self.kinds[kind as usize]
    }

    /// One id was found, so many milliseconds after it was fetched.
    pub fn hit(&self, kind: CacheKind, age_ms: u64) {
        self.of(kind).hits.fetch_add(1, Ordering::Relaxed);
        self.of(kind).age_sum_ms.fetch_add(age_ms, Ordering::Relaxed);
        figures::cache_hit(kind.name(), age_ms);
    }

    /// One id was not found.
    pub fn miss(&self, kind: CacheKind) {
        self.of(kind).misses.fetch_add(1, Ordering::Relaxed);
        figures::cache_miss(kind.name());
    }

    /// One value was written over one that was still held.
    pub fn refresh(&self, kind: CacheKind) {
        self.of(kind).refreshes.fetch_add(1, Ordering::Relaxed);
        figures::cache_refresh(kind.name());
    }

    /// So many requests were not sent.
    pub fn avoid(&self, kind: CacheKind, requests: u64) {
        self.of(kind).avoided.fetch_add(requests, Ordering::Relaxed);
        figures::cache_avoided(kind.name(), requests);
    }

    /// All kinds in their order.
    pub fn figures(&self) -> Vec<CacheKindFigures> {
        let figures = |kind: CacheKind| {
            let tally = self.of(kind);
            CacheKindFigures {
                kind,
                hits: tally.hits.load(Ordering::Relaxed),
                misses: tally.misses.load(Ordering::Relaxed),
                refreshes: tally.refreshes.load(Ordering::Relaxed),
                age_at_hit_sum_ms: tally.age_sum_ms.load(Ordering::Relaxed),
                requests_avoided: tally.avoided.load(Ordering::Relaxed),
            }
        };
        CacheKind::ALL.map(figures).to_vec()
    }
}

/// What went wrong in a layer.
#[derive(Debug, Default)]
pub struct Warnings {
    count: AtomicU64,
    last: Mutex<Option<String>>,
}

impl Warnings {
    /// Something went wrong `count` times.
    pub fn add(&self, layer: CacheLayer, count: u64, words: String) {
        tracing::warn!(layer = layer.name(), count, reason = words, "the cache did not answer as it should");
        figures::cache_warning(layer.name(), count);
        self.count.fetch_add(count, Ordering::Relaxed);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
    }

    /// How often, and the last words.
    pub fn read(&self) -> (u64, Option<String>) {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (self.count.load(Ordering::Relaxed), last)
    }
}
