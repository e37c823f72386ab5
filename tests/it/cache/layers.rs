//! Every layer keeps the same promises.

use super::super::redis_server::RedisServer;
use super::cluster::Cluster;
use headwater::domain::cache::CacheKind;
use headwater::domain::ids::UserId;
use headwater::server::clock;
use headwater::server::spotify::cache::entry::{CacheEntry, Keyed};
use headwater::server::spotify::cache::keys::CacheKey;
use headwater::server::spotify::cache::layer::MetadataCache;
use headwater::server::spotify::cache::memory::MemoryCache;
use headwater::server::spotify::cache::redis::RedisCache;
use headwater::server::spotify::cache::sqlite::SqliteCache;
use headwater::server::store::Store;
use std::sync::Arc;
use uuid::Uuid;

fn artist(at: usize) -> CacheKey {
    CacheKey::Artist(format!("artist{at}"))
}

fn items(user: UserId, at: usize) -> CacheKey {
    CacheKey::PlaylistItems { user, playlist: format!("playlist{at}") }
}

fn entry(value: Option<String>, ttl_ms: i64) -> CacheEntry {
    let now = clock::now_ms();
    let value = value.map(|value| Arc::from(value.into_bytes()));
    CacheEntry { value, fetched_ms: now - 5, expires_ms: now + ttl_ms }
}

async fn keeps_its_promises(layer: &dyn MetadataCache) {
    let [me, other] = [1, 2].map(|n| UserId::from_uuid(Uuid::from_u128(n)));
    let mut batch: Vec<Keyed> = (0..700).map(|at| (artist(at), entry(Some(format!("{at}")), 60_000))).collect();
    batch.push((artist(700), entry(None, 60_000)));
    batch.push((artist(701), entry(Some("old".into()), -1)));
    batch.push((items(me, 1), entry(Some("x".repeat(100_000)), 60_000)));
    batch.push((items(me, 2), entry(Some("mine".into()), 60_000)));
    batch.push((items(other, 1), entry(Some("theirs".into()), 60_000)));
    let held = layer.put(&batch).await.unwrap();
    assert_eq!(held, vec![false; batch.len()]);

    let asked: Vec<CacheKey> = [701, 3, 999, 700, 1, 3].map(artist).into();
    let found = layer.get(&asked).await.unwrap();
    assert_eq!(found.unreadable, 0);
    let expected: Vec<Option<CacheEntry>> =
        [None, Some(3), None, Some(700), Some(1), Some(3)].map(|at| at.map(|at: usize| batch[at].1.clone())).into();
    assert_eq!(found.entries, expected, "in the order asked, without the expired");
    assert_eq!(layer.get(&[items(me, 1)]).await.unwrap().entries, [Some(batch[702].1.clone())]);

    let again = layer.put(&[batch[1].clone(), (artist(800), entry(Some("new".into()), 60_000))]).await.unwrap();
    assert_eq!(again, [true, false]);
    assert_eq!(layer.delete_one(&artist(800)).await.unwrap(), 1);
    assert_eq!(layer.delete_one(&artist(800)).await.unwrap(), 0);

    assert_eq!(layer.delete_user(me).await.unwrap(), 2);
    let found = layer.get(&[items(me, 1), items(other, 1), items(me, 2)]).await.unwrap().entries;
    assert_eq!(found, [None, Some(batch[704].1.clone()), None]);
    let sizes = layer.sizes().await.unwrap();
    let sized: Vec<CacheKind> = sizes.iter().map(|size| size.kind).collect();
    assert_eq!(sized, CacheKind::ALL);
    assert_eq!((sizes[0].entries, sizes[3].entries), (0, 1));
    assert!(sizes[1].entries >= 701 && sizes[1].bytes > 701 * 20, "{sizes:?}");

    assert!(layer.delete_kind(CacheKind::Artist).await.unwrap() >= 701);
    assert_eq!(layer.get(&[artist(1)]).await.unwrap().entries, [None]);
    assert_eq!(layer.sizes().await.unwrap()[1].entries, 0);
    assert_eq!(layer.get(&[items(other, 1)]).await.unwrap().entries, [Some(batch[704].1.clone())]);
}

#[tokio::test]
async fn memory_keeps_them() {
    keeps_its_promises(&MemoryCache::new(64 * 1024 * 1024)).await;
}

#[tokio::test]
async fn sqlite_keeps_them() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("app.db").display());
    keeps_its_promises(&SqliteCache::new(Store::open(&url, dir.path()).await.unwrap())).await;
}

#[tokio::test]
async fn redis_keeps_them() {
    let Some(server) = RedisServer::start() else { return };
    keeps_its_promises(&RedisCache::new(&server.url.clone().into())).await;
}

#[tokio::test]
async fn a_cluster_keeps_them() {
    let Some(cluster) = Cluster::start().await else { return };
    keeps_its_promises(&RedisCache::new(&cluster.url().into())).await;
}

#[tokio::test]
async fn memory_is_bounded_by_bytes() {
    let memory = MemoryCache::new(100_000);
    for at in 0..1_000 {
        memory.put(&[(artist(at), entry(Some("x".repeat(1_000)), 60_000))]).await.unwrap();
    }
    let bytes: u64 = memory.sizes().await.unwrap().iter().map(|size| size.bytes).sum();
    assert!(bytes > 50_000 && bytes <= 100_000, "{bytes} bytes");
}
