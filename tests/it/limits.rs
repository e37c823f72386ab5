//! Spotify's limits and ended tokens: what a run does about them, and what many requests at once make of them.

use super::world::{World, world, world_with};
use futures::future::join_all;
use headwater::commands::serve;
use headwater::domain::ids::{PlaylistId, UserId};
use headwater::domain::requests::EndpointGroup;
use headwater::server::config::RateLimitPolicy;
use headwater::server::spotify::client::Caller;
use headwater::server::store::Store;
use headwater::simulator::config::Mode;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

async fn caller(world: &World) -> Caller {
    let me = world.browser.api(Method::GET, "/api/me", None).await.1;
    Caller::new(UserId::parse(me["id"].as_str().unwrap()).unwrap())
}

fn limited(retry_after_s: u64) -> FaultAction {
    FaultAction::Answer { status: 429, body: None, retry_after: Some(retry_after_s), headers: BTreeMap::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fails_fast_does_not_wait_and_says_when_to_retry() {
    let world = world_with(Mode::Extended, |config| config.rate_limit_policy = RateLimitPolicy::FailFast).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (_, child) =
        world.browser.child(&base, "Short", json!({"field": "duration", "op": "lt", "value": 200_000})).await;
    world.simulator.set_faults(FaultScript::of([FaultRule::new("GET", "/v1/playlists/*/items", limited(2)).on(&[1])]));
    world.simulator.journal().clear();
    let began = Instant::now();
    let run = world.browser.sync(&base).await;
    assert!(began.elapsed() < Duration::from_secs(2), "it waited: {run}");
    assert_eq!((&run["status"], &run["outcome"]), (&json!("failed"), &json!("none")), "{run}");
    let retry_at: jiff::Timestamp = run["retry_at"].as_str().unwrap().parse().unwrap();
    let wait_s = retry_at.as_second() - jiff::Timestamp::now().as_second();
    assert!((0..=3).contains(&wait_s), "{run}");
    assert!(world.simulator.journal().writes().is_empty() && world.held(&child).is_empty());
    let pages = world.simulator.journal().requests().iter().filter(|one| one.path.ends_with("/items")).count();
    assert_eq!(pages, 1, "it asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_requests_that_meet_an_ended_token_renew_it_once() {
    let world = world(Mode::Extended).await;
    let playlist = PlaylistId::parse(&world.playlist("Kitchen Radio")).unwrap();
    let caller = caller(&world).await;
    world.simulator.expire_tokens(&world.user);
    world.simulator.journal().clear();
    let reads = (0..50).map(|_| world.app.spotify.child_items(&caller, &playlist, 0));
    for read in join_all(reads).await {
        assert_eq!(read.unwrap().1, 60);
    }
    let requests = world.simulator.journal().requests();
    let renewals = requests.iter().filter(|request| request.path == "/api/token").count();
    assert_eq!(renewals, 1, "{:?}", requests.iter().map(|one| &one.path).collect::<Vec<_>>());
    let refused = requests.iter().filter(|request| request.status == Some(401)).count();
    assert!((1..=50).contains(&refused), "{refused} met the ended token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_429_holds_back_everybody_for_as_long_as_it_says() {
    let world = world(Mode::Extended).await;
    let playlist = PlaylistId::parse(&world.playlist("Kitchen Radio")).unwrap();
    let caller = caller(&world).await;
    world.simulator.set_faults(FaultScript::of([FaultRule::new("GET", "/v1/playlists/*/items", limited(1)).on(&[1])]));
    assert!(world.app.spotify.child_items(&caller, &playlist, 0).await.is_err());
    let began = Instant::now();
    let reads = (0..5).map(|_| world.app.spotify.child_items(&caller, &playlist, 0));
    assert!(join_all(reads).await.iter().all(Result::is_ok));
    assert!(began.elapsed() >= Duration::from_millis(900), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted_by_kind_as_spotify_saw_them_and_survive_a_restart() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.browser.child(&base, "Short", json!({"field": "duration", "op": "lt", "value": 200_000})).await;
    world.browser.sync(&base).await;
    let count = |report: &Value| -> BTreeMap<String, u64> {
        let groups = report["last_24_hours"].as_array().unwrap().iter();
        let count = |one: &Value| (one["group"].as_str().unwrap().to_owned(), one["requests"].as_u64().unwrap());
        groups.map(count).filter(|(_, requests)| *requests > 0).collect()
    };
    let report = world.browser.api(Method::GET, "/api/requests", None).await.1;
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for request in world.simulator.journal().requests().iter().filter(|request| request.is_web_api()) {
        let group = EndpointGroup::of(&request.method, request.path.strip_prefix("/v1").unwrap());
        *seen.entry(group.name().to_owned()).or_default() += 1;
    }
    assert_eq!(count(&report), seen);
    assert!(seen.len() >= 4, "{seen:?}");
    assert_eq!((&report["per_30_seconds"], &report["per_30_seconds_set"]), (&json!(30_000), &json!(30_000)));

    // Written down, and read by whoever opens the same data.
    world.app.spotify.save_counts().await.unwrap();
    assert_eq!(count(&world.browser.api(Method::GET, "/api/requests", None).await.1), seen);
    let database = format!("sqlite://{}", world.dir.path().join("app.db").display());
    let opened = Store::open(&database, world.dir.path()).await.unwrap();
    let written: u64 = opened.list_request_counts(0).await.unwrap().iter().map(|(_, requests)| requests).sum();
    assert_eq!(written, seen.values().sum::<u64>());

    world.simulator.set_faults(FaultScript::of([FaultRule::new("GET", "/v1/me/playlists", limited(0)).on(&[1])]));
    let _ = world.browser.sync(&base).await;
    let halved = world.browser.api(Method::GET, "/api/requests", None).await.1;
    assert_eq!((&halved["per_30_seconds"], &halved["per_30_seconds_set"]), (&json!(15_000), &json!(30_000)));
}

async fn open_breakers(world: &World) -> Vec<(String, bool)> {
    let report = world.browser.api(Method::GET, "/api/requests", None).await.1;
    let open = report["open_breakers"].as_array().unwrap().iter();
    open.map(|one| (one["group"].as_str().unwrap().to_owned(), one["is_quota"] == true)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_spent_quota_closes_nobody_asks_for_also_after_a_restart() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (_, child) =
        world.browser.child(&base, "Short", json!({"field": "duration", "op": "lt", "value": 200_000})).await;
    let body = json!({"error": {"status": 429, "message": "Quota", "reason": "QUOTA_EXCEEDED"}});
    let spent =
        FaultAction::Answer { status: 429, body: Some(body), retry_after: Some(3_600), headers: BTreeMap::new() };
    world.simulator.set_faults(FaultScript::of([FaultRule::new("GET", "/v1/playlists/*/items", spent).on(&[1])]));
    let run = world.browser.sync(&base).await;
    assert_eq!((&run["status"], run["retry_at"].is_string()), (&json!("failed"), true), "{run}");
    assert_eq!(open_breakers(&world).await, [("items_read".to_owned(), true)]);

    world.simulator.journal().clear();
    let again = world.browser.sync(&base).await;
    assert_eq!((&again["status"], again["retry_at"].is_string()), (&json!("failed"), true), "{again}");
    let asked: Vec<String> = world.simulator.journal().requests().iter().map(|one| one.path.clone()).collect();
    assert!(asked.iter().all(|path| path == "/v1/me/playlists"), "only what is closed is not asked: {asked:?}");
    assert!(!asked.is_empty() && world.held(&child).is_empty());

    let restarted = serve::state((*world.app.config).clone(), None).await.unwrap();
    let open = restarted.spotify.request_report().await.unwrap().open_breakers;
    assert_eq!(open.iter().map(|one| one.group.name()).collect::<Vec<_>>(), ["items_read"]);
    assert_eq!(again["retry_at"].as_str().unwrap()[..16], open[0].closes_at[..16], "the same minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_of_hours_is_kept_by_every_request_until_somebody_knows_better() {
    let world = world(Mode::Extended).await;
    world.simulator.set_faults(FaultScript::of([FaultRule::new("GET", "/v1/me/playlists", limited(7_200)).on(&[1])]));
    let list = async || world.browser.send(Method::GET, "/api/spotify/playlists", None, &[]).await;
    let refused = list().await;
    assert_eq!(refused.status(), 503);
    world.simulator.journal().clear();
    let refused = list().await;
    let wait_s: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((7_100..=7_200).contains(&wait_s), "{wait_s}");
    let problem: serde_json::Value = refused.json().await.unwrap();
    assert!(problem["hint"].as_str().unwrap().starts_with("Try again after "), "{problem}");
    assert_eq!(world.simulator.journal().requests().len(), 0, "it was asked again");
    assert_eq!(open_breakers(&world).await.len(), 7, "everything waits");

    let told = std::process::Command::new(env!("CARGO_BIN_EXE_headwater"))
        .args(["requests", "--ask-again", "--json", "--spotify-client-id", "test", "--data-dir"])
        .arg(&world.app.config.data_dir)
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap_or_else(|_| panic!("{told:?}"));
    assert_eq!(report["open_breakers"], json!([]));
    world.app.spotify.load_breakers().await.unwrap();
    assert_eq!(list().await.status(), 200);
}
