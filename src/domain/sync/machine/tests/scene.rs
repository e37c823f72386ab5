//! A world for named cases: one base, some children, nothing by chance but the order of answers.

use super::super::command::{ChildDone, Finished, Request};
use super::super::input::{BaseInput, BaseRow, ChildInput, FaultKind, KnownContents, LastRun, Limits, RunInput};
use super::builders::{Dice, child_id, playlist, uris};
use super::driver::{Trouble, Weather, World, clear_sky};
use super::spotify::{FakePlaylist, Spotify, base_id, fault};
use super::store::Store;
use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::filter::rule::Filter;
use crate::domain::playlist::{ChildKind, Routing};
use crate::domain::sync::diff::Row;
use crate::domain::tag::TagBook;
use crate::domain::track::FilterableTrack;

pub struct Scene {
    pub world: World,
    pub mode: ApiMode,
    pub capabilities: Capabilities,
    pub limits: Limits,
    pub last_run: Option<LastRun>,
    pub routing: Routing,
    pub cancel_at: Option<usize>,
    pub lose_lease_at: Option<usize>,
}

impl Scene {
    pub fn new(tracks: impl IntoIterator<Item = FilterableTrack>) -> Self {
        let base = tracks.into_iter().map(|track| BaseRow::Track(Box::new(track))).collect();
        Self {
            world: World {
                spotify: Spotify::new(base),
                store: Store { library_total: Some(8), ..Store::default() },
                now_ms: 1_700_000_000_000,
                dice: Dice(1),
                sent: Vec::new(),
                trace: None,
                loud: false,
                lag_ms: None,
            },
            mode: ApiMode::Extended,
            capabilities: Capabilities::ALL,
            limits: Limits { max_rate_limit_wait_s: 60, fail_fast: false, read_back: false, concurrency: 4 },
            last_run: None,
            routing: Routing::Overlap,
            cancel_at: None,
            lose_lease_at: None,
        }
    }

    /// Adds a child that holds `rows`; gives its index.
    pub fn child(&mut self, filter: Filter, rows: Vec<Row>) -> usize {
        let index = self.world.store.children.len();
        let id = playlist(&format!("CHILD{index}"));
        self.world.spotify.children.insert(id.clone(), FakePlaylist::new(rows));
        self.world.store.children.push(ChildInput {
            id: child_id(index as u64),
            name: format!("Child {index}"),
            playlist: Some(id),
            filter,
            kind: ChildKind::Filter,
            active: true,
            selected: true,
            known: None,
            open_intent: None,
            adopted_never_written: false,
            filter_changed: true,
            confirmed_plan_hash: None,
            hands: Default::default(),
            restored_to: None,
        });
        index
    }

    /// Adds a child that takes what is left; gives its index.
    pub fn leftovers(&mut self, rows: Vec<Row>) -> usize {
        let index = self.child(Filter::everything(), rows);
        self.world.store.children[index].kind = ChildKind::Leftovers;
        index
    }

    /// Lets the store know what the child holds, as if a run had verified it.
    pub fn know(&mut self, index: usize) {
        let child = &mut self.world.store.children[index];
        let fake = &self.world.spotify.children[child.playlist.as_ref().unwrap()];
        child.known = Some(KnownContents { snapshot: fake.snapshot(), rows: fake.rows.clone() });
    }

    /// What a child holds on Spotify.
    pub fn rows_of(&self, child: &ChildInput) -> Vec<Row> {
        self.world.spotify.children[child.playlist.as_ref().unwrap()].rows.clone()
    }

    pub fn input(&self) -> RunInput {
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
            capabilities: self.capabilities,
            mode: self.mode,
            now_ms: self.world.now_ms,
            zone: vec![(i64::MIN, 0)],
            library_total: self.world.store.library_total,
            seed: 3,
            limits: self.limits,
            last_run: self.last_run.clone(),
            checkpoint: None,
        }
    }

    /// A run in which nothing goes wrong.
    pub fn run(&mut self) -> Finished {
        self.run_with(&mut clear_sky)
    }

    pub fn run_with(&mut self, trouble: &mut dyn FnMut(&Request, usize, &mut Dice) -> Option<Trouble>) -> Finished {
        self.try_run(trouble).unwrap()
    }

    pub fn try_run(
        &mut self,
        trouble: &mut dyn FnMut(&Request, usize, &mut Dice) -> Option<Trouble>,
    ) -> Option<Finished> {
        let input = self.input();
        let (cancel_at, lose_lease_at) = (self.cancel_at, self.lose_lease_at);
        self.world.now_ms += 60_000;
        self.world.run(input, &mut Weather { trouble, crash_at: None, cancel_at, lose_lease_at })
    }

    pub fn done(&self, index: usize) -> &ChildDone {
        let id = self.world.store.children[index].id;
        self.world.store.done.iter().find(|done| done.child == id).unwrap()
    }

    pub fn holds(&self, index: usize) -> Vec<String> {
        let id = self.world.store.children[index].playlist.as_ref().unwrap();
        uris(&self.world.spotify.children[id].rows)
    }

    pub fn sent(&self, wanted: impl Fn(&Request) -> bool) -> usize {
        self.world.sent.iter().filter(|request| wanted(request)).count()
    }

    pub fn writes(&self) -> usize {
        self.sent(Request::is_write)
    }
}

/// The fault for the requests that `wanted` names, `times` times from the first; not done.
pub fn failing(
    wanted: impl Fn(&Request) -> bool,
    kind: FaultKind,
    times: usize,
) -> impl FnMut(&Request, usize, &mut Dice) -> Option<Trouble> {
    lost(wanted, kind, times, false)
}

/// The same; `done`: only the answer gets lost.
pub fn lost(
    wanted: impl Fn(&Request) -> bool,
    kind: FaultKind,
    times: usize,
    done: bool,
) -> impl FnMut(&Request, usize, &mut Dice) -> Option<Trouble> {
    let mut left = times;
    move |request, _, _| {
        let hit = left > 0 && wanted(request);
        left -= usize::from(hit);
        hit.then(|| Trouble { fault: fault(kind), done })
    }
}
