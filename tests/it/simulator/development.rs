//! What development mode withholds, and projections.

use super::api::Api;
use super::odd_playlist;
use headwater::simulator::catalogue::Catalogue;
use headwater::simulator::config::{Mode, WithheldGenres};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Members that extended quota sends and development mode does not, by the noun they are on (sections 2.4, 3.4).
const WITHHELD: &[(&str, &[&str])] = &[
    ("album", &["available_markets", "label", "popularity"]),
    ("artist", &["followers", "genres", "popularity"]),
    ("playlist", &["followers", "tracks"]),
    ("row", &["track"]),
    ("track", &["available_markets", "popularity", "preview_url"]),
    ("user", &["country", "email", "explicit_content", "followers", "product"]),
];

/// Asserts that `part` is `whole` without some members, and notes them as `noun member`.
fn compare(part: &Value, whole: &Value, missing: &mut BTreeSet<String>) {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            let noun = match whole.get("type").and_then(Value::as_str) {
                Some(noun) => noun,
                None if whole.contains_key("added_at") => "row",
                None => "other",
            };
            assert!(part.keys().all(|key| whole.contains_key(key)), "{part:?} has more than {whole:?}");
            for (key, value) in whole {
                match part.get(key) {
                    Some(shown) => compare(shown, value, missing),
                    None => {
                        missing.insert(format!("{noun} {key}"));
                    }
                }
            }
        }
        (Value::Array(part), Value::Array(whole)) => {
            assert_eq!(part.len(), whole.len());
            part.iter().zip(whole).for_each(|(part, whole)| compare(part, whole, missing));
        }
        (part, whole) => assert_eq!(part, whole),
    }
}

#[tokio::test]
async fn development_mode_shows_the_same_without_the_withheld_members() {
    let api = Api::new(Mode::Development);
    let odd = odd_playlist(&api);
    let track = Catalogue::built_in().tracks()[0].clone();
    let paths = [
        "/v1/me".to_owned(),
        "/v1/me/playlists".to_owned(),
        format!("/v1/playlists/{odd}"),
        format!("/v1/playlists/{odd}/items?additional_types=track,episode"),
        format!("/v1/tracks/{}", track.id),
        format!("/v1/artists/{}", track.artists[0].id),
        format!("/v1/albums/{}", track.album.id),
    ];
    let mut missing = BTreeSet::new();
    for path in paths {
        api.simulator.set_mode(Mode::Development);
        let part = api.get(&path).await;
        api.simulator.set_mode(Mode::Extended);
        let whole = api.get(&path).await;
        assert_eq!((part.status.as_u16(), whole.status.as_u16()), (200, 200), "{path}");
        compare(&part.json, &whole.json, &mut missing);
    }
    let listed: BTreeSet<String> =
        WITHHELD.iter().flat_map(|(noun, keys)| keys.iter().map(move |key| format!("{noun} {key}"))).collect();
    assert_eq!(missing, listed);
}

#[tokio::test]
async fn genres_are_withheld_in_the_form_that_is_set() {
    let api = Api::new(Mode::Development);
    let artist = format!("/v1/artists/{}", Catalogue::built_in().tracks()[0].artists[0].id);
    assert_eq!(api.get(&artist).await.json.get("genres"), None);
    api.simulator.set_withheld_genres(WithheldGenres::Null);
    assert_eq!(api.get(&artist).await.json.get("genres"), Some(&Value::Null));
    api.simulator.set_withheld_genres(WithheldGenres::Empty);
    assert_eq!(api.get(&artist).await.json.get("genres"), Some(&json!([])));
}

#[tokio::test]
async fn removed_paths_answer_with_the_gateways_words() {
    let api = Api::new(Mode::Development);
    let base = api.playlist("Kitchen Radio");
    let track = Catalogue::built_in().tracks()[0].clone();
    let artist = &track.artists[0].id;
    for (method, path) in [
        ("GET", format!("/v1/artists?ids={artist}")),
        ("GET", "/v1/tracks?ids=x".to_owned()),
        ("GET", "/v1/albums?ids=x".to_owned()),
        ("GET", format!("/v1/playlists/{base}/tracks")),
        ("PUT", format!("/v1/playlists/{base}/tracks")),
        ("DELETE", format!("/v1/playlists/{base}/followers")),
        ("POST", "/v1/users/alma/playlists".to_owned()),
        ("PUT", "/v1/me/tracks?ids=x".to_owned()),
    ] {
        let answer = api.call(method, &path, None).await;
        assert_eq!(answer.status, 403, "{method} {path}");
        assert_eq!(answer.text, r#"{"error": {"status": 403, "message": "Forbidden" } }"#);
    }
    assert_eq!(api.uris(&base).len(), 60);
}

#[tokio::test]
async fn fields_give_a_part_of_the_whole_and_old_names_give_nothing() {
    let api = Api::new(Mode::Development);
    let odd = odd_playlist(&api);
    for (path, fields) in [
        (format!("/v1/playlists/{odd}"), "snapshot_id,name,items.total,owner(id,display_name)"),
        (format!("/v1/playlists/{odd}"), "!items,!owner"),
        (
            format!("/v1/playlists/{odd}/items"),
            "total,items(added_at,is_local,item(id,uri,name,album(!images,!artists)),track(id))",
        ),
    ] {
        let whole = api.get(&path).await.json;
        let part = api.get(&format!("{path}?fields={fields}")).await.json;
        let mut missing = BTreeSet::new();
        compare(&part, &whole, &mut missing);
        assert!(!missing.is_empty() && part != json!({}), "{fields}");
    }
    assert_eq!(api.get(&format!("/v1/playlists/{odd}?fields=tracks.total")).await.json, json!({}));
    let total = api.get(&format!("/v1/playlists/{odd}?fields=items.total")).await.json;
    assert_eq!(total, json!({ "items": { "total": 10 } }));
}
