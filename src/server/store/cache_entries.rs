//! The cache's table. Whatever fails here is a miss for the caller, never a failed sync.

use super::{Store, StoreError};
use crate::server::clock;

/// SQLite's bound parameters of one statement, far below its limit.
const KEYS_LEN_MAX: usize = 500;

/// A value to keep.
#[derive(Debug, Clone)]
pub struct CacheEntry {
    pub key: String,
    pub kind: &'static str,
    /// `None`: Spotify does not know it.
    pub contents: Option<String>,
    pub expires_ms: i64,
}

impl Store {
    /// Entries of these keys that have not expired, in no particular order.
    pub async fn list_cached(&self, keys: &[String]) -> Result<Vec<(String, Option<String>)>, StoreError> {
        let mut found = Vec::with_capacity(keys.len());
        for keys in keys.chunks(KEYS_LEN_MAX) {
            // One array parameter instead of a generated list of placeholders keeps the statement static.
            let rows: Vec<(String, Option<String>)> = sqlx::query_as(
                "select key, contents from cache_entries \
                 where key in (select value from json_each($1)) and expires_ms > $2",
            )
            .bind(super::to_json(&keys)?)
            .bind(clock::now_ms())
            .fetch_all(&self.cache)
            .await?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// Keeps entries, all or none.
    pub async fn save_cached(&self, entries: &[CacheEntry]) -> Result<(), StoreError> {
        let mut transaction = self.cache.begin_with("BEGIN IMMEDIATE").await?;
        for entry in entries {
            sqlx::query(
                "insert into cache_entries (key, kind, contents, fetched_ms, expires_ms) values ($1, $2, $3, $4, $5) \
                 on conflict do update set contents = excluded.contents, fetched_ms = excluded.fetched_ms, \
                 expires_ms = excluded.expires_ms",
            )
            .bind(&entry.key)
            .bind(entry.kind)
            .bind(&entry.contents)
            .bind(clock::now_ms())
            .bind(entry.expires_ms)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Spotify's terms allow only temporary caching.
    pub async fn delete_expired_cache(&self) -> Result<(), StoreError> {
        sqlx::query("delete from cache_entries where expires_ms <= $1")
            .bind(clock::now_ms())
            .execute(&self.cache)
            .await?;
        Ok(())
    }
}
