//! The songs of a base for a browser that previews by itself: what is sent, what it costs, what is refused.

use super::world::world;
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ABSENT: &str = "01900000-0000-7000-8000-000000000000";

#[tokio::test(flavor = "multi_thread")]
async fn songs_come_once_and_are_then_asked_about_by_their_tag() {
    let world = world(Mode::Extended).await;
    let playlist = world.playlist("Kitchen Radio");
    let base = world.browser.link(&playlist).await;
    let path = format!("/api/base-playlists/{base}/tracks");
    let first = world.browser.send(Method::GET, &path, None, &[]).await;
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers()["cache-control"], "private, no-cache");
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let songs: Value = first.json().await.unwrap();
    let uris: Vec<&str> = songs["tracks"].as_array().unwrap().iter().map(|one| one["uri"].as_str().unwrap()).collect();
    let held = world.held(&playlist);
    assert_eq!(uris.len() + usize::try_from(songs["skipped"].as_u64().unwrap()).unwrap(), held.len());
    assert!(held.iter().filter(|uri| uri.starts_with("spotify:track:")).eq(uris.iter().copied()), "{uris:?}");
    assert!(songs["tracks"][0]["artists"][0].get("genres").is_none());

    let again = world.browser.send(Method::GET, &path, None, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let with_artists =
        world.browser.send(Method::GET, &format!("{path}?artists=true"), None, &[("if-none-match", &tag)]).await;
    assert_eq!(with_artists.status(), StatusCode::OK);
    let songs: Value = with_artists.json().await.unwrap();
    assert!(songs["tracks"][0]["artists"][0]["genres"].is_array(), "{}", songs["tracks"][0]);

    // A tag of the person's own makes them other songs.
    let body = json!({"track_uris": [held.iter().find(|uri| uri.starts_with("spotify:track:")).unwrap()]});
    let (status, said) = world.browser.api(Method::PUT, "/api/tags/Gym/items", Some(body)).await;
    assert!(status.is_success(), "{said}");
    let tagged = world.browser.send(Method::GET, &path, None, &[("if-none-match", &tag)]).await;
    assert_eq!(tagged.status(), StatusCode::OK);
    let songs: Value = tagged.json().await.unwrap();
    assert!(songs["tracks"].as_array().unwrap().iter().any(|one| one["tags"] == json!(["Gym"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rules_on_artists_no_artist_is_asked_for() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.simulator.journal().clear();
    world.browser.api(Method::GET, &format!("/api/base-playlists/{base}/tracks"), None).await;
    // One for the snapshot, two pages of fifty.
    assert_eq!(world.simulator.journal().count_web_api(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_under_edit_is_told_what_others_take_before_it() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (first, _) =
        world.browser.child(&base, "Short", json!({"field": "duration", "op": "lt", "value": 200_000})).await;
    let path = format!("/api/base-playlists/{base}/tracks");
    let taken = async |query: &str| {
        let (status, songs) = world.browser.api(Method::GET, &format!("{path}{query}"), None).await;
        assert_eq!(status, StatusCode::OK, "{songs}");
        let rows = songs["taken"].as_array().cloned().unwrap_or_default();
        rows.iter().map(|row| usize::try_from(row.as_u64().unwrap()).unwrap()).collect::<Vec<_>>()
    };
    let (_, songs) = world.browser.api(Method::GET, &path, None).await;
    let tracks = songs["tracks"].as_array().unwrap();
    let is_short = |row: &usize| tracks[*row]["duration_ms"].as_u64().unwrap() < 200_000;
    let short_rows: Vec<usize> = (0..tracks.len()).filter(is_short).collect();
    assert!(!short_rows.is_empty() && short_rows.len() < tracks.len());

    assert_eq!(taken("?child=new").await, [0_usize; 0], "songs may go to several children");
    world.browser.sync(&base).await;
    assert_eq!(taken("?child=new&kind=leftovers").await, short_rows);
    let patch = json!({"routing": "first_match"});
    let (status, said) = world.browser.api(Method::PATCH, &format!("/api/base-playlists/{base}"), Some(patch)).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    assert_eq!(taken("?child=new").await, short_rows);
    assert_eq!(taken(&format!("?child={first}")).await, [0_usize; 0], "nothing stands before the first");
    let (status, _) = world.browser.api(Method::GET, &format!("{path}?child={ABSENT}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_questions_are_refused_and_bases_of_others_are_absent() {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let path = format!("/api/base-playlists/{base}/tracks");
    let many = vec!["37i9dQZF1DXcBWIGoYBM5M"; 21].join(",");
    for query in
        ["?artists=perhaps", "?colour=red", "?playlists=no-id", "?child=new&kind=other", &format!("?playlists={many}")]
    {
        let (status, problem) = world.browser.api(Method::GET, &format!("{path}{query}"), None).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {problem}");
    }
    for id in [ABSENT, "none"] {
        let (status, _) = world.browser.api(Method::GET, &format!("/api/base-playlists/{id}/tracks"), None).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}
