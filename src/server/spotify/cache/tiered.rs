//! Memory in front of a second layer. Nothing here fails: what cannot be read is a miss, what cannot be kept is not.

use super::entry::{CacheEntry, Keyed};
use super::keys::CacheKey;
use super::layer::{CacheError, MetadataCache, Read};
use super::memory::MemoryCache;
use super::redis::RedisCache;
use super::sqlite::SqliteCache;
use super::tally::{Tally, Warnings};
use super::ttl::Ttls;
use crate::domain::cache::{CacheDeleted, CacheFigures, CacheKind, CacheLayer, CacheLayerFigures};
use crate::domain::ids::UserId;
use crate::server::clock;
use crate::server::config::Config;
use crate::server::spotify::circuit::Circuit;
use crate::server::store::Store;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;

/// Deleting and measuring go through everything, and nobody's sync waits for them.
const MANAGEMENT_PATIENCE: Duration = Duration::from_secs(6);
const MEGABYTE: u64 = 1_048_576;

/// What is known of an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept<T> {
    Value(T),
    /// Spotify does not know the id.
    Absent,
}

/// The cache as everybody uses it: cheap to clone, one per process.
#[derive(Debug, Clone)]
pub struct Cache {
    tiers: Arc<Tiers>,
}

#[derive(Debug)]
struct Tiers {
    memory: MemoryCache,
    second: Box<dyn MetadataCache>,
    reads: Circuit,
    /// By themselves: a Redis that is full or read-only still answers.
    writes: Circuit,
    warnings: Warnings,
    memory_warnings: Warnings,
    tally: Tally,
    ttls: Ttls,
}

impl Cache {
    /// Memory in front of `second`.
    pub fn new(memory: MemoryCache, second: Box<dyn MetadataCache>, ttls: Ttls) -> Self {
        let tiers = Tiers {
            memory,
            second,
            reads: Circuit::default(),
            writes: Circuit::default(),
            warnings: Warnings::default(),
            memory_warnings: Warnings::default(),
            tally: Tally::default(),
            ttls,
        };
        Self { tiers: Arc::new(tiers) }
    }

    /// As configured: memory in front of Redis, or of `cache.db` without one.
    pub fn open(config: &Config, store: Store) -> Self {
        let memory = MemoryCache::new(u64::from(config.cache_memory_mb) * MEGABYTE);
        let second: Box<dyn MetadataCache> = match &config.redis_url {
            Some(url) => Box::new(RedisCache::new(url)),
            None => Box::new(SqliteCache::new(store)),
        };
        Self::new(memory, second, Ttls::new(config))
    }

    /// What is kept under these keys, in the order asked; counted as hits and misses.
    pub async fn find<T: DeserializeOwned>(&self, keys: &[CacheKey]) -> Vec<Option<Kept<T>>> {
        let now = clock::now_ms();
        let entries = self.entries(keys).await;
        let mut found = Vec::with_capacity(keys.len());
        for (key, entry) in keys.iter().zip(entries) {
            let value = entry.as_ref().and_then(|entry| self.parse(entry));
            match (&value, &entry) {
                (Some(_), Some(entry)) => {
                    self.tiers.tally.hit(key.kind(), u64::try_from(now - entry.fetched_ms).unwrap_or(0));
                }
                (None, _) | (Some(_), None) => self.tiers.tally.miss(key.kind()),
            }
            found.push(value);
        }
        found
    }

    /// The same without counting: for plans, which only look.
    pub async fn look<T: DeserializeOwned>(&self, keys: &[CacheKey]) -> Vec<Option<Kept<T>>> {
        let entries = self.entries(keys).await;
        entries.into_iter().map(|entry| entry.and_then(|entry| self.parse(&entry))).collect()
    }

    /// What memory alone holds, in the order asked; not counted.
    pub async fn at_hand<T: DeserializeOwned>(&self, keys: &[CacheKey]) -> Vec<Option<Kept<T>>> {
        let entries = self.tiers.memory.find(keys).await;
        entries.into_iter().map(|entry| entry.and_then(|entry| self.parse(&entry))).collect()
    }

    /// Keeps values in memory alone, until they are kept in earnest.
    pub async fn remember<T: Serialize>(&self, values: &[(CacheKey, Kept<T>)]) {
        self.tiers.memory.keep(self.dated(values)).await;
    }

    /// Keeps values in every layer.
    pub async fn keep<T: Serialize>(&self, values: &[(CacheKey, Kept<T>)]) {
        let entries = self.dated(values);
        self.tiers.memory.keep(entries.clone()).await;
        if entries.is_empty() {
            return;
        }
        let held = self.ask(&self.tiers.writes, self.tiers.second.put(&entries)).await.unwrap_or_default();
        for ((key, _), _) in entries.iter().zip(held).filter(|(_, held)| *held) {
            self.tiers.tally.refresh(key.kind());
        }
    }

    /// Counts requests that hits made needless.
    pub fn count_avoided(&self, kind: CacheKind, requests: u64) {
        self.tiers.tally.avoid(kind, requests);
    }

    /// Removes one id.
    pub async fn delete_one(&self, key: &CacheKey) -> CacheDeleted {
        let deleted = self.ask_anyway(&self.tiers.writes, MANAGEMENT_PATIENCE, self.tiers.second.delete_one(key)).await;
        done(deleted, self.tiers.memory.delete_one(key).await)
    }

