//! Watching a run over real sockets: nothing lost, nothing twice, and everybody sees the end.

use super::world::{Browser, World, world};
use headwater::simulator::config::Mode;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// One server-sent event.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    id: Option<String>,
    kind: String,
    body: Value,
}

/// An open stream.
struct Watching {
    response: reqwest::Response,
    text: String,
}

impl Watching {
    async fn open(browser: &Browser, id: &str, last: Option<&str>) -> Self {
        let headers: Vec<(&str, &str)> = last.map(|last| ("last-event-id", last)).into_iter().collect();
        let response = browser.send(Method::GET, &format!("/api/sync-events/{id}/stream"), None, &headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        Self { response, text: String::new() }
    }

    /// The next event; `None` when the server has closed the stream.
    async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let told = parse(block);
                self.text = rest.to_owned();
                if told.is_some() {
                    return told;
                }
                continue;
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn rest(mut self) -> Vec<Told> {
        let mut all = Vec::new();
        while let Some(told) = self.next().await {
            all.push(told);
        }
        all
    }
}

/// `None` for a comment.
fn parse(block: &str) -> Option<Told> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(|text| text.trim().to_owned());
    let body = serde_json::from_str(&field("data:")?).unwrap();
    Some(Told { id: field("id:"), kind: field("event:")?, body })
}

fn after(songs: u32) -> Value {
    json!({"field": "position", "op": "gt", "value": songs})
}

/// A base with three children, and a Spotify that takes its time.
async fn slow_world() -> (World, String) {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Road Trips & Rainy Days")).await;
    for skip in [10, 20, 30] {
        world.browser.child(&base, &format!("After {skip}"), after(skip)).await;
    }
    world.simulator.set_latency(Duration::from_millis(60));
    (world, base)
}

