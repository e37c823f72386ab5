//! Thousands of small worlds, each from one seed: runs that are disturbed, killed and cancelled, then one
//! that is not. After it every child is right, and one more run has nothing to do.

use super::super::checkpoint::Checkpoint;
use super::super::command::{ChildDone, Finished, Request};
use super::super::input::{BaseInput, BaseRow, ChildInput, LastRun, Limits, RunInput};
use super::builders::{Dice, child_id, genre_is, playlist, songs, title_has, track, uri, uris};
use super::driver::{Weather, World, clear_sky};
use super::faults::by_chance;
use super::spotify::{CONTENT_LAG_MS, FakePlaylist, SNAPSHOT_LAG_MS, Spotify, base_id};
use super::store::Store;
use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::filter::rule::Filter;
use crate::domain::playlist::{ChildKind, Routing};
use crate::domain::sync::batch::page_count;
use crate::domain::sync::diff::{Row, plan_writes};
use crate::domain::sync::event::{ChildOutcome, SyncOutcome, SyncStatus};
use crate::domain::tag::TagBook;
use crate::domain::track::{FilterableTrack, SkipReason, SkippedRow};
use std::collections::HashSet;

const SEEDS: u64 = 2_500;
const LETTERS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// What a child of a world is asked for.
enum Wish {
    Letter(&'static str),
    Genre,
    /// What no other child takes.
    Rest,
}

struct Case {
    world: World,
    wishes: Vec<Wish>,
    routing: Routing,
    genres_known: bool,
    seed: u64,
    /// Children that must never be written, with what they hold.
    last: Option<LastRun>,
}

#[test]
fn every_world_ends_well() {
    if let Some(seed) = std::env::var("SIMULATION_SEED").ok().and_then(|seed| seed.parse().ok()) {
        live_through(seed, Telling::Loud);
        return;
    }
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
    std::thread::scope(|scope| {
        for first in 0..threads {
            scope.spawn(move || (first..SEEDS).step_by(threads as usize).for_each(check_seed));
        }
    });
}

fn check_seed(seed: u64) {
    let outcome = std::panic::catch_unwind(|| live_through(seed, Telling::Nothing));
    assert!(
        outcome.is_ok(),
        "replay with: SIMULATION_SEED={seed} cargo test --features ssr every_world_ends_well -- --nocapture"
    );
}

#[test]
fn a_seed_replays_identically() {
    for seed in [1, 7, 42] {
        let live = || live_through(seed, Telling::Trace);
        assert!(live().is_some_and(|trace| !trace.is_empty()));
        assert_eq!(live(), live(), "seed {seed}");
    }
}

/// What is told of a world.
#[derive(PartialEq)]
enum Telling {
    Nothing,
    Trace,
    Loud,
}

/// One world from its beginning to its end; gives everything that was commanded and answered.
fn live_through(seed: u64, telling: Telling) -> Option<Vec<String>> {
    let mut case = Case::new(seed);
    case.world.loud = telling == Telling::Loud;
    case.world.trace = (telling != Telling::Nothing).then(Vec::new);
    let storms = case.world.dice.below(4);
    for _ in 0..storms {
        case.storm();
        case.pause();
        if case.world.dice.chance(20) {
            case.edit_by_user();
        }
    }
    case.calm();
    // What is confirmed moves songs, so that another plan may be held in its place.
    for _ in 0..case.wishes.len() {
        if !case.confirm_held() {
            break;
        }
        case.pause();
        case.calm();
    }
    case.check_contents();
    // A snapshot that lagged is not the one that is verified: the run after finds no difference, and no more.
    for is_settled in [false, true] {
        case.world.now_ms += SNAPSHOT_LAG_MS;
        case.check_run_without_work(is_settled);
    }
    case.world.trace
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let mut spotify = Spotify::new(base_rows(&mut dice));
        let genres_known = dice.chance(70);
        spotify.batches_allowed = genres_known && dice.chance(70);
        spotify.others = if dice.chance(10) { 40 + dice.below(120) as u32 } else { 3 };
        for artist in 0..60_u64 {
            if !artist.is_multiple_of(9) {
                spotify.set_genre(artist, if artist % 2 == 0 { "rock" } else { "jazz" });
            }
        }
        let mut case = Self {
            world: World {
                spotify,
                store: Store::default(),
                now_ms: 1_700_000_000_000,
                dice,
                sent: vec![],
                trace: None,
                loud: false,
                lag_ms: None,
            },
            wishes: Vec::new(),
            routing: Routing::Overlap,
            genres_known,
            seed,
            last: None,
        };
        for number in 0..1 + case.world.dice.below(4) {
            case.add_child(number);
        }
        if case.world.dice.chance(30) {
            case.routing = Routing::FirstMatch;
        }
        if case.world.dice.chance(30) {
            let at = case.world.dice.below(case.wishes.len() as u64) as usize;
            case.make_leftovers(at);
        }
        case
    }

