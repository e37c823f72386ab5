//! How a run ends: status, outcome and words, from what became of its children.

use super::run::Run;
use super::traffic::Failure;
use super::words;
use crate::domain::sync::event::{ChildOutcome, SyncOutcome, SyncStatus};

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub status: SyncStatus,
    pub outcome: SyncOutcome,
    pub error_message: Option<String>,
    pub retry_at_ms: Option<i64>,
    pub reconnect_needed: bool,
}

impl Ending {
    fn completed(outcome: SyncOutcome) -> Self {
        Self { status: SyncStatus::Completed, outcome, error_message: None, retry_at_ms: None, reconnect_needed: false }
    }

    fn failed(outcome: SyncOutcome, message: String) -> Self {
        let (retry_at_ms, reconnect_needed) = (None, false);
        Self { status: SyncStatus::Failed, outcome, error_message: Some(message), retry_at_ms, reconnect_needed }
    }
}

/// Every child was reached.
pub fn all_done(run: &mut Run) {
    let ending = judge(run);
    run.finish(ending);
}

/// The run stops on the user's wish; children that were not reached keep what they hold.
pub fn cancelled(run: &mut Run) {
    let (finished, total) = finished_of(run);
    run.finish(Ending::failed(SyncOutcome::Cancelled, words::cancelled(finished, total)));
}

/// The run stops on a fault, in `step` ("reading the base playlist").
pub fn stopped(run: &mut Run, step: &str, failure: &Failure) {
    let (finished, total) = finished_of(run);
    let message = words::run_stopped(step, failure, run.traffic.now_ms, finished, total);
    stop(run, message, failure.retry_at_ms, words::needs_sign_in(failure));
}

/// The run stops because of what it met.
pub fn impossible(run: &mut Run, message: String) {
    stop(run, message, None, false);
}

fn stop(run: &mut Run, message: String, retry_at_ms: Option<i64>, reconnect_needed: bool) {
    let outcome = if finished_of(run).0 > 0 { SyncOutcome::Partial } else { SyncOutcome::None };
    run.finish(Ending { retry_at_ms, reconnect_needed, ..Ending::failed(outcome, message) });
}

/// Children updated or unchanged, of all that this run was to write.
fn finished_of(run: &Run) -> (usize, usize) {
    let finished = run.selected().filter(|&index| run.children[index].outcome.is_some_and(is_finished)).count();
    (finished, run.selected().count())
}

const fn is_finished(outcome: ChildOutcome) -> bool {
    matches!(outcome, ChildOutcome::Updated | ChildOutcome::Unchanged)
}

const fn is_failed(outcome: ChildOutcome) -> bool {
    matches!(outcome, ChildOutcome::Failed | ChildOutcome::RolledBack)
}

fn judge(run: &Run) -> Ending {
    let outcomes: Vec<ChildOutcome> = run.selected().filter_map(|index| run.children[index].outcome).collect();
    let failed = outcomes.iter().filter(|outcome| is_failed(**outcome)).count();
    if failed > 0 {
        let first = run.selected().filter(|&index| run.children[index].outcome.is_some_and(is_failed));
        let error = first.filter_map(|index| run.children[index].error.as_deref()).next().unwrap_or_default();
        let partial = outcomes.iter().any(|outcome| is_finished(*outcome));
        let outcome = if partial { SyncOutcome::Partial } else { SyncOutcome::None };
        return Ending::failed(outcome, words::some_failed(failed, outcomes.len(), error));
    }
    // A child that is finished but for songs that had to be left out has words as well.
    let with_words = run.selected().any(|index| run.children[index].error.is_some());
    if with_words || outcomes.iter().any(|outcome| !is_finished(*outcome)) {
        return Ending::completed(SyncOutcome::Partial);
    }
    if outcomes.contains(&ChildOutcome::Updated) {
        return Ending::completed(SyncOutcome::Full);
    }
    Ending::completed(SyncOutcome::NoChange)
}
