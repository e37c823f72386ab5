//! What one has fetched serves others: at the same time in one server, and through Redis in another.

use super::super::redis_server::RedisServer;
use super::scene::Scene;
use headwater::domain::cache::CacheKind;
use headwater::domain::ids::UserId;
use headwater::server::spotify::client::Caller;
use reqwest::Method;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_misses_of_one_artist_make_one_request() {
    // Whoever comes a moment after the answer finds it in memory.
    let mut scene = Scene::with_memory(None, 8).await;
    scene.sync_with_another_child().await;
    let spotify = &scene.world.app.spotify;
    spotify.cache().delete_kind(CacheKind::Artist).await;
    let me = scene.world.browser.api(Method::GET, "/api/me", None).await.1;
    let caller = Caller::new(UserId::parse(me["id"].as_str().unwrap()).unwrap());
    let requests = scene.world.simulator.journal().requests();
    let asked = requests.iter().filter_map(|request| request.path.strip_prefix("/v1/artists/"));
    let ids: Vec<String> = asked.collect::<BTreeSet<_>>().into_iter().take(3).map(str::to_owned).collect();
    assert_eq!(ids.len(), 3);
    scene.world.simulator.journal().clear();
    let all = futures::future::join_all((0..20).map(|at| spotify.shared_artist(&caller, &ids[at % 3]))).await;
    for (at, artist) in all.into_iter().enumerate() {
        assert_eq!(artist.unwrap().id, ids[at % 3]);
    }
    let requests = scene.world.simulator.journal().requests();
    let sent: Vec<_> = requests.iter().map(|one| (one.at_ms, &one.path, one.status)).collect();
    assert_eq!((sent.len(), caller.sent()), (3, 3), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_server_fetched_another_finds_in_redis() {
    let Some(redis) = RedisServer::start() else { return };
    let mut one = Scene::new(Some(redis.url.clone())).await;
    let mut other = Scene::new(Some(redis.url.clone())).await;
    assert!(one.sync_with_another_child().await > 0);
    assert_eq!(other.sync_with_another_child().await, 0);
    assert_eq!(one.outcome(), other.outcome());
    let deleted = other.world.app.spotify.cache().delete_kind(CacheKind::Artist).await;
    assert!(deleted.entries > 0 && deleted.is_complete, "{deleted:?}");
    assert!(one.sync_with_another_child().await > 0, "what one deletes is gone for the other");
}
