//! One child being written: its requests one by one, and what happens when one of them fails.

use super::command::{ChildDone, Request};
use super::dead_song::Search;
use super::decide::Decision;
use super::input::{Answer, ChildInput};
use super::run::Run;
use super::traffic::Failure;
use super::words::{self, Left};
use super::write_recover::Checking;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::diff::{Row, WriteKind, WriteOp, WritePlan, replay};
use crate::domain::sync::event::ChildOutcome;
use std::collections::{BTreeSet, VecDeque};

/// A child being written.
#[derive(Debug, Clone, PartialEq)]
pub struct ChildWrite {
    pub index: usize,
    pub playlist: PlaylistId,
    /// Its intent is on the way to the disk: nothing is sent before it is there.
    pub awaits_intent: bool,
    pub decision: Decision,
    /// What it held before, as the intent says.
    pub old: Vec<Row>,
    pub target: Vec<String>,
    /// As the intent says.
    pub kind: WriteKind,
    pub ops: VecDeque<WriteOp>,
    /// Steps of its plan that are not counted as done yet; at least one, which its end counts.
    pub steps_left: u32,
    /// What it holds if every answer was right.
    pub rows: Vec<Row>,
    /// A request was done.
    pub touched: bool,
    /// A request may have been done.
    pub unsure: bool,
    /// The whole plan is one request.
    pub single: bool,
    pub snapshot: Option<String>,
    pub writes_before: u32,
    /// Writes in a row whose answer got lost.
    pub setbacks: u32,
    pub replans: u32,
    /// Why the old contents are being put back.
    pub undoing: Option<Failure>,
    pub reading: Option<Checking>,
    pub search: Option<Search>,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// An answer.
    Wait,
    /// The intent must be written down (again) before the next request.
    Intend,
    Done(Box<ChildDone>),
    /// The whole run ends.
    Stop(Box<ChildDone>, Failure),
}

impl ChildWrite {
    /// A child that is to be written by `plan`.
    pub fn new(run: &Run, index: usize, decision: Decision, plan: WritePlan) -> Self {
        let child = &run.input.children[index];
        let rows = decision.rows.clone().unwrap_or_default();
        let playlist = child.playlist.clone().unwrap_or_else(|| run.input.base.playlist.clone());
        Self {
            index,
            awaits_intent: true,
            old: child.open_intent.as_ref().map_or_else(|| rows.clone(), |intent| intent.old.clone()),
            target: decision.target.clone(),
            decision,
            kind: intent_kind(child, plan.kind),
            single: plan.ops.len() == 1,
            steps_left: steps(&plan),
            ops: plan.ops.into(),
            rows,
            touched: false,
            unsure: false,
            snapshot: None,
            writes_before: run.traffic.writes_to(&playlist),
            playlist,
            setbacks: 0,
            replans: 0,
            undoing: None,
            reading: None,
            search: None,
        }
    }

    /// The intent is on disk.
    pub fn durable(&mut self, run: &mut Run) -> Next {
        self.awaits_intent = false;
        self.send_next(run)
    }

    pub fn send_next(&mut self, run: &mut Run) -> Next {
        let Some(op) = self.ops.front() else { return self.all_sent(run) };
        run.traffic.push(self.request(op.clone()));
        Next::Wait
    }

    fn request(&self, op: WriteOp) -> Request {
        let playlist = self.playlist.clone();
        match op {
            WriteOp::Put { uris } => Request::PutItems { playlist, uris },
            WriteOp::Post { uris, position } => Request::PostItems { playlist, uris, position },
            WriteOp::Move { range_start, insert_before, range_length } => {
                Request::MoveItems { playlist, range_start, insert_before, range_length }
            }
            WriteOp::Delete { uris } => Request::DeleteItems { playlist, uris },
        }
    }

