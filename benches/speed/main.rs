//! How fast a sync is: `cargo bench --features ssr --bench speed`.
//!
//! G3: wall time of a sync at 50 ms of latency, unthrottled, against a client that sends the same requests one after
//! the other; in turns, medians, both raw numbers. G5: own CPU of a sync of 5,000 songs, without the
//! simulator's threads; and the reading of a page with `fields` against a whole page.

#[path = "../../tests/it/priced.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod priced;
#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod world;

use headwater::server::spotify::items::{base_fields, parse_base_page};
use headwater::simulator::config::Mode;
use headwater::simulator::journal::RecordedRequest;
use priced::{Genres, Priced};
use reqwest::Method;
use std::hint::black_box;
use std::time::{Duration, Instant};
use tokio::runtime::Builder;

const LATENCY: Duration = Duration::from_millis(50);
const ROUNDS: usize = 3;
const SONGS_G3: usize = 2_000;
const SONGS_G5: usize = 5_000;
const PARSES: u32 = 200;
const CPU_GOAL: Duration = Duration::from_millis(250);
/// How the simulator's threads are called.
const SIMULATOR: &str = "simulator";
const SCOPES: &str = "playlist-read-private playlist-read-collaborative playlist-modify-private playlist-modify-public";

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

/// Sends what was recorded, one request after the other, to a world in the same state.
async fn in_turn(priced: &Priced, requests: &[RecordedRequest]) -> Duration {
    let token = priced.world.simulator.access_token(&priced.world.user, SCOPES);
    let http = reqwest::Client::new();
    let url = priced.world.spotify.url();
    let began = Instant::now();
    for request in requests.iter().filter(|request| request.is_web_api()) {
        let method = Method::from_bytes(request.method.as_bytes()).unwrap();
        let mut sent = http.request(method, format!("{url}{}?{}", request.path, request.query)).bearer_auth(&token);
        if let Some(body) = &request.body {
            sent = sent.json(body);
        }
        sent.send().await.unwrap().bytes().await.unwrap();
    }
    began.elapsed()
}

async fn wall_time() {
    let (mut ours, mut theirs, mut count) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let priced = Priced::new(SONGS_G3, Mode::Extended, Genres::Delivered, 0).await;
        priced.world.simulator.set_latency(LATENCY);
        let began = Instant::now();
        priced.sync().await;
        ours.push(began.elapsed());
        let requests = priced.world.simulator.journal().requests();
        count = requests.iter().filter(|request| request.is_web_api()).count();
        theirs.push(in_turn(&priced, &requests).await);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let share = ours.as_secs_f64() / theirs.as_secs_f64();
    println!(
        "G3  {SONGS_G3} songs, {count} requests at {LATENCY:?}: {ours:.2?} against {theirs:.2?} one after the other:"
    );
    println!("    {share:.3} of it, goal ≤ 0.30: {}", verdict(share <= 0.30));
}

async fn parsing() {
    let priced = Priced::new(100, Mode::Extended, Genres::NoRule, 0).await;
    let token = priced.world.simulator.access_token(&priced.world.user, SCOPES);
    let url = format!("{}/v1/playlists/{}/items?limit=50", priced.world.spotify.url(), priced.list);
    let fields = base_fields();
    let get = |url: String| async {
        reqwest::Client::new().get(url).bearer_auth(&token).send().await.unwrap().bytes().await.unwrap()
    };
    let (whole, projected) = (get(url.clone()).await, get(format!("{url}&fields={}", fields)).await);
    let time = |body: &[u8]| {
        let began = Instant::now();
        (0..PARSES).for_each(|_| drop(black_box(parse_base_page(black_box(body)).unwrap())));
        began.elapsed() / PARSES
    };
    let rounds: Vec<(Duration, Duration)> = (0..9).map(|_| (time(&projected), time(&whole))).collect();
    let (fields, full) = rounds.into_iter().unzip();
    let (fields, full) = (median(fields), median(full));
    let times = full.as_secs_f64() / fields.as_secs_f64();
    println!(
        "G5  page of 50 songs: {} bytes in {fields:.1?} with fields, {} bytes in {full:.1?} whole:",
        projected.len(),
        whole.len()
    );
    println!("    {times:.1} times faster, goal ≥ 4: {}", verdict(times >= 4.0));
}

/// CPU time of all threads of this process but the simulator's, user and system.
fn own_cpu() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let stats = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("stat")).ok());
    stats.filter(|stat| !stat.contains(SIMULATOR)).map(|stat| cpu_of(&stat)).sum()
}

/// Fields 14 and 15 of proc(5), in ticks of 10 ms.
fn cpu_of(stat: &str) -> Duration {
    let behind_name = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = behind_name.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}

async fn cpu_of_a_sync() {
    let builder = Builder::new_multi_thread().enable_all().thread_name(SIMULATOR).worker_threads(1).build();
    let runtime = builder.unwrap();
    let mut spent = Vec::new();
    for _ in 0..ROUNDS {
        let priced = Priced::on(runtime.handle(), SONGS_G5, Mode::Extended, Genres::NoRule, 0).await;
        let before = own_cpu();
        let run = priced.world.browser.sync(&priced.base).await;
        spent.push(own_cpu() - before);
        assert_eq!(run["total_api_requests"], 151, "{run}");
    }
    runtime.shutdown_background();
    let spent = median(spent);
    let met = verdict(spent <= CPU_GOAL);
    println!("G5  own CPU of a cold sync of {SONGS_G5} songs, 5 children: {spent:.0?}, goal ≤ {CPU_GOAL:?}: {met}");
}

fn main() {
    Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
        wall_time().await;
        parsing().await;
        cpu_of_a_sync().await;
    });
}
