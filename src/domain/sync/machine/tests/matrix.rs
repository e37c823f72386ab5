//! Every fault at every kind of request, at the first, a middle and the last one of its kind. What must come of it is
//! in `tests/fault-matrix.txt`, one line for each fault and kind; the same lines hold over sockets (`tests/it`).
//! After each case one undisturbed run makes everything right, and one more writes nothing.

use super::super::command::{Finished, Request};
use super::super::input::FaultKind;
use super::builders::{Dice, genre_is, songs, title_has, track, uri};
use super::driver::Trouble;
use super::scene::Scene;
use super::spotify::{CONTENT_LAG_MS, fault};
use crate::domain::ids::PlaylistId;
use crate::domain::sync::event::{ChildOutcome, SyncOutcome, SyncStatus};
use std::collections::BTreeMap;

const TABLE: &str = include_str!("../../../../../tests/fault-matrix.txt");
/// How often the three positions of a kind are tried.
const POSITIONS: [&str; 3] = ["first", "middle", "last"];

/// How often requests are hit, from the position on.
#[derive(Clone, Copy, PartialEq)]
enum Times {
    Once,
    Twice,
    ForEver,
}

#[derive(Clone, Copy)]
enum Evil {
    /// The request fails so; `done`: it was done all the same.
    Fails { kind: FaultKind, done: bool, times: Times },
    /// Done, the answer lost, and reads show the old rows for as long as they ever do.
    StaleReadBack,
    /// A page lacks its last row, or says another total.
    TotalChanges,
}

const fn limited(retry_after_s: Option<u64>, times: Times) -> Evil {
    Evil::Fails { kind: FaultKind::RateLimited { retry_after_s, quota: false }, done: false, times }
}

const fn quota(retry_after_s: Option<u64>) -> Evil {
    Evil::Fails { kind: FaultKind::RateLimited { retry_after_s, quota: true }, done: false, times: Times::Once }
}

const fn status(status: u16, done: bool, times: Times) -> Evil {
    Evil::Fails { kind: FaultKind::Transient { status: Some(status) }, done, times }
}

const fn silent(done: bool, times: Times) -> Evil {
    Evil::Fails { kind: FaultKind::Transient { status: None }, done, times }
}

const fn garbled(done: bool, times: Times) -> Evil {
    Evil::Fails { kind: FaultKind::Malformed, done, times }
}

const fn refused(kind: FaultKind) -> Evil {
    Evil::Fails { kind, done: false, times: Times::ForEver }
}

const FAULTS: [(&str, Evil); 32] = [
    ("429, Retry-After 0 s", limited(Some(0), Times::Once)),
    ("429, Retry-After 1 s", limited(Some(1), Times::Once)),
    ("429, Retry-After 60 s, the longest wait", limited(Some(60), Times::Once)),
    ("429, Retry-After 61 s", limited(Some(61), Times::Once)),
    ("429, Retry-After 24 h", limited(Some(86_400), Times::Once)),
    ("429, Retry-After beyond all calendars", limited(Some(u64::MAX), Times::Once)),
    ("429 without Retry-After", limited(None, Times::Once)),
    ("429, Retry-After 1 s, for ever", limited(Some(1), Times::ForEver)),
    ("429 QUOTA_EXCEEDED, Retry-After 1 h", quota(Some(3_600))),
    ("429 QUOTA_EXCEEDED without Retry-After", quota(None)),
    ("500", status(500, false, Times::Once)),
    ("502", status(502, false, Times::Once)),
    ("503", status(503, false, Times::Once)),
    ("504", status(504, false, Times::Once)),
    ("503 for ever", status(503, false, Times::ForEver)),
    ("connection reset", silent(false, Times::Once)),
    ("answer lost, request done", silent(true, Times::Once)),
    ("answer lost twice, request done", silent(true, Times::Twice)),
    ("answer lost for ever, request done", silent(true, Times::ForEver)),
    ("502, request done", status(502, true, Times::Once)),
    ("answer stalls beyond the time-out", silent(true, Times::Once)),
    ("one byte a second", silent(true, Times::Once)),
    ("truncated JSON", garbled(true, Times::Once)),
    ("wrongly typed JSON", garbled(true, Times::Once)),
    ("wrongly typed JSON for ever", garbled(false, Times::ForEver)),
    ("redirect", garbled(false, Times::Once)),
    ("401 twice, invalid_grant", refused(FaultKind::ReconnectNeeded)),
    ("403", refused(FaultKind::Forbidden)),
    ("404, playlist deleted", refused(FaultKind::NotFound)),
    ("400", refused(FaultKind::Rejected { status: 400 })),
    ("total changes between pages", Evil::TotalChanges),
    ("stale read-back", Evil::StaleReadBack),
];

