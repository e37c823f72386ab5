//! What a layer keeps under a key.

use super::keys::CacheKey;
use std::sync::Arc;

/// A value with its times, in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheEntry {
    /// JSON; `None`: Spotify does not know this id.
    pub value: Option<Arc<[u8]>>,
    pub fetched_ms: i64,
    pub expires_ms: i64,
}

impl CacheEntry {
    /// Whether it may still be used.
    pub const fn is_fresh(&self, now_ms: i64) -> bool {
        self.expires_ms > now_ms
    }

    /// Bytes of its value.
    pub fn value_len(&self) -> usize {
        self.value.as_ref().map_or(0, |value| value.len())
    }
}

/// A key and what is kept under it.
pub type Keyed = (CacheKey, CacheEntry);
