//! G12, the lock of a sync: `cargo bench --features ssr --bench lock`.
//!
//! Taking it is one transaction: the p50 of many, alone and while others write. It is free within 2 s after SIGKILL and
//! restart: the real server is killed in the midst of a sync, and the time runs from the start of the next process until
//! the base is free, its own start included.

#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod world;

use headwater::domain::ids::{BasePlaylistId, SyncEventId, UserId};
use headwater::domain::sync::event::SyncTrigger;
use headwater::domain::sync::plan::Cost;
use headwater::server::store::Store;
use headwater::server::store::sync_events::NewEvent;
use headwater::simulator::config::Mode;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use uuid::Uuid;
use world::{Browser, World, world};

const STARTS: usize = 500;
const KILLS: usize = 10;
const ACQUIRED_WITHIN: Duration = Duration::from_millis(5);
const FREE_WITHIN: Duration = Duration::from_secs(2);

fn new_event(base: BasePlaylistId) -> NewEvent {
    NewEvent {
        id: SyncEventId::from_uuid(Uuid::now_v7()),
        base,
        base_name: "Base".to_owned(),
        children: Vec::new(),
        trigger: SyncTrigger::Manual,
        resumes: None,
        restores: None,
        pauses: Vec::new(),
        owner_id: "bench".to_owned(),
        lease_ms: 30_000,
        expected: Cost::default(),
        filters_hash: String::new(),
        valid_until_ms: None,
        frozen: json!({}),
        idempotency: None,
        claim: None,
        place: None,
    }
}

/// Takes the lock and gives it back; times of the taking, sorted.
async fn starts(store: &Store, user: UserId, base: BasePlaylistId) -> Vec<Duration> {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let event = new_event(base);
        let from = Instant::now();
        store.start_sync_event(user, &event).await.unwrap();
        times.push(from.elapsed());
        assert!(store.fail_orphan(event.id, "bench", "done", None).await.unwrap());
    }
    times.sort();
    times
}

fn told(name: &str, times: &[Duration]) -> Duration {
    let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("{name}: {} times, p50 {p50:?}, p99 {p99:?}, slowest {:?}", times.len(), times[times.len() - 1]);
    p50
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

async fn acquiring(world: &World) {
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let me = world.browser.api(Method::GET, "/api/me", None).await.1;
    let user = UserId::parse(me["id"].as_str().unwrap()).unwrap();
    let base = BasePlaylistId::parse(&base).unwrap();
    let alone = told("acquire, alone", &starts(&world.app.store, user, base).await);
    // Somebody else's rows are written all the time, by the same writer.
    let store = world.app.store.clone();
    let writing = tokio::spawn(async move {
        loop {
            store.purge().await.unwrap();
        }
    });
    told("acquire, while others write", &starts(&world.app.store, user, base).await);
    writing.abort();
    println!("G12, acquire p50 at most {ACQUIRED_WITHIN:?}: {}", verdict(alone <= ACQUIRED_WITHIN));
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(dir: &Path, addr: &str, spotify: &str) -> Server {
    let api = format!("{spotify}/v1");
    let child = Command::new(env!("CARGO_BIN_EXE_headwater"))
        .args(["serve", "--addr", addr, "--data-dir", dir.to_str().unwrap(), "--spotify-client-id", "test"])
        .args(["--spotify-accounts-url", spotify, "--spotify-api-url", &api, "--resumes-max", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Server(child)
}

async fn is_free(browser: &Browser, base: &str) -> bool {
    let url = format!("{}/api/base-playlists/{base}/sync-status", browser.base);
    let asked = browser.http.get(url).header("cookie", browser.cookie_line()).send().await;
    let Ok(answer) = asked else { return false };
    answer.json::<serde_json::Value>().await.is_ok_and(|state| state["active"] == false)
}

async fn until_free(browser: &Browser, base: &str) {
    while !is_free(browser, base).await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn freed(world: World) {
    let base = world.browser.link(&world.playlist("Road Trips & Rainy Days")).await;
    world.browser.child(&base, "Child", json!({"field": "position", "op": "gt", "value": 10})).await;
    world.stop.cancel();
    let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let browser = Browser {
        base: format!("http://{addr}"),
        http: world.browser.http.clone(),
        cookies: std::sync::Mutex::new(world.browser.cookies.lock().unwrap().clone()),
    };
    let stall = FaultAction::Stall { ms: 60_000 };
    world.simulator.set_faults(FaultScript::of([FaultRule::new("GET", "/v1/me/playlists", stall)]));
    let mut server = start(world.dir.path(), &addr, &world.spotify.url());
    let mut times = Vec::with_capacity(KILLS);
    until_free(&browser, &base).await;
    for _ in 0..KILLS {
        let started = browser.api(Method::POST, &format!("/api/base-playlists/{base}/sync"), None).await;
        assert_eq!(started.0, StatusCode::ACCEPTED, "{}", started.1);
        server.0.kill().unwrap();
        server.0.wait().unwrap();
        let from = Instant::now();
        server = start(world.dir.path(), &addr, &world.spotify.url());
        until_free(&browser, &base).await;
        times.push(from.elapsed());
    }
    times.sort();
    told("free after SIGKILL and restart", &times);
    println!("G12, free within {FREE_WITHIN:?}: {}", verdict(times[times.len() - 1] <= FREE_WITHIN));
}

#[tokio::main]
async fn main() {
    acquiring(&world(Mode::Development).await).await;
    freed(world(Mode::Development).await).await;
}
