//! Why a song is here or not, hints on filters and coverage: over HTTP, on pages, against what a sync then does.

use super::world::{Browser, World, world};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ABSENT: &str = "01900000-0000-7000-8000-000000000000";

fn short() -> Value {
    json!({"field": "duration", "op": "lte", "value": 200_000})
}

async fn with_base(mode: Mode) -> (World, String) {
    let world = world(mode).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    (world, base)
}

/// Adds a child by its whole filter; gives its id and that of its playlist.
async fn child_of(browser: &Browser, base: &str, name: &str, filter: Value) -> (String, String) {
    let body = json!({"name": name, "filter": filter});
    let path = format!("/api/base-playlists/{base}/child-playlists");
    let (status, child) = browser.api(Method::POST, &path, Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{child}");
    (child["id"].as_str().unwrap().to_owned(), child["spotify_playlist_id"].as_str().unwrap().to_owned())
}

async fn explain(browser: &Browser, base: &str, body: Value) -> (StatusCode, Value) {
    browser.api(Method::POST, &format!("/api/base-playlists/{base}/explain"), Some(body)).await
}

async fn page(browser: &Browser, path: &str) -> (StatusCode, String) {
    let response = browser.send(Method::GET, path, None, &[("accept", "text/html")]).await;
    (response.status(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_each_song_is_what_the_sync_then_does() {
    let (world, base) = with_base(Mode::Extended).await;
    let browser = &world.browser;
    let first = json!({"schema_version": 1, "rules": [{"field": "position", "op": "lte", "value": 40}],
        "output": {"limit": {"tracks": 12}, "max_per_artist": 2, "sort": [{"field": "duration"}]}});
    let lists = [
        browser.child(&base, "Short", short()).await.1,
        child_of(browser, &base, "Few", first).await.1,
        browser.child(&base, "Genre", json!({"field": "genre", "op": "is_present"})).await.1,
    ];
    assert_eq!(browser.sync(&base).await["status"], "completed");
    let held: Vec<Vec<String>> = lists.iter().map(|list| world.held(list)).collect();
    let songs = world.held(&world.playlist("Kitchen Radio"));
    let (mut codes, mut rows) = (std::collections::HashSet::new(), 0);
    for (uri, position) in songs.iter().zip(1..) {
        let (status, told) = explain(browser, &base, json!({"position": position})).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        assert_eq!(told["song"]["uri"].as_str(), Some(uri.as_str()));
        for (child, held) in told["children"].as_array().unwrap().iter().zip(&held) {
            assert_eq!(child["placement"]["is_in"], json!(held.contains(uri)), "{child}");
            assert_eq!(child["answer"].as_str().unwrap().starts_with("It is in this child"), held.contains(uri));
            codes.insert(child["placement"]["code"].as_str().unwrap().to_owned());
        }
        rows += 1;
    }
    assert_eq!(rows, 60);
    for code in ["matched", "not_matched", "over_limit"] {
        assert!(codes.contains(code), "{codes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_rule_tells_what_it_saw_and_how_near_it_was() {
    let (world, base) = with_base(Mode::Extended).await;
    let (child, _) = world.browser.child(&base, "Short", short()).await;
    let uri = world.held(&world.playlist("Kitchen Radio"))[0].clone();
    let rule =
        |op: &str, value: i64| json!({"schema_version": 1, "rules": [{"field": "position", "op": op, "value": value}]});
    let (_, told) = explain(&world.browser, &base, json!({"track_uri": uri, "filter": rule("gte", 4)})).await;
    let told = &told["children"][0];
    assert_eq!((&told["child_playlist_id"], &told["placement"]["code"]), (&Value::Null, &json!("not_matched")));
    let rule_told = &told["explanation"]["root"]["rules"][0]["rule"];
    assert_eq!((&rule_told["pointer"], &rule_told["seen"]), (&json!("/rules/0"), &json!(1)));
    assert_eq!((&rule_told["near_miss"]["distance"], &rule_told["near_miss"]["value"]), (&json!(-3), &json!(1)));
    assert_eq!(told["answer"], "It is not in this child: “Position at least 4” is not true of it (1).");

    let body = json!({"position": 1, "child_playlist_id": child, "filter": rule("lte", 1)});
    let (_, told) = explain(&world.browser, &base, body).await;
    assert_eq!(told["children"].as_array().unwrap().len(), 1);
    assert_eq!(told["children"][0]["answer"], "It is in this child: it stands at place 1.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withheld_field_is_named_and_the_child_is_left_as_it_is() {
    let (world, base) = with_base(Mode::Development).await;
    world.browser.child(&base, "Loved", json!({"field": "popularity", "op": "gte", "value": 50})).await;
    let (_, told) = explain(&world.browser, &base, json!({"position": 1})).await;
    let told = &told["children"][0];
    assert_eq!(
        (&told["placement"]["code"], &told["explanation"]["verdict"]),
        (&json!("not_judged"), &json!("unknown"))
    );
    assert_eq!(told["explanation"]["root"]["rules"][0]["rule"]["seen_words"], "withheld by Spotify");

    let (_, coverage) = world.browser.api(Method::GET, &format!("/api/base-playlists/{base}/coverage"), None).await;
    assert_eq!(coverage["total"], 60);
    let of =
        |id: &str| coverage["fields"].as_array().unwrap().iter().find(|field| field["field"] == id).unwrap().clone();
    assert_eq!((&of("popularity")["withheld"], &of("popularity")["with"]), (&json!(true), &json!(0)));
    assert_eq!((&of("duration")["withheld"], &of("duration")["with"]), (&json!(false), &json!(60)));

    let filter = json!({"schema_version": 1, "rules": [{"field": "popularity", "op": "gte", "value": 50}]});
    let path = format!("/api/base-playlists/{base}/lint");
    let (_, report) = world.browser.api(Method::POST, &path, Some(json!({"filter": filter}))).await;
    assert_eq!((&report["lints"][0]["code"], &report["lints"][0]["pointer"]), (&json!("withheld"), &json!("/rules/0")));
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_come_with_a_fix_that_fits() {
    let (world, base) = with_base(Mode::Extended).await;
    let length = |op: &str, value: i64| json!({"field": "duration", "op": op, "value": value});
    let filter = json!({"schema_version": 1, "rules": [length("gte", 7_200_000), length("gte", 1_000)]});
    let path = format!("/api/base-playlists/{base}/lint");
    let (status, report) = world.browser.api(Method::POST, &path, Some(json!({"filter": filter}))).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    assert_eq!(report["lints"][0]["words"], "0 of 60: “At least 2:00:00 long” removes all 60 songs.");
    let idle = report["lints"].as_array().unwrap().iter().find(|lint| lint["code"] == "subsumed").unwrap();
    assert_eq!(idle["fix"]["patch"], json!([{"op": "remove", "path": "/rules/1"}]));
    assert_eq!(report["counts"][2], json!({"pointer": "/rules/1", "matched": 60, "unknown": 0, "total": 60}));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_bad_questions_are_refused() {
    let (world, base) = with_base(Mode::Development).await;
    let (child, _) = world.browser.child(&base, "Short", short()).await;
    let other_base = world.browser.link(&world.playlist("Road Trips & Rainy Days")).await;
    let nobody = Browser::new(world.browser.base.clone());
    let stranger = Browser::new(world.browser.base.clone());
    stranger.sign_in_as(world.simulator.create_account("Other").as_str()).await;
    for (method, part) in [(Method::POST, "explain"), (Method::POST, "lint"), (Method::GET, "coverage")] {
        let path = format!("/api/base-playlists/{base}/{part}");
        assert_eq!(nobody.api(method.clone(), &path, None).await.0, StatusCode::UNAUTHORIZED, "{path}");
        let theirs = stranger.api(method.clone(), &path, None).await;
        let absent = stranger.api(method.clone(), &format!("/api/base-playlists/{ABSENT}/{part}"), None).await;
        assert_eq!(theirs.0, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(theirs, absent);
    }
    let empty = json!({"schema_version": 1, "rules": []});
    let cases = [
        (json!({}), 422, ""),
        (json!({"position": 1, "track_uri": "spotify:track:x"}), 422, ""),
        (json!({"position": 0}), 422, "/position"),
        (json!({"position": 61}), 422, "/position"),
        (json!({"track_uri": "spotify:track:2XU0oxnq2qxCpomAAuJY8K"}), 422, "/track_uri"),
        (json!({"position": 1, "filter": empty}), 422, "/filter/rules"),
        (json!({"position": 1, "colour": "red"}), 422, "/colour"),
    ];
    for (body, status, pointer) in cases {
        let (found, problem) = explain(&world.browser, &base, body.clone()).await;
        assert_eq!((found.as_u16(), &problem["errors"][0]["pointer"]), (status, &json!(pointer)), "{body} {problem}");
    }
    for (base, child) in [(&base, ABSENT), (&other_base, child.as_str())] {
        let (status, _) = explain(&world.browser, base, json!({"position": 1, "child_playlist_id": child})).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    let path = format!("/api/base-playlists/{base}/lint");
    let (status, problem) = world.browser.api(Method::POST, &path, Some(json!({"filter": empty}))).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["pointer"]), (422, &json!("/filter/rules")));
}

#[tokio::test(flavor = "multi_thread")]
async fn skipped_rows_are_explained_by_their_reason() {
    let (world, base) = with_base(Mode::Development).await;
    let list = world.playlist("Kitchen Radio");
    world.simulator.add_local_file(&list, Some(2), ("Me", "Tapes", "Demo"), 100).unwrap();
    world.browser.child(&base, "Short", short()).await;
    let (_, told) = explain(&world.browser, &base, json!({"position": 3})).await;
    assert_eq!((&told["song"]["skipped"], &told["song"]["uri"]), (&json!("local_file"), &Value::Null), "{told}");
    assert_eq!(
        (&told["children"][0]["placement"]["code"], &told["children"][0]["explanation"]),
        (&json!("skipped_row"), &Value::Null)
    );
    let (_, told) = explain(&world.browser, &base, json!({"position": 4})).await;
    assert_eq!(told["song"]["position"], 4);
    let (status, html) = page(&world.browser, &format!("/base-playlists/{base}/songs/3")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("a file on your disk"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_tell_it_without_scripts() {
    let (world, base) = with_base(Mode::Extended).await;
    let songs = format!("/base-playlists/{base}/songs");
    let (status, html) = page(&world.browser, &format!("{songs}/1")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("The base has no child playlist yet"));

    world.browser.child(&base, "Early", json!({"field": "position", "op": "lte", "value": 10})).await;
    world.browser.child(&base, "First", json!({"field": "position", "op": "eq", "value": 1})).await;
    let (_, html) = page(&world.browser, &songs).await;
    let rows = |html: &str| html.matches("/songs/").count();
    assert_eq!((rows(&html), html.contains("Page 1 of 2"), html.contains("Early, First")), (50, true, true));
    assert_eq!(rows(&page(&world.browser, &format!("{songs}?page=2")).await.1), 10);
    assert_eq!(rows(&page(&world.browser, &format!("{songs}?show=none&page=1")).await.1), 50);
    assert_eq!(rows(&page(&world.browser, &format!("{songs}?show=several")).await.1), 1);
    let (_, html) = page(&world.browser, &format!("{songs}?show=unknown")).await;
    assert!(rows(&html) == 0 && html.contains("Every song can be judged"));
    let (_, html) = page(&world.browser, &format!("{songs}?q=no+such+song+anywhere")).await;
    assert!(rows(&html) == 0 && html.contains("No song of this base fits"));

    let (_, html) = page(&world.browser, &format!("{songs}/12")).await;
    for words in [
        "Position at most 10",
        "2 rows too low down: would match with “position at most 12”",
        "It is not in this child",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let (_, html) = page(&world.browser, &format!("{songs}/999")).await;
    assert!(html.contains("The base playlist has no row 999"));
    let (_, html) = page(&world.browser, &format!("/base-playlists/{base}")).await;
    assert!(html.contains(&songs));
}
