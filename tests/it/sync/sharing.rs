//! First match, priorities and leftovers over real sockets.

use super::*;

async fn patch(world: &World, path: &str, body: Value) -> Value {
    let (status, answer) = world.browser.api(Method::PATCH, path, Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

async fn leftovers(world: &World, base: &str, body: Value) -> (StatusCode, Value) {
    world.browser.api(Method::POST, &format!("/api/base-playlists/{base}/child-playlists"), Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn songs_go_to_the_first_child_by_position_and_what_is_left_to_the_leftovers() {
    let world = world(Mode::Development).await;
    let songs = once_each(&world.held(&world.playlist("Kitchen Radio")));
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (status, rest) = leftovers(&world, &base, json!({"name": "Rest", "kind": "leftovers"})).await;
    assert_eq!(status, StatusCode::CREATED, "{rest}");
    assert_eq!(rest["filter_sentence"], "Every song that no other child playlist takes");
    let (_, late) = world.browser.child(&base, "Late", after(20)).await;
    let (first, later) = world.browser.child(&base, "Later", after(40)).await;
    let of_base = format!("/api/base-playlists/{base}");
    assert_eq!(patch(&world, &of_base, json!({"routing": "first_match"})).await["routing"], "first_match");
    let rest_list = rest["spotify_playlist_id"].as_str().unwrap().to_owned();

    assert_eq!(world.browser.sync(&base).await["outcome"], "full");
    assert_eq!(world.held(&late), songs[20..]);
    assert_eq!(world.held(&later), Vec::<String>::new(), "nothing is left for it");
    assert_eq!(world.held(&rest_list), songs[..20]);

    let moved = patch(&world, &format!("/api/child-playlists/{first}"), json!({"position": 0})).await;
    assert_eq!(moved["position"], 0);
    let (_, list) = world.browser.api(Method::GET, &format!("{of_base}/child-playlists"), None).await;
    let order: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|child| child["name"].as_str().unwrap()).collect();
    assert_eq!(order, ["Later", "Rest", "Late"]);
    assert_eq!(world.browser.sync(&base).await["outcome"], "full", "an asked-for change is not held");
    assert_eq!(world.held(&later), songs[40..]);
    assert_eq!(world.held(&late), songs[20..40]);
    assert_eq!(world.held(&rest_list), songs[..20]);

    world.simulator.journal().clear();
    let run = world.browser.sync(&base).await;
    assert_eq!((&run["outcome"], &run["total_api_requests"]), (&json!("no_change"), &json!(1)), "{run}");

    patch(&world, &of_base, json!({"routing": "overlap"})).await;
    assert_eq!(world.browser.sync(&base).await["outcome"], "full");
    assert_eq!(world.held(&late), songs[20..]);
    assert_eq!(world.held(&later), songs[40..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_has_one_child_of_leftovers_which_a_filter_may_narrow() {
    let world = world(Mode::Development).await;
    let songs = once_each(&world.held(&world.playlist("Kitchen Radio")));
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let narrow = json!({"schema_version": 1, "rules": [{"field": "position", "op": "lte", "value": 10}]});
    let (status, rest) = leftovers(&world, &base, json!({"name": "Rest", "kind": "leftovers", "filter": narrow})).await;
    assert_eq!(status, StatusCode::CREATED, "{rest}");
    let (other, _) = world.browser.child(&base, "Five", json!({"field": "position", "op": "lte", "value": 5})).await;

    let made = world.simulator.journal().writes().len();
    let (status, refused) = leftovers(&world, &base, json!({"name": "More", "kind": "leftovers"})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{refused}");
    assert_eq!(world.simulator.journal().writes().len(), made, "no playlist is made for a refusal");
    let path = format!("/api/child-playlists/{other}");
    let (status, _) = world.browser.api(Method::PATCH, &path, Some(json!({"kind": "leftovers"}))).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, refused) = leftovers(&world, &base, json!({"name": "No filter"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    assert_eq!(refused["errors"][0]["pointer"], "/filter");

    world.browser.sync(&base).await;
    assert_eq!(world.held(rest["spotify_playlist_id"].as_str().unwrap()), songs[5..10]);
}
