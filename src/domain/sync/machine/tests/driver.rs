//! Carries commands out in virtual time and checks at every instant what must never be broken.

use super::super::command::{Command, Commit, Finished, Request, RequestNo};
use super::super::input::{Event, Fault, FaultKind, Limits, RunInput};
use super::builders::{Dice, uris};
use super::spotify::{CONTENT_LAG_MS, Spotify, base_id};
use super::store::Store;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::diff::WriteKind;
use std::collections::{BTreeMap, BTreeSet};

/// Commands that one run may give; more means that it does not end.
const COMMANDS_MAX: usize = 60_000;
/// Virtual time that one run may take.
const RUN_MS_MAX: i64 = 4 * 60 * 60 * 1000;

/// A fault for one request.
#[derive(Debug, Clone)]
pub struct Trouble {
    pub fault: Fault,
    /// The request was done all the same; only its answer got lost.
    pub done: bool,
}

/// Everything outside the machine.
pub struct World {
    pub spotify: Spotify,
    pub store: Store,
    pub now_ms: i64,
    pub dice: Dice,
    /// Every request of the newest run.
    pub sent: Vec<Request>,
    /// Everything commanded and answered, where it is asked for.
    pub trace: Option<Vec<String>>,
    /// Prints the trace as it grows.
    pub loud: bool,
    /// For how long reads do not show a write; `None`: now this, now that.
    pub lag_ms: Option<i64>,
}

/// What happens to one run from outside.
pub struct Weather<'a> {
    /// Asked before each request, with its number from 0.
    pub trouble: &'a mut dyn FnMut(&Request, usize, &mut Dice) -> Option<Trouble>,
    /// The process dies at this command.
    pub crash_at: Option<usize>,
    pub cancel_at: Option<usize>,
    pub lose_lease_at: Option<usize>,
}

pub fn clear_sky(_: &Request, _: usize, _: &mut Dice) -> Option<Trouble> {
    None
}

/// A run under way.
struct Flight<'a, 'b> {
    world: &'a mut World,
    weather: &'a mut Weather<'b>,
    /// What will be told to the machine: time and order of making.
    agenda: BTreeMap<(i64, u64), Told>,
    serial: u64,
    commands: usize,
    reads: BTreeSet<u64>,
    writes: BTreeMap<u64, PlaylistId>,
    /// What each child held before this run first wrote it.
    begun: BTreeMap<PlaylistId, Vec<String>>,
    quiet_until_ms: i64,
    limits: Limits,
    lost: bool,
    done: bool,
}

enum Told {
    Event(Event),
    Stored(Event, Commit),
}

impl World {
    fn note(&mut self, line: impl FnOnce() -> String) {
        let Some(trace) = &mut self.trace else { return };
        let line = line();
        if self.loud {
            println!("{line}");
        }
        trace.push(line);
    }

    /// Runs to the end or to the crash; gives the last commit of a run that was not killed.
    pub fn run(&mut self, input: RunInput, weather: &mut Weather<'_>) -> Option<Finished> {
        self.sent.clear();
        self.store.done.clear();
        self.store.finished = None;
        let started_ms = self.now_ms;
        let limits = input.limits;
        let mut flight = Flight {
            world: self,
            weather,
            agenda: BTreeMap::new(),
            serial: 0,
            commands: 0,
            reads: BTreeSet::new(),
            writes: BTreeMap::new(),
            begun: BTreeMap::new(),
            quiet_until_ms: 0,
            limits,
            lost: false,
            done: false,
        };
        let (mut state, mut commands) = super::super::start(input);
        loop {
            for command in commands {
                if !flight.carry_out(command) {
                    return None;
                }
            }
            if flight.done {
                break;
            }
            let Some(event) = flight.next_event() else { panic!("the run waits for nothing") };
            assert!(flight.world.now_ms - started_ms < RUN_MS_MAX, "the run takes too long");
            (state, commands) = super::super::step(state, event);
        }
        let (finished, lost) = (flight.world.store.finished.clone(), flight.lost);
        assert!(finished.is_some() || lost, "Done without Finished");
        if let Some(finished) = &finished {
            assert_eq!(finished.requests as usize, self.sent.len());
        }
        finished
    }
}

