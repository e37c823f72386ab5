//! Where songs flow, and what a preview says before a sync: against the simulator, over HTTP.

use super::world::{Browser, World, world};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use std::collections::BTreeSet;

const ABSENT: &str = "01900000-0000-7000-8000-000000000000";

fn rule(field: &str, op: &str, value: impl Into<Value>) -> Value {
    json!({"field": field, "op": op, "value": value.into()})
}

async fn get(browser: &Browser, path: &str) -> Value {
    let (status, body) = browser.api(Method::GET, path, None).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

async fn preview(world: &World, base: &str, body: Value) -> Value {
    let path = format!("/api/base-playlists/{base}/preview");
    let (status, answer) = world.browser.api(Method::POST, &path, Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

/// Changes the database by hand.
async fn set(world: &World, change: &'static str) {
    let file = SqliteConnectOptions::new().filename(world.dir.path().join("app.db"));
    let pool = SqlitePool::connect_with(file).await.unwrap();
    assert_eq!(sqlx::query(change).execute(&pool).await.unwrap().rows_affected(), 1);
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// A base of 40 rows, one of them a repeated song, with two children that share rows 11 to 20.
async fn shared_base() -> (World, String, [String; 2]) {
    let world = world(Mode::Development).await;
    let all = world.held(&world.playlist("Road Trips & Rainy Days"));
    let mut seen = BTreeSet::new();
    let mut songs: Vec<String> = all.into_iter().filter(|uri| seen.insert(uri.clone())).take(39).collect();
    songs.push(songs[14].clone());
    let playlist = world.simulator.create_playlist(&world.user, "Forty", &songs).unwrap();
    let base = world.browser.link(&playlist).await;
    let (first, _) = world.browser.child(&base, "First twenty", rule("position", "lte", 20)).await;
    let (second, _) = world.browser.child(&base, "From eleven", rule("position", "between", json!([11, 30]))).await;
    (world, base, [first, second])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_routing_counts_every_row_once_and_its_lists_hold_what_it_counts() {
    let (world, base, [first, second]) = shared_base().await;
    let routing = get(&world.browser, &format!("/api/base-playlists/{base}/routing")).await;
    // Row 40 repeats row 15, which both take.
    assert_eq!((number(&routing["total"]), number(&routing["matched"])), (40, 31), "{routing}");
    assert_eq!((number(&routing["overlaps"]), number(&routing["unrouted"])), (11, 9), "{routing}");
    assert_eq!(routing["matrix"], json!([[21, 11], [11, 21]]));
    assert_eq!(routing["children"][0]["alone"], 10);
    assert_eq!(routing["unrouted_reasons"], json!([{"reason": "no_rule_fits", "rows": 9}]));
    assert_eq!(routing["combinations"], json!([{"child_playlist_ids": [first, second], "rows": 11}]));
    let decades: u64 = routing["decades"].as_array().unwrap().iter().map(|bar| number(&bar["rows"])).sum();
    assert_eq!(decades, 40);

    let list = |query: String| {
        let path = format!("/api/base-playlists/{base}/routing/tracks?{query}");
        let browser = &world.browser;
        async move { get(browser, &path).await }
    };
    let lists = [
        ("set=unrouted".to_owned(), 9),
        ("set=unrouted&reason=no_rule_fits".to_owned(), 9),
        ("set=unrouted&reason=no_year".to_owned(), 0),
        ("set=skipped".to_owned(), 0),
        ("set=overlap".to_owned(), 11),
        (format!("set=overlap&child_playlist_id={first}&with={second}"), 11),
        (format!("set=child&child_playlist_id={first}"), 21),
        (format!("set=alone&child_playlist_id={second}"), 10),
        (format!("set=exactly&with={first},{second}"), 11),
    ];
    for (query, rows) in lists {
        let found = list(query.clone()).await;
        assert_eq!(
            (number(&found["total"]), found["items"].as_array().unwrap().len()),
            (rows, rows as usize),
            "{query}"
        );
        assert_eq!(found["track_ids"].as_array().unwrap().len(), rows as usize, "{query}");
    }
    let page = list("set=unrouted&limit=5".to_owned()).await;
    let next = list(format!("set=unrouted&limit=5&cursor={}", page["next"].as_str().unwrap())).await;
    let positions = |page: &Value| {
        page["items"].as_array().unwrap().iter().map(|row| number(&row["position"])).collect::<Vec<u64>>()
    };
    let positions: Vec<u64> = [positions(&page), positions(&next)].concat();
    assert_eq!((positions, &next["next"]), ((31..=39).collect(), &Value::Null));
    assert_eq!(list("set=overlap".to_owned()).await["items"][0]["child_playlist_ids"], json!([first, second]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_routing_that_is_not_yours_is_absent_and_a_bad_query_is_refused() {
    let (world, base, [first, _]) = shared_base().await;
    let status = async |path: String| world.browser.api(Method::GET, &path, None).await.0;
    for id in [ABSENT, "nonsense"] {
        assert_eq!(status(format!("/api/base-playlists/{id}/routing")).await, StatusCode::NOT_FOUND);
        assert_eq!(
            status(format!("/api/base-playlists/{id}/routing/tracks?set=unrouted")).await,
            StatusCode::NOT_FOUND
        );
    }
    let tracks = |query: &str| format!("/api/base-playlists/{base}/routing/tracks?{query}");
    for query in [
        "",
        "set=everything",
        "set=unrouted&reason=boredom",
        "set=unrouted&limit=0",
        "set=unrouted&limit=201",
        "set=unrouted&cursor=%21",
        "set=child",
        "set=exactly",
        &format!("set=overlap&child_playlist_id={first}"),
    ] {
        assert_eq!(status(tracks(query)).await, StatusCode::BAD_REQUEST, "{query}");
    }
    assert_eq!(status(tracks(&format!("set=child&child_playlist_id={ABSENT}"))).await, StatusCode::NOT_FOUND);
    let stranger = Browser::new(world.browser.base.clone());
    let (refused, _) = stranger.api(Method::GET, &format!("/api/base-playlists/{base}/routing"), None).await;
    assert_eq!(refused, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_says_why_each_song_comes_or_goes_and_the_sync_does_just_that() {
    let (world, base, [first, _]) = shared_base().await;
    let before = preview(&world, &base, json!({})).await;
    let child = &before["children"][0];
    assert_eq!(
        (&child["verdict"], &child["write_kind"], &child["requests"]),
        (&json!("write"), &json!("put"), &json!(1))
    );
    assert_eq!(child["first_added"].as_array().unwrap().len(), 10);
    assert_eq!(child["first_added"][0]["reason"], "Fits “Position at most 20”");
    let kinds = &before["request_kinds"];
    let sum: u64 = kinds.as_object().unwrap().values().map(number).sum();
    assert_eq!((sum, number(&kinds["writes"])), (number(&before["requests"]), 2), "{before}");
    world.browser.sync(&base).await;

    let draft = json!({"schema_version": 1, "rules": [rule("position", "between", json!([16, 25]))]});
    let asked = preview(&world, &base, json!({"child_playlist_id": first, "filter": draft})).await;
    assert_eq!(asked["children"].as_array().unwrap().len(), 1);
    let child = &asked["children"][0];
    assert_eq!((number(&child["added"]), number(&child["removed"]), number(&child["kept"])), (5, 15, 5));
    assert_eq!(child["verdict"], "write", "the person changes the filter: {child}");
    assert_eq!(child["first_removed"][0]["reason"], "Does not fit “Position 16 to 25”");
    assert_eq!(child["first_added"][0]["reason"], "Fits “Position 16 to 25”");
    let path = format!("/api/child-playlists/{first}");
    world.browser.api(Method::PATCH, &path, Some(json!({"filter": draft}))).await;
    let run = world.browser.sync(&base).await;
    for key in ["matched", "added", "removed", "kept", "plan_hash"] {
        assert_eq!(run["children"][0][key], child[key], "{key}");
    }
    let after = preview(&world, &base, json!({})).await;
    assert_eq!(after["children"][0]["verdict"], "unchanged");
    assert_eq!(after["children"][0]["first_removed"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_first_match_wins_a_preview_of_one_child_knows_what_the_others_take() {
    let (world, base, [_, second]) = shared_base().await;
    world.browser.sync(&base).await;
    set(&world, "update base_playlists set routing = 'first_match'").await;
    for draft in [None, Some(json!({"schema_version": 1, "rules": [rule("position", "between", json!([11, 30]))]}))] {
        let mut body = json!({"child_playlist_id": second});
        if let Some(draft) = draft {
            body["filter"] = draft;
        }
        let found = preview(&world, &base, body).await;
        let child = &found["children"][0];
        assert_eq!((number(&child["matched"]), number(&child["removed"])), (10, 10), "{child}");
        assert_eq!(child["first_removed"][0]["reason"], "Taken by First twenty");
    }
    let new = json!({"filter": {"schema_version": 1, "rules": [], "everything": true}});
    let found = preview(&world, &base, new).await;
    assert_eq!(number(&found["children"][0]["matched"]), 9, "a new child comes after all others: {found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_of_leftovers_alone_knows_what_the_others_take() {
    let (world, base, [_, second]) = shared_base().await;
    world.browser.sync(&base).await;
    set(&world, "update child_playlists set kind = 'leftovers' where name = 'From eleven'").await;
    let everything = json!({"schema_version": 1, "rules": [], "everything": true});
    let body = json!({"child_playlist_id": second, "filter": everything});
    let found = preview(&world, &base, body).await;
    let child = &found["children"][0];
    assert_eq!((number(&child["matched"]), number(&child["removed"])), (19, 10), "{child}");
    assert_eq!(child["first_removed"][0]["reason"], "Taken by First twenty");
    assert_eq!(child["first_added"][0]["reason"], "No other child takes it");
    let routing = get(&world.browser, &format!("/api/base-playlists/{base}/routing")).await;
    assert_eq!(number(&routing["overlaps"]), 0, "{routing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_child_shows_what_would_go_and_why_it_waits() {
    let (world, base, [first, _]) = shared_base().await;
    world.browser.sync(&base).await;
    // The rows that were 19 to 38 are the first twenty now.
    world.simulator.remove_rows(&world.playlist("Forty"), 0..18).unwrap();
    let found = preview(&world, &base, json!({})).await;
    let child = &found["children"][0];
    assert_eq!((&child["verdict"], number(&child["removed"])), (&json!("held"), 18), "{child}");
    assert!(child["held"].as_str().unwrap().contains("would be removed"), "{child}");
    assert_eq!(child["first_removed"][0]["reason"], "No longer in the base");
    assert_eq!(child["requests"], 0);
    let path = format!("/api/base-playlists/{base}/sync");
    let confirm = json!({"confirm": [{"child_playlist_id": first, "plan_hash": child["plan_hash"]}]});
    let run: Value =
        world.browser.send(Method::POST, &path, Some(&confirm), &[("prefer", "wait=60")]).await.json().await.unwrap();
    assert_eq!(run["children"][0]["outcome"], "updated", "the plan that was shown is the plan that runs: {run}");
}
