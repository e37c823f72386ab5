//! What all steps of a run share: its input, its requests, its commits and its progress.

use super::checkpoint::BasePage;
use super::command::{ChildDone, Command, Commit, Finished, Request, RequestNo};
use super::decide::Decision;
use super::input::{ChildInput, RunInput};
use super::traffic::Traffic;
use super::write_child::songs;
use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::filter::rule::Filter;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::diff::Row;
use crate::domain::sync::event::{ChildOutcome, Progress, SyncPhase};
use crate::domain::sync::hands::HandEdit;
use crate::domain::sync::settle::is_exclusive;
use crate::domain::track::FilterableTrack;
use std::collections::{BTreeSet, HashSet};

/// A run without the step that it is in.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub input: RunInput,
    pub traffic: Traffic,
    pub phase: SyncPhase,
    pub progress: Progress,
    /// Durable commits that are not answered yet.
    unanswered: BTreeSet<RequestNo>,
    /// Pages of the base that are not written down yet.
    pub unsaved: Vec<BasePage>,
    pub children: Vec<ChildState>,
    /// As `input.playlists`.
    pub playlists: Vec<PlaylistState>,
    pub tracks: Vec<FilterableTrack>,
    pub skipped: u32,
    pub artists_asked: u32,
    pub artists_found: u32,
    pub cached_api_requests: u32,
    /// Seen before the first page of the base; kept only if its pages fitted together.
    pub base_snapshot: Option<String>,
    pub base_read: bool,
    pub capabilities: Capabilities,
    pub mode: ApiMode,
    /// What was changed by hand is known.
    pub hands_seen: bool,
    pub cancel: bool,
    pub out: Vec<Command>,
}

/// What the run knows of a child.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChildState {
    /// Its snapshot in the library; `None` if it is not listed.
    pub snapshot: Option<String>,
    /// What it holds, where this run knows or has read it; else what was last seen in it.
    pub holds: Option<Vec<Row>>,
    pub decision: Option<Decision>,
    /// Decided before the routing: whatever it would get, it is left as it is.
    pub left_alone: bool,
    pub outcome: Option<ChildOutcome>,
    pub error: Option<String>,
    /// What was changed by hand against its rules.
    pub hand_edits: Vec<HandEdit>,
}

/// What the run knows of a playlist that rules name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlaylistState {
    /// Its snapshot; `None` if Spotify does not give it to the person.
    pub snapshot: Option<String>,
    /// What it holds; `None` if it could not be read.
    pub songs: Option<HashSet<String>>,
}

impl ChildState {
    /// Decides over a child that could not be looked into.
    pub fn leave(&mut self, decision: Decision) {
        self.decision = Some(decision);
        self.left_alone = true;
    }

    /// Whether it keeps what it holds.
    pub fn keeps(&self) -> bool {
        let written = |outcome| matches!(outcome, ChildOutcome::Updated | ChildOutcome::Unchanged);
        self.left_alone || self.outcome.is_some_and(|outcome| !written(outcome))
    }

    fn new(child: &ChildInput) -> Self {
        Self { holds: child.known.as_ref().map(|known| known.rows.clone()), ..Self::default() }
    }
}

impl Run {
    pub fn new(input: RunInput) -> Self {
        Self {
            traffic: Traffic::new(input.seed, input.now_ms, input.limits),
            phase: SyncPhase::Queued,
            progress: Progress::default(),
            unanswered: BTreeSet::new(),
            unsaved: Vec::new(),
            playlists: vec![PlaylistState::default(); input.playlists.len()],
            children: input.children.iter().map(ChildState::new).collect(),
            tracks: Vec::new(),
            skipped: 0,
            artists_asked: 0,
            artists_found: 0,
            cached_api_requests: 0,
            base_snapshot: None,
            base_read: false,
            capabilities: input.capabilities,
            mode: input.mode,
            hands_seen: false,
            cancel: false,
            out: Vec::new(),
            input,
        }
    }

