//! Everything that is stored of a person, to take away.

use super::world::{Browser, world};
use headwater::server::store::export::{EXPORTED, NOT_EXPORTED};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_all_of_a_person_and_no_secret() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (child, list) =
        world.browser.child(&base, "First", json!({"field": "position", "op": "lte", "value": 10})).await;
    world.browser.sync(&base).await;
    let token = json!({"name": "Script", "scopes": ["read"]});
    let token = world.browser.api(Method::POST, "/api/tokens", Some(token)).await.1["token"].clone();
    let webhook = json!({"url": "https://hooks.mine.org/x", "told": "failed"});
    let secret = world.browser.api(Method::PUT, "/api/webhook", Some(webhook)).await.1["secret"].clone();
    let stranger = Browser::new(world.browser.base.clone());
    stranger.sign_in_as(world.simulator.create_account("Other").as_str()).await;

    let (status, export) = world.browser.api(Method::GET, "/api/me/export", None).await;
    assert_eq!((status, &export["headwater_export"]), (StatusCode::OK, &json!(1)), "{export}");
    let rows = |table: &str| export["tables"][table].as_array().unwrap().clone();
    assert_eq!((rows("users").len(), &rows("base_playlists")[0]["id"]), (1, &json!(base)));
    assert_eq!(rows("child_playlists")[0]["filter"]["rules"][0]["value"], 10);
    assert_eq!((&rows("sync_event_children")[0]["child_playlist_id"], rows("sync_events").len()), (&json!(child), 1));
    assert_eq!(rows("sync_event_children")[0]["uris_after"], json!(world.held(&list)));
    assert_eq!((rows("personal_tokens").len(), rows("webhooks").len()), (1, 1));
    let text = export.to_string();
    for hidden in [token, secret] {
        assert!(!text.contains(hidden.as_str().unwrap()));
    }
    for word in ["access_token", "refresh_token", "\"hash\"", "\"secret\"", "Other"] {
        assert!(!text.contains(word), "{word}");
    }
    let theirs = stranger.api(Method::GET, "/api/me/export", None).await.1;
    assert_eq!(theirs["tables"]["base_playlists"], Value::Array(Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_table_is_forgotten() {
    let world = world(Mode::Extended).await;
    let there: BTreeSet<String> = world.app.store.list_tables().await.unwrap().into_iter().collect();
    let told = EXPORTED.iter().map(|one| one.table).chain(NOT_EXPORTED.iter().map(|(table, _)| *table));
    let told: BTreeSet<String> = told.map(str::to_owned).collect();
    assert_eq!(there, told);
}
