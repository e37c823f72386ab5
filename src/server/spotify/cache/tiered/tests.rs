use super::*;
use crate::domain::cache::CacheKindSize;
use crate::server::spotify::circuit::REST;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

const PATIENCE: Duration = Duration::from_millis(600);

/// A layer that hangs while it is told to, and counts who asks.
#[derive(Debug, Clone)]
struct Layer {
    inner: MemoryCache,
    hangs: Arc<AtomicBool>,
    asked: Arc<AtomicU64>,
}

impl Layer {
    fn new() -> Self {
        Self { inner: MemoryCache::new(MEGABYTE), hangs: Arc::default(), asked: Arc::default() }
    }

    async fn answer(&self) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending().await
        }
    }
}

#[async_trait::async_trait]
impl MetadataCache for Layer {
    fn layer(&self) -> CacheLayer {
        CacheLayer::Redis
    }
    fn patience(&self) -> Duration {
        PATIENCE
    }
    async fn get(&self, keys: &[CacheKey]) -> Result<Read, CacheError> {
        self.answer().await;
        self.inner.get(keys).await
    }
    async fn put(&self, entries: &[Keyed]) -> Result<Vec<bool>, CacheError> {
        self.answer().await;
        self.inner.put(entries).await
    }
    async fn delete_one(&self, key: &CacheKey) -> Result<u64, CacheError> {
        self.answer().await;
        self.inner.delete_one(key).await
    }
    async fn delete_kind(&self, kind: CacheKind) -> Result<u64, CacheError> {
        self.answer().await;
        self.inner.delete_kind(kind).await
    }
    async fn delete_user(&self, user: UserId) -> Result<u64, CacheError> {
        self.answer().await;
        self.inner.delete_user(user).await
    }
    async fn sizes(&self) -> Result<Vec<CacheKindSize>, CacheError> {
        self.answer().await;
        self.inner.sizes().await
    }
}

const HOUR: Duration = Duration::from_secs(3_600);

fn cache(memory_bytes: u64) -> (Cache, Layer) {
    let layer = Layer::new();
    let ttls = Ttls { track: HOUR, artist: HOUR, album: HOUR, playlist: HOUR };
    (Cache::new(MemoryCache::new(memory_bytes), Box::new(layer.clone()), ttls), layer)
}

fn key(id: &str) -> CacheKey {
    CacheKey::Artist(id.into())
}

#[tokio::test]
async fn what_is_found_comes_in_the_order_asked_and_is_counted() {
    let (cache, layer) = cache(MEGABYTE);
    let values = [(key("a"), Kept::Value(1)), (key("b"), Kept::Absent), (key("c"), Kept::Value(3))];
    cache.keep::<u32>(&values).await;
    let found: Vec<Option<Kept<u32>>> = cache.find(&[key("c"), key("x"), key("b"), key("a")]).await;
    assert_eq!(found, [Some(Kept::Value(3)), None, Some(Kept::Absent), Some(Kept::Value(1))]);
    assert_eq!(layer.asked.load(Ordering::SeqCst), 2, "once to write, once for what memory does not have");
    cache.look::<u32>(&[key("a")]).await;
    cache.keep::<u32>(&values[..1]).await;
    cache.count_avoided(CacheKind::Artist, 3);
    let artists = cache.figures().await.kinds[CacheKind::Artist as usize];
    let counted = (artists.kind, artists.hits, artists.misses, artists.refreshes, artists.requests_avoided);
    assert_eq!(counted, (CacheKind::Artist, 3, 1, 1, 3));
}

#[tokio::test]
async fn a_value_of_another_shape_is_a_miss_and_a_warning() {
    let (cache, _) = cache(MEGABYTE);
    cache.keep(&[(key("a"), Kept::Value("text"))]).await;
    assert_eq!(cache.find::<u32>(&[key("a")]).await, [None]);
    let figures = cache.figures().await;
    assert_eq!((figures.kinds[1].misses, figures.layers[0].warnings), (1, 1));
}

#[tokio::test]
async fn what_is_deleted_is_gone_from_every_layer() {
    let (cache, layer) = cache(MEGABYTE);
    cache.keep(&[(key("a"), Kept::Value(1)), (key("b"), Kept::Value(2))]).await;
    assert_eq!(cache.delete_one(&key("a")).await, CacheDeleted { entries: 1, is_complete: true });
    assert_eq!(cache.look::<u32>(&[key("a"), key("b")]).await, [None, Some(Kept::Value(2))]);
    assert_eq!(cache.delete_kind(CacheKind::Artist).await.entries, 1);
    assert_eq!(cache.look::<u32>(&[key("b")]).await, [None]);
    layer.hangs.store(true, Ordering::SeqCst);
    tokio::time::pause();
    assert_eq!(cache.delete_one(&key("a")).await, CacheDeleted { entries: 0, is_complete: false });
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_hangs_costs_its_patience_once_and_is_asked_again_after_a_rest() {
    let (cache, layer) = cache(0);
    cache.keep(&[(key("a"), Kept::Value(1))]).await;
    layer.hangs.store(true, Ordering::SeqCst);
    layer.asked.store(0, Ordering::SeqCst);
    let began = tokio::time::Instant::now();
    for _ in 0..100 {
        assert_eq!(cache.find::<u32>(&[key("a")]).await, [None]);
    }
    assert_eq!((began.elapsed(), layer.asked.load(Ordering::SeqCst)), (PATIENCE, 1));
    let second = cache.figures().await.layers.remove(1);
    assert_eq!((second.is_healthy, second.warnings, second.sizes), (false, 1, None));
    assert_eq!(second.last_warning.as_deref(), Some("no answer in time"));

    layer.hangs.store(false, Ordering::SeqCst);
    tokio::time::advance(REST).await;
    assert_eq!(cache.find::<u32>(&[key("a")]).await, [Some(Kept::Value(1))]);
    assert!(cache.figures().await.layers[1].is_healthy);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_cannot_write_is_still_read() {
    let (cache, layer) = cache(0);
    cache.keep(&[(key("a"), Kept::Value(1))]).await;
    layer.hangs.store(true, Ordering::SeqCst);
    cache.keep(&[(key("b"), Kept::Value(2))]).await;
    layer.hangs.store(false, Ordering::SeqCst);
    assert_eq!(cache.find::<u32>(&[key("a"), key("b")]).await, [Some(Kept::Value(1)), None]);
}
