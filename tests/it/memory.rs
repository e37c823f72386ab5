//! A sync of the largest base, by a server in a process of its own: what it takes, and what a second one asks.

use super::story::{Process, start_process, until_ready};
use super::world::{Browser, world_of};
use headwater::simulator::catalogue::Catalogue;
use headwater::simulator::config::{Mode, SimulatorConfig};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

const TRACKS: usize = 10_000;
const CHILDREN: usize = 20;

/// A base of 10,000 songs of 1,000 artists.
fn catalogue() -> Catalogue {
    let id = |kind: char, number: usize| format!("{kind}{number:021}");
    let tracks: Vec<Value> = (0..TRACKS)
        .map(|at| {
            json!({"id": id('t', at), "name": format!("Song number {at} of a long list"), "artist_ids": [id('a', at % 1_000)],
                "album_id": id('b', at % 1_000), "popularity": 50, "duration_ms": 180_000, "explicit": false})
        })
        .collect();
    let artists: Vec<Value> = (0..1_000)
        .map(|at| {
            json!({"id": id('a', at), "name": format!("Artist {at}"), "genres": ["rock"], "popularity": 50, "followers": 9})
        })
        .collect();
    let albums: Vec<Value> = (0..1_000)
        .map(|at| {
            json!({"id": id('b', at), "name": format!("Album {at}"), "release_date": "2001",
                "release_date_precision": "year", "artist_ids": [id('a', at)]})
        })
        .collect();
    Catalogue::from_json(&json!({"tracks": tracks, "artists": artists, "albums": albums}).to_string()).unwrap()
}

/// Kilobytes of a process, as the kernel counts them: "VmRSS" now, "VmHWM" at most.
fn kilobytes(process: &Process, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.0.id())).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

async fn sync(browser: &Browser, base: &str) -> Value {
    let started = browser.api(Method::POST, &format!("/api/base-playlists/{base}/sync"), None).await.1;
    let path = format!("/api/sync-events/{}", started["id"].as_str().unwrap());
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let event = browser.api(Method::GET, &path, None).await.1;
        if event["status"] != "in_progress" {
            return event;
        }
        assert!(Instant::now() < deadline, "{event}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_songs_and_twenty_children_in_bounded_memory_and_then_one_request() {
    let config = SimulatorConfig { mode: Mode::Development, catalogue: catalogue(), ..SimulatorConfig::default() };
    let world = world_of(config, &Handle::current()).await;
    world.stop.cancel();
    let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let browser = Browser {
        base: format!("http://{addr}"),
        http: world.browser.http.clone(),
        cookies: std::sync::Mutex::new(world.browser.cookies.lock().unwrap().clone()),
    };
    let process = start_process(world.dir.path(), &addr, &world.spotify.url());
    until_ready(&browser).await;
    let base = browser.link(&world.playlist("Everything")).await;
    for at in 0..CHILDREN {
        let rule = json!({"field": "position", "op": "gt", "value": TRACKS - 200 - at * 40});
        browser.child(&base, &format!("Child {at}"), rule).await;
    }
    let idle = kilobytes(&process, "VmRSS");
    // From here on the kernel counts the peak anew.
    let _ = std::fs::write(format!("/proc/{}/clear_refs", process.0.id()), "5");
    let run = sync(&browser, &base).await;
    assert_eq!((&run["status"], &run["outcome"]), (&json!("completed"), &json!("full")), "{run}");
    let peak = kilobytes(&process, "VmHWM");
    let over = peak.saturating_sub(idle) as f64 / 1024.0;
    println!("idle {:.1} MB, peak {:.1} MB, {over:.1} MB over idle", idle as f64 / 1024.0, peak as f64 / 1024.0);

    world.simulator.journal().clear();
    let again = sync(&browser, &base).await;
    assert_eq!((&again["outcome"], &again["total_api_requests"]), (&json!("no_change"), &json!(1)), "{again}");
    assert_eq!(world.simulator.journal().writes().len(), 0);
}
