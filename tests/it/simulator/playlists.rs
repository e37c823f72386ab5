//! Playlists over the Web API.

use super::api::{Api, SCOPE};
use headwater::simulator::UserName;
use headwater::simulator::catalogue::Catalogue;
use headwater::simulator::config::{Mode, SimulatorConfig};
use serde_json::{Value, json};
use std::time::Duration;

async fn made(api: &Api, uris: &[String]) -> (String, String) {
    let id = api.simulator.create_playlist(&api.user, "Mine", uris).expect("playlist");
    let items = format!("/v1/playlists/{id}/items");
    (id, items)
}

async fn snapshot(api: &Api, id: &str) -> String {
    let answer = api.get(&format!("/v1/playlists/{id}?fields=snapshot_id")).await;
    answer.json["snapshot_id"].as_str().expect("snapshot").to_owned()
}

#[tokio::test]
async fn pages_of_fifty_make_the_whole_in_order() {
    let api = Api::new(Mode::Development);
    let base = api.playlist("Road Trips & Rainy Days");
    let mut next = Some(format!("/v1/playlists/{base}/items?limit=50&fields=next,total,items(item(uri))"));
    let mut uris = Vec::new();
    let mut pages = 0;
    while let Some(path) = next {
        let page = api.get(&path).await.json;
        assert_eq!(page["total"], 600);
        uris.extend(page["items"].as_array().expect("rows").iter().map(|row| row["item"]["uri"].clone()));
        next = page["next"].as_str().map(|url| url.strip_prefix("http://sim.test").expect("our own base").to_owned());
        pages += 1;
    }
    assert_eq!(pages, 12);
    assert_eq!(Value::from(uris), Value::from(api.uris(&base)));
    let refused = api.get(&format!("/v1/playlists/{base}/items?limit=51")).await;
    assert_eq!((refused.status.as_u16(), &refused.json["error"]["message"]), (400, &json!("Invalid limit")));
}

#[tokio::test]
async fn writes_add_repeat_replace_move_and_remove() {
    let api = Api::new(Mode::Development);
    let songs = api.songs(6);
    let of = |numbers: &[usize]| numbers.iter().map(|at| songs[*at].clone()).collect::<Vec<_>>();
    let (id, items) = made(&api, &of(&[0, 1, 2])).await;
    let write = |method: &'static str, body: Value| api.call(method, &items, Some(body));
    assert_eq!(write("POST", json!({ "uris": of(&[3, 0]) })).await.status, 201);
    assert_eq!(api.uris(&id), of(&[0, 1, 2, 3, 0]));
    assert_eq!(write("POST", json!({ "uris": of(&[4, 5]), "position": 1 })).await.status, 201);
    assert_eq!(api.uris(&id), of(&[0, 4, 5, 1, 2, 3, 0]));
    assert_eq!(write("PUT", json!({ "range_start": 1, "insert_before": 7, "range_length": 2 })).await.status, 200);
    assert_eq!(api.uris(&id), of(&[0, 1, 2, 3, 0, 4, 5]));
    let body = json!({ "items": [{ "uri": songs[0], "positions": [0] }] });
    assert_eq!(write("DELETE", body).await.status, 200);
    assert_eq!(api.uris(&id), of(&[1, 2, 3, 4, 5]), "all copies go, positions are ignored");
    assert_eq!(write("PUT", json!({ "uris": of(&[5]) })).await.status, 200);
    assert_eq!(api.uris(&id), of(&[5]));
    assert_eq!(write("PUT", json!({ "uris": [] })).await.status, 200);
    assert!(api.uris(&id).is_empty());
    let lens: Vec<usize> = api.simulator.journal().states(&id).iter().map(|state| state.uris.len()).collect();
    assert_eq!(lens, [3, 5, 7, 7, 5, 1, 0]);
    assert_eq!(api.simulator.journal().writes().len(), 6);
    assert_eq!(api.simulator.journal().writes()[0].body, Some(json!({ "uris": of(&[3, 0]) })));
}

