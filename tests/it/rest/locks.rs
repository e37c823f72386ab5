//! While a sync runs: its base and children refuse changes and name the event; everything else goes on.

use super::*;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use std::time::{Duration, Instant};

/// Every request of the Web API stays unanswered for a minute, so that a sync stands still.
fn stand_still(world: &World) {
    world.simulator.set_faults(FaultScript::of([FaultRule::new("", "/v1/**", FaultAction::Stall { ms: 60_000 })]));
}

async fn until_free(browser: &Browser, base: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let state = browser.api(Method::GET, &format!("/api/base-playlists/{base}/sync-status"), None).await.1;
        if state["active"] == false {
            return state;
        }
        assert!(Instant::now() < deadline, "still locked: {state}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sync_locks_is_refused_with_its_id_and_other_bases_are_free() {
    let (world, base, child) = with_child().await;
    let browser = &world.browser;
    let other = browser.link(&world.playlist("Road Trips & Rainy Days")).await;
    let (other_child, _) = browser.child(&other, "Other", json!({"field": "position", "op": "gt", "value": 3})).await;
    let one = format!("/api/base-playlists/{base}");
    let (of_base, of_child) = (format!("{one}/child-playlists"), format!("/api/child-playlists/{child}"));
    let children = browser.api(Method::GET, &of_base, None).await.1;

    stand_still(&world);
    let (status, started) = browser.api(Method::POST, &format!("{one}/sync"), None).await;
    assert_eq!((status, &started["status"]), (StatusCode::ACCEPTED, &json!("in_progress")), "{started}");
    let state = browser.api(Method::GET, &format!("{one}/sync-status"), None).await.1;
    assert_eq!((&state["active"], &state["event"]["id"]), (&json!(true), &started["id"]));
    assert!(state["locked_operations"].as_array().unwrap().contains(&json!("child_playlists.update")), "{state}");

    let new_child = json!({"name": "x", "filter": everything()});
    let locked = [
        (Method::POST, format!("{one}/sync"), None),
        (Method::POST, format!("{one}/sync"), Some(json!({"child_playlist_ids": [child]}))),
        (Method::PATCH, one.clone(), Some(json!({"name": "Other name"}))),
        (Method::PATCH, one.clone(), Some(json!({"is_active": false}))),
        (Method::DELETE, one.clone(), None),
        (Method::POST, of_base.clone(), Some(new_child.clone())),
        (Method::POST, of_base.clone(), Some(json!({"name": ""}))),
        (Method::PATCH, of_child.clone(), Some(json!({"name": "Other name"}))),
        (Method::PATCH, of_child.clone(), Some(json!({"filter": everything()}))),
        (Method::PATCH, of_child.clone(), Some(json!({"is_active": false}))),
        (Method::PATCH, of_child.clone(), Some(json!({"position": 5}))),
        (Method::DELETE, of_child.clone(), None),
        (Method::DELETE, format!("{of_child}?spotify=unfollow"), None),
    ];
    for (method, path, body) in locked {
        let (status, problem) = browser.api(method.clone(), &path, body).await;
        assert_eq!(status, StatusCode::CONFLICT, "{method} {path}: {problem}");
        assert_eq!(problem["code"], "sync_running", "{method} {path}: {problem}");
        assert_eq!(problem["sync_event_id"], started["id"], "{method} {path}: {problem}");
    }
    assert_eq!(browser.api(Method::GET, &of_base, None).await.1, children, "something was changed");

    // No request to Spotify is needed for these, which would stand still as well.
    for (path, change) in [
        (format!("/api/base-playlists/{other}"), json!({"is_active": false})),
        (format!("/api/child-playlists/{other_child}"), json!({"filter": everything()})),
    ] {
        let (status, body) = browser.api(Method::PATCH, &path, Some(change)).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
    }

    let cancel = format!("/api/sync-events/{}/cancel", started["id"].as_str().unwrap());
    assert_eq!(browser.api(Method::POST, &cancel, None).await.0, StatusCode::ACCEPTED);
    let state = until_free(browser, &base).await;
    assert_eq!(state["last_event"]["status"], "failed", "{state}");
    assert_eq!(state["last_event"]["outcome"], "cancelled", "{state}");
    assert_eq!(browser.api(Method::POST, &cancel, None).await.0, StatusCode::CONFLICT);
    world.simulator.set_faults(FaultScript::default());
    assert_eq!(browser.api(Method::POST, &of_base, Some(new_child)).await.0, StatusCode::CREATED);
    assert_eq!(browser.sync(&base).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_less_than_the_run_takes_is_told_that_it_runs() {
    let (world, base, _) = with_child().await;
    stand_still(&world);
    let path = format!("/api/base-playlists/{base}/sync");
    let answer = world.browser.send(Method::POST, &path, None, &[("prefer", "wait=1")]).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    let (status, event) = world.browser.api(Method::GET, &place, None).await;
    assert_eq!((status, &event["status"]), (StatusCode::OK, &json!("in_progress")), "{event}");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_oneself_during_a_sync_ends_it_and_leaves_no_row() {
    let (world, base, _) = with_child().await;
    let browser = &world.browser;
    browser.sync(&base).await;
    let in_spotify = world.simulator.playlists_of(&world.user).len();
    stand_still(&world);
    assert_eq!(
        browser.api(Method::POST, &format!("/api/base-playlists/{base}/sync"), None).await.0,
        StatusCode::ACCEPTED
    );
    assert_eq!(browser.api(Method::DELETE, "/api/me", None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(row_counts(&world).await, []);
    assert_eq!(world.simulator.playlists_of(&world.user).len(), in_spotify, "Spotify's playlists stay");
}
