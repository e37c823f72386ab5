//! Figures of a person's syncs, and the history by date.

use super::world::{Browser, World, world};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Puts the start and the end of the oldest `count` ended syncs so many days back.
async fn put_back(world: &World, count: i64, days: i64) {
    let file = world.dir.path().join("app.db");
    let database = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    // A finished event never changes, but here by force.
    sqlx::query("drop trigger if exists sync_events_finished").execute(&database).await.unwrap();
    let older = "update sync_events set \
                 started_at = strftime('%Y-%m-%dT%H:%M:%fZ', started_at, '-' || $2 || ' days'), \
                 completed_at = strftime('%Y-%m-%dT%H:%M:%fZ', completed_at, '-' || $2 || ' days') \
                 where id in (select id from sync_events order by started_at limit $1)";
    sqlx::query(older).bind(count).bind(days).execute(&database).await.unwrap();
    database.close().await;
}

async fn get(world: &World, path: &str) -> Value {
    let (status, found) = world.browser.api(Method::GET, path, None).await;
    assert_eq!(status, StatusCode::OK, "{path}: {found}");
    found
}

fn day(days_ago: i64) -> String {
    let instant = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days_ago);
    instant.to_string()[..10].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_add_up_and_days_bound_them() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (child, _) = world.browser.child(&base, "First", json!({"field": "position", "op": "lte", "value": 10})).await;
    world.browser.sync(&base).await;
    put_back(&world, 1, 40).await;
    let filter = json!({"filter": {"schema_version": 1, "rules": [{"field": "position", "op": "lte", "value": 12}]}});
    let (status, _) = world.browser.api(Method::PATCH, &format!("/api/child-playlists/{child}"), Some(filter)).await;
    assert_eq!(status, StatusCode::OK);
    let second = world.browser.sync(&base).await;

    let recent = get(&world, "/api/insights").await;
    assert_eq!((&recent["runs"], &recent["from"]), (&json!(1), &json!(day(29))), "{recent}");
    assert_eq!(recent["periods"].as_array().map(Vec::len), Some(30));
    assert_eq!((&recent["periods"][29]["done"], &recent["periods"][28]["done"]), (&json!(1), &json!(0)));
    assert_eq!(recent["requests"], second["actual_api_requests"]);
    let grown = &recent["children"][0];
    assert_eq!(
        (&grown["songs_before"], &grown["added"], &grown["songs"]),
        (&json!(10), &json!(2), &json!(12)),
        "{grown}"
    );

    let all = get(&world, &format!("/api/insights?from={}&base_playlist_id={base}", day(60))).await;
    assert_eq!((&all["runs"], &all["period_days"]), (&json!(2), &json!(7)), "{all}");
    assert_eq!((&all["children"][0]["songs_before"], &all["children"][0]["added"]), (&json!(0), &json!(12)));

    let listed = |from: i64, to: i64| format!("/api/sync-events?from={}&to={}", day(from), day(to));
    let len = |found: &Value| found["items"].as_array().map(Vec::len);
    assert_eq!(len(&get(&world, &listed(50, 30)).await), Some(1));
    assert_eq!(len(&get(&world, &listed(50, 0)).await), Some(2));
    assert_eq!(len(&get(&world, &listed(39, 1)).await), Some(0));
    assert_eq!(get(&world, &listed(1, 0)).await["items"][0]["id"], second["id"]);

    for (table, lines) in [("runs", 31), ("failures", 1), ("children", 2)] {
        let answer = world.browser.send(Method::GET, &format!("/api/insights/{table}.csv"), None, &[]).await;
        assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
        assert_eq!(answer.text().await.unwrap().lines().count(), lines, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_stretch_of_days_is_refused_and_others_figures_are_not_shown() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.browser.child(&base, "First", json!({"field": "position", "op": "lte", "value": 10})).await;
    world.browser.sync(&base).await;
    for query in ["from=soon", "to=2026", "from=2026-02-02&to=2026-02-01", "from=2024-01-01&to=2026-01-01"] {
        let (status, problem) = world.browser.api(Method::GET, &format!("/api/insights?{query}"), None).await;
        assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("bad_request")), "{query}: {problem}");
    }
    for path in ["/api/insights?base_playlist_id=x", "/api/sync-events?from=2026-13-01"] {
        assert_eq!(world.browser.api(Method::GET, path, None).await.0, StatusCode::BAD_REQUEST, "{path}");
    }
    for table in ["nothing.csv", "runs", "runs.txt"] {
        let path = format!("/api/insights/{table}");
        assert_eq!(world.browser.api(Method::GET, &path, None).await.0, StatusCode::NOT_FOUND, "{table}");
    }
    let other = Browser::new(world.browser.base.clone());
    other.sign_in_as(world.simulator.create_account("Other").as_str()).await;
    let (status, found) = other.api(Method::GET, &format!("/api/insights?base_playlist_id={base}"), None).await;
    assert_eq!((status, &found["runs"], &found["children"]), (StatusCode::OK, &json!(0), &json!([])), "{found}");
}