#[tokio::test]
async fn bad_writes_change_nothing() {
    let api = Api::new(Mode::Development);
    let songs = api.songs(101);
    let (id, items) = made(&api, &songs[..3]).await;
    let before = (api.uris(&id), snapshot(&api, &id).await);
    for (method, body, status, message) in [
        ("POST", json!({ "uris": songs }), 400, "You can add a maximum of 100 tracks per request."),
        ("PUT", json!({ "uris": songs }), 400, "You can add a maximum of 100 tracks per request."),
        ("POST", json!({ "uris": ["spotify:local:a:b:c:1"] }), 400, "Invalid track uri: spotify:local:a:b:c:1"),
        ("POST", json!({ "uris": [songs[0]], "position": 4 }), 400, "Index out of bounds."),
        ("PUT", json!({ "uris": ["spotify:track:0000000000000000000000"] }), 502, "Bad gateway."),
        ("PUT", json!({ "range_start": 2, "insert_before": 0, "range_length": 2 }), 400, "Index out of bounds."),
        ("DELETE", json!({ "tracks": [{ "uri": songs[0] }] }), 400, "No uris provided"),
        ("DELETE", json!({ "items": [songs[0]] }), 400, "Could not remove tracks, please check parameters."),
        ("DELETE", json!({ "items": [{ "uri": songs[0] }], "snapshot_id": "x" }), 400, "Missing or bad version tag"),
    ] {
        let refused = api.call(method, &items, Some(body)).await;
        assert_eq!((refused.status.as_u16(), &refused.json["error"]["message"]), (status, &json!(message)), "{method}");
    }
    assert_eq!((api.uris(&id), snapshot(&api, &id).await), before);
}

#[tokio::test]
async fn a_playlist_holds_ten_thousand_rows() {
    let api = Api::new(Mode::Development);
    let (songs, (id, items)) = (api.songs(100), made(&api, &[]).await);
    for _ in 0..100 {
        assert_eq!(api.call("POST", &items, Some(json!({ "uris": songs }))).await.status, 201);
    }
    assert_eq!(api.call("POST", &items, Some(json!({ "uris": [songs[0]] }))).await.status, 403);
    assert_eq!(api.uris(&id).len(), 10_000);
}

#[tokio::test]
async fn replacing_resets_dates_and_a_reorder_keeps_them_and_local_files() {
    let api = Api::new(Mode::Development);
    let base = api.playlist("Kitchen Radio");
    let local = api.simulator.add_local_file(&base, Some(0), ("Me", "", "Demo"), 9).expect("local file");
    let items = format!("/v1/playlists/{base}/items");
    let dates = |answer: Value| {
        answer["items"].as_array().expect("rows").iter().map(|row| row["added_at"].clone()).collect::<Vec<_>>()
    };
    let before = dates(api.get(&items).await.json);
    let body = json!({ "range_start": 0, "insert_before": 2 });
    assert_eq!(api.call("PUT", &items, Some(body)).await.status, 200);
    assert_eq!(api.uris(&base)[1], local);
    let after = dates(api.get(&items).await.json);
    assert_eq!((&after[0], &after[1], &after[2..]), (&before[1], &before[0], &before[2..]));
    let kept = api.uris(&base)[2].clone();
    assert_eq!(api.call("PUT", &items, Some(json!({ "uris": [kept] }))).await.status, 200);
    let row = api.get(&items).await.json["items"][0].clone();
    assert_ne!(row["added_at"], before[2]);
    assert_eq!(row["added_by"]["id"], api.user.as_str());
}

#[tokio::test]
async fn snapshots_advance_on_content_and_on_renames_and_may_lag() {
    let api = Api::new(Mode::Development);
    let (id, items) = made(&api, &api.songs(2)).await;
    let first = snapshot(&api, &id).await;
    let written = api.call("POST", &items, Some(json!({ "uris": api.songs(1) }))).await.json["snapshot_id"].clone();
    let second = snapshot(&api, &id).await;
    assert_eq!(written, second.as_str());
    let renamed = api.call("PUT", &format!("/v1/playlists/{id}"), Some(json!({ "name": "Ours" }))).await;
    assert_eq!((renamed.status.as_u16(), renamed.text.as_str()), (200, ""));
    let third = snapshot(&api, &id).await;
    assert!(first != second && second != third);
    api.simulator.set_snapshot_lag(Duration::from_secs(3_600));
    let written = api.call("PUT", &items, Some(json!({ "uris": api.songs(1) }))).await.json["snapshot_id"].clone();
    assert_ne!(written, third.as_str());
    assert_eq!(snapshot(&api, &id).await, third, "reads still see the old one");
    assert_eq!(api.get(&format!("{items}?fields=total")).await.json, json!({ "total": 1 }), "though the rows are new");
}

