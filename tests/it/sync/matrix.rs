//! Lines of `tests/fault-matrix.txt` over sockets: the real client against the simulator's fault script. Each case has
//! a world of its own, so that what one fault closes is open for the next.

use super::*;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};

const TABLE: &str = include_str!("../../fault-matrix.txt");
const KINDS: [&str; 8] = ["library page", "base page", "artists", "child read", "put", "append", "removal", "move"];
const FAULTS: [&str; 8] = [
    "429, Retry-After 1 s",
    "429, Retry-After beyond all calendars",
    "429 QUOTA_EXCEEDED, Retry-After 1 h",
    "504",
    "502, request done",
    "wrongly typed JSON",
    "redirect",
    "401 twice, invalid_grant",
];

/// What the table says.
fn expected(fault: &str, kind: &str) -> &'static str {
    let mut lines = TABLE.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let line = lines.find(|line| line[0] == fault && line[1] == kind);
    line.unwrap_or_else(|| panic!("the table has no line for {fault} at {kind}"))[2]
}

fn answer(status: u16, retry_after: Option<u64>, body: Option<Value>) -> FaultAction {
    FaultAction::Answer { status, body, retry_after, headers: Default::default() }
}

fn action(fault: &str) -> FaultAction {
    match fault {
        "429, Retry-After 1 s" => answer(429, Some(1), None),
        "429, Retry-After beyond all calendars" => answer(429, Some(u64::MAX), None),
        "429 QUOTA_EXCEEDED, Retry-After 1 h" => {
            let body = json!({"error": {"status": 429, "message": "Quota", "reason": "QUOTA_EXCEEDED"}});
            answer(429, Some(3_600), Some(body))
        }
        "504" => answer(504, None, None),
        "502, request done" => FaultAction::ApplyThenLose { status: Some(502) },
        "wrongly typed JSON" => FaultAction::WrongTypes,
        "redirect" => {
            let headers = [("location".to_owned(), "https://example.org/".to_owned())].into();
            FaultAction::Answer { status: 302, body: None, retry_after: None, headers }
        }
        "401 twice, invalid_grant" => answer(401, None, None),
        other => panic!("no action for {other}"),
    }
}

/// A base with one child that is written by one request and one that takes several, and work of the kind to do.
struct Scene {
    world: World,
    base: String,
    base_list: String,
    lists: Vec<String>,
    kind: &'static str,
}

impl Scene {
    async fn new(kind: &'static str) -> Self {
        let world = world(if kind == "artists" { Mode::Extended } else { Mode::Development }).await;
        let songs = once_each(&world.held(&world.playlist("Road Trips & Rainy Days")));
        let base_list = world.simulator.create_playlist(&world.user, "Own", &songs[..250]).unwrap();
        let base = world.browser.link(&base_list).await;
        let few = json!({"field": "position", "op": "lte", "value": 20});
        let mut lists = vec![world.browser.child(&base, "Few", few).await.1];
        lists.push(world.browser.child(&base, "All", after(0)).await.1);
        if kind == "artists" {
            world.browser.child(&base, "Genre", json!({"field": "genre", "op": "is_present"})).await;
        }
        let scene = Self { world, base, base_list, lists, kind };
        if matches!(kind, "child read" | "removal" | "move") {
            assert_eq!(scene.world.browser.sync(&scene.base).await["status"], "completed");
            scene.world.simulator.remove_rows(&scene.base_list, 130..132).unwrap();
            scene.world.simulator.move_rows(&scene.base_list, 150, 25, 3).unwrap();
        }
        if kind == "child read" {
            scene.world.simulator.remove_rows(&scene.lists[1], 60..61).unwrap();
        }
        scene
    }

