//! Step 5: the children, a few at a time. The intent of each is on disk before its first request. Where one child's
//! songs depend on what became of another, they are written one after another.

use super::command::{ChildDone, Commit, Intent, Request};
use super::decide::{Decision, Verdict};
use super::input::Answer;
use super::run::Run;
use super::stage::Stage;
use super::traffic::Failure;
use super::write_child::{self, ChildWrite, Next};
use super::{contents, finish};
use crate::domain::ids::PlaylistId;
use crate::domain::playlist::ChildKind;
use crate::domain::sync::event::{ChildOutcome, SyncPhase};
use std::collections::VecDeque;

/// Children that are written at the same time. The requests of one child follow each other, since each needs the
/// positions that the one before left.
const CHILDREN_AT_ONCE: usize = 5;

/// The children that are left, and those that are being written.
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    todo: VecDeque<Todo>,
    at: Vec<ChildWrite>,
    /// Why no further child is begun.
    ends: Option<End>,
}

/// A child whose turn will come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Todo {
    index: usize,
    /// Counted for it when the phase began.
    steps: u32,
}

#[derive(Debug, Clone, PartialEq)]
enum End {
    /// Every other request would fail as well.
    Stopped(Failure),
    /// A child failed, and the setting is to fail fast.
    FailFast,
}

/// Begins with the first children.
pub fn begin(run: &mut Run) -> Stage {
    let mut todo: Vec<usize> = run.selected().collect();
    // Leftovers last: what they get depends on what became of all others.
    todo.sort_by_key(|&index| run.input.children[index].kind == ChildKind::Leftovers);
    let todo: VecDeque<Todo> =
        todo.into_iter().map(|index| Todo { index, steps: steps(run.children[index].decision.as_ref()) }).collect();
    run.enter(SyncPhase::Writing, todo.iter().map(|todo| todo.steps).sum());
    go_on(Box::new(Writing { todo, at: Vec::new(), ends: None }), run)
}

/// Steps that a child counts for: the requests of its plan, and one where nothing is written.
fn steps(decision: Option<&Decision>) -> u32 {
    match decision.map(|decision| &decision.verdict) {
        Some(Verdict::Write(plan)) => write_child::steps(plan),
        Some(Verdict::Unchanged | Verdict::Untouched { .. }) | None => 1,
    }
}

/// All durable commits are answered: what waited for them may go.
pub fn durable(mut writing: Box<Writing>, run: &mut Run) -> Stage {
    while let Some(at) = writing.at.iter().position(|child| child.awaits_intent) {
        let next = writing.at[at].durable(run);
        if follow(&mut writing, run, at, next) == Kept::Nothing {
            return Stage::Closing;
        }
    }
    go_on(writing, run)
}

/// Takes a good answer.
pub fn answered(writing: Box<Writing>, run: &mut Run, request: &Request, answer: Answer) -> Stage {
    tell(writing, run, request.playlist(), |child, run| child.answered(run, request, answer))
}

/// Takes a request that was not repeated by itself.
pub fn failed(writing: Box<Writing>, run: &mut Run, failure: Failure) -> Stage {
    let playlist = failure.request.playlist().cloned();
    tell(writing, run, playlist.as_ref(), |child, run| child.failed(run, failure))
}

/// A request will be sent again later; not if the run has to stop.
pub fn put_off(writing: Box<Writing>, run: &mut Run) -> Stage {
    go_on(writing, run)
}

/// The child with this playlist was written and can be read.
pub fn settled(writing: Box<Writing>, run: &mut Run, playlist: &PlaylistId) -> Stage {
    tell(writing, run, Some(playlist), |child, run| child.read(run))
}

/// Tells the child with this playlist; does what it says then.
fn tell(
    mut writing: Box<Writing>,
    run: &mut Run,
    playlist: Option<&PlaylistId>,
    event: impl FnOnce(&mut ChildWrite, &mut Run) -> Next,
) -> Stage {
    let Some(at) = writing.at.iter().position(|child| Some(&child.playlist) == playlist) else {
        return Stage::Writing(writing);
    };
    let next = event(&mut writing.at[at], run);
    match follow(&mut writing, run, at, next) {
        Kept::All => go_on(writing, run),
        Kept::Nothing => Stage::Closing,
    }
}

/// Does what a child says.
fn follow(writing: &mut Writing, run: &mut Run, at: usize, next: Next) -> Kept {
    match next {
        Next::Wait => Kept::All,
        Next::Intend => {
            intend(run, &mut writing.at[at]);
            Kept::All
        }
        Next::Done(done) => close(writing, run, at, *done),
        Next::Stop(done, failure) => {
            if !matches!(writing.ends, Some(End::Stopped(_))) {
                writing.ends = Some(End::Stopped(failure));
            }
            close(writing, run, at, *done)
        }
    }
}