#[tokio::test]
async fn other_peoples_playlists_are_listed_but_closed() {
    let api = Api::new(Mode::Development);
    let id = api.simulator.add_foreign_playlist(&api.user, "Theirs", 3).expect("playlist");
    let listed = api.get("/v1/me/playlists").await.json;
    assert_eq!((&listed["items"][0]["name"], &listed["items"][0]["items"]["total"]), (&json!("Theirs"), &json!(3)));
    assert_eq!(api.get(&format!("/v1/playlists/{id}/items")).await.status, 403);
    let head = api.get(&format!("/v1/playlists/{id}")).await;
    assert_eq!((head.status.as_u16(), head.json.get("items")), (200, None));
    let write = api.call("POST", &format!("/v1/playlists/{id}/items"), Some(json!({ "uris": api.songs(1) }))).await;
    assert_eq!(write.status, 403);
    assert_eq!(api.call("PUT", &format!("/v1/playlists/{id}"), Some(json!({ "name": "x" }))).await.status, 403);
}

#[tokio::test]
async fn creating_listing_and_leaving_a_playlist() {
    let api = Api::new(Mode::Development);
    let body = json!({ "name": "New", "description": "d", "public": false });
    let new = api.call("POST", "/v1/me/playlists", Some(body)).await;
    assert_eq!(
        (new.status.as_u16(), &new.json["public"], &new.json["items"]["total"]),
        (201, &json!(false), &json!(0))
    );
    let uri = new.json["uri"].as_str().expect("uri");
    let held = format!("/v1/me/library/contains?uris={uri}");
    let library = format!("/v1/me/library?uris={uri}");
    assert_eq!(api.get(&held).await.json, json!([true]));
    assert_eq!(api.call("DELETE", &library, None).await.status, 200);
    assert_eq!(api.get(&held).await.json, json!([false]));
    let id = new.json["id"].as_str().expect("id");
    assert_eq!(api.get(&format!("/v1/playlists/{id}")).await.status, 200, "it goes on existing");
    assert_eq!(api.call("PUT", &library, None).await.status, 200);
    assert_eq!(api.get("/v1/me/playlists").await.json["items"][0]["name"], "New");
    api.simulator.delete_playlist(id).expect("deleted");
    assert_eq!(api.get(&format!("/v1/playlists/{id}")).await.status, 404);
    assert_eq!(api.call("POST", "/v1/me/playlists", Some(json!({ "name": "" }))).await.status, 400);
}

#[tokio::test]
async fn accounts_are_apart_and_scopes_are_asked_for() {
    let api = Api::with(SimulatorConfig { users: 2, ..SimulatorConfig::default() });
    let bruno = UserName::from("bruno");
    let other = api.with_token(api.simulator.access_token(&bruno, SCOPE));
    let base = api.playlist("Kitchen Radio");
    assert_eq!(other.get(&format!("/v1/playlists/{base}/items")).await.status, 403);
    let narrow = api.with_token(api.simulator.access_token(&api.user, "playlist-read-private"));
    let body = Some(json!({ "name": "New", "public": false }));
    let refused = narrow.call("POST", "/v1/me/playlists", body).await;
    assert_eq!(refused.json["error"]["message"], "Insufficient client scope");
    let visitor = api.simulator.create_account("Visitor");
    let theirs = api.simulator.playlist_named(&visitor, "Kitchen Radio").expect("a base of their own");
    api.simulator.remove_rows(&theirs, 0..60).expect("removed");
    api.simulator.reset_account(&visitor).expect("reset");
    assert_eq!(api.simulator.playlists_of(&visitor).iter().map(|one| one.rows).collect::<Vec<_>>(), [60, 600, 5_000]);
    assert_eq!(api.uris(&base).len(), 60);
}

#[tokio::test]
async fn a_catalogue_file_becomes_the_four_playlists() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/catalogue/real-tracks.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: the catalogue of real tracks is not here");
        return;
    };
    let catalogue = Catalogue::from_json(&text).expect("catalogue");
    let api = Api::with(SimulatorConfig { catalogue, mode: Mode::Extended, ..SimulatorConfig::default() });
    let rows: Vec<(String, usize)> =
        api.simulator.playlists_of(&api.user).into_iter().map(|one| (one.name, one.rows)).collect();
    let expected = [("Everything", 4_038), ("First 60", 60), ("First 600", 600), ("Empty", 0)];
    assert_eq!(rows, expected.map(|(name, rows)| (name.to_owned(), rows)));
    let page = api.get(&format!("/v1/playlists/{}/items?limit=1&offset=25", api.playlist("Everything"))).await.json;
    assert_eq!(page["items"][0]["added_at"], "2020-01-02T01:00:00Z");
    assert_eq!(page["items"][0]["added_by"]["id"], api.user.as_str());
    assert_eq!(page["items"][0]["item"]["album"]["album_type"], "album");
}
