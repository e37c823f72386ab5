//! One person's story through the whole house: sign in over the real redirects, link, sync, break, recover.

use super::world::{Browser, World, world};
use headwater::domain::capability::ApiMode;
use headwater::domain::sync::plan::{ChildCost, CostInput, cost};
use headwater::simulator::config::Mode;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn short() -> Value {
    json!({"field": "duration", "op": "lte", "value": 200_000})
}

fn late() -> Value {
    json!({"field": "position", "op": "gt", "value": 20})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cold_sync_fills_children_in_the_base_order_for_the_price_of_the_formula() {
    for (mode, api_mode) in [(Mode::Extended, ApiMode::Extended), (Mode::Development, ApiMode::Development)] {
        let world = world(mode).await;
        let (browser, base_playlist) = (&world.browser, world.playlist("Road Trips & Rainy Days"));
        let base = browser.link(&base_playlist).await;
        let songs = world.held(&base_playlist);
        let (_, late_list) = browser.child(&base, "Late", late()).await;
        let genre = json!({"field": "genre", "op": "is_present"});
        let (_, genre_list) = browser.child(&base, "Genre", genre).await;
        world.simulator.journal().clear();
        let run = browser.sync(&base).await;
        let extended = api_mode == ApiMode::Extended;

        let mut expected: Vec<String> = Vec::new();
        songs.iter().skip(20).for_each(|uri| {
            if !expected.contains(uri) {
                expected.push(uri.clone())
            }
        });
        assert_eq!(world.held(&late_list), expected, "{run}");
        assert_eq!(run["children"][0]["outcome"], "updated");
        assert_eq!(run["children"][1]["outcome"], if extended { "updated" } else { "skipped" }, "{run}");
        assert_eq!(world.held(&genre_list).is_empty(), !extended);

        let writes = |at: usize| u32::try_from(run["children"][at]["requests"].as_u64().unwrap()).unwrap();
        let artists: std::collections::HashSet<String> = artist_requests(&world);
        let formula = cost(&CostInput {
            lookups: Default::default(),
            library_total: u32::try_from(world.simulator.playlists_of(&world.user).len()).unwrap(),
            base_total: 600,
            children: (0..2).map(|at| ChildCost { unknown_contents_total: None, write_requests: writes(at) }).collect(),
            unseen_artists: u32::try_from(artists.len()).unwrap(),
            needs_artists: true,
            mode: api_mode,
            artists_delivered: extended,
        });
        let counted = u32::try_from(world.simulator.journal().count_web_api()).unwrap();
        assert_eq!(run["total_api_requests"], counted);
        assert_eq!(counted, formula.total(), "{formula:?}");
        let again = browser.sync(&base).await;
        assert_eq!(again["status"], "completed");
        assert!(again["children"].as_array().unwrap().iter().all(|child| child["requests"] == 0), "{again}");
        let base_writes =
            world.simulator.journal().writes().into_iter().filter(|write| write.path.contains(&base_playlist));
        assert_eq!(base_writes.count(), 0, "the base was written");
    }
}

/// Artists that were asked for.
fn artist_requests(world: &World) -> std::collections::HashSet<String> {
    let requests = world.simulator.journal().requests();
    let asked = requests.iter().filter(|request| request.path == "/v1/artists");
    let ids = asked.filter_map(|request| request.query.split('&').find_map(|pair| pair.strip_prefix("ids=")));
    ids.flat_map(|ids| ids.replace("%2C", ",").split(',').map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_starts_at_once_give_one_run() {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.browser.child(&base, "Short", short()).await;
    world.simulator.set_latency(Duration::from_millis(100));
    let path = format!("/api/base-playlists/{base}/sync");
    let starts = (0..50).map(|_| world.browser.api(Method::POST, &path, None));
    let answers = futures::future::join_all(starts).await;
    let started: Vec<&Value> =
        answers.iter().filter(|(status, _)| *status == StatusCode::ACCEPTED).map(|(_, body)| &body["id"]).collect();
    assert_eq!(started.len(), 1);
    for (status, body) in answers.iter().filter(|(status, _)| *status != StatusCode::ACCEPTED) {
        assert_eq!(*status, StatusCode::CONFLICT, "{body}");
        assert_eq!(&body["sync_event_id"], started[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_file_of_an_adopted_playlist_stays_and_the_first_removal_waits() {
    let world = world(Mode::Development).await;
    let browser = &world.browser;
    let base = browser.link(&world.playlist("Kitchen Radio")).await;
    let songs = world.held(&world.playlist("Road Trips & Rainy Days"))[..12].to_vec();
    let adopted = world.simulator.create_playlist(&world.user, "Mine", &songs).unwrap();
    let file = world.simulator.add_local_file(&adopted, Some(3), ("Me", "Tapes", "Demo"), 100).unwrap();
    let body =
        json!({"name": "Mine", "spotify_playlist_id": adopted, "filter": {"schema_version": 1, "rules": [late()]}});
    let (status, child) =
        browser.api(Method::POST, &format!("/api/base-playlists/{base}/child-playlists"), Some(body)).await;
    assert_eq!((status, &child["adopted"]["local_files"]), (StatusCode::CREATED, &json!(1)), "{child}");
    let before = world.held(&adopted);
    let held = browser.sync(&base).await;
    assert_eq!(held["children"][0]["outcome"], "held", "{held}");
    assert_eq!(world.held(&adopted), before);
    let confirm =
        json!({"confirm": [{"child_playlist_id": child["id"], "plan_hash": held["children"][0]["plan_hash"]}]});
    let path = format!("/api/base-playlists/{base}/sync");
    let answer = browser.send(Method::POST, &path, Some(&confirm), &[("prefer", "wait=60")]).await;
    let run: Value = answer.json().await.unwrap();
    assert_eq!(run["children"][0]["outcome"], "updated", "{run}");
    let after = world.held(&adopted);
    assert!(after.contains(&file));
    assert!(after.iter().filter(|uri| **uri != file).all(|uri| !before.contains(uri)));
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_end_in_clear_words_a_free_lock_and_a_retry_that_converges() {
    let answer =
        |status, retry_after| FaultAction::Answer { status, body: None, retry_after, headers: Default::default() };
    let cases: Vec<(&str, FaultRule, &str)> = vec![
        ("a short wait", FaultRule::new("GET", "/v1/playlists", answer(429, Some(1))).on(&[1]), "completed"),
        ("a long wait", FaultRule::new("GET", "/v1/playlists", answer(429, Some(4_000))).on(&[1]), "failed"),
        ("a burst of 500", FaultRule::new("GET", "/v1/playlists", answer(500, None)).on(&[1, 2]), "completed"),
        ("truncated", FaultRule::new("GET", "/v1/playlists", FaultAction::TruncatedJson).on(&[1]), "completed"),
        ("wrong types", FaultRule::new("GET", "/v1/me/playlists", FaultAction::WrongTypes).on(&[1]), "completed"),
        ("a reset", FaultRule::new("GET", "/v1/playlists", FaultAction::Reset).on(&[1]), "completed"),
        (
            "an answer lost after the write",
            FaultRule::new("PUT", "/v1/playlists", FaultAction::ApplyThenLose { status: None }).on(&[1]),
            "completed",
        ),
        ("a token that expired", FaultRule::new("GET", "/v1/playlists", answer(401, None)).on(&[1]), "completed"),
    ];
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (child, list) = world.browser.child(&base, "Short", short()).await;
    for (at, (name, fault, status)) in cases.into_iter().enumerate() {
        let rule = json!({"field": "position", "op": "gt", "value": at + 1});
        let patch = json!({"filter": {"schema_version": 1, "rules": [rule]}});
        world.browser.api(Method::PATCH, &format!("/api/child-playlists/{child}"), Some(patch)).await;
        world.simulator.set_faults(FaultScript::of([fault]));
        let run = world.browser.sync(&base).await;
        assert_eq!(run["status"], status, "{name}: {run}");
        assert_eq!(run["error_message"].is_null(), status == "completed", "{name}: {run}");
        world.simulator.set_faults(FaultScript::default());
        world.app.spotify.ask_again().await.unwrap();
        world.browser.sync(&base).await;
        let expected: Vec<String> = world.held(&world.playlist("Kitchen Radio")).split_off(at + 1);
        assert_eq!(world.held(&list), expected, "{name}");
    }
}

/// The real server as a process of its own, so that it can be killed.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn start_process(dir: &Path, addr: &str, spotify: &str) -> Process {
    let api = format!("{spotify}/v1");
    let child = Command::new(env!("CARGO_BIN_EXE_headwater"))
        .args(["serve", "--addr", addr, "--data-dir", dir.to_str().unwrap(), "--spotify-client-id", "test"])
        .args(["--spotify-accounts-url", spotify, "--spotify-api-url", &api, "--spotify-requests-per-minute", "60000"])
        // What goes on by itself would be in the way of the retry that is looked at here.
        .args(["--resumes-max", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Process(child)
}

pub async fn until_ready(browser: &Browser) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while browser.http.get(format!("{}/readyz", browser.base)).send().await.is_err() {
        assert!(Instant::now() < deadline, "the server did not start");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Killed at each request of a sync, before and after its effect: the lock is free after the restart, and a new
/// sync makes the child right.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_request_a_restart_frees_the_lock_and_a_retry_converges() {
    let world = world(Mode::Development).await;
    let base_playlist = world.playlist("Road Trips & Rainy Days");
    let songs = world.held(&base_playlist);
    let base = world.browser.link(&base_playlist).await;
    let (child, list) = world.browser.child(&base, "Late", late()).await;
    world.stop.cancel();

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let browser = Browser {
        base: format!("http://{free}"),
        http: world.browser.http.clone(),
        cookies: std::sync::Mutex::new(world.browser.cookies.lock().unwrap().clone()),
    };
    let mut kills = 0;
    for after_effect in [false, true] {
        for step in 1..60_u64 {
            let mut process = start_process(world.dir.path(), &free, &world.spotify.url());
            until_ready(&browser).await;
            let rule = json!({"field": "position", "op": "gt", "value": 20 + step * 2 + u64::from(after_effect)});
            let patch = json!({"filter": {"schema_version": 1, "rules": [rule]}});
            assert_eq!(
                browser.api(Method::PATCH, &format!("/api/child-playlists/{child}"), Some(patch)).await.0,
                StatusCode::OK
            );
            let stall = if after_effect {
                FaultAction::ApplyThenLose { status: None }
            } else {
                FaultAction::Stall { ms: 60_000 }
            };
            world.simulator.journal().clear();
            world.simulator.set_faults(FaultScript::of([FaultRule::new("", "/v1/**", stall).on(&[step])]));
            let (status, started) = browser.api(Method::POST, &format!("/api/base-playlists/{base}/sync"), None).await;
            assert_eq!(status, StatusCode::ACCEPTED, "{started}");
            let id = started["id"].as_str().unwrap().to_owned();
            let killed = until_hit_or_ended(&world, &browser, &id, step).await;
            process.0.kill().unwrap();
            process.0.wait().unwrap();
            world.simulator.set_faults(FaultScript::default());
            drop(process);

            let _process = start_process(world.dir.path(), &free, &world.spotify.url());
            until_ready(&browser).await;
            let event = browser.api(Method::GET, &format!("/api/sync-events/{id}"), None).await.1;
            assert_ne!(event["status"], "in_progress", "step {step}: {event}");
            let run = browser.sync(&base).await;
            assert_eq!(run["status"], "completed", "step {step}: {run}");
            let skip = usize::try_from(20 + step * 2 + u64::from(after_effect)).unwrap();
            let mut expected: Vec<String> = Vec::new();
            songs.iter().skip(skip).for_each(|uri| {
                if !expected.contains(uri) {
                    expected.push(uri.clone())
                }
            });
            assert_eq!(world.held(&list), expected, "step {step}, after effect: {after_effect}");
            if !killed {
                break;
            }
            kills += 1;
        }
    }
    assert!(kills >= 26, "only {kills} requests were met");
}

/// Waits until the fault was met, or the run ended without it.
async fn until_hit_or_ended(world: &World, browser: &Browser, id: &str, step: u64) -> bool {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let seen = world.simulator.journal().count_web_api() as u64;
        if seen >= step {
            return true;
        }
        let event = browser.api(Method::GET, &format!("/api/sync-events/{id}"), None).await.1;
        if event["status"] != "in_progress" {
            return false;
        }
        assert!(Instant::now() < deadline, "neither met nor ended");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