    fn add_child(&mut self, number: u64) {
        let wish = match self.world.dice.below(4) {
            0 => Wish::Genre,
            _ => Wish::Letter(LETTERS[self.world.dice.below(5) as usize]),
        };
        let id = playlist(&format!("CHILD{number}"));
        let filter = match &wish {
            Wish::Genre => genre_is("rock"),
            Wish::Letter(letter) => title_has(letter),
            Wish::Rest => Filter::everything(),
        };
        self.wishes.push(wish);
        let target = self.wanted(number as usize);
        let rows = some_contents(&mut self.world.dice, &target);
        let mut fake = FakePlaylist::new(rows);
        // Only the listing tells who was unfollowed, and a large library is not listed.
        fake.followed = self.world.spotify.others > 3 || self.world.dice.chance(95);
        self.world.spotify.children.insert(id.clone(), fake);
        self.world.store.children.push(ChildInput {
            id: child_id(number),
            name: format!("Child {number}"),
            playlist: Some(id),
            filter,
            kind: ChildKind::Filter,
            active: self.world.dice.chance(95),
            selected: self.world.dice.chance(95),
            known: None,
            open_intent: None,
            adopted_never_written: self.world.dice.chance(10),
            filter_changed: self.world.dice.chance(80),
            confirmed_plan_hash: None,
            hands: Default::default(),
            restored_to: None,
        });
    }

    fn make_leftovers(&mut self, at: usize) {
        self.wishes[at] = Wish::Rest;
        let child = &mut self.world.store.children[at];
        (child.filter, child.kind) = (Filter::everything(), ChildKind::Leftovers);
    }

    /// The oracle, by priority and leftovers last: what each child should hold; `None` if it must not be written.
    fn targets(&self) -> Vec<Option<Vec<String>>> {
        let is_rest = |number: &usize| matches!(self.wishes[*number], Wish::Rest);
        let mut order: Vec<usize> = (0..self.wishes.len()).collect();
        order.sort_by_key(is_rest);
        let mut taken: HashSet<String> = HashSet::new();
        let mut targets = vec![None; order.len()];
        for number in order {
            let child = &self.world.store.children[number];
            let exclusive = self.routing == Routing::FirstMatch || is_rest(&number);
            let is_open = |uri: &String| !exclusive || !taken.contains(uri);
            let target: Vec<String> = self.wanted(number).into_iter().filter(is_open).collect();
            let in_doubt = matches!(self.wishes[number], Wish::Genre)
                && !self.genres_known
                && self.songs().any(|track| is_open(&track.uri));
            let fake = &self.world.spotify.children[child.playlist.as_ref().unwrap()];
            let failed = |done: &ChildDone| done.child == child.id && done.outcome == ChildOutcome::Failed;
            let takes = match (child.active, child.selected) {
                (false, _) => Vec::new(),
                (true, false) if in_doubt => known(child),
                (true, false) => target.clone(),
                (true, true) if !fake.followed => known(child),
                (true, true) if in_doubt || self.world.store.done.iter().any(failed) => uris(&fake.rows),
                (true, true) => target.clone(),
            };
            taken.extend(takes);
            targets[number] = (child.active && child.selected && fake.followed && !in_doubt).then_some(target);
        }
        targets
    }

    fn songs(&self) -> impl Iterator<Item = &FilterableTrack> {
        self.world.spotify.base.iter().filter_map(|row| match row {
            BaseRow::Track(track) => Some(track.as_ref()),
            BaseRow::Skipped(_) => None,
        })
    }

    /// The songs that fit a child's own filter.
    fn wanted(&self, number: usize) -> Vec<String> {
        let mut target = Vec::new();
        let mut seen = HashSet::new();
        for track in self.songs() {
            let wanted = match &self.wishes[number] {
                Wish::Rest => true,
                Wish::Letter(letter) => track.title.contains(letter),
                Wish::Genre => track
                    .artists
                    .iter()
                    .filter_map(|artist| artist.id.as_ref())
                    .any(|artist| self.world.spotify.genres.get(artist).is_some_and(|genres| genres[0] == "rock")),
            };
            if wanted && seen.insert(&track.uri) {
                target.push(track.uri.clone());
            }
        }
        target
    }

    /// Half of all runs go on where the one before stopped.
    fn checkpoint(&mut self) -> Option<Checkpoint> {
        let kept = self.world.store.checkpoint.take();
        kept.filter(|_| self.world.dice.chance(50))
    }

