//! The second layer of a server by itself: `cache.db`.

use super::codec::{decode, encode};
use super::entry::Keyed;
use super::keys::CacheKey;
use super::layer::{CacheError, MetadataCache, Read};
use crate::domain::cache::{CacheKind, CacheKindSize, CacheLayer};
use crate::domain::ids::UserId;
use crate::server::clock;
use crate::server::store::Store;
use crate::server::store::cache_entries::CacheRow;
use std::collections::HashMap;
use std::time::Duration;

/// Entries in a file.
#[derive(Debug, Clone)]
pub struct SqliteCache {
    store: Store,
}

impl SqliteCache {
    /// In the store's cache database.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }
}

#[async_trait::async_trait]
impl MetadataCache for SqliteCache {
    fn layer(&self) -> CacheLayer {
        CacheLayer::Sqlite
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(6)
    }

    async fn get(&self, keys: &[CacheKey]) -> Result<Read, CacheError> {
        let texts: Vec<String> = keys.iter().map(CacheKey::text).collect();
        let found: HashMap<String, Vec<u8>> = self.store.list_cached(&texts).await?.into_iter().collect();
        let now = clock::now_ms();
        let mut read = Read::default();
        for text in &texts {
            let entry = match found.get(text).map(|bytes| decode(text, bytes)) {
                Some(Some(entry)) => Some(entry).filter(|entry| entry.is_fresh(now)),
                Some(None) => {
                    read.unreadable += 1;
                    None
                }
                None => None,
            };
            read.entries.push(entry);
        }
        Ok(read)
    }

    async fn put(&self, entries: &[Keyed]) -> Result<Vec<bool>, CacheError> {
        let rows: Vec<CacheRow> = entries
            .iter()
            .map(|(key, entry)| {
                let text = key.text();
                let value = encode(&text, entry);
                CacheRow {
                    key: text,
                    kind: key.kind().name(),
                    owner: key.owner(),
                    value,
                    fetched_ms: entry.fetched_ms,
                    expires_ms: entry.expires_ms,
                }
            })
            .collect();
        Ok(self.store.save_cached(&rows).await?)
    }

    async fn delete_one(&self, key: &CacheKey) -> Result<u64, CacheError> {
        Ok(self.store.delete_cached(&key.text()).await?)
    }

    async fn delete_kind(&self, kind: CacheKind) -> Result<u64, CacheError> {
        Ok(self.store.delete_cached_kind(kind.name()).await?)
    }

    async fn delete_user(&self, user: UserId) -> Result<u64, CacheError> {
        Ok(self.store.delete_cached_of(user).await?)
    }

    async fn sizes(&self) -> Result<Vec<CacheKindSize>, CacheError> {
        let held = self.store.list_cache_sizes().await?;
        let of = |kind: CacheKind| {
            let row = held.iter().find(|row| row.kind == kind.name());
            let number = |value: i64| u64::try_from(value).unwrap_or(0);
            CacheKindSize {
                kind,
                entries: row.map_or(0, |row| number(row.entries)),
                bytes: row.map_or(0, |row| number(row.bytes)),
            }
        };
        Ok(CacheKind::ALL.map(of).to_vec())
    }
}