impl Flight<'_, '_> {
    /// False: the process died.
    fn carry_out(&mut self, command: Command) -> bool {
        assert!(!self.done, "a command after Done");
        self.commands += 1;
        assert!(self.commands < COMMANDS_MAX, "the run does not end");
        let dies = self.weather.crash_at == Some(self.commands);
        if self.weather.cancel_at == Some(self.commands) {
            self.tell(1, Told::Event(Event::CancelRequested));
        }
        if self.weather.lose_lease_at == Some(self.commands) {
            self.tell(0, Told::Event(Event::OwnershipLost));
        }
        let now_ms = self.world.now_ms;
        self.world.note(|| format!("{now_ms} {command:?}"));
        match command {
            Command::Fetch { no, request } => self.fetch(no.0, request, dies),
            Command::LookUpArtists { ids } => {
                let found = ids.iter().filter_map(|id| self.world.store.cache.get(id).cloned()).collect();
                self.tell(3, Told::Event(Event::ArtistsFound { found }));
            }
            Command::KeepArtists { found, .. } => {
                self.world.store.cache.extend(found.into_iter().map(|artist| (artist.id.clone(), artist)));
            }
            Command::Commit { no, commit } => {
                assert!(!self.lost, "a commit without the lease");
                self.tell(2, Told::Stored(Event::Committed { no }, commit));
            }
            Command::Sleep { no, ms, .. } => {
                let now_ms = self.world.now_ms + ms as i64;
                self.tell(ms as i64, Told::Event(Event::Woke { no, now_ms }));
            }
            Command::Heartbeat { progress, .. } => assert!(progress.done <= progress.total, "{progress:?}"),
            Command::Done => self.done = true,
        }
        !dies
    }

    fn fetch(&mut self, no: u64, request: Request, dies: bool) {
        assert!(!self.lost, "a request without the lease");
        assert!(self.world.now_ms >= self.quiet_until_ms, "a request while Spotify asked to wait");
        let beside = self.writes.values().any(|playlist| Some(playlist) == request.playlist());
        assert!(!beside, "a request beside a write to the same playlist");
        if request.is_write() {
            let id = written(&request).clone();
            let held = uris(&self.world.spotify.children[&id].rows);
            self.begun.entry(id.clone()).or_insert(held);
            self.writes.insert(no, id);
            self.check_intent(&request);
        } else {
            self.reads.insert(no);
        }
        assert!(self.reads.len() + self.writes.len() <= self.limits.concurrency);
        let world = &mut *self.world;
        let number = world.sent.len();
        world.sent.push(request.clone());
        let trouble = match dies {
            false => (self.weather.trouble)(&request, number, &mut world.dice),
            true => {
                let fault = Fault { kind: FaultKind::Malformed, message: String::new() };
                Some(Trouble { fault, done: world.dice.chance(50) })
            }
        };
        let drawn_ms = world.dice.below(CONTENT_LAG_MS as u64) as i64;
        let lag_ms = world.lag_ms.unwrap_or(drawn_ms);
        let result = match trouble {
            None => world.spotify.answer(&request, world.now_ms, lag_ms),
            Some(trouble) => {
                if trouble.done {
                    let _ = world.spotify.answer(&request, world.now_ms, lag_ms);
                }
                Err(trouble.fault)
            }
        };
        let now_ms = world.now_ms;
        world.note(|| format!("{now_ms} answer {result:?}"));
        self.check_promises(&request);
        let latency_ms = 1 + self.world.dice.below(300) as i64;
        let now_ms = self.world.now_ms + latency_ms;
        let no = RequestNo(no);
        self.tell(latency_ms, Told::Event(Event::Fetched { no, result, now_ms }));
    }

    fn tell(&mut self, after_ms: i64, told: Told) {
        self.serial += 1;
        self.agenda.insert((self.world.now_ms + after_ms, self.serial), told);
    }

