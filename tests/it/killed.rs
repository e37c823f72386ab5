//! The real server, killed at each request of a sync, before the request had its effect and after it, before its
//! answer: the promises about playlists hold at every instant, the lock is free after the restart, and *Resume* sends
//! only what was missing.

use super::story::{Process, start_process, until_ready};
use super::world::{Browser, World, world};
use headwater::simulator::config::Mode;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use headwater::simulator::journal::RecordedRequest;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// More steps than any of these syncs has requests.
const STEPS_MAX: u64 = 80;
/// Pages that a crash may lose: three that are not written down yet, and six on their way.
const LOST_PAGES_MAX: usize = 9;
/// Batches of artists that a crash may lose: those on their way.
const LOST_BATCHES_MAX: usize = 6;
const LOCK_FREE_WITHIN: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// A base that was just linked, with children that were just made; one of them needs artists.
    Cold,
    /// A few songs of the base went and moved.
    Incremental,
    /// The child holds none of the songs that it shall hold.
    Replace,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_in_a_cold_sync() {
    Scene::new(Kind::Cold).await.kill_everywhere(25).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_in_an_incremental_sync() {
    Scene::new(Kind::Incremental).await.kill_everywhere(14).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_in_a_sync_that_replaces_everything() {
    Scene::new(Kind::Replace).await.kill_everywhere(15).await;
}

struct Scene {
    kind: Kind,
    world: World,
    browser: Browser,
    addr: String,
    base_list: String,
    base: String,
    /// Id and playlist of each child.
    children: Vec<(String, String)>,
    process: Option<Process>,
}

fn rule(field: &str, op: &str, value: Value) -> Value {
    json!({"field": field, "op": op, "value": value})
}

impl Scene {
    async fn new(kind: Kind) -> Self {
        let world = world(Mode::Extended).await;
        let songs = world.held(&world.playlist("Road Trips & Rainy Days"));
        let base_list = world.simulator.create_playlist(&world.user, "Own", &songs).unwrap();
        world.stop.cancel();
        let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let browser = Browser {
            base: format!("http://{addr}"),
            http: world.browser.http.clone(),
            cookies: std::sync::Mutex::new(world.browser.cookies.lock().unwrap().clone()),
        };
        let (base, children) = (String::new(), Vec::new());
        let mut scene = Self { kind, world, browser, addr, base_list, base, children, process: None };
        scene.restart().await;
        if kind != Kind::Cold {
            scene.link().await;
            assert_eq!(scene.browser.sync(&scene.base).await["status"], "completed");
        }
        scene
    }

    async fn restart(&mut self) {
        self.process = None;
        self.process = Some(start_process(self.world.dir.path(), &self.addr, &self.world.spotify.url()));
        until_ready(&self.browser).await;
    }

    async fn link(&mut self) {
        self.base = self.browser.link(&self.base_list).await;
        let first = match self.kind {
            Kind::Cold => json!({"field": "genre", "op": "is_present"}),
            Kind::Incremental => rule("position", "gt", json!(0)),
            Kind::Replace => rule("position", "lte", json!(120)),
        };
        let first = self.browser.child(&self.base, "First", first).await;
        let second = self.browser.child(&self.base, "Second", rule("position", "gt", json!(350))).await;
        self.children = vec![first, second];
    }

    /// No artist is known any more.
    async fn lose_cache(&mut self) {
        self.process = None;
        for file in ["cache.db", "cache.db-wal", "cache.db-shm"] {
            let _ = std::fs::remove_file(self.world.dir.path().join(file));
        }
        self.restart().await;
    }

    /// Makes work of its kind.
    async fn prepare(&mut self, step: u64) {
        match self.kind {
            Kind::Cold => {
                if !self.base.is_empty() {
                    let path = format!("/api/base-playlists/{}", self.base);
                    assert!(self.browser.api(Method::DELETE, &path, None).await.0.is_success());
                    for (_, list) in &self.children {
                        self.world.simulator.delete_playlist(list).unwrap();
                    }
                }
                self.link().await;
                self.lose_cache().await;
            }
            Kind::Incremental => {
                self.world.simulator.remove_rows(&self.base_list, 40..42).unwrap();
                self.world.simulator.move_rows(&self.base_list, 300, 5, 3).unwrap();
            }
            Kind::Replace => {
                let wanted = if step.is_multiple_of(2) { ("lte", 120) } else { ("gt", 480) };
                let body =
                    json!({"filter": {"schema_version": 1, "rules": [rule("position", wanted.0, json!(wanted.1))]}});
                let path = format!("/api/child-playlists/{}", self.children[0].0);
                assert_eq!(self.browser.api(Method::PATCH, &path, Some(body)).await.0, StatusCode::OK);
            }
        }
    }

    async fn kill_everywhere(mut self, kills_min: u64) {
        let mut kills = 0;
        for after_effect in [false, true] {
            for step in 1..STEPS_MAX {
                self.prepare(step).await;
                if !self.kill_at(step, after_effect).await {
                    break;
                }
                kills += 1;
            }
        }
        assert!(kills >= 2 * kills_min, "{:?}: only {kills} requests were met", self.kind);
    }

    /// False: the run ended before the request came.
    async fn kill_at(&mut self, step: u64, after_effect: bool) -> bool {
        let name = format!("{:?}, request {step}, after its effect: {after_effect}", self.kind);
        let before: Vec<Vec<String>> = self.children.iter().map(|(_, list)| self.world.held(list)).collect();
        let action = match after_effect {
            true => FaultAction::Drip { ms_per_byte: 60_000 },
            false => FaultAction::Stall { ms: 60_000 },
        };
        self.world.simulator.journal().clear();
        self.world.simulator.set_faults(FaultScript::of([FaultRule::new("", "/v1/**", action).on(&[step])]));
        let path = format!("/api/base-playlists/{}/sync", self.base);
        let (status, started) = self.browser.api(Method::POST, &path, None).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{name}: {started}");
        let id = started["id"].as_str().unwrap().to_owned();
        if !self.until_met_or_ended(&id, step, after_effect).await {
            self.world.simulator.set_faults(FaultScript::default());
            return false;
        }
        if let Some(process) = &mut self.process {
            process.0.kill().unwrap();
            process.0.wait().unwrap();
        }
        self.world.simulator.set_faults(FaultScript::default());
        self.restart().await;
        let event = self.until_ended(&id, LOCK_FREE_WITHIN, &name).await;
        let first_run = self.world.simulator.journal().requests();
        let (status, resumed) = self.browser.api(Method::POST, &format!("/api/sync-events/{id}/resume"), None).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{name}: {resumed}");
        let resumed = self.until_ended(resumed["id"].as_str().unwrap(), Duration::from_secs(60), &name).await;
        assert_eq!(resumed["status"], "completed", "{name}: {resumed}");
        self.check_promises(&before, &name);
        let second_run = self.world.simulator.journal().requests().split_off(first_run.len());
        self.check_missing_only(&first_run, &second_run, &event, &name);
        true
    }

    async fn until_met_or_ended(&self, id: &str, step: u64, after_effect: bool) -> bool {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let requests = self.world.simulator.journal().requests();
            let met = requests.iter().filter(|request| request.is_web_api()).nth(step as usize - 1).cloned();
            if met.is_some_and(|met| !after_effect || met.status.is_some()) {
                return true;
            }
            let event = self.browser.api(Method::GET, &format!("/api/sync-events/{id}"), None).await.1;
            if event["status"] != "in_progress" {
                return false;
            }
            assert!(Instant::now() < deadline, "neither met nor ended");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn until_ended(&self, id: &str, within: Duration, name: &str) -> Value {
        let deadline = Instant::now() + within;
        loop {
            let event = self.browser.api(Method::GET, &format!("/api/sync-events/{id}"), None).await.1;
            if event["status"] != "in_progress" {
                return event;
            }
            assert!(Instant::now() < deadline, "{name}: it does not end: {event}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Each child holds what it should, and at every instant held no more than old and new songs, and no less than
    /// those that are both.
    fn check_promises(&self, before: &[Vec<String>], name: &str) {
        for ((_, list), old) in self.children.iter().zip(before) {
            let new: HashSet<String> = self.world.held(list).into_iter().collect();
            let old: HashSet<String> = old.iter().cloned().collect();
            for state in self.world.simulator.journal().states(list) {
                let now: HashSet<String> = state.uris.iter().map(|uri| uri.to_string()).collect();
                assert!(now.iter().all(|uri| old.contains(uri) || new.contains(uri)), "{name}: a strange song");
                assert!(old.intersection(&new).all(|uri| now.contains(uri)), "{name}: a song that stays was missing");
            }
        }
        let songs = self.world.held(&self.base_list);
        let second = once_each(&songs[350..]);
        assert_eq!(self.world.held(&self.children[1].1), second, "{name}");
        if self.kind == Kind::Incremental {
            assert_eq!(self.world.held(&self.children[0].1), once_each(&songs), "{name}");
        }
        assert!(!self.world.held(&self.children[0].1).is_empty(), "{name}");
        let journal = self.world.simulator.journal();
        assert!(journal.writes().iter().all(|write| !write.path.contains(&self.base_list)), "{name}: the base");
    }

    /// *Resume* asked for nothing that was there.
    fn check_missing_only(&self, first: &[RecordedRequest], second: &[RecordedRequest], event: &Value, name: &str) {
        let pages = format!("/v1/playlists/{}/items", self.base_list);
        let is_page = |request: &&RecordedRequest| request.path == pages && request.status == Some(200);
        let is_batch = |request: &&RecordedRequest| request.path == "/v1/artists" && request.status == Some(200);
        let twice = |wanted: &dyn Fn(&&RecordedRequest) -> bool| {
            let mut times: HashMap<&str, usize> = HashMap::new();
            for request in first.iter().chain(second).filter(wanted) {
                *times.entry(request.query.as_str()).or_default() += 1;
            }
            times.values().filter(|times| **times > 1).count()
        };
        // Whoever writes has read everything, and written that down.
        let wrote = first.iter().any(RecordedRequest::is_write);
        let past_pages = wrote || first.iter().any(|request| request.path == "/v1/artists");
        let lost_pages = if past_pages { 0 } else { LOST_PAGES_MAX };
        assert!(twice(&is_page) <= lost_pages, "{name}: {} pages were read twice", twice(&is_page));
        let lost_batches = if wrote { 0 } else { LOST_BATCHES_MAX };
        assert!(twice(&is_batch) <= lost_batches, "{name}: {} batches were read twice", twice(&is_batch));
        for (child, (_, list)) in event["children"].as_array().unwrap().iter().zip(&self.children) {
            if child["outcome"] == "updated" || child["outcome"] == "unchanged" {
                let again = second.iter().any(|request| request.is_write() && request.path.contains(list.as_str()));
                assert!(!again, "{name}: a finished child was written again");
            }
        }
    }
}

/// First occurrences, in order.
fn once_each(uris: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    uris.iter().filter(|uri| seen.insert(*uri)).cloned().collect()
}
