//! Rules on Liked Songs and on other playlists: what a sync asks, what it does without an answer, what is refused.

use super::*;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};

fn in_none_of(playlists: &[&str]) -> Value {
    json!({"field": "in_playlist", "op": "none_of", "value": playlists})
}

async fn preview(world: &World, base: &str) -> (StatusCode, Value) {
    world.browser.api(Method::POST, &format!("/api/base-playlists/{base}/preview"), None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn liked_songs_flow_into_their_child_and_are_asked_for_in_every_sync() {
    let world = world(Mode::Development).await;
    let songs = once_each(&world.held(&world.playlist("Kitchen Radio")));
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.simulator.like(&world.user, &[songs[4].clone(), songs[30].clone()]).unwrap();
    let (_, list) = world.browser.child(&base, "Liked", json!({"field": "liked", "op": "is", "value": true})).await;
    let (_, seen) = preview(&world, &base).await;
    assert_eq!((&seen["children"][0]["added"], &seen["children"][0]["unknown"]), (&json!(2), &json!(0)), "{seen}");
    assert_eq!(world.browser.sync(&base).await["outcome"], "full");
    assert_eq!(world.held(&list), [songs[4].clone(), songs[30].clone()]);

    // Nothing but the heart changed, and nothing but asking tells.
    world.simulator.like(&world.user, &songs[7..8]).unwrap();
    assert_eq!(world.browser.sync(&base).await["outcome"], "full");
    assert_eq!(world.held(&list), [songs[4].clone(), songs[7].clone(), songs[30].clone()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_permission_liked_is_unknown_and_the_child_stays_as_it_is() {
    let world = world(Mode::Development).await;
    let songs = once_each(&world.held(&world.playlist("Kitchen Radio")));
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.simulator.like(&world.user, &songs[..9]).unwrap();
    let (_, list) = world.browser.child(&base, "Liked", json!({"field": "liked", "op": "is", "value": true})).await;
    world.browser.sync(&base).await;
    let action = FaultAction::Answer { status: 403, body: None, retry_after: None, headers: Default::default() };
    let rule = FaultRule::new("GET", "/v1/me/library/contains", action);
    world.simulator.set_faults(FaultScript { rules: vec![rule] });
    let run = world.browser.sync(&base).await;
    assert_eq!((&run["status"], &run["children"][0]["outcome"]), (&json!("completed"), &json!("skipped")), "{run}");
    assert!(run["children"][0]["error"].as_str().unwrap().contains("Sign out and in again"), "{run}");
    assert_eq!(world.held(&list), songs[..9]);
    let (_, me) = world.browser.api(Method::GET, "/api/me", None).await;
    assert_eq!(me["capabilities"]["liked"], false, "{me}");

    world.simulator.set_faults(FaultScript::default());
    world.browser.sign_in().await;
    world.simulator.like(&world.user, &songs[9..10]).unwrap();
    assert_eq!(world.browser.sync(&base).await["outcome"], "full", "a new consent is tried");
    assert_eq!(world.held(&list), songs[..10]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_another_playlist_is_left_out_and_its_changes_are_seen() {
    let world = world(Mode::Development).await;
    let songs = once_each(&world.held(&world.playlist("Kitchen Radio")));
    let other = world.simulator.create_playlist(&world.user, "Heard", &songs[..25]).unwrap();
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let link = format!("https://open.spotify.com/playlist/{other}?si=abc");
    let (child, list) = world.browser.child(&base, "New to me", in_none_of(&[&link])).await;
    let (_, stored) = world.browser.api(Method::GET, &format!("/api/child-playlists/{child}"), None).await;
    assert_eq!(stored["filter"]["rules"][0]["value"], json!([other]), "links become ids");
    let (_, seen) = preview(&world, &base).await;
    assert_eq!(seen["children"][0]["added"], songs.len() - 25, "{seen}");
    world.browser.sync(&base).await;
    assert_eq!(world.held(&list), songs[25..]);

    world.simulator.journal().clear();
    let run = world.browser.sync(&base).await;
    assert_eq!((&run["outcome"], &run["total_api_requests"]), (&json!("no_change"), &json!(1)), "{run}");

    world.simulator.add_rows(&other, None, &songs[25..30]).unwrap();
    assert_eq!(world.browser.sync(&base).await["outcome"], "full");
    assert_eq!(world.held(&list), songs[30..]);

    world.simulator.delete_playlist(&other).unwrap();
    let run = world.browser.sync(&base).await;
    assert_eq!(run["children"][0]["outcome"], "skipped", "{run}");
    assert!(run["children"][0]["error"].as_str().unwrap().contains(&other), "{run}");
    assert_eq!(world.held(&list), songs[30..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_child_reads_itself_and_no_rule_names_what_cannot_be_read() {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let elsewhere = world.browser.link(&world.playlist("Road Trips & Rainy Days")).await;
    let (first, first_list) = world.browser.child(&base, "First", after(50)).await;
    let (_, second_list) = world.browser.child(&base, "Second", in_none_of(&[&first_list])).await;
    let (third, third_list) = world.browser.child(&elsewhere, "Third", in_none_of(&[&second_list])).await;
    let filter =
        |rule: Value| json!({"filter": {"schema_version": 1, "rules": [after(5), {"match": "any", "rules": [rule]}]}});
    let cases = [
        (&first, in_none_of(&[&first_list])),
        (&first, in_none_of(&[&second_list])),
        (&first, in_none_of(&[&third_list])),
        (&third, in_none_of(&["2XU0oxnq2qxCpomAAuJY8K"])),
    ];
    for (child, rule) in cases {
        let path = format!("/api/child-playlists/{child}");
        let (status, refused) = world.browser.api(Method::PATCH, &path, Some(filter(rule.clone()))).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{rule} {refused}");
        assert_eq!(refused["errors"][0]["pointer"], "/filter/rules/1/rules/0/value/0", "{refused}");
    }
    let allowed = filter(in_none_of(&[&first_list]));
    let (status, answer) =
        world.browser.api(Method::PATCH, &format!("/api/child-playlists/{third}"), Some(allowed)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    // Who reads a child of the same base sees what that held before the run: the next one settles it.
    world.browser.sync(&base).await;
    world.browser.sync(&base).await;
    let songs = once_each(&world.held(&world.playlist("Kitchen Radio")));
    assert_eq!(world.held(&second_list), songs[..50]);
}