async fn start(browser: &Browser, base: &str) -> String {
    let (status, run) = browser.api(Method::POST, &format!("/api/base-playlists/{base}/sync"), None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{run}");
    run["id"].as_str().unwrap().to_owned()
}

fn ids(all: &[Told]) -> Vec<&str> {
    all.iter().map(|told| told.id.as_deref().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_who_comes_back_loses_nothing_and_sees_nothing_twice() {
    let (world, base) = slow_world().await;
    let id = start(&world.browser, &base).await;
    let steady = Watching::open(&world.browser, &id, Some("0")).await.rest();
    let restless = async {
        let (mut all, mut last) = (Vec::<Told>::new(), "0".to_owned());
        while last != "end" {
            let mut watching = Watching::open(&world.browser, &id, Some(&last)).await;
            for _ in 0..2 {
                let Some(told) = watching.next().await else { break };
                last = told.id.clone().unwrap();
                all.push(told);
            }
        }
        all
    };
    let (steady, restless) = tokio::join!(steady, restless);
    assert_eq!(steady, restless);
    let numbers: Vec<String> = (1..steady.len()).map(|no| no.to_string()).chain(["end".to_owned()]).collect();
    assert_eq!(ids(&steady), numbers);

    let percents: Vec<u64> = steady.iter().filter_map(|told| told.body["percent"].as_u64()).collect();
    assert!(percents.is_sorted(), "{percents:?}");
    assert_eq!(percents.iter().filter(|percent| **percent == 100).count(), 1, "{percents:?}");
    let children: Vec<&Value> =
        steady.iter().filter(|told| told.kind == "child").map(|told| &told.body["name"]).collect();
    assert_eq!(children.len(), 3, "{children:?}");
    let end = steady.last().unwrap();
    let stored = world.browser.api(Method::GET, &format!("/api/sync-events/{id}"), None).await.1;
    assert_eq!((end.kind.as_str(), &end.body), ("finished", &stored));
    assert_eq!(stored["status"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_watchers_come_at_different_times_and_all_see_the_end() {
    let (world, base) = slow_world().await;
    let id = start(&world.browser, &base).await;
    let watch = |at: u64| {
        let (browser, id) = (&world.browser, &id);
        async move {
            tokio::time::sleep(Duration::from_millis(at * 20)).await;
            Watching::open(browser, id, None).await.rest().await
        }
    };
    let all = futures::future::join_all((0..50).map(watch)).await;
    for told in &all {
        let end = told.last().unwrap();
        assert_eq!((end.kind.as_str(), end.id.as_deref()), ("finished", Some("end")));
        assert_eq!(end.body["status"], "completed");
        assert_eq!(told.iter().filter(|one| one.kind == "finished").count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_run_tells_its_end_at_once_and_nobody_need_come_back() {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.browser.child(&base, "After 5", after(5)).await;
    let run = world.browser.sync(&base).await;
    let id = run["id"].as_str().unwrap();
    for last in [None, Some("3"), Some("99999"), Some("nonsense")] {
        let told = Watching::open(&world.browser, id, last).await.rest().await;
        assert_eq!(told.len(), 1, "{last:?}");
        assert_eq!((told[0].kind.as_str(), &told[0].body), ("finished", &run));
    }
    let path = format!("/api/sync-events/{id}/stream?last_event_id=end");
    assert_eq!(world.browser.send(Method::GET, &path, None, &[]).await.status(), StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_is_seen_first_as_a_wish_and_then_as_the_end() {
    let (world, base) = slow_world().await;
    let id = start(&world.browser, &base).await;
    let mut watching = Watching::open(&world.browser, &id, None).await;
    watching.next().await.unwrap();
    let (status, _) = world.browser.api(Method::POST, &format!("/api/sync-events/{id}/cancel"), None).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let rest = watching.rest().await;
    assert!(rest.iter().any(|told| told.body["stopping"] == true), "{rest:?}");
    let end = rest.last().unwrap();
    assert_eq!((end.kind.as_str(), &end.body["outcome"]), ("finished", &json!("cancelled")));
    assert!(end.body["percent"].as_u64().unwrap() < 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_spotify_is_told_with_its_end() {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.browser.child(&base, "After 5", after(5)).await;
    let wait = FaultAction::Answer { status: 429, body: None, retry_after: Some(1), headers: Default::default() };
    world.simulator.set_faults(FaultScript::of([FaultRule::new("GET", "/v1/playlists", wait).on(&[1])]));
    let id = start(&world.browser, &base).await;
    let told = Watching::open(&world.browser, &id, Some("0")).await.rest().await;
    let waiting: Vec<&Told> = told.iter().filter(|told| told.kind == "waiting").collect();
    assert!(!waiting.is_empty(), "{told:?}");
    assert!(waiting.iter().all(|told| told.body["waiting_until"].is_string()), "{waiting:?}");
    assert_eq!(told.last().unwrap().body["status"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_run_and_an_absent_one_are_the_same_404() {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.browser.child(&base, "After 5", after(5)).await;
    let run = world.browser.sync(&base).await;
    let other = Browser::new(world.browser.base.clone());
    other.sign_in_as(world.simulator.create_account("Other").as_str()).await;
    let ask = async |browser: &Browser, id: &str| {
        browser.api(Method::GET, &format!("/api/sync-events/{id}/stream"), None).await
    };
    let foreign = ask(&other, run["id"].as_str().unwrap()).await;
    let absent = ask(&other, &Uuid::now_v7().to_string()).await;
    assert_eq!(foreign.0, StatusCode::NOT_FOUND);
    assert_eq!(foreign, absent);
    assert_eq!(
        ask(&Browser::new(world.browser.base.clone()), run["id"].as_str().unwrap()).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_on_the_way_collects_the_stream() {
    let (world, base) = slow_world().await;
    let id = start(&world.browser, &base).await;
    let path = format!("/api/sync-events/{id}/stream");
    let answer = world.browser.send(Method::GET, &path, None, &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(!answer.headers().contains_key("content-encoding"), "{:?}", answer.headers());
}

/// How long a page takes, the slowest of a hundred left out.
async fn page_p99(browser: &Browser, pages: usize) -> Duration {
    let mut spent = Vec::with_capacity(pages);
    for at in 0..pages {
        let from = Instant::now();
        let path = ["/", "/history", "/tags"][at % 3];
        assert_eq!(browser.send(Method::GET, path, None, &[]).await.status(), StatusCode::OK);
        spent.push(from.elapsed());
    }
    spent.sort();
    spent[(pages * 99).div_ceil(100) - 1]
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_watchers_of_twenty_runs_all_see_the_end_and_pages_still_come() {
    let world = world(Mode::Development).await;
    let songs = world.held(&world.playlist("Road Trips & Rainy Days"))[..120].to_vec();
    let mut bases = Vec::new();
    for at in 0..20 {
        let playlist = world.simulator.create_playlist(&world.user, &format!("Base {at}"), &songs).unwrap();
        let base = world.browser.link(&playlist).await;
        world.browser.child(&base, &format!("Child {at}"), after(10)).await;
        bases.push(base);
    }
    let idle = page_p99(&world.browser, 60).await;
    world.simulator.set_latency(Duration::from_millis(150));
    let mut runs = Vec::new();
    for base in &bases {
        runs.push(start(&world.browser, base).await);
    }
    let watchers = runs.iter().flat_map(|run| std::iter::repeat_n(run, 10));
    let watching = futures::future::join_all(watchers.map(async |run| {
        let told = Watching::open(&world.browser, run, None).await.rest().await;
        let end = told.last().unwrap();
        assert_eq!((end.kind.as_str(), &end.body["status"]), ("finished", &json!("completed")));
    }));
    let (_, busy) = tokio::join!(watching, page_p99(&world.browser, 60));
    println!("p99 of pages: idle {idle:?}, with 20 runs and 200 watchers {busy:?}");
    // Unoptimised, and beside other tests: the figures themselves are a matter of the benches.
    assert!(busy < Duration::from_secs(5), "{busy:?}");
}
