//! Going on where a sync stopped.

use super::*;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use std::collections::HashMap;

/// Answers that nobody waits for any more when a run stops: all but the one that stopped it.
const ON_THEIR_WAY_MAX: usize = 5;
const ITEMS: &str = "/v1/playlists/*/items";

fn refusal(retry_after: u64) -> FaultAction {
    FaultAction::Answer { status: 429, body: None, retry_after: Some(retry_after), headers: Default::default() }
}

/// Stops a sync with a long wait at the given requests of this method and path.
async fn stopped(world: &World, base: &str, rule: FaultRule) -> Value {
    world.simulator.set_faults(FaultScript::of([rule]));
    let run = world.browser.sync(base).await;
    assert_eq!(run["status"], "failed", "{run}");
    answers_again(world).await;
    run
}

/// The wait is over.
async fn answers_again(world: &World) {
    world.simulator.set_faults(FaultScript::default());
    world.app.spotify.ask_again().await.unwrap();
}

/// Resumes a run and waits for its end.
async fn resumed(world: &World, run: &Value) -> Value {
    let path = format!("/api/sync-events/{}", run["id"].as_str().unwrap());
    let (status, started) = world.browser.api(Method::POST, &format!("{path}/resume"), None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{started}");
    assert_eq!((&started["resumes"], &started["trigger"]), (&run["id"], &json!("resume")), "{started}");
    ended(world, &started).await
}

async fn ended(world: &World, event: &Value) -> Value {
    let path = format!("/api/sync-events/{}", event["id"].as_str().unwrap());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let event = world.browser.api(Method::GET, &path, None).await.1;
        if event["status"] != "in_progress" {
            return event;
        }
        assert!(std::time::Instant::now() < deadline, "it does not end: {event}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// How many times each page of a playlist was answered.
fn pages_answered(world: &World, playlist: &str) -> HashMap<String, usize> {
    let path = format!("/v1/playlists/{playlist}/items");
    let mut pages = HashMap::new();
    for request in world.simulator.journal().requests() {
        if request.method == "GET" && request.path == path && request.status == Some(200) {
            let offset = request.query.split('&').find_map(|pair| pair.strip_prefix("offset=")).unwrap_or("0");
            *pages.entry(offset.to_owned()).or_default() += 1;
        }
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_met_the_limit_goes_on_with_the_pages_that_are_missing() {
    let world = world(Mode::Development).await;
    let list = world.playlist("Road Trips & Rainy Days");
    let base = world.browser.link(&list).await;
    let (_, child) = world.browser.child(&base, "Late", after(20)).await;
    world.simulator.journal().clear();
    let run = stopped(&world, &base, FaultRule::new("GET", ITEMS, refusal(4_000)).on(&[8])).await;
    let point = &run["resume"];
    assert!(point["pages_read"].as_u64().is_some_and(|read| read >= 2), "{run}");
    assert_eq!(point["pages_total"], 12, "{run}");
    assert_eq!(run["resumes_at"], run["retry_at"], "it goes on by itself when Spotify answers again: {run}");

    let again = resumed(&world, &run).await;
    assert_eq!((&again["status"], &again["outcome"]), (&json!("completed"), &json!("full")), "{again}");
    assert_eq!(world.held(&child), once_each(&world.held(&list)[20..]));
    let pages = pages_answered(&world, &list);
    assert_eq!(pages.len(), 12);
    let twice = pages.values().filter(|times| **times > 1).count();
    assert!(twice <= ON_THEIR_WAY_MAX, "pages that had come were read twice: {pages:?}");
    assert_eq!(world.browser.sync(&base).await["total_api_requests"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_children_are_not_written_again() {
    let world = world(Mode::Development).await;
    let list = world.playlist("Kitchen Radio");
    let base = world.browser.link(&list).await;
    let (_, first) = world.browser.child(&base, "First", after(10)).await;
    let (_, second) = world.browser.child(&base, "Second", after(20)).await;
    let path = format!("/v1/playlists/{second}/items");
    let run = stopped(&world, &base, FaultRule::new("PUT", &path, refusal(4_000)).on(&[1])).await;
    assert_eq!((&run["outcome"], &run["resume"]["children_finished"]), (&json!("partial"), &json!(1)), "{run}");
    world.simulator.journal().clear();
    let again = resumed(&world, &run).await;
    assert_eq!(again["outcome"], "full", "{again}");
    assert_eq!(again["children"][0]["outcome"], "unchanged", "{again}");
    assert!(pages_answered(&world, &list).is_empty(), "the base was read already");
    assert!(world.simulator.journal().writes().iter().all(|write| !write.path.contains(&first)));
    assert_eq!(world.held(&second), once_each(&world.held(&list)[20..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_that_changed_in_between_is_read_again() {
    let world = world(Mode::Development).await;
    let list = world.playlist("Road Trips & Rainy Days");
    let base = world.browser.link(&list).await;
    let (_, child) = world.browser.child(&base, "Late", after(20)).await;
    let run = stopped(&world, &base, FaultRule::new("GET", ITEMS, refusal(4_000)).on(&[8])).await;
    world.simulator.remove_rows(&list, 100..103).unwrap();
    world.simulator.journal().clear();
    let again = resumed(&world, &run).await;
    assert_eq!(again["status"], "completed", "{again}");
    assert_eq!(pages_answered(&world, &list).len(), 12);
    assert_eq!(world.held(&child), once_each(&world.held(&list)[20..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_go_on_says_why() {
    let world = world(Mode::Development).await;
    let browser = &world.browser;
    let base = browser.link(&world.playlist("Road Trips & Rainy Days")).await;
    let (child, _) = browser.child(&base, "Late", after(20)).await;
    let resume = |run: &Value| format!("/api/sync-events/{}/resume", run["id"].as_str().unwrap());

    let run = stopped(&world, &base, FaultRule::new("GET", ITEMS, refusal(4_000)).on(&[8])).await;
    let body = json!({"filter": {"schema_version": 1, "rules": [after(30)]}});
    browser.api(Method::PATCH, &format!("/api/child-playlists/{child}"), Some(body)).await;
    let (status, edited) = browser.api(Method::POST, &resume(&run), None).await;
    assert_eq!(status, StatusCode::CONFLICT, "{edited}");
    assert!(edited["detail"].as_str().is_some_and(|words| words.contains("edited")), "{edited}");

    let done = browser.sync(&base).await;
    let (status, newer) = browser.api(Method::POST, &resume(&run), None).await;
    assert_eq!(status, StatusCode::CONFLICT, "{newer}");
    assert!(newer["detail"].as_str().is_some_and(|words| words.contains("newer")), "{newer}");
    let (status, completed) = browser.api(Method::POST, &resume(&done), None).await;
    assert_eq!(status, StatusCode::CONFLICT, "{completed}");
    assert!(completed["detail"].as_str().is_some_and(|words| words.contains("completed")), "{completed}");
    let run = browser.api(Method::GET, &format!("/api/sync-events/{}", run["id"].as_str().unwrap()), None).await.1;
    assert!(run["resume"].is_null() && run["resumes_at"].is_null(), "{run}");
}

/// At the instant from which Spotify answers again, without anybody asking.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_by_itself_when_spotify_answers_again() {
    let world = world(Mode::Development).await;
    let list = world.playlist("Kitchen Radio");
    let base = world.browser.link(&list).await;
    let (_, child) = world.browser.child(&base, "Late", after(10)).await;
    // Longer than the two seconds that these tests wait, but not by much.
    let run = stopped(&world, &base, FaultRule::new("PUT", ITEMS, refusal(3)).on(&[1])).await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let path = format!("/api/sync-events?base_playlist_id={base}");
    let next = loop {
        let events = world.browser.api(Method::GET, &path, None).await.1;
        if events["items"][0]["resumes"] == run["id"] {
            break events["items"][0].clone();
        }
        assert!(std::time::Instant::now() < deadline, "{events}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    assert_eq!(ended(&world, &next).await["outcome"], "full");
    assert_eq!(world.held(&child), once_each(&world.held(&list)[10..]));
}

/// Children that are left as they are again do not cost a reading of the base.
#[tokio::test(flavor = "multi_thread")]
async fn children_that_cannot_be_judged_or_are_held_do_not_cost_the_cheap_exit() {
    let world = world(Mode::Development).await;
    let list = world.playlist("Kitchen Radio");
    let base = world.browser.link(&list).await;
    let (_, late) = world.browser.child(&base, "Late", after(10)).await;
    let genre = json!({"field": "genre", "op": "is_present"});
    world.browser.child(&base, "Genre", genre).await;
    let adopted = world.simulator.create_playlist(&world.user, "Mine", &world.held(&list)[..5]).unwrap();
    let body = json!({"name": "Mine", "spotify_playlist_id": adopted,
        "filter": {"schema_version": 1, "rules": [after(20)]}});
    let (status, child) =
        world.browser.api(Method::POST, &format!("/api/base-playlists/{base}/child-playlists"), Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{child}");
    let first = world.browser.sync(&base).await;
    let outcomes = |run: &Value| -> Vec<Value> {
        run["children"].as_array().unwrap().iter().map(|child| child["outcome"].clone()).collect()
    };
    assert_eq!(outcomes(&first), ["updated", "skipped", "held"], "{first}");
    let second = world.browser.sync(&base).await;
    assert_eq!(second["total_api_requests"], 1, "{second}");
    assert_eq!((&second["status"], &second["outcome"]), (&json!("completed"), &json!("partial")), "{second}");
    assert_eq!(outcomes(&second), ["unchanged", "skipped", "held"], "{second}");
    for at in [1, 2] {
        for part in ["error", "plan_hash", "matched", "added", "removed"] {
            assert_eq!(second["children"][at][part], first["children"][at][part], "{part}: {second}");
        }
    }
    // The person's word is heard, and a change of the base is seen.
    let confirm =
        json!({"confirm": [{"child_playlist_id": child["id"], "plan_hash": second["children"][2]["plan_hash"]}]});
    let path = format!("/api/base-playlists/{base}/sync");
    let answer = world.browser.send(Method::POST, &path, Some(&confirm), &[("prefer", "wait=60")]).await;
    let run: Value = answer.json().await.unwrap();
    assert_eq!(run["children"][2]["outcome"], "updated", "{run}");
    world.simulator.remove_rows(&list, 30..31).unwrap();
    assert_eq!(outcomes(&world.browser.sync(&base).await)[0], "updated");
    assert_eq!(world.held(&late), once_each(&world.held(&list)[10..]));
}

/// A sync of some children leaves the others for the next one, although the base is known by then.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_sync_of_some_children_the_others_are_looked_at() {
    let world = world(Mode::Development).await;
    let list = world.playlist("Kitchen Radio");
    let base = world.browser.link(&list).await;
    let (_, first) = world.browser.child(&base, "First", after(10)).await;
    let (second, _) = world.browser.child(&base, "Second", after(20)).await;
    world.browser.sync(&base).await;
    world.simulator.remove_rows(&list, 30..31).unwrap();
    let path = format!("/api/base-playlists/{base}/sync");
    let some = json!({"child_playlist_ids": [second]});
    world.browser.send(Method::POST, &path, Some(&some), &[("prefer", "wait=60")]).await;
    world.browser.sync(&base).await;
    assert_eq!(world.held(&first), once_each(&world.held(&list)[10..]));
}
