//! What people do to their playlists between two syncs, or during one.

use super::*;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};

async fn patch(world: &World, child: &str, rule: Value) {
    let body = json!({"filter": {"schema_version": 1, "rules": [rule]}});
    let (status, answer) = world.browser.api(Method::PATCH, &format!("/api/child-playlists/{child}"), Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_takes_no_song_any_more_empties_its_child_and_only_that() {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Road Trips & Rainy Days")).await;
    let (child, list) = world.browser.child(&base, "Late", after(20)).await;
    let (_, other) = world.browser.child(&base, "Other", after(500)).await;
    world.browser.sync(&base).await;
    let before = world.held(&other);
    assert!(world.held(&list).len() > 100 && !before.is_empty());
    patch(&world, &child, after(9_000)).await;
    let run = world.browser.sync(&base).await;
    assert_eq!(run["children"][0]["outcome"], "updated", "the person asked for it: {run}");
    assert_eq!(world.held(&list), Vec::<String>::new());
    assert_eq!(world.held(&other), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_that_lost_most_of_its_songs_is_asked_about_first() {
    let world = world(Mode::Development).await;
    let songs = world.held(&world.playlist("Road Trips & Rainy Days"));
    let playlist = world.simulator.create_playlist(&world.user, "Own", &once_each(&songs)[..60]).unwrap();
    let base = world.browser.link(&playlist).await;
    let (child, list) = world.browser.child(&base, "All", after(0)).await;
    world.browser.sync(&base).await;
    let before = world.held(&list);
    world.simulator.remove_rows(&playlist, 5..60).unwrap();
    let held = world.browser.sync(&base).await;
    assert_eq!(held["children"][0]["outcome"], "held", "{held}");
    assert_eq!(world.held(&list), before);
    let path = format!("/api/base-playlists/{base}/sync");
    let wait = [("prefer", "wait=60")];
    let wrong = json!({"confirm": [{"child_playlist_id": child, "plan_hash": "0".repeat(32)}]});
    let run: Value = world.browser.send(Method::POST, &path, Some(&wrong), &wait).await.json().await.unwrap();
    assert_eq!(run["children"][0]["outcome"], "held", "another plan was confirmed: {run}");
    let right = json!({"confirm": [{"child_playlist_id": child, "plan_hash": held["children"][0]["plan_hash"]}]});
    let run: Value = world.browser.send(Method::POST, &path, Some(&right), &wait).await.json().await.unwrap();
    assert_eq!(run["children"][0]["outcome"], "updated", "{run}");
    assert_eq!(world.held(&list), world.held(&playlist));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_was_deleted_is_skipped_with_a_reason_and_the_others_go_on() {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (_, gone) = world.browser.child(&base, "Gone", after(10)).await;
    let (_, here) = world.browser.child(&base, "Here", after(20)).await;
    world.simulator.delete_playlist(&gone).unwrap();
    let run = world.browser.sync(&base).await;
    assert_eq!(run["children"][0]["outcome"], "skipped", "{run}");
    assert!(run["children"][0]["error"].as_str().is_some_and(|words| !words.is_empty()), "{run}");
    assert_eq!(run["children"][1]["outcome"], "updated", "{run}");
    assert_eq!(world.held(&here), once_each(&world.held(&world.playlist("Kitchen Radio"))[20..]));
    assert!(is_free(&world.browser, &base).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_was_taken_out_of_the_library_is_left_alone() {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (_, list) = world.browser.child(&base, "Unfollowed", after(10)).await;
    let (_, here) = world.browser.child(&base, "Here", after(20)).await;
    world.browser.sync(&base).await;
    world.simulator.unfollow(&world.user, &list).unwrap();
    world.simulator.journal().clear();
    world.simulator.remove_rows(&world.playlist("Kitchen Radio"), 30..31).unwrap();
    let run = world.browser.sync(&base).await;
    assert_eq!(run["children"][1]["outcome"], "updated", "{run}");
    assert_eq!(world.held(&here), once_each(&world.held(&world.playlist("Kitchen Radio"))[20..]));
    assert_eq!(run["children"][0]["outcome"], "skipped", "{run}");
    assert!(world.simulator.journal().writes().iter().all(|write| !write.path.contains(&list)));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_base_a_sync_fails_and_writes_nothing() {
    let world = world(Mode::Development).await;
    let songs = world.held(&world.playlist("Kitchen Radio"));
    let playlist = world.simulator.create_playlist(&world.user, "Own", &songs).unwrap();
    let base = world.browser.link(&playlist).await;
    let (_, list) = world.browser.child(&base, "Late", after(10)).await;
    world.browser.sync(&base).await;
    let before = world.held(&list);
    world.simulator.delete_playlist(&playlist).unwrap();
    world.simulator.journal().clear();
    for _ in 0..2 {
        let run = world.browser.sync(&base).await;
        assert_eq!(run["status"], "failed", "{run}");
        assert!(run["error_message"].as_str().is_some_and(|words| !words.is_empty()), "{run}");
        assert!(is_free(&world.browser, &base).await);
    }
    assert_eq!(world.held(&list), before);
    assert_eq!(world.simulator.journal().writes().len(), 0);
}

/// Whoever edits a child by hand is overruled by the next sync, which reads what it holds first.
#[tokio::test(flavor = "multi_thread")]
async fn a_child_edited_by_hand_is_made_right_again() {
    let world = world(Mode::Development).await;
    let base_list = world.playlist("Road Trips & Rainy Days");
    let base = world.browser.link(&base_list).await;
    let (_, list) = world.browser.child(&base, "Late", after(300)).await;
    world.browser.sync(&base).await;
    let expected = world.held(&list);
    world.simulator.remove_rows(&list, 20..30).unwrap();
    world.simulator.move_rows(&list, 100, 0, 4).unwrap();
    world.simulator.duplicate_row(&list, 50).unwrap();
    world.simulator.add_rows(&list, Some(3), &world.held(&base_list)[..2]).unwrap();
    world.simulator.journal().clear();
    let run = world.browser.sync(&base).await;
    assert_eq!(run["children"][0]["outcome"], "updated", "{run}");
    assert_eq!(world.held(&list), expected);
    assert_eq!(run["total_api_requests"], world.simulator.journal().count_web_api());
}

/// Cancelled between two children: the first is right, the second is as it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_sync_finishes_the_children_that_it_has_begun() {
    let world = world(Mode::Development).await;
    let base_list = world.playlist("Kitchen Radio");
    let base = world.browser.link(&base_list).await;
    let mut children = Vec::new();
    for number in 1..=6 {
        children.push(world.browser.child(&base, &format!("Number {number}"), after(number * 5)).await.1);
    }
    // Five are written at the same time.
    let slow = FaultRule::new("PUT", "/v1/playlists", FaultAction::Stall { ms: 1_500 }).on(&[1, 2, 3, 4, 5]);
    world.simulator.set_faults(FaultScript::of([slow]));
    let path = format!("/api/base-playlists/{base}/sync");
    let started = world.browser.api(Method::POST, &path, None).await.1;
    let event = format!("/api/sync-events/{}", started["id"].as_str().unwrap());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while world.simulator.journal().writes().iter().all(|write| write.method != "PUT") {
        assert!(std::time::Instant::now() < deadline, "no write began");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(world.browser.api(Method::POST, &format!("{event}/cancel"), None).await.0, StatusCode::ACCEPTED);
    while !is_free(&world.browser, &base).await {
        assert!(std::time::Instant::now() < deadline, "still locked");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let run = world.browser.api(Method::GET, &event, None).await.1;
    assert_eq!((&run["status"], &run["outcome"]), (&json!("failed"), &json!("cancelled")), "{run}");
    let songs = world.held(&base_list);
    for (child, skipped) in children[..5].iter().zip([5, 10, 15, 20, 25]) {
        assert_eq!(world.held(child), once_each(&songs[skipped..]), "{run}");
    }
    assert_eq!(world.held(&children[5]), Vec::<String>::new(), "{run}");
    world.simulator.set_faults(FaultScript::default());
    assert_eq!(world.browser.sync(&base).await["status"], "completed");
    assert_eq!(world.held(&children[5]), once_each(&songs[30..]));
}
