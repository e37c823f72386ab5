//! Pages while many watch: `cargo bench --features ssr --bench watchers`.
//!
//! G11 and the load of live progress: 20 running syncs with 10 watchers each; p99 of pages at most twice the idle p99,
//! none over 2 s, no lost final event. Simulator and watchers have threads of their own, but share the machine's cores.

#[path = "../../tests/it/watching.rs"]
mod watching;
#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod world;

use headwater::simulator::config::{Mode, SimulatorConfig};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use watching::Watching;
use world::{Browser, World, world_of};

const RUNS: usize = 20;
const WATCHERS_OF_A_RUN: usize = 10;
/// Of Spotify: runs go on while all pages are asked for.
const LATENCY: Duration = Duration::from_millis(2_000);
const SONGS: usize = 600;
const PAGES: usize = 300;
const SLOWEST: Duration = Duration::from_secs(2);

fn runtime(name: &str) -> Runtime {
    Builder::new_multi_thread().worker_threads(2).thread_name(name).enable_all().build().unwrap()
}

fn copy(browser: &Browser) -> Arc<Browser> {
    let cookies = browser.cookies.lock().unwrap().clone();
    Arc::new(Browser { http: browser.http.clone(), base: browser.base.clone(), cookies: cookies.into() })
}

async fn linked(world: &World) -> Vec<String> {
    let songs = world.held(&world.playlist("Road Trips & Rainy Days"))[..SONGS].to_vec();
    let mut bases = Vec::with_capacity(RUNS);
    for at in 0..RUNS {
        let playlist = world.simulator.create_playlist(&world.user, &format!("Base {at}"), &songs).unwrap();
        let base = world.browser.link(&playlist).await;
        let rule = json!({"field": "position", "op": "gt", "value": 10});
        world.browser.child(&base, &format!("Child {at}"), rule).await;
        bases.push(base);
    }
    bases
}

/// Times of pages, one after the other, sorted.
async fn pages(browser: &Browser, is_enough: impl Fn(usize) -> bool) -> Vec<Duration> {
    let mut times = Vec::new();
    while !is_enough(times.len()) {
        let path = ["/", "/history", "/tags", "/account"][times.len() % 4];
        let from = Instant::now();
        let page = browser.send(Method::GET, path, None, &[]).await;
        assert_eq!(page.status(), StatusCode::OK);
        page.bytes().await.unwrap();
        times.push(from.elapsed());
    }
    times.sort();
    times
}

fn p99(times: &[Duration]) -> Duration {
    times[(times.len() * 99).div_ceil(100) - 1]
}

fn told(name: &str, times: &[Duration]) {
    let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
    println!("{name}: {} pages, median {median:?}, p99 {:?}, slowest {slowest:?}", times.len(), p99(times));
}

async fn watched(browser: Arc<Browser>, run: String) -> bool {
    let told = Watching::open(&browser, &run, None).await.rest().await;
    told.last().is_some_and(|end| end.kind == "finished" && end.body["status"] == "completed")
}

async fn measure(world: &World, watchers: &Runtime) {
    let bases = linked(world).await;
    pages(&world.browser, |len| len >= PAGES / 4).await;
    let idle = pages(&world.browser, |len| len >= PAGES).await;
    told("idle", &idle);
    world.simulator.set_latency(LATENCY);
    let mut watching = Vec::new();
    for base in &bases {
        let (_, run) = world.browser.api(Method::POST, &format!("/api/base-playlists/{base}/sync"), None).await;
        let id = run["id"].as_str().unwrap().to_owned();
        let spawn = |_| watchers.spawn(watched(copy(&world.browser), id.clone()));
        watching.extend((0..WATCHERS_OF_A_RUN).map(spawn));
    }
    let busy = pages(&world.browser, |len| len >= PAGES || watching.iter().all(|one| one.is_finished())).await;
    let still = watching.iter().filter(|one| !one.is_finished()).count();
    let mut ends = 0;
    for watcher in watching {
        ends += usize::from(watcher.await.unwrap());
    }
    told(&format!("{RUNS} runs, {} watchers ({still} still there at the last page)", RUNS * WATCHERS_OF_A_RUN), &busy);
    println!("final events: {ends} of {}", RUNS * WATCHERS_OF_A_RUN);
    let is_met = p99(&busy) <= p99(&idle) * 2 && busy[busy.len() - 1] <= SLOWEST && ends == RUNS * WATCHERS_OF_A_RUN;
    println!("G11: {}", if is_met { "met" } else { "MISSED" });
}

fn main() {
    let (server, spotify, watchers) = (runtime("server"), runtime("simulator"), runtime("watchers"));
    server.block_on(async {
        let config = SimulatorConfig { mode: Mode::Development, ..SimulatorConfig::default() };
        measure(&world_of(config, spotify.handle()).await, &watchers).await;
    });
}