/// Begins what may be begun, and ends the run when nothing is left to do.
fn go_on(mut writing: Box<Writing>, run: &mut Run) -> Stage {
    if let Some(End::Stopped(failure)) = writing.ends.clone() {
        stop_idle(&mut writing, run, &failure);
    }
    let at_once = if run.is_exclusive() { 1 } else { CHILDREN_AT_ONCE };
    while writing.ends.is_none() && !run.cancel && writing.at.len() < at_once {
        let Some(todo) = writing.todo.pop_front() else { break };
        begin_child(&mut writing, run, todo);
    }
    if !writing.at.is_empty() {
        return Stage::Writing(writing);
    }
    // Between children is the safe point: here a run stops that was cancelled.
    match writing.ends {
        Some(End::Stopped(failure)) => finish::stopped(run, "writing the child playlists", &failure),
        None if run.cancel && !writing.todo.is_empty() => finish::cancelled(run),
        None | Some(End::FailFast) => finish::all_done(run),
    }
    Stage::Closing
}

fn begin_child(writing: &mut Writing, run: &mut Run, todo: Todo) {
    let index = todo.index;
    let Some(decision) = run.children[index].decision.take() else { return };
    // What became of others may have changed its plan.
    run.progress.total += steps(Some(&decision));
    run.progress.total -= todo.steps;
    match decision.verdict.clone() {
        Verdict::Unchanged => report(run, index, decision, ChildOutcome::Unchanged, None),
        Verdict::Untouched { outcome, reason } => report(run, index, decision, outcome, Some(reason)),
        Verdict::Write(plan) => {
            let mut child = ChildWrite::new(run, index, decision, plan);
            intend(run, &mut child);
            writing.at.push(child);
        }
    }
}

/// Children without a request on its way need not ask to know that Spotify would refuse.
fn stop_idle(writing: &mut Writing, run: &mut Run, failure: &Failure) {
    while let Some(at) = writing.at.iter().position(|child| !run.traffic.is_on_its_way(&child.playlist)) {
        let done = writing.at[at].stop(run, failure);
        close(writing, run, at, *done);
    }
}

/// Promise P3.
fn intend(run: &mut Run, child: &mut ChildWrite) {
    child.awaits_intent = true;
    run.commit(Commit::Intent(Intent {
        child: run.input.children[child.index].id,
        old: child.old.clone(),
        new: child.target.clone(),
        kind: child.kind,
        plan_hash: child.decision.plan_hash.clone().unwrap_or_default(),
    }));
}

/// A child that was not written.
fn report(run: &mut Run, index: usize, decision: Decision, outcome: ChildOutcome, error: Option<String>) {
    let child = &run.input.children[index];
    let unchanged = outcome == ChildOutcome::Unchanged;
    let done = ChildDone {
        child: child.id,
        outcome,
        matched: decision.matched,
        added: decision.added,
        removed: decision.removed,
        kept: decision.kept,
        requests: 0,
        plan_hash: decision.plan_hash,
        error,
        hand_edits: Vec::new(),
        before: decision.rows.clone(),
        snapshot: run.children[index].snapshot.clone().filter(|_| decision.rows.is_some()),
        after: decision.rows,
        closes_intent: unchanged || child.open_intent.is_none(),
    };
    run.child_done(index, done);
    run.advance();
}

/// What a child that failed leaves to the others.
#[derive(Debug, PartialEq, Eq)]
enum Kept {
    /// All that was theirs.
    All,
    /// The run cannot go on.
    Nothing,
}

fn close(writing: &mut Writing, run: &mut Run, at: usize, done: ChildDone) -> Kept {
    let child = writing.at.remove(at);
    run.traffic.abandon_playlist(&child.playlist);
    if run.is_exclusive() {
        run.children[child.index].holds = done.after.clone().or_else(|| done.before.clone());
    }
    run.child_done(child.index, done);
    run.progress.done += child.steps_left - 1;
    run.advance();
    if !run.failed(child.index) {
        return Kept::All;
    }
    if run.input.limits.fail_fast && writing.ends.is_none() {
        writing.ends = Some(End::FailFast);
    }
    // It keeps what it holds, so the others must not take that.
    if writing.ends.is_none() && run.is_exclusive() && !contents::settle_all(run) { Kept::Nothing } else { Kept::All }
}
