//! G4, how much of the allowed rate the gate lets through, never more: `cargo bench --features ssr --bench throttle`.
//! In real time, four minutes: 160 requests at once against a Spotify that allows 50 in 30 seconds, from one process and
//! from two that share a Redis.

#[path = "../../tests/it/redis_server.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod redis_server;
#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod world;

use futures::future::join_all;
use headwater::domain::ids::{PlaylistId, UserId};
use headwater::server::spotify::client::Caller;
use headwater::simulator::Simulator;
use headwater::simulator::config::{Mode, SimulatorConfig};
use redis_server::RedisServer;
use reqwest::Method;
use serde_json::json;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle};
use world::{Browser, world_from};

const PER_MINUTE: u32 = 100;
const ALLOWED: usize = 50;
const WINDOW_MS: u64 = 30_000;
const REQUESTS: usize = 160;

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

async fn one_process() {
    let spotify = SimulatorConfig {
        mode: Mode::Extended,
        requests_per_30s: u32::try_from(ALLOWED).ok(),
        ..SimulatorConfig::default()
    };
    let world = world_from(spotify, &Handle::current(), |config| config.spotify_requests_per_minute = PER_MINUTE).await;
    let me = world.browser.api(Method::GET, "/api/me", None).await.1;
    let caller = Caller::new(UserId::parse(me["id"].as_str().unwrap()).unwrap());
    let playlist = PlaylistId::parse(&world.playlist("Kitchen Radio")).unwrap();
    let reads = (0..REQUESTS).map(|_| world.app.spotify.child_items(&caller, &playlist, 0));
    let failed = join_all(reads).await.iter().filter(|read| read.is_err()).count();

    report("one process", &world.simulator, failed);
}

/// What the simulator saw since its record was cleared.
fn report(who: &str, simulator: &Simulator, failed: usize) {
    let requests = simulator.journal().requests();
    let times: Vec<u64> = requests.iter().filter(|one| one.is_web_api()).map(|one| one.at_ms).collect();
    let refused = requests.iter().filter(|one| one.status == Some(429)).count();
    let most = simulator.journal().max_in_window(WINDOW_MS);
    // Whole windows: from the first request to the first one after so many full ones.
    let windows = (times.len() - 1) / ALLOWED;
    let spent_ms = times[windows * ALLOWED] - times[0];
    let share = (windows as u64 * WINDOW_MS) as f64 / spent_ms as f64;
    println!("G4  {who}: {} requests, {ALLOWED} allowed in any 30 s:", times.len());
    println!(
        "    {windows} windows in {:.2} s, {share:.4} of the allowed rate, goal ≥ 0.97: {}",
        spent_ms as f64 / 1e3,
        verdict(share >= 0.97)
    );
    let is_met = most <= ALLOWED && refused == 0 && failed == 0;
    println!(
        "    at most {most} in any 30 s, {refused} refused, {failed} failed, goal ≤ {ALLOWED}, 0, 0: {}",
        verdict(is_met)
    );
}

/// A server of its own, killed when it is dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(dir: &Path, addr: &str, spotify: &str, redis: &str) -> Process {
    let child = Command::new(env!("CARGO_BIN_EXE_headwater"))
        .args(["serve", "--addr", addr, "--data-dir", dir.to_str().unwrap(), "--spotify-client-id", "bench"])
        .args(["--spotify-accounts-url", spotify, "--spotify-api-url", &format!("{spotify}/v1")])
        .args(["--spotify-requests-per-minute", &PER_MINUTE.to_string(), "--redis-url", redis])
        .stdout(Stdio::null())
        .spawn();
    Process(child.unwrap())
}

/// Two servers that know nothing of each other but the Redis, each with a sync of five thousand songs.
async fn two_processes() {
    let Some(redis) = RedisServer::start() else { return };
    let simulator = Simulator::new(SimulatorConfig {
        mode: Mode::Extended,
        requests_per_30s: u32::try_from(ALLOWED).ok(),
        ..SimulatorConfig::default()
    });
    let spotify = simulator.listen("127.0.0.1:0").await.unwrap();
    let mut servers = Vec::new();
    for _ in 0..2 {
        let dir = tempfile::tempdir().unwrap();
        let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let process = start(dir.path(), &addr, &spotify.url(), &redis.url);
        let browser = Browser::new(format!("http://{addr}"));
        while browser.http.get(format!("{}/readyz", browser.base)).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        browser.sign_in().await;
        let list = simulator.playlist_named(&simulator.users()[0], "Everything I Ever Liked").unwrap();
        let base = browser.link(&list).await;
        browser.child(&base, "Late", json!({"field": "position", "op": "gt", "value": 10})).await;
        servers.push((process, browser, base, dir));
    }
    // What that took is out of the window then.
    tokio::time::sleep(Duration::from_millis(31_000)).await;
    simulator.journal().clear();
    for (_, browser, base, _) in &servers {
        let (status, started) = browser.api(Method::POST, &format!("/api/base-playlists/{base}/sync"), None).await;
        assert_eq!(status.as_u16(), 202, "{started}");
    }
    let deadline = Instant::now() + Duration::from_secs(180);
    while simulator.journal().count_web_api() < REQUESTS {
        assert!(Instant::now() < deadline, "the syncs ask for too little");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    report("two processes on one Redis", &simulator, 0);
}

fn main() {
    Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
        one_process().await;
        two_processes().await;
    });
}
