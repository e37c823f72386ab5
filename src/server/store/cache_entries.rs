//! The cache's table. Whatever fails here is a miss for the caller, never a failed sync.

use super::{Store, StoreError};
use crate::domain::ids::UserId;
use crate::server::clock;

/// SQLite's bound parameters of one statement, far below its limit.
const KEYS_LEN_MAX: usize = 500;

/// A value to keep.
#[derive(Debug, Clone)]
pub struct CacheRow {
    pub key: String,
    pub kind: &'static str,
    /// `None`: shared by everybody.
    pub owner: Option<UserId>,
    pub value: Vec<u8>,
    pub fetched_ms: i64,
    pub expires_ms: i64,
}

/// What is held of a kind.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CacheSize {
    pub kind: String,
    pub entries: i64,
    pub bytes: i64,
}

impl Store {
    /// Values of these keys that have not expired, in no particular order.
    pub async fn list_cached(&self, keys: &[String]) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let mut found = Vec::with_capacity(keys.len());
        for keys in keys.chunks(KEYS_LEN_MAX) {
            // One array parameter instead of a generated list of placeholders keeps the statement static.
            let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(
                "select key, value from cache_entries \
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

    /// Keeps rows, all or none; gives for each whether its key was held before.
    pub async fn save_cached(&self, rows: &[CacheRow]) -> Result<Vec<bool>, StoreError> {
        let mut transaction = self.cache.begin_with("BEGIN IMMEDIATE").await?;
        let mut held = Vec::with_capacity(rows.len());
        for row in rows {
            let deleted = sqlx::query("delete from cache_entries where key = $1")
                .bind(&row.key)
                .execute(&mut *transaction)
                .await?;
            held.push(deleted.rows_affected() > 0);
            sqlx::query(
                "insert into cache_entries (key, kind, owner, value, fetched_ms, expires_ms) \
                 values ($1, $2, $3, $4, $5, $6)",
            )
            .bind(&row.key)
            .bind(row.kind)
            .bind(row.owner.map(|owner| owner.to_string()))
            .bind(&row.value)
            .bind(row.fetched_ms)
            .bind(row.expires_ms)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(held)
    }

    /// Removes one entry; gives how many were there.
    pub async fn delete_cached(&self, key: &str) -> Result<u64, StoreError> {
        let deleted = sqlx::query("delete from cache_entries where key = $1").bind(key).execute(&self.cache).await?;
        Ok(deleted.rows_affected())
    }

    /// Removes a whole kind.
    pub async fn delete_cached_kind(&self, kind: &str) -> Result<u64, StoreError> {
        let deleted = sqlx::query("delete from cache_entries where kind = $1").bind(kind).execute(&self.cache).await?;
        Ok(deleted.rows_affected())
    }

    /// Removes everything private to a person.
    pub async fn delete_cached_of(&self, owner: UserId) -> Result<u64, StoreError> {
        let deleted = sqlx::query("delete from cache_entries where owner = $1")
            .bind(owner.to_string())
            .execute(&self.cache)
            .await?;
        Ok(deleted.rows_affected())
    }

    /// Entries and bytes by kind; kinds of which there are none are absent.
    pub async fn list_cache_sizes(&self) -> Result<Vec<CacheSize>, StoreError> {
        let sizes = sqlx::query_as(
            "select kind, count(*) as entries, coalesce(sum(length(key) + length(value)), 0) as bytes \
             from cache_entries where expires_ms > $1 group by kind",
        )
        .bind(clock::now_ms())
        .fetch_all(&self.cache)
        .await?;
        Ok(sizes)
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