    fn rule(&self, action: FaultAction) -> FaultRule {
        let items = |list: &str| format!("/v1/playlists/{list}/items");
        let (few, all) = (items(&self.lists[0]), items(&self.lists[1]));
        match self.kind {
            "library page" => FaultRule::new("GET", "/v1/me/playlists", action),
            "base page" => FaultRule::new("GET", &items(&self.base_list), action),
            "artists" => FaultRule::new("GET", "/v1/artists", action),
            "child read" => FaultRule::new("GET", &all, action),
            "put" => FaultRule::new("PUT", &few, action),
            "append" => FaultRule::new("POST", &all, action),
            "removal" => FaultRule::new("DELETE", &all, action),
            "move" => FaultRule::new("PUT", &all, action),
            other => panic!("no rule for {other}"),
        }
    }

    /// What is wrong with this case.
    async fn meet(self, fault: &'static str) -> Vec<String> {
        let (browser, simulator, kind) = (&self.world.browser, &self.world.simulator, self.kind);
        let mut rules = vec![self.rule(action(fault)).on(&[1])];
        if fault.contains("invalid_grant") {
            rules.push(FaultRule::new(
                "POST",
                "/api/token",
                answer(400, None, Some(json!({"error": "invalid_grant"}))),
            ));
        }
        simulator.journal().clear();
        simulator.set_faults(FaultScript::of(rules));
        let run = browser.sync(&self.base).await;
        simulator.set_faults(FaultScript::default());
        let mut wrong = Vec::new();
        let mut check = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{fault} at {kind}: {what}: {run}"));
            }
        };
        let wanted = expected(fault, kind);
        check(ends_as(wanted, &run), wanted);
        check(simulator.journal().requests().iter().any(|one| one.faulted), "the fault was not met");
        check(run["total_api_requests"] == simulator.journal().count_web_api(), "other requests were counted");
        check(is_free(browser, &self.base).await, "the lock is not free");
        let base_writes = simulator.journal().writes();
        check(base_writes.iter().all(|one| !one.path.contains(&self.base_list)), "the base was written");
        for list in &self.lists {
            let held = self.world.held(list);
            check(once_each(&held).len() == held.len(), "a song is there twice");
        }
        self.world.app.spotify.ask_again().await.unwrap();
        if wanted.contains("sign in") {
            browser.sign_in().await;
        }
        let retry = browser.sync(&self.base).await;
        check(retry["status"] == "completed", &format!("the retry fails: {retry}"));
        let songs = self.world.held(&self.base_list);
        check(self.world.held(&self.lists[0]) == songs[..20], "few songs are not right after a retry");
        check(self.world.held(&self.lists[1]) == songs, "all songs are not right after a retry");
        let again = browser.sync(&self.base).await;
        check(again["total_api_requests"] == 1, &format!("a second retry has work to do: {again}"));
        wrong
    }
}

fn ends_as(wanted: &str, run: &Value) -> bool {
    let (failed, words) = (run["status"] == "failed", run["error_message"].as_str().unwrap_or_default());
    match wanted {
        "completes" => run["status"] == "completed" && words.is_empty(),
        "stops; says when Spotify answers again" => failed && !run["retry_at"].is_null() && !words.is_empty(),
        "stops; asks to sign in again" => failed && run["retry_at"].is_null() && words.contains("ign in"),
        "fails; nothing is written" => failed && run["outcome"] == "none" && !words.is_empty(),
        "that child fails; the others finish" => failed && run["outcome"] == "partial" && !words.is_empty(),
        other => panic!("no check for {other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_lines_of_the_fault_table_hold_over_sockets() {
    let runs = KINDS.map(|kind| {
        tokio::spawn(async move {
            let mut wrong = Vec::new();
            for fault in FAULTS {
                wrong.extend(Scene::new(kind).await.meet(fault).await);
            }
            wrong
        })
    });
    let mut wrong = Vec::new();
    for run in runs {
        wrong.extend(run.await.unwrap());
    }
    assert!(wrong.is_empty(), "{} broken:\n{}", wrong.len(), wrong.join("\n"));
}
