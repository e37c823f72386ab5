//! Bases that sync by themselves.

use super::world::{World, world, world_with};
use headwater::server::clock;
use headwater::server::store::schedules::ScheduleRow;
use headwater::server::sync::scheduled;
use headwater::simulator::config::Mode;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn base_with_child(world: &World) -> (String, String) {
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (_, list) =
        world.browser.child(&base, "First ten", json!({"field": "position", "op": "lte", "value": 10})).await;
    (base, list)
}

async fn set(world: &World, base: &str, schedule: Value) -> (StatusCode, Value) {
    let path = format!("/api/base-playlists/{base}");
    world.browser.api(Method::PATCH, &path, Some(json!({ "schedule": schedule }))).await
}

async fn row(world: &World) -> ScheduleRow {
    world.app.store.list_active_schedules().await.unwrap().remove(0)
}

/// The time has come: the job looks and starts.
async fn make_due(world: &World) {
    let row = row(world).await;
    world.app.store.move_schedule(&row, Some(clock::now_ms() - 1_000)).await.unwrap();
}

async fn events(world: &World, base: &str) -> Vec<Value> {
    let path = format!("/api/sync-events?base_playlist_id={base}");
    world.browser.api(Method::GET, &path, None).await.1["items"].as_array().unwrap().clone()
}

