//! What the contract tells of the cache, clearing it, and fetching ahead.

use crate::world::{World, world};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn report(world: &World) -> Value {
    let (status, report) = world.browser.api(Method::GET, "/api/cache", None).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    report
}

fn artists(report: &Value) -> &Value {
    report["kinds"].as_array().unwrap().iter().find(|kind| kind["kind"] == "artist").unwrap()
}

/// Entries of a layer.
fn held(report: &Value, layer: usize) -> u64 {
    let sizes = report["layers"][layer]["sizes"].as_array().unwrap();
    sizes.iter().find(|size| size["kind"] == "artist").unwrap()["entries"].as_u64().unwrap()
}

async fn base_with_a_genre_rule(world: &World) -> String {
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.browser.child(&base, "Rock", json!({"field": "genre", "op": "any_of", "value": ["rock"]})).await;
    base
}

async fn warm(world: &World) {
    let (status, _) = world.browser.api(Method::POST, "/api/cache/warm", None).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let deadline = Instant::now() + Duration::from_secs(20);
    while report(world).await["is_warming"] == true {
        assert!(Instant::now() < deadline, "it does not end");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_take_from_it_is_told_and_a_cleared_kind_is_fetched_again() {
    let world = world(Mode::Extended).await;
    let base = base_with_a_genre_rule(&world).await;
    let fresh = report(&world).await;
    assert_eq!((held(&fresh, 0), held(&fresh, 1)), (0, 0));
    world.browser.sync(&base).await;
    let kept = report(&world).await;
    assert!(held(&kept, 0) > 0 && held(&kept, 0) == held(&kept, 1), "{kept}");
    assert_eq!(kept["runs"][0]["requests_saved"], 0, "{kept}");

    // A changed base is read again, and its artists are not.
    world.simulator.remove_rows(&world.playlist("Kitchen Radio"), 0..1).unwrap();
    world.browser.sync(&base).await;
    let used = report(&world).await;
    assert!(artists(&used)["hits"].as_u64().unwrap() > 0, "{used}");
    assert!(artists(&used)["requests_avoided"].as_u64().unwrap() > 0, "{used}");
    assert_eq!(used["runs"][0]["base_name"], "Kitchen Radio");
    assert!(used["runs"][0]["requests_saved"].as_u64().unwrap() > 0, "{used}");

    let (status, deleted) = world.browser.api(Method::DELETE, "/api/cache/artist", None).await;
    assert_eq!((status, &deleted["is_complete"]), (StatusCode::OK, &json!(true)), "{deleted}");
    assert_eq!(deleted["entries"].as_u64().unwrap(), held(&kept, 1));
    let cleared = report(&world).await;
    assert_eq!((held(&cleared, 0), held(&cleared, 1)), (0, 0), "{cleared}");
    let one = "/api/cache/artist/0000000000000000000000";
    let (status, deleted) = world.browser.api(Method::DELETE, one, None).await;
    assert_eq!((status, &deleted["entries"]), (StatusCode::OK, &json!(0)));
    for path in ["/api/cache/colour", "/api/cache/colour/0000000000000000000000", "/api/cache/artist/no-id"] {
        assert_eq!(world.browser.api(Method::DELETE, path, None).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn artists_fetched_ahead_are_not_fetched_by_the_sync() {
    let world = world(Mode::Extended).await;
    let base = base_with_a_genre_rule(&world).await;
    warm(&world).await;
    let words = report(&world).await["last_warming"].as_str().unwrap().to_owned();
    assert!(words.starts_with("Done with "), "{words}");
    world.simulator.journal().clear();
    world.browser.sync(&base).await;
    let asked = world.simulator.journal().requests();
    assert!(asked.iter().any(|request| request.path.ends_with("/items")), "the sync read the base");
    assert!(!asked.iter().any(|request| request.path.contains("/artists")), "artists were fetched again");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_rule_needs_artists_nothing_is_fetched_ahead() {
    let world = world(Mode::Extended).await;
    world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.simulator.journal().clear();
    warm(&world).await;
    assert_eq!(world.simulator.journal().count_web_api(), 0);
    assert!(report(&world).await["last_warming"].as_str().unwrap().contains("nothing to fetch"));
}
