//! What every layer can do.

use super::entry::{CacheEntry, Keyed};
use super::keys::CacheKey;
use crate::domain::cache::{CacheKind, CacheKindSize, CacheLayer};
use crate::domain::ids::UserId;
use crate::server::store::StoreError;
use std::time::Duration;

/// Why a layer could not answer; in words without addresses or passwords.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    #[error("no answer in time")]
    Slow,
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a layer has found, in the order asked.
#[derive(Debug, Default)]
pub struct Read {
    /// `None`: not there, expired, or unreadable.
    pub entries: Vec<Option<CacheEntry>>,
    /// Entries that were there and could not be read.
    pub unreadable: u64,
}

/// Entries by key. Implementations: memory, SQLite, Redis.
#[async_trait::async_trait]
pub trait MetadataCache: std::fmt::Debug + Send + Sync {
    /// Which one it is.
    fn layer(&self) -> CacheLayer;

    /// How long an answer may take before it counts as none.
    fn patience(&self) -> Duration;

    /// Entries of these keys that are fresh, in the order asked.
    async fn get(&self, keys: &[CacheKey]) -> Result<Read, CacheError>;

    /// Keeps all or none; gives for each whether its key was held before. A cluster keeps all or none per shard.
    async fn put(&self, entries: &[Keyed]) -> Result<Vec<bool>, CacheError>;

    /// Removes one; gives how many were there.
    async fn delete_one(&self, key: &CacheKey) -> Result<u64, CacheError>;

    /// Removes a whole kind.
    async fn delete_kind(&self, kind: CacheKind) -> Result<u64, CacheError>;

    /// Removes everything private to a person.
    async fn delete_user(&self, user: UserId) -> Result<u64, CacheError>;

    /// Entries and bytes of each kind, in the order of [`CacheKind::ALL`].
    async fn sizes(&self) -> Result<Vec<CacheKindSize>, CacheError>;
}
