//! A preview and the sync at once after it say the same of every child.

use super::world::{World, world};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use std::collections::BTreeSet;

fn rule(field: &str, op: &str, value: Value) -> Value {
    json!({"field": field, "op": op, "value": value})
}

async fn set(world: &World, change: &'static str) {
    let file = SqliteConnectOptions::new().filename(world.dir.path().join("app.db"));
    let pool = SqlitePool::connect_with(file).await.unwrap();
    assert_eq!(sqlx::query(change).execute(&pool).await.unwrap().rows_affected(), 1, "{change}");
}

/// What both must say of each child, in the order of the preview.
fn compare(preview: &Value, run: &Value) {
    let ran = run["children"].as_array().unwrap();
    for child in preview["children"].as_array().unwrap() {
        let id = &child["child_playlist_id"];
        let other = ran.iter().find(|one| one["child_playlist_id"] == *id).unwrap_or_else(|| panic!("{id}: {run}"));
        for key in ["matched", "added", "removed", "kept"] {
            assert_eq!(child[key], other[key], "{key}\n{child}\n{other}");
        }
        assert_eq!(child["plan_hash"].as_str().unwrap(), other["plan_hash"].as_str().unwrap_or(""), "{child}");
        let verdict = match other["outcome"].as_str().unwrap() {
            "updated" => "write",
            outcome => outcome,
        };
        assert_eq!(child["verdict"], verdict, "{child}\n{other}");
        assert_eq!(child["held"].is_null(), verdict != "held", "{child}");
        assert_eq!(child["skipped"].is_null(), verdict != "skipped", "{child}");
    }
}

async fn previewed_and_run(world: &World, base: &str, confirm: Value) -> Value {
    let path = format!("/api/base-playlists/{base}");
    let (status, preview) = world.browser.api(Method::POST, &format!("{path}/preview"), Some(json!({}))).await;
    assert_eq!(status, StatusCode::OK, "{preview}");
    let wait = [("prefer", "wait=60")];
    let response = world.browser.send(Method::POST, &format!("{path}/sync"), Some(&confirm), &wait).await;
    compare(&preview, &response.json().await.unwrap());
    preview
}

/// The reasons given for a child that is held, and for those after it, fit what they hold.
async fn every_song_is_explained_as_it_lies(world: &World, base: &str, playlist: &str, children: [&String; 4]) {
    let path = format!("/api/base-playlists/{base}/explain");
    let holdings = children.map(|child| world.held(child));
    for uri in world.held(playlist) {
        let told = world.browser.api(Method::POST, &path, Some(json!({"track_uri": uri}))).await.1;
        let told = told["children"].as_array().unwrap();
        for (child, holding) in told.iter().zip(&holdings) {
            assert_eq!(child["placement"]["is_in"], json!(holding.contains(&uri)), "{child}");
        }
        assert_eq!(told[0]["placement"]["code"], "not_written", "{}", told[0]);
    }
}

async fn a_preview_is_what_the_run_records(routing: &str) {
    let world = world(Mode::Development).await;
    let all = world.held(&world.playlist("Road Trips & Rainy Days"));
    let mut seen = BTreeSet::new();
    let songs: Vec<String> = all.into_iter().filter(|uri| seen.insert(uri.clone())).take(60).collect();
    let playlist = world.simulator.create_playlist(&world.user, "Sixty", &songs).unwrap();
    let base = world.browser.link(&playlist).await;
    let (_, held) = world.browser.child(&base, "Held", rule("position", "lte", json!(24))).await;
    let (_, popular) = world.browser.child(&base, "Withheld", rule("popularity", "gte", json!(1))).await;
    let (_, plain) = world.browser.child(&base, "Plain", rule("position", "between", json!([5, 40]))).await;
    let (_, rest) = world.browser.child(&base, "Rest", rule("position", "gte", json!(1))).await;
    set(&world, "update child_playlists set kind = 'leftovers' where name = 'Rest'").await;
    if routing == "first_match" {
        set(&world, "update base_playlists set routing = 'first_match'").await;
    }
    // No preview before the base changes: previews keep what they read of a base for a while.
    world.browser.sync(&base).await;

    // Most of what the first child holds goes from its rule's reach: songs move down, behind twenty-four.
    world.simulator.remove_rows(&playlist, 0..18).unwrap();
    let preview = previewed_and_run(&world, &base, json!({})).await;
    let verdicts: Vec<&Value> = preview["children"].as_array().unwrap().iter().map(|child| &child["verdict"]).collect();
    assert_eq!((verdicts[0], verdicts[1]), (&json!("held"), &json!("skipped")), "{preview}");

    let taken: BTreeSet<String> =
        [&held, &popular, &plain, &rest].into_iter().flat_map(|playlist| world.held(playlist)).collect();
    let unrouted = world.held(&playlist).iter().filter(|uri| !taken.contains(*uri)).count();
    assert_eq!(preview["unrouted"], json!(unrouted), "{preview}");
    every_song_is_explained_as_it_lies(&world, &base, &playlist, [&held, &popular, &plain, &rest]).await;
    if routing == "first_match" {
        let (held, plain) = (world.held(&held), world.held(&plain));
        assert!(plain.iter().all(|uri| !held.contains(uri)), "what a held child keeps goes to no other");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_what_the_run_records_where_children_overlap() {
    a_preview_is_what_the_run_records("overlap").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_what_the_run_records_where_the_first_match_wins() {
    a_preview_is_what_the_run_records("first_match").await;
}
