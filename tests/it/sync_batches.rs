//! Several bases that sync one after the other.

use super::world::{Browser, World, world, world_with};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Three bases, each with a child.
async fn bases(world: &World) -> Vec<String> {
    let own = world.simulator.create_playlist(&world.user, "Own", &world.held(&world.playlist("Kitchen Radio"))[..30]);
    let mut bases = Vec::new();
    for list in [world.playlist("Kitchen Radio"), world.playlist("Everything I Ever Liked"), own.unwrap()] {
        let base = world.browser.link(&list).await;
        world.browser.child(&base, "First", json!({"field": "position", "op": "lte", "value": 10})).await;
        bases.push(base);
    }
    bases
}

async fn create(world: &World, bases: &[String]) -> (StatusCode, Value) {
    let body = json!({ "base_playlist_ids": bases });
    world.browser.api(Method::POST, "/api/sync-batches", Some(body)).await
}

async fn get(world: &World, batch: &Value) -> Value {
    let path = format!("/api/sync-batches/{}", batch["id"].as_str().unwrap());
    let (status, found) = world.browser.api(Method::GET, &path, None).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    found
}

/// Looks again and again until it is over; no two of its syncs may run at once.
async fn watch(world: &World, batch: &Value) -> Value {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let found = get(world, batch).await;
        assert!(found["summary"]["syncing"].as_u64().unwrap() <= 1, "{found}");
        if found["summary"]["is_over"] == json!(true) {
            return found;
        }
        assert!(Instant::now() < deadline, "it does not end: {found}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_after_the_other_syncs_and_the_summary_adds_up() {
    let world = world(Mode::Extended).await;
    let bases = bases(&world).await;
    let (status, batch) = create(&world, &bases).await;
    assert_eq!((status, batch["items"].as_array().map(Vec::len)), (StatusCode::ACCEPTED, Some(3)), "{batch}");
    let ended = watch(&world, &batch).await;
    let items = ended["items"].as_array().unwrap();
    let events: Vec<&Value> = items.iter().map(|item| &item["sync_event"]).collect();
    assert!(events.iter().all(|event| event["trigger"] == "batch" && event["status"] == "completed"), "{ended}");
    let order: Vec<&str> = items.iter().map(|item| item["base_playlist_id"].as_str().unwrap()).collect();
    assert_eq!(order, bases);
    for pair in events.windows(2) {
        assert!(pair[0]["completed_at"].as_str() <= pair[1]["started_at"].as_str(), "{pair:?}");
    }
    let requests: u64 = events.iter().map(|event| event["actual_api_requests"].as_u64().unwrap()).sum();
    let sum = &ended["summary"];
    assert_eq!((&sum["done"], &sum["added"], &sum["requests"]), (&json!(3), &json!(30), &json!(requests)), "{sum}");
    let path = format!("/api/sync-batches/{}/cancel", batch["id"].as_str().unwrap());
    assert_eq!(world.browser.api(Method::POST, &path, None).await.0, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_started_is_said_and_the_rest_goes_on() {
    let world = world(Mode::Extended).await;
    let mut bases = bases(&world).await;
    let own = world.simulator.create_playlist(&world.user, "Childless", &[]).unwrap();
    let childless = world.browser.link(&own).await;
    bases.insert(1, childless);
    let (_, batch) = create(&world, &bases).await;
    let ended = watch(&world, &batch).await;
    assert_eq!((&ended["summary"]["done"], &ended["summary"]["cancelled"]), (&json!(3), &json!(1)), "{ended}");
    assert!(ended["items"][1]["problem"].as_str().unwrap().contains("no active child playlist"), "{ended}");
    assert_eq!(ended["items"][1]["sync_event"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_refused_and_nothing_is_queued() {
    let world = world(Mode::Extended).await;
    let bases = bases(&world).await;
    let twice = [bases[0].clone(), bases[0].clone()];
    let strange = [bases[0].clone(), "x".to_owned()];
    for (ids, pointer) in [(&[][..], ""), (&twice, "/1"), (&strange, "/1")] {
        let (status, problem) = create(&world, ids).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["errors"][0]["pointer"], format!("/base_playlist_ids{pointer}"), "{problem}");
    }
    let stranger = Browser::new(world.browser.base.clone());
    stranger.sign_in_as(world.simulator.create_account("Other").as_str()).await;
    let body = json!({ "base_playlist_ids": [bases[0]] });
    let (status, _) = stranger.api(Method::POST, "/api/sync-batches", Some(body)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let events = world.browser.api(Method::GET, "/api/sync-events", None).await.1;
    assert_eq!(events["items"], json!([]));
    let (_, batch) = create(&world, &bases[..1]).await;
    watch(&world, &batch).await;
    let path = format!("/api/sync-batches/{}", batch["id"].as_str().unwrap());
    assert_eq!(stranger.api(Method::GET, &path, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(stranger.api(Method::POST, &format!("{path}/cancel"), None).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_empties_the_queue_and_stops_what_runs() {
    // So few requests a minute that the second page of the base waits.
    let world = world_with(Mode::Extended, |config| config.spotify_requests_per_minute = 60).await;
    let bases = bases(&world).await;
    let large = [bases[1].clone(), bases[0].clone(), bases[2].clone()];
    let (_, batch) = create(&world, &large).await;
    let (status, problem) = create(&world, &large[2..]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("waits for its turn"), "{problem}");
    let path = format!("/api/sync-batches/{}/cancel", batch["id"].as_str().unwrap());
    let (status, cancelled) = world.browser.api(Method::POST, &path, None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{cancelled}");
    let ended = watch(&world, &batch).await;
    assert_eq!((&ended["summary"]["cancelled"], &ended["summary"]["done"]), (&json!(3), &json!(0)), "{ended}");
    assert_eq!(ended["items"][0]["sync_event"]["outcome"], "cancelled");
    assert_eq!(ended["items"][2]["sync_event"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_stands_still_goes_on() {
    let world = world(Mode::Extended).await;
    let bases = bases(&world).await;
    let own = &world.browser.api(Method::GET, "/api/me", None).await.1["id"];
    let user = headwater::domain::ids::UserId::parse(own.as_str().unwrap()).unwrap();
    // As a process leaves it that dies after it queued them.
    let id = headwater::domain::ids::SyncBatchId::from_uuid(uuid::Uuid::now_v7());
    let queued: Vec<_> = bases
        .iter()
        .map(|base| (headwater::domain::ids::BasePlaylistId::parse(base).unwrap(), "Name".to_owned()))
        .collect();
    world.app.store.create_sync_batch(user, id, &queued).await.unwrap();
    let batch = json!({ "id": id });
    assert_eq!(get(&world, &batch).await["summary"]["queued"], json!(3));
    // Two processes look at the same moment.
    let (one, other) = tokio::join!(
        headwater::server::sync::sync_batches::advance_all(&world.app),
        headwater::server::sync::sync_batches::advance_all(&world.app)
    );
    assert!(one.is_ok() && other.is_ok());
    let ended = watch(&world, &batch).await;
    assert_eq!(ended["summary"]["done"], json!(3), "{ended}");
    let events = world.browser.api(Method::GET, "/api/sync-events", None).await.1;
    assert_eq!(events["items"].as_array().map(Vec::len), Some(3), "each once");
}