    pub fn all_sent(&mut self, run: &mut Run) -> Next {
        if let Some(failure) = self.undoing.take() {
            let words = words::rolled_back(&run.input.children[self.index].name, &failure);
            return Next::Done(self.done(run, ChildOutcome::RolledBack, Some(words)));
        }
        if self.is_searching() {
            return self.replan(run, self.rows.clone());
        }
        if run.input.limits.read_back && self.reading.is_none() {
            return self.check(run, None);
        }
        Next::Done(self.updated(run))
    }

    pub fn updated(&self, run: &Run) -> Box<ChildDone> {
        let left_out = self.search.as_ref().map(|search| search.left_out.as_slice()).unwrap_or_default();
        let words = (!left_out.is_empty()).then(|| words::left_out(left_out));
        self.done(run, ChildOutcome::Updated, words)
    }

    /// Takes a good answer.
    pub fn answered(&mut self, run: &mut Run, request: &Request, answer: Answer) -> Next {
        match answer {
            Answer::Written { snapshot } => self.written(run, snapshot),
            Answer::ChildPage { rows, total } => {
                let Request::ChildItems { offset, .. } = request else { return Next::Wait };
                self.page(run, *offset, rows, total)
            }
            Answer::Library { .. }
            | Answer::Snapshot(_)
            | Answer::BasePage { .. }
            | Answer::Artists(_)
            | Answer::Contained(_) => Next::Wait,
        }
    }

    fn written(&mut self, run: &mut Run, snapshot: Option<String>) -> Next {
        let Some(op) = self.ops.pop_front() else { return Next::Wait };
        self.rows = replay(&self.rows, &op);
        self.touched = true;
        self.setbacks = 0;
        if let Some(search) = &mut self.search {
            search.succeeded |= matches!(op, WriteOp::Put { .. } | WriteOp::Post { .. });
        }
        self.snapshot = snapshot;
        self.reading = None;
        if self.steps_left > 1 {
            self.steps_left -= 1;
            run.advance();
        }
        self.send_next(run)
    }

    pub const fn left(&self) -> Left {
        match (self.touched, self.unsure, self.kind) {
            (false, false, _) => Left::AsItWas,
            (false, true, _) if self.single => Left::OldOrNew,
            (_, _, WriteKind::Replace) => Left::MidwayRewritten,
            (_, _, WriteKind::Nothing | WriteKind::Put | WriteKind::Edits) => Left::MidwayByEdits,
        }
    }

    pub fn done(&self, run: &Run, outcome: ChildOutcome, error: Option<String>) -> Box<ChildDone> {
        let snapshot = if self.touched { self.snapshot.clone() } else { run.children[self.index].snapshot.clone() };
        let before: BTreeSet<String> = self.decision.rows.iter().flat_map(|rows| songs(rows)).collect();
        let now: BTreeSet<String> = songs(&self.rows).into_iter().collect();
        Box::new(ChildDone {
            child: run.input.children[self.index].id,
            outcome,
            matched: self.decision.matched,
            added: now.difference(&before).count() as u32,
            removed: before.difference(&now).count() as u32,
            kept: before.intersection(&now).count() as u32,
            requests: run.traffic.writes_to(&self.playlist) - self.writes_before,
            plan_hash: self.decision.plan_hash.clone(),
            error,
            hand_edits: Vec::new(),
            before: self.decision.rows.clone(),
            after: Some(self.rows.clone()),
            snapshot,
            closes_intent: true,
        })
    }
}

/// Steps of a plan: its requests, at least one.
pub fn steps(plan: &WritePlan) -> u32 {
    (plan.ops.len() as u32).max(1)
}

/// A child that was left in the middle of a rewriting in full stays one until it is finished.
fn intent_kind(child: &ChildInput, kind: WriteKind) -> WriteKind {
    let rewritten = child.open_intent.as_ref().is_some_and(|intent| intent.kind == WriteKind::Replace);
    if rewritten { WriteKind::Replace } else { kind }
}

/// What the API can remove and add back.
pub fn songs(rows: &[Row]) -> Vec<String> {
    rows.iter().filter(|row| !row.fixed).map(|row| row.uri.clone()).collect()
}
