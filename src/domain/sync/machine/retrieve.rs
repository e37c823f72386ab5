//! Step 1, the cheap question: what the library says of the base and its children, and whether anything
//! has to be done at all.

use super::command::{ChildDone, ChildSeen, Commit, Request};
use super::decide::{Decision, Verdict};
use super::input::{Answer, FaultKind, LastRun, PlaylistSeen};
use super::run::Run;
use super::stage::Stage;
use super::traffic::Failure;
use super::{contents, finish, read_base};
use crate::domain::ids::PlaylistId;
use crate::domain::sync::batch;
use crate::domain::sync::event::{ChildOutcome, SyncEventChild, SyncPhase};
use std::collections::BTreeMap;

/// The answers so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    wanted: BTreeMap<PlaylistId, Option<PlaylistSeen>>,
    /// Requests that are not answered.
    open: usize,
    total: Option<u32>,
    /// Pages disagreed, so that a playlist may have slipped between two.
    shifted: bool,
    /// Missing playlists were asked for one by one.
    singles_asked: bool,
}

/// Begins the run: pages of the library, or single questions where these are fewer.
pub fn begin(run: &mut Run) -> Stage {
    if run.selected().next().is_none() {
        finish::all_done(run);
        return Stage::Closing;
    }
    run.enter(SyncPhase::Retrieving, 0);
    let children = run.selected().filter_map(|index| run.input.children[index].playlist.clone());
    let wanted = children.chain(sources(run)).map(|playlist| (playlist, None)).collect();
    let mut library = Library { wanted, open: 0, total: None, shifted: false, singles_asked: false };
    match run.input.library_total {
        Some(total) if !library.pages_are_cheaper(total) => library.ask_singles(run),
        Some(_) | None => library.ask(run, Request::LibraryPage { offset: 0 }),
    }
    Stage::Library(library)
}

/// Playlists that songs come from. Where children are put back, nothing is asked of them: the base may be gone.
fn sources(run: &Run) -> Vec<PlaylistId> {
    if run.restores() {
        return Vec::new();
    }
    let named = run.input.playlists.iter().map(|named| named.playlist.clone());
    named.chain([run.input.base.playlist.clone()]).collect()
}

/// Takes one answer.
pub fn answered(mut library: Library, run: &mut Run, request: &Request, answer: Answer) -> Stage {
    library.open -= 1;
    run.advance();
    match answer {
        Answer::Library { entries, total } => {
            for entry in entries {
                if let Some(seen) = library.wanted.get_mut(&entry.id) {
                    *seen = Some(entry.seen);
                }
            }
            if let Request::LibraryPage { offset } = request {
                library.take_total(run, *offset, total);
            }
        }
        Answer::Snapshot(seen) => {
            if let Request::PlaylistSnapshot { playlist } = request {
                library.wanted.insert(playlist.clone(), Some(seen));
            }
        }
        Answer::BasePage { .. }
        | Answer::ChildPage { .. }
        | Answer::Artists(_)
        | Answer::Contained(_)
        | Answer::Written { .. } => {}
    }
    library.go_on(run)
}

/// Takes a failed request: a single child that is gone is a finding, everything else ends the run.
pub fn failed(mut library: Library, run: &mut Run, failure: &Failure) -> Stage {
    let gone = matches!(failure.fault.kind, FaultKind::NotFound | FaultKind::Forbidden);
    let Request::PlaylistSnapshot { playlist } = &failure.request else {
        return stop(run, "looking for your playlists", failure);
    };
    if *playlist == run.input.base.playlist {
        return stop(run, "looking for the base playlist", failure);
    }
    if !gone {
        return stop(run, "looking for your playlists", failure);
    }
    library.open -= 1;
    run.advance();
    library.go_on(run)
}

fn stop(run: &mut Run, step: &str, failure: &Failure) -> Stage {
    finish::stopped(run, step, failure);
    Stage::Closing
}

impl Library {
    fn pages_are_cheaper(&self, total: u32) -> bool {
        batch::page_count(total) as usize <= self.wanted.len()
    }

    fn ask(&mut self, run: &mut Run, request: Request) {
        self.open += 1;
        run.fetch(request);
    }

    fn ask_singles(&mut self, run: &mut Run) {
        self.singles_asked = true;
        let missing: Vec<PlaylistId> =
            self.wanted.iter().filter(|(_, seen)| seen.is_none()).map(|(playlist, _)| playlist.clone()).collect();
        for playlist in missing {
            self.ask(run, Request::PlaylistSnapshot { playlist });
        }
    }

    fn take_total(&mut self, run: &mut Run, offset: u32, total: u32) {
        self.shifted |= self.total.is_some_and(|known| known != total);
        self.total = Some(total);
        if offset > 0 {
            return;
        }
        if !self.pages_are_cheaper(total) {
            self.ask_singles(run);
            return;
        }
        for offset in batch::pages(total) {
            self.ask(run, Request::LibraryPage { offset });
        }
    }

