//! Two who need the same artists at the same time ask once.

use super::scene::Scene;
use headwater::domain::cache::CacheKind;
use headwater::domain::ids::UserId;
use headwater::server::spotify::client::Caller;
use reqwest::Method;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_misses_of_one_artist_make_one_request() {
    let mut scene = Scene::new(None).await;
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
    assert_eq!((scene.world.simulator.journal().requests().len(), caller.sent()), (3, 3));
}