    fn input(&mut self) -> RunInput {
        let mode = if self.world.dice.chance(50) { ApiMode::Extended } else { ApiMode::Development };
        RunInput {
            base: BaseInput {
                playlist: base_id(),
                name: "Base".to_owned(),
                verified_snapshot: self.world.store.base_snapshot.clone(),
            },
            children: self.world.store.children.clone(),
            routing: self.routing,
            playlists: self.world.store.playlists.clone(),
            tags: TagBook::default(),
            capabilities: if self.genres_known { Capabilities::ALL } else { Capabilities::NONE },
            mode,
            now_ms: self.world.now_ms,
            zone: vec![(i64::MIN, 0)],
            library_total: self.world.store.library_total,
            seed: self.world.dice.draw(),
            limits: Limits {
                max_rate_limit_wait_s: 60,
                fail_fast: self.world.dice.chance(10),
                read_back: self.world.dice.chance(20),
                concurrency: 1 + self.world.dice.below(6) as usize,
            },
            last_run: self.last.clone(),
            checkpoint: self.checkpoint(),
        }
    }

    /// A run in bad weather.
    fn storm(&mut self) {
        let percent = [2, 8, 25, 60][self.world.dice.below(4) as usize];
        let input = self.input();
        let mut at = |chance: u64| {
            let happens = self.world.dice.chance(chance);
            happens.then(|| 1 + self.world.dice.below(60) as usize)
        };
        let (crash_at, cancel_at, lose_lease_at) = (at(40), at(10), at(5));
        let trouble = &mut |request: &Request, _: usize, dice: &mut Dice| by_chance(request, percent, dice);
        let finished = self.world.run(input, &mut Weather { trouble, crash_at, cancel_at, lose_lease_at });
        if let Some(finished) = &finished {
            check_record(finished, &self.world.store);
        }
        self.remember(finished.as_ref());
    }

    /// A run in which nothing goes wrong.
    fn calm(&mut self) {
        let input = self.input();
        let finished = self.world.run(input, &mut fair_weather(&mut clear_sky)).unwrap();
        check_record(&finished, &self.world.store);
        self.remember(Some(&finished));
    }

    fn remember(&mut self, finished: Option<&Finished>) {
        let fine = finished.is_some_and(|finished| {
            finished.status == SyncStatus::Completed && finished.outcome != SyncOutcome::Partial
        });
        self.last = Some(LastRun { same_filters: true, valid_until_ms: None, without_problem: fine, left: Vec::new() });
    }

    fn pause(&mut self) {
        self.world.now_ms += CONTENT_LAG_MS + self.world.dice.below(60_000) as i64;
    }

    fn edit_by_user(&mut self) {
        let number = self.world.dice.below(self.wishes.len() as u64) as usize;
        if self.world.store.children[number].open_intent.is_some() {
            return;
        }
        let target = self.wanted(number);
        let rows = some_contents(&mut self.world.dice, &target);
        let id = self.world.store.children[number].playlist.clone().unwrap();
        let fake = self.world.spotify.children.get_mut(&id).unwrap();
        // A change that is not listed yet is nobody's fault: the next run finds it.
        *fake = FakePlaylist { version: fake.version + 1, followed: fake.followed, ..FakePlaylist::new(rows) };
    }

    /// Confirms what was held; false if nothing was.
    fn confirm_held(&mut self) -> bool {
        let mut any = false;
        for done in self.world.store.done.clone() {
            if done.outcome == ChildOutcome::Held {
                let child = self.world.store.children.iter_mut().find(|child| child.id == done.child).unwrap();
                assert!(done.plan_hash.is_some());
                child.confirmed_plan_hash = done.plan_hash;
                any = true;
            }
        }
        any
    }

    fn check_contents(&self) {
        for (child, target) in self.world.store.children.iter().zip(self.targets()) {
            let rows = &self.world.spotify.children[child.playlist.as_ref().unwrap()].rows;
            let done = self.world.store.done.iter().find(|done| done.child == child.id);
            let Some(target) = target else {
                let outcome = done.map(|done| done.outcome);
                assert!(matches!(outcome, None | Some(ChildOutcome::Skipped)), "{}: {outcome:?}", child.name);
                assert!(child.open_intent.is_none(), "{} was written", child.name);
                continue;
            };
            if done.is_some_and(|done| done.outcome == ChildOutcome::Failed) {
                assert!(plan_writes(rows, &target).is_err(), "{}: {done:?}", child.name);
            } else {
                assert_eq!(uris(rows), target, "seed {}: {}: {done:?}", self.seed, child.name);
                assert!(child.open_intent.is_none(), "{} keeps its intent", child.name);
            }
        }
    }

