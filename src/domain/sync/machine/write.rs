//! Step 5: the children, one after another. The intent is on disk before the first request of a child,
//! its result before the first request of the next.

use super::command::{ChildDone, Commit, Intent, Request};
use super::decide::{Decision, Verdict};
use super::input::Answer;
use super::run::Run;
use super::stage::Stage;
use super::traffic::Failure;
use super::write_child::{ChildWrite, Next};
use super::{contents, finish};
use crate::domain::playlist::ChildKind;
use crate::domain::sync::event::{ChildOutcome, SyncPhase};
use std::collections::VecDeque;

/// The children that are left, and the one that is being written.
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    todo: VecDeque<usize>,
    at: Option<ChildWrite>,
}

/// Begins with the first child.
pub fn begin(run: &mut Run) -> Stage {
    let mut todo: Vec<usize> = run.selected().collect();
    // Leftovers last: what they get depends on what became of all others.
    todo.sort_by_key(|&index| run.input.children[index].kind == ChildKind::Leftovers);
    let todo: VecDeque<usize> = todo.into();
    run.enter(SyncPhase::Writing, todo.len() as u32);
    next_child(Box::new(Writing { todo, at: None }), run)
}

/// All durable commits are answered: the next request may go.
pub fn durable(mut writing: Box<Writing>, run: &mut Run) -> Stage {
    let next = writing.at.as_mut().map(|child| child.durable(run));
    follow(writing, run, next)
}

/// Takes a good answer.
pub fn answered(mut writing: Box<Writing>, run: &mut Run, request: &Request, answer: Answer) -> Stage {
    let next = writing.at.as_mut().map(|child| child.answered(run, request, answer));
    follow(writing, run, next)
}

/// Takes a request that was not repeated by itself.
pub fn failed(mut writing: Box<Writing>, run: &mut Run, failure: Failure) -> Stage {
    let next = writing.at.as_mut().map(|child| child.failed(run, failure));
    follow(writing, run, next)
}

/// The child that was written can be read.
pub fn settled(mut writing: Box<Writing>, run: &mut Run) -> Stage {
    let next = writing.at.as_mut().map(|child| child.read(run));
    follow(writing, run, next)
}

/// Between two children is the safe point: here a run stops that was cancelled.
fn next_child(mut writing: Box<Writing>, run: &mut Run) -> Stage {
    loop {
        let Some(index) = writing.todo.pop_front() else {
            finish::all_done(run);
            return Stage::Closing;
        };
        if run.cancel {
            finish::cancelled(run);
            return Stage::Closing;
        }
        let Some(decision) = run.children[index].decision.take() else { continue };
        match decision.verdict.clone() {
            Verdict::Unchanged => report(run, index, decision, ChildOutcome::Unchanged, None),
            Verdict::Untouched { outcome, reason } => report(run, index, decision, outcome, Some(reason)),
            Verdict::Write(plan) => {
                let child = ChildWrite::new(run, index, decision, plan);
                intend(run, &child);
                writing.at = Some(child);
                return Stage::Writing(writing);
            }
        }
    }
}

/// Promise P3.
fn intend(run: &mut Run, child: &ChildWrite) {
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
        before: decision.rows.clone(),
        snapshot: run.children[index].snapshot.clone().filter(|_| decision.rows.is_some()),
        after: decision.rows,
        closes_intent: unchanged || child.open_intent.is_none(),
    };
    run.child_done(index, done);
    run.advance();
}

/// Does what the child being written says.
fn follow(mut writing: Box<Writing>, run: &mut Run, next: Option<Next>) -> Stage {
    match next {
        // All commits of children that were not written are answered, or a stray answer came.
        None | Some(Next::Wait) => Stage::Writing(writing),
        Some(Next::Intend) => {
            if let Some(child) = &writing.at {
                intend(run, child);
            }
            Stage::Writing(writing)
        }
        Some(Next::Done(done)) => {
            let index = close(&mut writing, run, *done);
            if run.input.limits.fail_fast && index.is_some_and(|index| run.failed(index)) {
                finish::all_done(run);
                return Stage::Closing;
            }
            match index.filter(|&index| run.failed(index) && run.is_exclusive()) {
                // It keeps what it holds, so the others must not take that.
                Some(_) if !contents::settle_all(run) => Stage::Closing,
                Some(_) | None => next_child(writing, run),
            }
        }
        Some(Next::Stop(done, failure)) => {
            close(&mut writing, run, *done);
            finish::stopped(run, "writing the child playlists", &failure);
            Stage::Closing
        }
    }
}

fn close(writing: &mut Writing, run: &mut Run, done: ChildDone) -> Option<usize> {
    let child = writing.at.take()?;
    run.traffic.abandon();
    run.children[child.index].holds = done.after.clone().or_else(|| done.before.clone());
    run.child_done(child.index, done);
    run.advance();
    Some(child.index)
}