type Wanted = fn(&Request) -> bool;

const KINDS: [(&str, Wanted); 8] = [
    ("library page", |one| matches!(one, Request::LibraryPage { .. })),
    ("base page", |one| matches!(one, Request::BaseItems { .. })),
    ("artists", |one| matches!(one, Request::ArtistBatch { .. })),
    ("child read", |one| matches!(one, Request::ChildItems { .. })),
    ("put", |one| matches!(one, Request::PutItems { .. })),
    ("append", |one| matches!(one, Request::PostItems { .. })),
    ("removal", |one| matches!(one, Request::DeleteItems { .. })),
    ("move", |one| matches!(one, Request::MoveItems { .. })),
];

/// Three children written by one `PUT` each, one by three appends, one by three removals, one by three moves.
fn scene() -> Scene {
    let letters = |number: u64| match number {
        0..20 => "a p",
        20..40 => "a q",
        _ => "a",
    };
    let mut scene = Scene::new((0..230).map(|number| track(number, letters(number), number % 130)));
    (0..130).for_each(|artist| scene.world.spotify.set_genre(artist, if artist < 9 { "rock" } else { "jazz" }));
    scene.world.spotify.others = 120;
    scene.world.store.library_total = Some(127);
    scene.child(genre_is("rock"), songs(500..505));
    scene.child(title_has("p"), songs(505..510));
    scene.child(title_has("q"), songs(510..515));
    scene.child(title_has("a"), songs(0..10));
    scene.child(title_has("a"), songs((0..230).chain(1_000..1_250)));
    let moved = [10..60, 0..10, 90..140, 60..90, 150..230, 140..150];
    scene.child(title_has("a"), songs(moved.into_iter().flatten()));
    scene
}

fn all_right(scene: &Scene) -> bool {
    let all: Vec<String> = (0..230).map(uri).collect();
    let rock: Vec<String> = (0..230).filter(|number| number % 130 < 9).map(uri).collect();
    let targets = [&rock[..], &all[..20], &all[20..40], &all, &all, &all];
    (0..6).all(|child| scene.holds(child) == targets[child])
}

/// What must come of a fault, in words.
fn words(finished: &Finished, scene: &Scene) -> &'static str {
    let outcomes: Vec<ChildOutcome> = scene.world.store.done.iter().map(|done| done.outcome).collect();
    let count = |wanted: ChildOutcome| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    let said = finished.error_message.as_ref().is_some_and(|words| words.len() > 20);
    match (finished.status, finished.outcome) {
        (SyncStatus::Completed, SyncOutcome::Full) if all_right(scene) => "completes",
        (SyncStatus::Completed, SyncOutcome::Partial) if count(ChildOutcome::Skipped) == 1 => {
            "completes; that child is skipped"
        }
        (SyncStatus::Failed, _) if !said => "fails without a reason",
        (SyncStatus::Failed, _) if finished.reconnect_needed => "stops; asks to sign in again",
        (SyncStatus::Failed, _) if finished.retry_at_ms.is_some() => "stops; says when Spotify answers again",
        (SyncStatus::Failed, SyncOutcome::None) if scene.writes() == 0 => "fails; nothing is written",
        (SyncStatus::Failed, SyncOutcome::Partial)
            if count(ChildOutcome::Failed) == 1 && count(ChildOutcome::Updated) == 5 =>
        {
            "that child fails; the others finish"
        }
        _ => "something else",
    }
}

/// One case; `None` where the fault cannot be at this kind of request.
fn meet(evil: Evil, wanted: Wanted, nth: usize) -> Option<(&'static str, Scene)> {
    let mut scene = scene();
    let is_write = KINDS[4..].iter().any(|(_, kind)| *kind as usize == wanted as usize);
    let (kind, done, times) = match evil {
        Evil::Fails { kind, done, times } => (kind, done, times),
        Evil::StaleReadBack if is_write => {
            scene.world.lag_ms = Some(CONTENT_LAG_MS - 1);
            (FaultKind::Transient { status: None }, true, Times::Once)
        }
        Evil::StaleReadBack => return None,
        Evil::TotalChanges => return total_changes(scene, wanted, nth),
    };
    let (mut seen, mut hits, mut victim) = (0, 0, None);
    let hits_max = match times {
        Times::Once => 1,
        Times::Twice => 2,
        Times::ForEver => usize::MAX,
    };
    let finished = scene.run_with(&mut |request: &Request, _, _: &mut Dice| {
        seen += usize::from(wanted(request));
        let is_same = victim.as_ref().is_none_or(|victim| *victim == playlist_of(request));
        if !wanted(request) || seen < nth || !is_same || hits == hits_max {
            return None;
        }
        hits += 1;
        victim = Some(playlist_of(request));
        Some(Trouble { fault: fault(kind), done })
    });
    assert!(seen >= nth, "the fault was not met");
    Some((words(&finished, &scene), scene))
}