    /// Writes nothing, and asks only the cheap question if the run before had no problem.
    fn check_run_without_work(&mut self, is_settled: bool) {
        let fine = self.last.as_ref().is_some_and(|last| last.without_problem);
        let mut input = self.input();
        input.limits.fail_fast = false;
        let all = input.children.iter().filter(|child| child.active && child.selected).count() as u32;
        let library = input.library_total;
        let finished = self.world.run(input, &mut fair_weather(&mut clear_sky)).unwrap();
        assert!(!self.world.sent.iter().any(Request::is_write), "the second run writes");
        if fine {
            assert_eq!((finished.status, finished.outcome), (SyncStatus::Completed, SyncOutcome::NoChange));
        }
        if fine && is_settled {
            let cheap = library.map_or(1 + all, |total| page_count(total).min(1 + all));
            assert!(self.world.sent.len() as u32 <= cheap + 1, "{:?}", self.world.sent);
        }
    }
}

fn known(child: &ChildInput) -> Vec<String> {
    child.known.as_ref().map(|known| uris(&known.rows)).unwrap_or_default()
}

fn fair_weather<'a>(
    trouble: &'a mut dyn FnMut(&Request, usize, &mut Dice) -> Option<super::driver::Trouble>,
) -> Weather<'a> {
    Weather { trouble, crash_at: None, cancel_at: None, lose_lease_at: None }
}

/// The record agrees with itself (the outcome table of the design).
fn check_record(finished: &Finished, store: &Store) {
    let is = |wanted: &[ChildOutcome]| store.done.iter().any(|done| wanted.contains(&done.outcome));
    let good = is(&[ChildOutcome::Updated, ChildOutcome::Unchanged]);
    let bad = is(&[ChildOutcome::Failed, ChildOutcome::RolledBack]);
    let left_out = |done: &ChildDone| done.outcome == ChildOutcome::Updated && done.error.is_some();
    let open = is(&[ChildOutcome::Skipped, ChildOutcome::Held]) || store.done.iter().any(left_out);
    match (finished.status, finished.outcome) {
        (SyncStatus::Completed, SyncOutcome::Full) => assert!(!bad && !open && is(&[ChildOutcome::Updated])),
        (SyncStatus::Completed, SyncOutcome::NoChange) => assert!(!bad && !open && !is(&[ChildOutcome::Updated])),
        (SyncStatus::Completed, SyncOutcome::Partial) => assert!(!bad && open),
        (SyncStatus::Failed, SyncOutcome::Partial) => assert!(good),
        (SyncStatus::Failed, SyncOutcome::None) => assert!(!good),
        (SyncStatus::Failed, SyncOutcome::Cancelled) => {}
        (status, outcome) => panic!("{status:?}/{outcome:?}"),
    }
    assert_eq!(finished.status == SyncStatus::Failed, finished.error_message.is_some());
    for done in &store.done {
        let explained = done.error.is_some() || matches!(done.outcome, ChildOutcome::Updated | ChildOutcome::Unchanged);
        assert!(explained, "{done:?}");
    }
}

fn base_rows(dice: &mut Dice) -> Vec<BaseRow> {
    let len = [0, 3, 20, 40, 60, 60, 130, 260][dice.below(8) as usize];
    let mut rows = Vec::new();
    for number in 0..len {
        let letters: String = LETTERS.iter().filter(|_| dice.chance(60)).copied().collect();
        let row = match dice.below(30) {
            0 => BaseRow::Skipped(SkippedRow { position: 0, name: String::new(), reason: SkipReason::LocalFile }),
            1 => BaseRow::Skipped(SkippedRow { position: 0, name: String::new(), reason: SkipReason::Unavailable }),
            2 => BaseRow::Track(Box::new(track(number / 2, &letters, number % 60))),
            _ => BaseRow::Track(Box::new(track(number, &letters, number % 60))),
        };
        rows.push(row);
    }
    rows
}

/// Something that a child may hold, near its target or far from it.
fn some_contents(dice: &mut Dice, target: &[String]) -> Vec<Row> {
    let mut rows: Vec<Row> = target.iter().map(Row::song).collect();
    match dice.below(7) {
        0 => rows.clear(),
        1 => {}
        2 => dice.shuffle(&mut rows),
        3 => rows.retain(|_| dice.chance(80)),
        4 => {
            rows.retain(|_| dice.chance(70));
            rows.extend(songs(5_000..5_000 + dice.below(20)));
            dice.shuffle(&mut rows);
        }
        5 => rows = songs(6_000..6_000 + dice.below(230)),
        _ => {
            let again: Vec<Row> = rows.iter().take(3).cloned().collect();
            rows.extend(again);
        }
    }
    if dice.chance(15) {
        let at = dice.below(rows.len() as u64 + 1) as usize;
        rows.insert(at, Row { uri: uri(9_999).replace("track", "local"), fixed: true });
    }
    rows
}
