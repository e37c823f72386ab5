//! Artists kept between syncs. A cache that is down or holds garbage is a miss, never a failed sync.

use super::client::Spotify;
use crate::domain::sync::machine::input::ArtistMeta;
use crate::server::clock;
use crate::server::figures;
use crate::server::store::cache_entries::CacheEntry;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

const KIND: &str = "artist";
/// Unknown ids are asked again after an hour.
const ABSENT_TTL_MS: i64 = 3_600_000;

/// What is kept: which keys were present, so that "withheld" is not read back as empty.
#[derive(Serialize, Deserialize)]
struct Kept {
    genres: Option<Vec<String>>,
    popularity: Option<u8>,
    followers: Option<u64>,
}

/// The one place where cache keys are made.
fn key(id: &str) -> String {
    format!("spotify:{KIND}:v1:{id}")
}

impl Spotify {
    /// Those of these artists that are kept, in the order asked.
    pub async fn cached_artists(&self, ids: &[String]) -> Vec<ArtistMeta> {
        let keys: Vec<String> = ids.iter().map(|id| key(id)).collect();
        let found = match self.store.list_cached(&keys).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "the cache did not answer; everything is fetched");
                return Vec::new();
            }
        };
        let mut found: HashMap<String, Option<String>> = found.into_iter().collect();
        let found: Vec<ArtistMeta> = ids.iter().filter_map(|id| read(id, found.remove(&key(id))?)).collect();
        figures::cache(ids.len(), found.len());
        found
    }

    /// Keeps artists, and that some do not exist.
    pub async fn keep_artists(&self, artists: &[ArtistMeta], absent: &[String]) {
        let now = clock::now_ms();
        let ttl_ms = i64::try_from(self.artist_ttl.as_millis()).unwrap_or(i64::MAX);
        let known = artists.iter().map(|artist| CacheEntry {
            key: key(&artist.id),
            kind: KIND,
            contents: write(artist),
            expires_ms: now.saturating_add(ttl_ms),
        });
        let unknown = absent.iter().map(|id| CacheEntry {
            key: key(id),
            kind: KIND,
            contents: None,
            expires_ms: now + ABSENT_TTL_MS,
        });
        let entries: Vec<CacheEntry> = known.chain(unknown).collect();
        if let Err(error) = self.store.save_cached(&entries).await {
            tracing::warn!(%error, "the cache did not keep what was fetched");
        }
    }
}

/// An artist that Spotify does not know is found, with nothing known of it.
fn read(id: &str, contents: Option<String>) -> Option<ArtistMeta> {
    let Some(text) = contents else {
        return Some(ArtistMeta { id: id.to_owned(), genres: None, popularity: None, followers: None });
    };
    let kept: Kept = serde_json::from_str(&text).ok()?;
    Some(ArtistMeta { id: id.to_owned(), genres: kept.genres, popularity: kept.popularity, followers: kept.followers })
}

fn write(artist: &ArtistMeta) -> Option<String> {
    let kept = Kept { genres: artist.genres.clone(), popularity: artist.popularity, followers: artist.followers };
    serde_json::to_string(&kept).ok()
}
