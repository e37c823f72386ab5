//! G4, how much of the allowed rate the gate lets through, never more: `cargo bench --features ssr --bench throttle`.
//! In real time, one and a half minutes: 160 requests at once against a Spotify that allows 50 in 30 seconds.

#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod world;

use futures::future::join_all;
use headwater::domain::ids::{PlaylistId, UserId};
use headwater::server::spotify::client::Caller;
use headwater::simulator::config::{Mode, SimulatorConfig};
use reqwest::Method;
use tokio::runtime::{Builder, Handle};
use world::world_from;

const PER_MINUTE: u32 = 100;
const ALLOWED: usize = 50;
const WINDOW_MS: u64 = 30_000;
const REQUESTS: usize = 160;

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

async fn run() {
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

    let requests = world.simulator.journal().requests();
    let times: Vec<u64> = requests.iter().filter(|one| one.is_web_api()).map(|one| one.at_ms).collect();
    let refused = requests.iter().filter(|one| one.status == Some(429)).count();
    let most = world.simulator.journal().max_in_window(WINDOW_MS);
    // Whole windows: from the first request to the first one after so many full ones.
    let windows = (times.len() - 1) / ALLOWED;
    let spent_ms = times[windows * ALLOWED] - times[0];
    let share = (windows as u64 * WINDOW_MS) as f64 / spent_ms as f64;
    println!("G4  {} requests at once, {ALLOWED} allowed in any 30 s:", times.len());
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

fn main() {
    Builder::new_multi_thread().enable_all().build().unwrap().block_on(run());
}
