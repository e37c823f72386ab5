//! The second layer that several servers share: one Redis, or a cluster.

use super::codec::{decode, encode};
use super::entry::Keyed;
use super::keys::{CacheKey, prefix};
use super::layer::{CacheError, MetadataCache, Read};
use crate::domain::cache::{CacheKind, CacheKindSize, CacheLayer};
use crate::domain::ids::UserId;
use crate::server::clock;
use crate::server::spotify::redis_link::Link;
use redis::{Pipeline, RedisError};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::time::Duration;

/// Keys looked at by one step of a scan.
const SCAN_LEN: usize = 1_000;
/// Ten million keys; a scan that has not ended by then is given up.
const SCAN_STEPS_MAX: usize = 10_000;

/// Entries in Redis, which forgets them by itself when they expire.
#[derive(Debug)]
pub struct RedisCache {
    link: Link,
}

impl RedisCache {
    /// At this URL, or at these of a cluster, separated by commas. Connects when first asked.
    pub fn new(url: &SecretString) -> Self {
        Self { link: Link::new(url) }
    }

    /// Positions of texts by the shard they belong to; within a shard Redis answers and writes as one.
    fn by_shard(&self, texts: &[String]) -> BTreeMap<usize, Vec<usize>> {
        let mut shards: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, text) in texts.iter().enumerate() {
            shards.entry(self.link.shard_of(text)).or_default().push(at);
        }
        shards
    }

    fn full_key(&self, text: &str) -> String {
        format!("{}{text}", self.link.tag(self.link.shard_of(text)))
    }

    /// Removes all keys that begin so.
    async fn delete_prefix(&self, beginning: &str) -> Result<u64, CacheError> {
        let mut deleted = 0;
        for shard in 0..self.link.shard_count() {
            let mut cursor = 0;
            for _ in 0..SCAN_STEPS_MAX {
                let (next, keys) = self.scan(shard, cursor, beginning).await?;
                if !keys.is_empty() {
                    let mut unlink = redis::cmd("UNLINK");
                    unlink.arg(&keys);
                    deleted += self.link.command::<u64>(&unlink).await.map_err(refused)?;
                }
                cursor = next;
                if cursor == 0 {
                    break;
                }
            }
        }
        Ok(deleted)
    }

    async fn size(&self, kind: CacheKind) -> Result<CacheKindSize, CacheError> {
        let mut size = CacheKindSize { kind, entries: 0, bytes: 0 };
        for shard in 0..self.link.shard_count() {
            let mut cursor = 0;
            for _ in 0..SCAN_STEPS_MAX {
                let (next, keys) = self.scan(shard, cursor, &prefix(kind, None)).await?;
                if !keys.is_empty() {
                    let mut lens = Pipeline::new();
                    keys.iter().for_each(|key| {
                        lens.cmd("STRLEN").arg(key);
                    });
                    let lens: Vec<u64> = self.link.pipeline(&lens).await.map_err(refused)?;
                    size.entries += keys.len() as u64;
                    size.bytes += lens.iter().sum::<u64>() + keys.iter().map(|key| key.len() as u64).sum::<u64>();
                }
                cursor = next;
                if cursor == 0 {
                    break;
                }
            }
        }
        Ok(size)
    }

    /// One step through the keys of a shard.
    async fn scan(&self, shard: usize, cursor: u64, beginning: &str) -> Result<(u64, Vec<String>), CacheError> {
        let tag = self.link.tag(shard);
        let mut scan = redis::cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(format!("{tag}{beginning}*")).arg("COUNT").arg(SCAN_LEN);
        scan.arg("TYPE").arg("string");
        self.link.command_at(&tag, &scan).await.map_err(refused)
    }
}

#[async_trait::async_trait]
impl MetadataCache for RedisCache {
    fn layer(&self) -> CacheLayer {
        CacheLayer::Redis
    }

    fn patience(&self) -> Duration {
        self.link.patience()
    }

    async fn get(&self, keys: &[CacheKey]) -> Result<Read, CacheError> {
        let texts: Vec<String> = keys.iter().map(CacheKey::text).collect();
        let now = clock::now_ms();
        let mut read = Read { entries: vec![None; keys.len()], unreadable: 0 };
        for places in self.by_shard(&texts).into_values() {
            let mut get = redis::cmd("MGET");
            for at in &places {
                get.arg(self.full_key(&texts[*at]));
            }
            let found: Vec<Option<Vec<u8>>> = self.link.command(&get).await.map_err(refused)?;
            for (at, bytes) in places.into_iter().zip(found) {
                let Some(bytes) = bytes else { continue };
                match decode(&texts[at], &bytes) {
                    Some(entry) => read.entries[at] = Some(entry).filter(|entry| entry.is_fresh(now)),
                    None => read.unreadable += 1,
                }
            }
        }
        Ok(read)
    }

    async fn put(&self, entries: &[Keyed]) -> Result<Vec<bool>, CacheError> {
        let texts: Vec<String> = entries.iter().map(|(key, _)| key.text()).collect();
        let now = clock::now_ms();
        let mut held = vec![false; entries.len()];
        for places in self.by_shard(&texts).into_values() {
            let mut writes = Pipeline::new();
            writes.atomic();
            for at in &places {
                let (text, entry) = (&texts[*at], &entries[*at].1);
                let key = self.full_key(text);
                writes.cmd("EXISTS").arg(&key);
                // At least a moment: Redis refuses 0.
                let ttl_ms = (entry.expires_ms - now).max(1);
                writes.cmd("SET").arg(&key).arg(encode(text, entry)).arg("PX").arg(ttl_ms).ignore();
            }
            let existed: Vec<bool> = self.link.pipeline(&writes).await.map_err(refused)?;
            for (at, existed) in places.into_iter().zip(existed) {
                held[at] = existed;
            }
        }
        Ok(held)
    }

    async fn delete_one(&self, key: &CacheKey) -> Result<u64, CacheError> {
        let mut unlink = redis::cmd("UNLINK");
        unlink.arg(self.full_key(&key.text()));
        self.link.command(&unlink).await.map_err(refused)
    }

    async fn delete_kind(&self, kind: CacheKind) -> Result<u64, CacheError> {
        self.delete_prefix(&prefix(kind, None)).await
    }

    async fn delete_user(&self, user: UserId) -> Result<u64, CacheError> {
        self.delete_prefix(&prefix(CacheKind::PlaylistItems, Some(user))).await
    }

    async fn sizes(&self) -> Result<Vec<CacheKindSize>, CacheError> {
        let mut sizes = Vec::with_capacity(CacheKind::ALL.len());
        for kind in CacheKind::ALL {
            sizes.push(self.size(kind).await?);
        }
        Ok(sizes)
    }
}

/// In words that name no address and no password.
fn refused(error: RedisError) -> CacheError {
    if error.is_timeout() {
        return CacheError::Slow;
    }
    let code = error.code().map(|code| format!(" ({code})")).unwrap_or_default();
    CacheError::Refused(format!("Redis: {}{code}", error.category()))
}
