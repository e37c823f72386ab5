//! Real tracks in development mode, genres withheld: no request for an artist, the children that need genres stay as
//! they are, all others are right.

use super::*;
use crate::world::world_of;
use headwater::simulator::catalogue::Catalogue;
use headwater::simulator::config::SimulatorConfig;
use std::path::PathBuf;
use tokio::runtime::Handle;

/// Real tracks, where they are at hand: beside the repository, or where `HEADWATER_REAL_TRACKS` says.
fn real_tracks() -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/catalogue/real-tracks.json");
    let path = std::env::var_os("HEADWATER_REAL_TRACKS").map_or(beside, PathBuf::from);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {} is absent", path.display());
    }
    text
}

fn uris(songs: &[&Value]) -> Vec<String> {
    songs.iter().map(|song| format!("spotify:track:{}", song["id"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn on_real_tracks_with_genres_withheld_no_artist_is_asked_and_the_others_are_right() {
    let Some(text) = real_tracks() else { return };
    let file: Value = serde_json::from_str(&text).unwrap();
    let songs: Vec<&Value> = file["tracks"].as_array().unwrap().iter().collect();
    let catalogue = Catalogue::from_json(&text).unwrap();
    let mode = Mode::Development;
    let world = world_of(SimulatorConfig { mode, catalogue, ..SimulatorConfig::default() }, &Handle::current()).await;
    let base = world.browser.link(&world.playlist("Everything")).await;

    let mut lists = Vec::new();
    for (name, rule) in [
        ("Short", json!({"field": "duration", "op": "lte", "value": 180_000})),
        ("Explicit", json!({"field": "explicit", "op": "is", "value": true})),
        ("Late", json!({"field": "position", "op": "gt", "value": 3_000})),
    ] {
        lists.push(world.browser.child(&base, name, rule).await.1);
    }
    let before = uris(&songs[100..140]);
    let genre_list = world.simulator.create_playlist(&world.user, "Rock", &before).unwrap();
    let rock = json!({"field": "genre", "op": "any_of", "value": ["rock"]});
    let body =
        json!({"name": "Rock", "spotify_playlist_id": genre_list, "filter": {"schema_version": 1, "rules": [rock]}});
    let path = format!("/api/base-playlists/{base}");
    world.browser.api(Method::POST, &format!("{path}/child-playlists"), Some(body)).await;

    let (_, plan) = world.browser.api(Method::POST, &format!("{path}/preview"), Some(json!({}))).await;
    assert_eq!(plan["request_kinds"]["artists"], 0, "{plan}");
    assert_eq!(plan["children"][3]["verdict"], "skipped");
    assert!(plan["children"][3]["skipped"].as_str().unwrap().contains("does not deliver genre"), "{plan}");
    world.simulator.journal().clear();
    let run = world.browser.sync(&base).await;
    assert_eq!((&run["status"], &run["outcome"]), (&json!("completed"), &json!("partial")), "{run}");
    assert_eq!((&run["tracks_processed"], &run["tracks_skipped"]), (&json!(songs.len()), &json!(0)), "{run}");
    assert_eq!(run["total_api_requests"], plan["requests"], "the plan is what the run sends");
    let asked = world.simulator.journal().requests();
    assert!(asked.iter().all(|request| !request.path.starts_with("/v1/artists")), "an artist was asked for");

    assert_eq!(run["children"][3]["outcome"], "skipped", "{run}");
    assert!(run["children"][3]["error"].as_str().unwrap().contains("does not deliver genre"), "{run}");
    assert_eq!(world.held(&genre_list), before, "left untouched");
    let of = |wanted: &dyn Fn(usize, &Value) -> bool| -> Vec<String> {
        uris(
            &songs.iter().enumerate().filter(|(at, song)| wanted(*at, song)).map(|(_, song)| *song).collect::<Vec<_>>(),
        )
    };
    assert_eq!(world.held(&lists[0]), of(&|_, song| song["duration_ms"].as_u64().unwrap() <= 180_000));
    assert_eq!(world.held(&lists[1]), of(&|_, song| song["explicit"] == true));
    assert_eq!(world.held(&lists[2]), of(&|at, _| at >= 3_000));
}