    fn next_event(&mut self) -> Option<Event> {
        let ((at_ms, _), told) = self.agenda.pop_first()?;
        self.world.now_ms = self.world.now_ms.max(at_ms);
        let event = match told {
            Told::Event(event) => event,
            Told::Stored(event, _) if self.lost => event,
            Told::Stored(event, commit) => {
                self.world.store.keep(&commit);
                self.check_commit(&commit);
                event
            }
        };
        match &event {
            Event::Fetched { no, result, .. } => {
                if let Err(Fault { kind: FaultKind::RateLimited { retry_after_s, .. }, .. }) = result {
                    let wait_s = retry_after_s.unwrap_or(30).min(RUN_MS_MAX as u64) as i64;
                    self.quiet_until_ms = self.quiet_until_ms.max(self.world.now_ms + wait_s * 1000);
                }
                self.reads.remove(&no.0);
                self.writes.remove(&no.0);
            }
            Event::OwnershipLost => self.lost = true,
            Event::ArtistsFound { .. } | Event::Committed { .. } | Event::Woke { .. } | Event::CancelRequested => {}
        }
        Some(event)
    }

    /// Promise P3, and no write to any playlist outside the children of this run.
    fn check_intent(&self, request: &Request) {
        let id = written(request);
        assert_ne!(*id, base_id(), "a write to the base");
        let child = self.world.store.children.iter().find(|child| child.playlist.as_ref() == Some(id)).unwrap();
        let takes_part = child.active || child.restored_to.is_some();
        assert!(takes_part && child.selected, "a write to a child that is not in this run");
        assert!(child.open_intent.is_some(), "a write without an intent");
    }

    /// Promises P1 and P2.
    fn check_promises(&self, request: &Request) {
        if !request.is_write() {
            return;
        }
        let id = written(request);
        let child = self.world.store.children.iter().find(|child| child.playlist.as_ref() == Some(id)).unwrap();
        let intent = child.open_intent.as_ref().unwrap();
        if intent.kind == WriteKind::Replace {
            return;
        }
        let rows = &self.world.spotify.children[id].rows;
        // An interrupted run with another target may have left neither old nor new songs.
        let (old, now, begun) = (uris(&intent.old), uris(rows), &self.begun[id]);
        let fixed = intent.old.iter().filter(|row| row.fixed).count();
        assert_eq!(fixed, rows.iter().filter(|row| row.fixed).count(), "a row that cannot be added back was lost (P8)");
        let old_set: BTreeSet<&String> = old.iter().collect();
        let new_set: BTreeSet<&String> = intent.new.iter().collect();
        let now_set: BTreeSet<&String> = now.iter().collect();
        // Of run after run with the same target, this makes Old ∩ New stay.
        let stays = |uri: &&String| new_set.contains(*uri);
        assert!(begun.iter().filter(stays).all(|uri| now_set.contains(uri)), "a song that stays is missing (P2)");
        let is_known = |uri: &&String| old_set.contains(uri) || new_set.contains(uri) || begun.contains(uri);
        assert!(now_set.iter().all(is_known), "a strange song (P2)");
        if intent.kind == WriteKind::Put {
            assert!(now == old || now == intent.new || now == *begun, "neither old nor new (P1)");
        }
    }

    /// What the record says of a child is true.
    fn check_commit(&self, commit: &Commit) {
        let Commit::ChildDone(done) = commit else { return };
        let child = self.world.store.children.iter().find(|child| child.id == done.child).unwrap();
        let rows = &self.world.spotify.children[child.playlist.as_ref().unwrap()].rows;
        if let Some(after) = &done.after {
            assert_eq!(after, rows, "the record of {:?} is wrong", done.outcome);
        }
    }
}

fn written(request: &Request) -> &PlaylistId {
    match request {
        Request::PutItems { playlist, .. }
        | Request::PostItems { playlist, .. }
        | Request::DeleteItems { playlist, .. }
        | Request::MoveItems { playlist, .. } => playlist,
        Request::LibraryPage { .. }
        | Request::PlaylistSnapshot { .. }
        | Request::BaseItems { .. }
        | Request::ChildItems { .. }
        | Request::ArtistBatch { .. }
        | Request::Artist { .. }
        | Request::LibraryContains { .. } => panic!("no write: {request:?}"),
    }
}