    fn go_on(mut self, run: &mut Run) -> Stage {
        if self.open > 0 {
            return Stage::Library(self);
        }
        if self.shifted && !self.singles_asked {
            self.ask_singles(run);
        }
        // A base may be readable without being in the library, as a playlist that a rule names: only its own answer
        // says that it is gone.
        if !self.singles_asked {
            self.singles_asked = true;
            for playlist in sources(run) {
                if self.wanted.get(&playlist).is_some_and(Option::is_none) {
                    self.ask(run, Request::PlaylistSnapshot { playlist });
                }
            }
        }
        if self.open > 0 { Stage::Library(self) } else { self.done(run) }
    }

    fn done(self, run: &mut Run) -> Stage {
        for index in run.selected().collect::<Vec<_>>() {
            let playlist = run.input.children[index].playlist.as_ref();
            let seen = playlist.and_then(|playlist| self.wanted.get(playlist)?.as_ref());
            run.children[index].snapshot = seen.map(|seen| seen.snapshot.clone());
        }
        if run.restores() {
            let children = self.children_seen(run);
            run.commit(Commit::PlaylistsSeen { base: None, children, library_total: self.total });
            return contents::begin(run);
        }
        let Some(base) = self.wanted.get(&run.input.base.playlist).cloned().flatten() else {
            finish::impossible(run, "The base playlist was not found on Spotify. Nothing was written.".to_owned());
            return Stage::Closing;
        };
        for (named, state) in run.input.playlists.iter().zip(&mut run.playlists) {
            let seen = self.wanted.get(&named.playlist).and_then(Option::as_ref);
            state.snapshot = seen.map(|seen| seen.snapshot.clone());
        }
        run.base_snapshot = Some(base.snapshot.clone());
        let children = self.children_seen(run);
        run.commit(Commit::PlaylistsSeen { base: Some(base), children, library_total: self.total });
        if nothing_changed(run) { no_change(run) } else { read_base::begin(run) }
    }

    fn children_seen(&self, run: &Run) -> Vec<ChildSeen> {
        let children = run.selected().map(|index| &run.input.children[index]);
        children
            .filter_map(|child| {
                let seen = self.wanted.get(child.playlist.as_ref()?)?.clone()?;
                Some(ChildSeen { child: child.id, seen })
            })
            .collect()
    }
}

/// Whether the last run verified all that this one would find.
fn nothing_changed(run: &Run) -> bool {
    let Some(last) = &run.input.last_run else { return false };
    let still_valid = last.valid_until_ms.is_none_or(|until_ms| run.input.now_ms < until_ms);
    let same_base = run.input.base.verified_snapshot.is_some() && run.input.base.verified_snapshot == run.base_snapshot;
    last.same_filters
        && last.without_problem
        && still_valid
        && same_base
        && run.knows_playlists()
        && run.selected().all(|index| still(run, last, index))
}

/// Whether a child is as the last run left it, and would be left so again.
fn still(run: &Run, last: &LastRun, index: usize) -> bool {
    let child = &run.input.children[index];
    let Some(left) = last.left.iter().find(|left| left.child_playlist_id == child.id) else {
        return run.knows_contents(index);
    };
    match left.outcome {
        Some(ChildOutcome::Held) => run.knows_contents(index) && child.confirmed_plan_hash.is_none(),
        // What it holds is of no account, unless others must not take that.
        Some(ChildOutcome::Skipped) => {
            let again = Decision::cannot_judge(&child.filter, &run.capabilities, left.matched);
            let same_reason =
                matches!(&again.verdict, Verdict::Untouched { reason, .. } if left.error.as_ref() == Some(reason));
            let listed = run.children[index].snapshot.is_some() && child.open_intent.is_none();
            same_reason && listed && (!run.is_exclusive() || run.knows_contents(index))
        }
        Some(ChildOutcome::Unchanged | ChildOutcome::Updated | ChildOutcome::Failed | ChildOutcome::RolledBack)
        | None => false,
    }
}

/// The same result again, of a child that was left as it is.
fn left_again(left: &SyncEventChild) -> ChildDone {
    ChildDone {
        child: left.child_playlist_id,
        outcome: left.outcome.unwrap_or(ChildOutcome::Skipped),
        matched: left.matched,
        added: left.added,
        removed: left.removed,
        kept: left.kept,
        requests: 0,
        plan_hash: left.plan_hash.clone(),
        error: left.error.clone(),
        hand_edits: Vec::new(),
        before: None,
        after: None,
        snapshot: None,
        closes_intent: true,
    }
}

fn no_change(run: &mut Run) -> Stage {
    run.base_read = true;
    let all_left = run.input.last_run.take().map(|last| last.left).unwrap_or_default();
    for index in run.selected().collect::<Vec<_>>() {
        let child = &run.input.children[index];
        if let Some(left) = all_left.iter().find(|left| left.child_playlist_id == child.id) {
            run.child_done(index, left_again(left));
            continue;
        }
        let rows = child.known.as_ref().map_or(&[][..], |known| &known.rows);
        let songs = rows.iter().filter(|row| !row.fixed).count() as u32;
        let done = ChildDone {
            child: child.id,
            outcome: ChildOutcome::Unchanged,
            matched: songs,
            added: 0,
            removed: 0,
            kept: songs,
            requests: 0,
            plan_hash: None,
            error: None,
            hand_edits: Vec::new(),
            before: None,
            after: None,
            snapshot: None,
            closes_intent: true,
        };
        run.child_done(index, done);
    }
    finish::all_done(run);
    Stage::Closing
}