/// What lasts, lasts for the playlist that was hit.
fn playlist_of(request: &Request) -> Option<PlaylistId> {
    match request {
        Request::PlaylistSnapshot { playlist }
        | Request::BaseItems { playlist, .. }
        | Request::ChildItems { playlist, .. }
        | Request::PutItems { playlist, .. }
        | Request::PostItems { playlist, .. }
        | Request::DeleteItems { playlist, .. }
        | Request::MoveItems { playlist, .. } => Some(playlist.clone()),
        Request::LibraryPage { .. }
        | Request::ArtistBatch { .. }
        | Request::Artist { .. }
        | Request::LibraryContains { .. } => None,
    }
}

fn total_changes(mut scene: Scene, wanted: Wanted, nth: usize) -> Option<(&'static str, Scene)> {
    let offset = (nth - 1) * 50;
    if wanted(&Request::LibraryPage { offset: 0 }) {
        scene.world.spotify.shifted_page = Some(offset);
    } else if wanted(&Request::BaseItems { playlist: super::spotify::base_id(), offset: 0 }) {
        scene.world.spotify.short_page = Some(offset as u32);
    } else {
        return None;
    }
    let finished = scene.run();
    // Songs of a page that stays short are missing until it is whole again.
    let outcome = if finished.outcome == SyncOutcome::Full { "completes" } else { words(&finished, &scene) };
    (scene.world.spotify.shifted_page, scene.world.spotify.short_page) = (None, None);
    Some((outcome, scene))
}

/// One undisturbed run makes everything right, and one more writes nothing.
fn check_afterwards(scene: &mut Scene, what: &str) {
    scene.world.lag_ms = None;
    scene.world.now_ms += 60_000;
    let retry = scene.run();
    assert_eq!(retry.status, SyncStatus::Completed, "{what}: {retry:?}");
    assert!(all_right(scene), "{what}: not right after a retry");
    scene.world.now_ms += 60_000;
    let again = scene.run();
    assert_eq!((again.outcome, scene.writes()), (SyncOutcome::NoChange, 0), "{what}: a second retry");
}

/// First, middle and last of a kind in an undisturbed run.
fn positions(wanted: Wanted) -> [usize; 3] {
    let mut scene = scene();
    scene.run();
    let count = scene.sent(wanted);
    assert!(count >= 3, "{count} requests");
    [1, count.div_ceil(2), count]
}

fn line(name: &str, kind: &str, outcome: &str) -> String {
    format!("{name:<40}| {kind:<13}| {outcome}")
}

/// The outcome of one fault at one kind of request; `None` where there is no such case.
fn outcome_of(name: &str, evil: Evil, kind: &str, wanted: Wanted, at: [usize; 3]) -> Option<String> {
    let mut outcomes = BTreeMap::new();
    for (position, nth) in POSITIONS.into_iter().zip(at) {
        let (outcome, mut scene) = meet(evil, wanted, nth)?;
        check_afterwards(&mut scene, &format!("{name} at {position} {kind}"));
        outcomes.entry(outcome).or_insert_with(Vec::new).push(position);
    }
    match outcomes.len() {
        1 => outcomes.into_keys().next().map(str::to_owned),
        _ => Some(
            outcomes
                .into_iter()
                .map(|(words, at)| format!("{}: {words}", at.join(", ")))
                .collect::<Vec<_>>()
                .join(" / "),
        ),
    }
}

#[test]
fn each_fault_at_each_kind_of_request_ends_as_the_table_says() {
    let mut found = Vec::new();
    for (kind, wanted) in KINDS {
        let at = positions(wanted);
        for (name, evil) in FAULTS {
            let outcome = outcome_of(name, evil, kind, wanted, at);
            found.extend(outcome.map(|outcome| line(name, kind, &outcome)));
        }
    }
    let expected: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
    let wrong: Vec<&String> = found.iter().filter(|line| !expected.contains(&line.as_str())).collect();
    assert!(
        wrong.is_empty(),
        "not in the table:\n{}",
        wrong.iter().map(|line| format!("{line}\n")).collect::<String>()
    );
    assert_eq!(expected.len(), found.len(), "lines of the table that no case has");
}
