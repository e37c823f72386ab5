//! The layer in front: this process's memory, bounded by bytes.

use super::entry::{CacheEntry, Keyed};
use super::keys::CacheKey;
use super::layer::{CacheError, MetadataCache, Read};
use crate::domain::cache::{CacheKind, CacheKindSize, CacheLayer};
use crate::domain::ids::UserId;
use crate::server::clock;
use moka::future::Cache;
use std::time::Duration;

/// What the map itself takes for an entry, about.
const ENTRY_OVERHEAD: usize = 200;
/// What another server deletes from a shared layer is gone from here after this.
const KEPT_FOR: Duration = Duration::from_secs(300);

/// Entries in memory.
#[derive(Debug, Clone)]
pub struct MemoryCache {
    entries: Cache<CacheKey, CacheEntry>,
}

impl MemoryCache {
    /// Holds at most so many bytes; 0: nothing.
    pub fn new(bytes_max: u64) -> Self {
        let entries = Cache::builder()
            .max_capacity(bytes_max)
            .weigher(|key: &CacheKey, entry: &CacheEntry| {
                u32::try_from(size(key, entry) + ENTRY_OVERHEAD).unwrap_or(u32::MAX)
            })
            .time_to_live(KEPT_FOR)
            .build();
        Self { entries }
    }

    /// Fresh entries, in the order asked.
    pub async fn find(&self, keys: &[CacheKey]) -> Vec<Option<CacheEntry>> {
        let now = clock::now_ms();
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            found.push(self.entries.get(key).await.filter(|entry| entry.is_fresh(now)));
        }
        found
    }

    /// Keeps these.
    pub async fn keep(&self, entries: Vec<Keyed>) {
        for (key, entry) in entries {
            self.entries.insert(key, entry).await;
        }
    }

    async fn delete_where(&self, is_meant: impl Fn(&CacheKey) -> bool) -> u64 {
        let meant: Vec<CacheKey> =
            self.entries.iter().filter(|(key, _)| is_meant(key)).map(|(key, _)| CacheKey::clone(&key)).collect();
        for key in &meant {
            self.entries.invalidate(key).await;
        }
        meant.len() as u64
    }
}

#[async_trait::async_trait]
impl MetadataCache for MemoryCache {
    fn layer(&self) -> CacheLayer {
        CacheLayer::Memory
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn get(&self, keys: &[CacheKey]) -> Result<Read, CacheError> {
        Ok(Read { entries: self.find(keys).await, unreadable: 0 })
    }

    async fn put(&self, entries: &[Keyed]) -> Result<Vec<bool>, CacheError> {
        let held = entries.iter().map(|(key, _)| self.entries.contains_key(key)).collect();
        self.keep(entries.to_vec()).await;
        Ok(held)
    }

    async fn delete_one(&self, key: &CacheKey) -> Result<u64, CacheError> {
        Ok(u64::from(self.entries.remove(key).await.is_some()))
    }

    async fn delete_kind(&self, kind: CacheKind) -> Result<u64, CacheError> {
        Ok(self.delete_where(|key| key.kind() == kind).await)
    }

    async fn delete_user(&self, user: UserId) -> Result<u64, CacheError> {
        Ok(self.delete_where(|key| key.owner() == Some(user)).await)
    }

    async fn sizes(&self) -> Result<Vec<CacheKindSize>, CacheError> {
        self.entries.run_pending_tasks().await;
        let mut sizes = CacheKind::ALL.map(|kind| CacheKindSize { kind, entries: 0, bytes: 0 });
        for (key, entry) in &self.entries {
            for sized in sizes.iter_mut().filter(|sized| sized.kind == key.kind()) {
                sized.entries += 1;
                sized.bytes += size(&key, &entry) as u64;
            }
        }
        Ok(sizes.to_vec())
    }
}

fn size(key: &CacheKey, entry: &CacheEntry) -> usize {
    key.text().len() + entry.value_len()
}