/// Lets the job look, as it does every few seconds, and waits until what it started has ended.
async fn look(world: &World, base: &str) -> Vec<Value> {
    scheduled::start_due(&world.app).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let events = events(world, base).await;
        if events.iter().all(|event| event["status"] != "in_progress") {
            return events;
        }
        assert!(Instant::now() < deadline, "it does not end: {events:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_set_shown_carried_out_and_forgotten() {
    let world = world(Mode::Extended).await;
    let (base, list) = base_with_child(&world).await;
    let (status, shown) = set(&world, &base, json!({"cron": "0 3 * * 0", "time_zone": "Europe/Berlin"})).await;
    assert_eq!(status, StatusCode::OK, "{shown}");
    let schedule = &shown["schedule"];
    assert_eq!(
        (&schedule["words"], &schedule["paused"]),
        (&json!("every Sunday at 03:00"), &Value::Null),
        "{schedule}"
    );
    assert!(clock::parse_ms(schedule["next_run_at"].as_str().unwrap()).unwrap() > clock::now_ms());

    assert_eq!(look(&world, &base).await.len(), 0, "its time has not come");
    make_due(&world).await;
    let ran = look(&world, &base).await;
    assert_eq!((&ran[0]["trigger"], &ran[0]["status"]), (&json!("schedule"), &json!("completed")), "{ran:?}");
    assert_eq!(world.held(&list).len(), 10);
    assert_eq!(look(&world, &base).await.len(), 1, "once");
    let again = world.browser.api(Method::GET, &format!("/api/base-playlists/{base}"), None).await.1;
    assert_eq!(again["schedule"]["next_run_at"], schedule["next_run_at"]);

    // Two processes look at the same moment.
    make_due(&world).await;
    let (one, other) = tokio::join!(scheduled::start_due(&world.app), scheduled::start_due(&world.app));
    assert!(one.is_ok() && other.is_ok());
    let ran = look(&world, &base).await;
    assert_eq!((ran.len(), &ran[0]["total_api_requests"]), (2, &json!(1)), "nothing changed, so it is one request");

    let (_, shown) = set(&world, &base, Value::Null).await;
    assert_eq!(shown["schedule"], Value::Null);
    assert!(world.app.store.list_active_schedules().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn three_failures_in_a_row_pause_it_and_saving_goes_on() {
    let world = world(Mode::Extended).await;
    let (base, _) = base_with_child(&world).await;
    set(&world, &base, json!({"cron": "0 * * * *"})).await;
    let refused = FaultAction::Answer { status: 400, body: None, retry_after: None, headers: Default::default() };
    world.simulator.set_faults(FaultScript::of([FaultRule::new("PUT", "/v1/playlists/*/items", refused)]));
    for ended in 1..=3 {
        make_due(&world).await;
        let ran = look(&world, &base).await;
        assert_eq!((ran.len(), &ran[0]["status"]), (ended, &json!("failed")), "{}", ran[0]);
    }
    make_due(&world).await;
    assert_eq!(look(&world, &base).await.len(), 3, "it is paused");
    let path = format!("/api/base-playlists/{base}");
    let shown = world.browser.api(Method::GET, &path, None).await.1;
    assert_eq!((&shown["schedule"]["paused"], &shown["schedule"]["next_run_at"]), (&json!("failures"), &Value::Null));

    world.simulator.set_faults(FaultScript::default());
    let (_, shown) = set(&world, &base, json!({"cron": "0 * * * *"})).await;
    assert_eq!(shown["schedule"]["paused"], Value::Null, "{shown}");
    make_due(&world).await;
    assert_eq!(look(&world, &base).await[0]["status"], "completed");

    let (_, shown) = set(&world, &base, json!({"cron": "0 * * * *", "is_paused": true})).await;
    assert_eq!(shown["schedule"]["paused"], "person");
    assert!(world.app.store.list_active_schedules().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_schedules_are_refused_with_a_pointer_and_nothing_is_stored() {
    let world = world_with(Mode::Extended, |config| config.spotify_requests_per_minute = 60).await;
    let (base, _) = base_with_child(&world).await;
    let path = format!("/api/base-playlists/{base}");
    for (schedule, pointer) in [
        (json!({"cron": "often"}), "/schedule/cron"),
        (json!({"cron": "0 3 31 2 *"}), "/schedule/cron"),
        (json!({"cron": "* * * * *"}), "/schedule/cron"),
        (json!({"cron": "0 3 * * *", "time_zone": "Mars/Olympus"}), "/schedule/time_zone"),
        (json!({"cron": "0 3 * * *", "often": true}), "/schedule"),
        (json!("0 3 * * *"), "/schedule"),
    ] {
        let (status, problem) =
            world.browser.api(Method::PATCH, &path, Some(json!({"schedule": schedule, "is_active": false}))).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{schedule}: {problem}");
        assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with(pointer), "{schedule}: {problem}");
    }
    let shown = world.browser.api(Method::GET, &path, None).await.1;
    assert_eq!((&shown["schedule"], &shown["is_active"]), (&Value::Null, &json!(true)));
    let (_, problem) = set(&world, &base, json!({"cron": "* * * * *"})).await;
    let words = problem["errors"][0]["detail"].as_str().or(problem["detail"].as_str()).unwrap();
    assert!(words.contains("every 1 min") && words.contains("60 requests a minute"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_that_looks_first_starts_nothing_where_nothing_has_changed() {
    let world = world(Mode::Extended).await;
    let songs = world.held(&world.playlist("Kitchen Radio"));
    let own = world.simulator.create_playlist(&world.user, "Own", &songs[..20]).unwrap();
    let base = world.browser.link(&own).await;
    let (child, list) =
        world.browser.child(&base, "First ten", json!({"field": "position", "op": "lte", "value": 10})).await;
    let (status, shown) = set(&world, &base, json!({"cron": "*/15 * * * *", "only_if_changed": true})).await;
    assert_eq!((status, &shown["schedule"]["only_if_changed"]), (StatusCode::OK, &json!(true)), "{shown}");
    make_due(&world).await;
    let ran = look(&world, &base).await;
    assert_eq!((ran.len(), &ran[0]["trigger"], world.held(&list).len()), (1, &json!("change"), 10), "{ran:?}");

    world.simulator.journal().clear();
    for _ in 0..3 {
        make_due(&world).await;
        assert_eq!(look(&world, &base).await.len(), 1, "nothing has changed");
        assert!(row(&world).await.next_ms.unwrap() > clock::now_ms(), "its time is over");
    }
    assert_eq!(world.simulator.journal().count_web_api(), 3, "one request each");

    world.simulator.remove_rows(&own, 0..1).unwrap();
    make_due(&world).await;
    let ran = look(&world, &base).await;
    assert_eq!((ran.len(), &ran[0]["outcome"], &ran[0]["trigger"]), (2, &json!("full"), &json!("change")), "{ran:?}");
    // An edit of the rules is a change as well.
    let path = format!("/api/child-playlists/{child}");
    let filter = json!({"filter": {"schema_version": 1, "rules": [{"field": "position", "op": "lte", "value": 5}]}});
    assert_eq!(world.browser.api(Method::PATCH, &path, Some(filter)).await.0, StatusCode::OK);
    make_due(&world).await;
    assert_eq!((look(&world, &base).await.len(), world.held(&list).len()), (3, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_are_kept_shown_and_checked() {
    let world = world(Mode::Extended).await;
    let (base, _) = base_with_child(&world).await;
    for quiet in [
        json!({"from": "22:00"}),
        json!({"from": "22:00", "until": "25:00"}),
        json!({"from": "5:00", "until": "05:00"}),
    ] {
        let schedule = json!({"cron": "0 * * * *", "time_zone": "UTC", "quiet_hours": quiet});
        let (status, problem) = set(&world, &base, schedule).await;
        assert!(status.is_client_error(), "{quiet}: {problem}");
    }
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    let clock = |hours: i64| (now.clone() + jiff::SignedDuration::from_hours(hours)).strftime("%H:00").to_string();
    // Whatever the time is, the next four hours are quiet.
    let quiet = json!({"from": clock(0), "until": clock(5)});
    let schedule = json!({"cron": "0 * * * *", "time_zone": "UTC", "quiet_hours": quiet});
    let (status, shown) = set(&world, &base, schedule).await;
    assert_eq!((status, &shown["schedule"]["quiet_hours"]), (StatusCode::OK, &quiet), "{shown}");
    let next = clock::parse_ms(shown["schedule"]["next_run_at"].as_str().unwrap()).unwrap();
    let hours = (next - clock::now_ms()) as f64 / 3_600_000.0;
    assert!((4.0..=5.0).contains(&hours), "{hours}: {shown}");
}