    /// The children that this run writes, as indexes into `input.children`.
    pub fn selected(&self) -> impl Iterator<Item = usize> + use<'_> {
        self.routed().filter(|&index| self.input.children[index].selected)
    }

    /// The children that take part in the routing; a paused one only where it is put back.
    pub fn routed(&self) -> impl Iterator<Item = usize> + use<'_> {
        let children = self.input.children.iter().enumerate();
        let takes_part = |child: &ChildInput| child.active || child.restored_to.is_some();
        children.filter(move |(_, child)| takes_part(child) && child.playlist.is_some()).map(|(index, _)| index)
    }

    /// Whether this run puts children back to what they held; no song is routed then.
    pub fn restores(&self) -> bool {
        self.input.children.iter().any(|child| child.restored_to.is_some())
    }

    /// Whether what one child takes decides over what another gets.
    pub fn is_exclusive(&self) -> bool {
        !self.restores() && is_exclusive(self.routed().map(|index| self.input.children[index].kind), self.input.routing)
    }

    /// Filters that decide over what this run writes: of other children only where these take songs away.
    pub fn weighed_filters(&self) -> impl Iterator<Item = &Filter> {
        let is_exclusive = self.is_exclusive();
        let children = self.routed().map(|index| &self.input.children[index]);
        children.filter(move |child| child.selected || is_exclusive).map(|child| &child.filter)
    }

    /// Queues a request and counts it as a step to do.
    pub fn fetch(&mut self, request: Request) {
        self.progress.total += 1;
        self.traffic.push(request);
    }

    /// One step is done.
    pub fn advance(&mut self) {
        self.progress.done += 1;
        self.heartbeat();
    }

    /// Tells progress and waiting.
    pub fn heartbeat(&mut self) {
        let waiting_until_ms = self.traffic.waiting_until_ms();
        self.out.push(Command::Heartbeat { phase: self.phase, progress: self.progress, waiting_until_ms });
    }

    /// Begins a phase with `total` known steps.
    pub fn enter(&mut self, phase: SyncPhase, total: u32) {
        self.phase = phase;
        self.progress = Progress { done: 0, total };
        self.commit(Commit::Phase { phase, progress: self.progress });
    }

    /// Writes something down.
    pub fn commit(&mut self, commit: Commit) {
        let no = self.traffic.number();
        if commit.is_durable() {
            self.unanswered.insert(no);
        }
        self.out.push(Command::Commit { no, commit });
    }

    /// Takes the answer of a commit; true if nothing durable is open any more because of it.
    pub fn committed(&mut self, no: RequestNo) -> bool {
        self.unanswered.remove(&no) && self.unanswered.is_empty()
    }

    /// Whether a child failed.
    pub fn failed(&self, index: usize) -> bool {
        matches!(self.children[index].outcome, Some(ChildOutcome::Failed | ChildOutcome::RolledBack))
    }

    /// Whether what a child holds is known at the snapshot that the library shows.
    pub fn knows_contents(&self, index: usize) -> bool {
        let child = &self.input.children[index];
        let seen = self.children[index].snapshot.as_deref();
        child.open_intent.is_none() && seen.is_some() && child.known.as_ref().map(|k| k.snapshot.as_str()) == seen
    }

    /// Takes what is known of the named playlists at the snapshots that were seen; gives those that must be read.
    pub fn unread_playlists(&mut self) -> Vec<(usize, PlaylistId)> {
        let mut unread = Vec::new();
        for (index, (named, state)) in self.input.playlists.iter().zip(&mut self.playlists).enumerate() {
            match &named.known {
                Some(known) if state.snapshot.as_ref() == Some(&known.snapshot) => {
                    state.songs = Some(songs(&known.rows).into_iter().collect());
                }
                Some(_) | None if state.snapshot.is_some() => unread.push((index, named.playlist.clone())),
                Some(_) | None => {}
            }
        }
        unread
    }

    /// Whether every named playlist is as a run of this base last read it.
    pub fn knows_playlists(&self) -> bool {
        self.input.playlists.iter().zip(&self.playlists).all(|(named, state)| {
            state.snapshot.is_some() && named.known.as_ref().map(|known| &known.snapshot) == state.snapshot.as_ref()
        })
    }

    /// The first playlist that a child's rules name and nobody could read.
    pub fn unreadable_playlist(&self, index: usize) -> Option<&PlaylistId> {
        let wanted = self.input.children[index].filter.named_playlists();
        let named = self.input.playlists.iter().zip(&self.playlists);
        let unread = named.filter(|(_, state)| state.songs.is_none()).map(|(named, _)| &named.playlist);
        unread.into_iter().find(|playlist| wanted.contains(playlist.as_str()))
    }

    /// A child is finished, well or not.
    pub fn child_done(&mut self, index: usize, mut done: ChildDone) {
        let child = &mut self.children[index];
        // Of a child that was not finished, the next run finds them again.
        if matches!(done.outcome, ChildOutcome::Updated | ChildOutcome::Unchanged) {
            done.hand_edits = std::mem::take(&mut child.hand_edits);
        }
        child.outcome = Some(done.outcome);
        child.error.clone_from(&done.error);
        self.commit(Commit::ChildDone(done));
    }

    /// Ends the run: the last commit, with the statistics.
    pub fn finish(&mut self, ending: super::finish::Ending) {
        self.traffic.clear();
        self.save_pages();
        self.phase = SyncPhase::Done;
        let finished = Finished {
            status: ending.status,
            outcome: ending.outcome,
            error_message: ending.error_message,
            retry_at_ms: ending.retry_at_ms,
            reconnect_needed: ending.reconnect_needed,
            tracks_processed: self.tracks.len() as u32,
            tracks_skipped: self.skipped,
            requests: self.traffic.sent,
            artists_asked: self.artists_asked,
            artists_found: self.artists_found,
            cached_api_requests: self.cached_api_requests,
            base_snapshot: self.base_snapshot.clone().filter(|_| self.base_read),
            capabilities: self.capabilities,
            mode: self.mode,
        };
        self.commit(Commit::Finished(finished));
    }
}
