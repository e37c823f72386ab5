//! What a sync did to a child, song by song.

use super::world::world;
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn each_song_that_came_or_went_has_its_reason_as_json_and_as_a_table() {
    let world = world(Mode::Extended).await;
    let list = world.simulator.create_playlist(&world.user, "Own", &world.held(&world.playlist("Kitchen Radio"))[..30]);
    let list = list.unwrap();
    let base = world.browser.link(&list).await;
    let (child, own) =
        world.browser.child(&base, "First", json!({"field": "position", "op": "lte", "value": 10})).await;
    let first = world.browser.sync(&base).await["id"].as_str().unwrap().to_owned();
    let held = world.held(&own);
    // One song leaves the base; the rule is made narrower by one.
    world.simulator.remove_rows(&list, 0..1).unwrap();
    let filter = json!({"filter": {"schema_version": 1, "rules": [{"field": "position", "op": "lte", "value": 8}]}});
    let path = format!("/api/child-playlists/{child}");
    assert_eq!(world.browser.api(Method::PATCH, &path, Some(filter)).await.0, StatusCode::OK);
    let second = world.browser.sync(&base).await["id"].as_str().unwrap().to_owned();

    let changes = |event: &str| format!("/api/sync-events/{event}/children/{child}/changes");
    let (status, came) = world.browser.api(Method::GET, &changes(&first), None).await;
    assert_eq!((status, came["added"].as_array().map(Vec::len)), (StatusCode::OK, Some(10)), "{came}");
    assert!(came["added"][0]["reason"].as_str().unwrap().starts_with("Fits “"), "{came}");
    assert_eq!(came["unknown"], Value::Null);

    let went = world.browser.api(Method::GET, &changes(&second), None).await.1;
    let removed: Vec<(&str, &str)> = went["removed"].as_array().unwrap().iter().map(pair).collect();
    assert_eq!((removed.len(), &went["kept"]), (2, &json!(8)), "{went}");
    assert_eq!(removed[0], (held[0].as_str(), "No longer in the base"));
    assert_eq!(removed[1].0, held[9]);
    assert!(removed[1].1.starts_with("Does not fit “"), "{removed:?}");
    let after: Vec<&str> = went["after"].as_array().unwrap().iter().map(|song| song["uri"].as_str().unwrap()).collect();
    assert_eq!(after, world.held(&own));
    assert!(went["after"].as_array().unwrap().iter().all(|song| !song["title"].as_str().unwrap().is_empty()));

    let answer = world.browser.send(Method::GET, &format!("{}.csv", changes(&second)), None, &[]).await;
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let table = answer.text().await.unwrap();
    let of = |word: &str| table.lines().skip(1).filter(|line| line.split(',').next() == Some(word)).count();
    assert_eq!((of("added"), of("removed"), of("kept")), (0, 2, 8), "{table}");
}

fn pair(change: &Value) -> (&str, &str) {
    (change["track"]["uri"].as_str().unwrap(), change["reason"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_is_said_and_what_is_anothers_is_absent() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (child, _) = world.browser.child(&base, "First", json!({"field": "position", "op": "lte", "value": 10})).await;
    world.browser.sync(&base).await;
    let idle = world.browser.sync(&base).await;
    assert_eq!(idle["outcome"], "no_change");
    let event = idle["id"].as_str().unwrap();
    let path = format!("/api/sync-events/{event}/children/{child}/changes");
    let (status, shown) = world.browser.api(Method::GET, &path, None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(shown["unknown"].as_str().unwrap().contains("did not look into it"), "{shown}");

    let stranger = super::world::Browser::new(world.browser.base.clone());
    stranger.sign_in_as(world.simulator.create_account("Other").as_str()).await;
    assert_eq!(stranger.api(Method::GET, &path, None).await.0, StatusCode::NOT_FOUND);
    let nobody = uuid::Uuid::now_v7();
    let path = format!("/api/sync-events/{event}/children/{nobody}/changes");
    assert_eq!(world.browser.api(Method::GET, &path, None).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_song_has_its_journey_with_the_rules_responsible() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (child, own) =
        world.browser.child(&base, "First", json!({"field": "position", "op": "lte", "value": 10})).await;
    let narrow = |most: u32| json!({"filter": {"schema_version": 1, "rules": [{"field": "position", "op": "lte", "value": most}]}});
    let path = format!("/api/child-playlists/{child}");
    world.browser.sync(&base).await;
    let ninth = world.held(&own)[8].clone();
    for most in [8, 10] {
        assert_eq!(world.browser.api(Method::PATCH, &path, Some(narrow(most))).await.0, StatusCode::OK);
        world.browser.sync(&base).await;
    }
    let journey = |uri: &str| format!("/api/base-playlists/{base}/journey?track_uri={uri}");
    let (status, found) = world.browser.api(Method::GET, &journey(&ninth), None).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    let steps = found["steps"].as_array().unwrap();
    let kinds: Vec<&str> = steps.iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["entered", "left", "entered"], "{found}");
    assert!(steps[0]["reason"].as_str().unwrap().starts_with("Fits “"), "{found}");
    assert!(steps[1]["reason"].as_str().unwrap().starts_with("Does not fit “"), "{found}");
    let first = world.held(&own)[0].clone();
    let once = world.browser.api(Method::GET, &journey(&first), None).await.1;
    assert_eq!(once["steps"].as_array().map(Vec::len), Some(1), "{once}");
    assert_eq!(world.browser.api(Method::GET, &journey("x"), None).await.0, StatusCode::BAD_REQUEST);
    let stranger = super::world::Browser::new(world.browser.base.clone());
    stranger.sign_in_as(world.simulator.create_account("Other").as_str()).await;
    assert_eq!(stranger.api(Method::GET, &journey(&first), None).await.0, StatusCode::NOT_FOUND);
}