    /// Removes a kind.
    pub async fn delete_kind(&self, kind: CacheKind) -> CacheDeleted {
        let deleted =
            self.ask_anyway(&self.tiers.writes, MANAGEMENT_PATIENCE, self.tiers.second.delete_kind(kind)).await;
        done(deleted, self.tiers.memory.delete_kind(kind).await)
    }

    /// Removes everything private to a person.
    pub async fn delete_user(&self, user: UserId) -> CacheDeleted {
        let deleted =
            self.ask_anyway(&self.tiers.writes, MANAGEMENT_PATIENCE, self.tiers.second.delete_user(user)).await;
        done(deleted, self.tiers.memory.delete_user(user).await)
    }

    /// Uses, sizes and health.
    pub async fn figures(&self) -> CacheFigures {
        let sizes = match self.tiers.reads.lets_in() {
            true => self.ask_anyway(&self.tiers.reads, MANAGEMENT_PATIENCE, self.tiers.second.sizes()).await,
            false => None,
        };
        let (warnings, last_warning) = self.tiers.memory_warnings.read();
        let memory = CacheLayerFigures {
            layer: CacheLayer::Memory,
            is_healthy: true,
            warnings,
            last_warning,
            sizes: self.tiers.memory.sizes().await.ok(),
        };
        let (warnings, last_warning) = self.tiers.warnings.read();
        let is_healthy = self.tiers.reads.is_healthy() && self.tiers.writes.is_healthy();
        let second = CacheLayerFigures { layer: self.tiers.second.layer(), is_healthy, warnings, last_warning, sizes };
        CacheFigures { kinds: self.tiers.tally.figures(), layers: vec![memory, second] }
    }

    async fn entries(&self, keys: &[CacheKey]) -> Vec<Option<CacheEntry>> {
        let mut entries = self.tiers.memory.find(keys).await;
        let missing: Vec<usize> = (0..keys.len()).filter(|at| entries[*at].is_none()).collect();
        if missing.is_empty() {
            return entries;
        }
        let asked: Vec<CacheKey> = missing.iter().map(|at| keys[*at].clone()).collect();
        let Some(Read { entries: found, unreadable }) =
            self.ask(&self.tiers.reads, self.tiers.second.get(&asked)).await
        else {
            return entries;
        };
        if unreadable > 0 {
            self.tiers.warnings.add(self.tiers.second.layer(), unreadable, "entries that cannot be read".into());
        }
        let found: Vec<(usize, CacheEntry)> =
            missing.into_iter().zip(found).filter_map(|(at, entry)| Some((at, entry?))).collect();
        let near: Vec<Keyed> = found.iter().map(|(at, entry)| (keys[*at].clone(), entry.clone())).collect();
        self.tiers.memory.keep(near).await;
        for (at, entry) in found {
            entries[at] = Some(entry);
        }
        entries
    }

    /// The second layer's answer, unless it rests, fails or takes too long.
    async fn ask<T>(&self, circuit: &Circuit, answer: impl Future<Output = Result<T, CacheError>>) -> Option<T> {
        let patience = self.tiers.second.patience();
        if circuit.lets_in() { self.ask_anyway(circuit, patience, answer).await } else { None }
    }

    async fn ask_anyway<T>(
        &self,
        circuit: &Circuit,
        patience: Duration,
        answer: impl Future<Output = Result<T, CacheError>>,
    ) -> Option<T> {
        let second = &self.tiers.second;
        let answer = tokio::time::timeout(patience, answer).await.unwrap_or(Err(CacheError::Slow));
        circuit.record(answer.is_ok());
        answer.map_err(|error| self.tiers.warnings.add(second.layer(), 1, error.to_string())).ok()
    }

    /// Damaged values were refused by their layer; what is left is a value of another shape.
    fn parse<T: DeserializeOwned>(&self, entry: &CacheEntry) -> Option<Kept<T>> {
        let Some(value) = &entry.value else { return Some(Kept::Absent) };
        match serde_json::from_slice(value) {
            Ok(value) => Some(Kept::Value(value)),
            Err(_) => {
                self.tiers.memory_warnings.add(CacheLayer::Memory, 1, "a value of another shape".into());
                None
            }
        }
    }

    fn dated<T: Serialize>(&self, values: &[(CacheKey, Kept<T>)]) -> Vec<Keyed> {
        let fetched_ms = clock::now_ms();
        let dated = |(key, value): &(CacheKey, Kept<T>)| {
            let (value, is_absent) = match value {
                Kept::Value(value) => (Some(Arc::from(serde_json::to_vec(value).ok()?)), false),
                Kept::Absent => (None, true),
            };
            let ttl_ms = self.tiers.ttls.draw_ms(key.kind(), is_absent, fastrand::f64());
            Some((key.clone(), CacheEntry { value, fetched_ms, expires_ms: fetched_ms.saturating_add(ttl_ms) }))
        };
        values.iter().filter_map(dated).collect()
    }
}

fn done(second: Option<u64>, memory: Result<u64, CacheError>) -> CacheDeleted {
    CacheDeleted { entries: second.or(memory.ok()).unwrap_or(0), is_complete: second.is_some() }
}

#[cfg(test)]
mod tests;
