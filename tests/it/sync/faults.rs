//! Each fault at each kind of request, over sockets: the run ends as the table says, the child is within the promise at
//! every instant, the lock is free, one retry makes it right, and one more asks once and writes nothing.

use super::*;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use std::collections::HashSet;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Library,
    FirstPage,
    LastPage,
    FirstAppend,
    MiddleAppend,
    LastAppend,
    Removal,
    Move,
}

const PLACES: [Place; 8] = [
    Place::Library,
    Place::FirstPage,
    Place::LastPage,
    Place::FirstAppend,
    Place::MiddleAppend,
    Place::LastAppend,
    Place::Removal,
    Place::Move,
];

impl Place {
    fn rule(self, action: FaultAction) -> FaultRule {
        let items = "/v1/playlists/*/items";
        match self {
            Self::Library => FaultRule::new("GET", "/v1/me/playlists", action).on(&[1]),
            Self::FirstPage => FaultRule::new("GET", items, action).on(&[1]),
            Self::LastPage => FaultRule::new("GET", items, action).on(&[5]),
            Self::FirstAppend => FaultRule::new("POST", items, action).on(&[1]),
            Self::MiddleAppend => FaultRule::new("POST", items, action).on(&[2]),
            Self::LastAppend => FaultRule::new("POST", items, action).on(&[3]),
            Self::Removal => FaultRule::new("DELETE", items, action).on(&[1]),
            Self::Move => FaultRule::new("PUT", items, action).on(&[1]),
        }
    }

    /// Needs a child that holds songs already.
    fn is_edit(self) -> bool {
        matches!(self, Self::Removal | Self::Move)
    }
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Completed,
    Failed,
    /// Failed with the time from which Spotify answers again.
    FailedUntil,
}

fn faults() -> Vec<(&'static str, FaultAction, End)> {
    let answer =
        |status, retry_after| FaultAction::Answer { status, body: None, retry_after, headers: Default::default() };
    vec![
        ("429, short", answer(429, Some(1)), End::Completed),
        ("429, long", answer(429, Some(4_000)), End::FailedUntil),
        ("500", answer(500, None), End::Completed),
        ("503", answer(503, None), End::Completed),
        ("401", answer(401, None), End::Completed),
        ("403", answer(403, None), End::Failed),
        ("400", answer(400, None), End::Failed),
        ("404", answer(404, None), End::Failed),
        ("reset", FaultAction::Reset, End::Completed),
        ("truncated", FaultAction::TruncatedJson, End::Completed),
        ("wrong types", FaultAction::WrongTypes, End::Completed),
        ("answer lost", FaultAction::ApplyThenLose { status: None }, End::Completed),
        ("done, but 502", FaultAction::ApplyThenLose { status: Some(502) }, End::Completed),
        ("too slow", FaultAction::Stall { ms: 9_000 }, End::Completed),
    ]
}

/// A base of 250 songs of its own, whose child holds all of them.
struct Scene {
    world: World,
    base: String,
    base_list: String,
    child: Option<(String, String)>,
}

impl Scene {
    async fn new() -> Self {
        let world = world(Mode::Development).await;
        let songs = once_each(&world.held(&world.playlist("Road Trips & Rainy Days")));
        let base_list = world.simulator.create_playlist(&world.user, "Own", &songs[..250]).unwrap();
        let base = world.browser.link(&base_list).await;
        Self { world, base, base_list, child: None }
    }

    /// A child with work to do of the kind that the place needs; gives its playlist.
    async fn prepare(&mut self, place: Place) -> String {
        if let (true, Some((_, list))) = (place.is_edit(), &self.child) {
            self.world.simulator.remove_rows(&self.base_list, 30..32).unwrap();
            self.world.simulator.move_rows(&self.base_list, 150, 5, 3).unwrap();
            return list.clone();
        }
        if let Some((old, _)) = self.child.take() {
            let path = format!("/api/child-playlists/{old}?spotify=unfollow");
            assert_eq!(self.world.browser.api(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
        }
        let child = self.world.browser.child(&self.base, "All", after(0)).await;
        self.child = Some(child.clone());
        if place.is_edit() {
            assert_eq!(self.world.browser.sync(&self.base).await["status"], "completed");
            return Box::pin(self.prepare(place)).await;
        }
        child.1
    }

    async fn meet(&mut self, place: Place, name: &str, action: FaultAction, end: End) -> Vec<String> {
        let list = self.prepare(place).await;
        let (old, new) = (self.world.held(&list), self.world.held(&self.base_list));
        let mut wrong = Vec::new();
        let mut check = |holds: bool, what: String| {
            if !holds {
                wrong.push(format!("{place:?}, {name}: {what}"));
            }
        };
        let (browser, simulator) = (&self.world.browser, &self.world.simulator);
        simulator.journal().clear();
        simulator.set_faults(FaultScript::of([place.rule(action)]));
        let run = browser.sync(&self.base).await;
        let ended = match (run["status"].as_str(), run["retry_at"].is_null()) {
            (Some("completed"), true) => Some(End::Completed),
            (Some("failed"), true) => Some(End::Failed),
            (Some("failed"), false) => Some(End::FailedUntil),
            _ => None,
        };
        check(simulator.journal().requests().iter().any(|one| one.faulted), "the fault was not met".into());
        check(ended == Some(end), format!("wanted {end:?}: {run}"));
        check(run["error_message"].is_null() == (end == End::Completed), format!("words: {run}"));
        let counted = simulator.journal().count_web_api();
        check(run["total_api_requests"] == counted, format!("{counted} requests were counted: {run}"));
        check(is_free(browser, &self.base).await, "the lock is not free".into());

        simulator.set_faults(FaultScript::default());
        self.world.app.spotify.ask_again().await.unwrap();
        let retry = browser.sync(&self.base).await;
        check(retry["status"] == "completed", format!("retry: {retry}"));
        check(self.world.held(&list) == new, format!("not right after a retry: {retry}"));
        for state in simulator.journal().states(&list) {
            let broken = breach(&old, &new, &state.uris.iter().map(|uri| uri.to_string()).collect::<Vec<_>>());
            check(broken.is_none(), format!("at request {:?}: {}", state.request, broken.unwrap_or_default()));
        }
        let of_base = simulator.journal().writes().into_iter().filter(|write| write.path.contains(&self.base_list));
        check(of_base.count() == 0, "the base was written".into());
        simulator.journal().clear();
        let again = browser.sync(&self.base).await;
        check(again["total_api_requests"] == 1, format!("a second retry: {again}"));
        check(simulator.journal().writes().is_empty(), "a second retry writes".into());
        wrong
    }
}

/// What is wrong with a child that held `old`, should hold `new`, and holds `now`: promise P2, and nothing twice.
fn breach(old: &[String], new: &[String], now: &[String]) -> Option<String> {
    let set = |uris: &[String]| uris.iter().cloned().collect::<HashSet<_>>();
    let (old, new, held) = (set(old), set(new), set(now));
    let lost = old.intersection(&new).filter(|uri| !held.contains(*uri)).count();
    let foreign = held.iter().filter(|uri| !old.contains(*uri) && !new.contains(*uri)).count();
    let twice = now.len() - held.len();
    (lost + foreign + twice > 0)
        .then(|| format!("{lost} songs that stay are missing, {foreign} foreign, {twice} twice"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_at_each_request_ends_as_promised_and_a_retry_converges() {
    let runs = PLACES.map(|place| {
        tokio::spawn(async move {
            let mut scene = Scene::new().await;
            let mut wrong = Vec::new();
            for (name, action, end) in faults() {
                wrong.extend(scene.meet(place, name, action, end).await);
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
