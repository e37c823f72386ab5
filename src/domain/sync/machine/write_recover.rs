//! When a request of a child failed: look again, put back, or give up and say how the child was left.

use super::command::{ChildDone, Request};
use super::input::FaultKind;
use super::pages::{Pages, Reading};
use super::run::Run;
use super::traffic::Failure;
use super::words::{self, Left};
use super::write_child::{ChildWrite, Next, songs};
use crate::domain::sync::batch::{WRITE_LEN_MAX, chunks};
use crate::domain::sync::diff::{Row, WriteKind, WriteOp, plan_writes, replay};
use crate::domain::sync::event::ChildOutcome;
use std::collections::VecDeque;

/// Before a child that was written is read, and between two such readings.
const SETTLE_MS: u64 = 2_000;
/// After this, two readings need not agree.
const SETTLE_MAX_MS: i64 = 30_000;
/// Times that the difference of one child is computed again.
const REPLANS_MAX: u32 = 20;

/// A child being read back.
#[derive(Debug, Clone, PartialEq)]
pub struct Checking {
    pages: Pages<Row>,
    /// `None`: nothing got lost, the setting asks for it.
    lost: Option<Lost>,
}

/// Since a write got lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Lost {
    since_ms: i64,
    last: Option<Vec<Row>>,
}

impl ChildWrite {
    /// Takes a failed request.
    pub fn failed(&mut self, run: &mut Run, failure: Failure) -> Next {
        self.unsure |= failure.unsure && failure.request.is_write();
        if failure.stops_run() {
            return Next::Stop(self.give_up(run, &failure), failure);
        }
        let repeatable = failure.request.is_idempotent();
        self.setbacks += u32::from(!repeatable);
        if self.blames_song(run, &failure) {
            return self.look_again(run);
        }
        if failure.unsure && !repeatable && self.setbacks < run.traffic.tries_max() {
            return self.look_again(run);
        }
        if self.can_undo(&failure) {
            return self.undo(run, failure);
        }
        Next::Done(self.give_up(run, &failure))
    }

    /// Promise P4: nothing is repeated before the child was read.
    pub fn look_again(&mut self, run: &mut Run) -> Next {
        if self.undoing.is_some() {
            // The first request of the way back replaces everything, so that nothing can be there twice.
            self.ops = restore_ops(&self.old);
            return self.send_next(run);
        }
        let lost = Lost { since_ms: run.traffic.now_ms, last: None };
        self.check(run, Some(lost))
    }

    /// Reads the child after a while: right after a write Spotify may still show what was there before.
    pub fn check(&mut self, run: &mut Run, lost: Option<Lost>) -> Next {
        self.reading = Some(Checking { pages: Pages::new(), lost });
        run.traffic.settle(&self.playlist, SETTLE_MS, &mut run.out);
        Next::Wait
    }

    /// Reads the child from its first page.
    pub fn read(&mut self, run: &mut Run) -> Next {
        if let Some(checking) = &mut self.reading {
            checking.pages = Pages::new();
            run.traffic.push(Request::ChildItems { playlist: self.playlist.clone(), offset: 0 });
        }
        Next::Wait
    }

    pub fn page(&mut self, run: &mut Run, offset: u32, rows: Vec<Row>, total: u32) -> Next {
        let Some(checking) = &mut self.reading else { return Next::Wait };
        match checking.pages.take(offset, rows, total, |_| false) {
            Reading::Ask(offsets) => {
                for offset in offsets {
                    run.traffic.push(Request::ChildItems { playlist: self.playlist.clone(), offset });
                }
                Next::Wait
            }
            Reading::Wait => Next::Wait,
            Reading::Complete { rows, whole } => self.compare(run, whole.then_some(rows)),
        }
    }

    /// Two readings that agree, or half a minute, or the expected list where nothing got lost.
    fn compare(&mut self, run: &mut Run, rows: Option<Vec<Row>>) -> Next {
        let now_ms = run.traffic.now_ms;
        let rows = rows.map(|rows| self.without_gaps(rows));
        let Some(checking) = &mut self.reading else { return Next::Wait };
        let Some(lost) = &mut checking.lost else {
            if rows.as_ref().is_some_and(|rows| songs(rows) == self.target) {
                return self.all_sent(run);
            }
            checking.lost = Some(Lost { since_ms: now_ms, last: rows });
            run.traffic.settle(&self.playlist, SETTLE_MS, &mut run.out);
            return Next::Wait;
        };
        let agree = rows.is_some() && rows == lost.last;
        let over = now_ms - lost.since_ms >= SETTLE_MAX_MS;
        match rows {
            Some(rows) if agree || over => self.replan(run, rows),
            None if over => Next::Done(self.contested(run)),
            rows => {
                lost.last = rows;
                run.traffic.settle(&self.playlist, SETTLE_MS, &mut run.out);
                Next::Wait
            }
        }
    }

    /// Spotify shows songs as nothing now and then. Where all other rows are what must be there, before or after the
    /// request whose answer is not known, nothing is missing: else the song would be added a second time.
    fn without_gaps(&self, read: Vec<Row>) -> Vec<Row> {
        let after = self.ops.front().map(|op| replay(&self.rows, op));
        let mut expected = std::iter::once(&self.rows).chain(after.as_ref());
        let fits = |expected: &&Vec<Row>| {
            let alike = |(read, expected): (&Row, &Row)| read == expected || read.uri.is_empty();
            read.len() == expected.len() && read.iter().zip(expected.iter()).all(alike)
        };
        match expected.find(fits) {
            Some(expected) => expected.clone(),
            None => read,
        }
    }

    /// Computes the difference again from what was read.
    pub fn replan(&mut self, run: &mut Run, rows: Vec<Row>) -> Next {
        self.touched = self.decision.rows.as_ref() != Some(&rows);
        self.unsure = false;
        self.rows = rows;
        self.single = false;
        self.reading = None;
        if let Some(next) = self.next_part(run) {
            return next;
        }
        self.replans += 1;
        let Ok(plan) = plan_writes(&self.rows, &self.target) else { return Next::Done(self.contested(run)) };
        if self.replans > REPLANS_MAX {
            return Next::Done(self.contested(run));
        }
        self.ops = plan.ops.into();
        match plan.kind {
            WriteKind::Nothing => Next::Done(self.updated(run)),
            WriteKind::Replace if self.kind != WriteKind::Replace => {
                self.kind = WriteKind::Replace;
                Next::Intend
            }
            WriteKind::Put | WriteKind::Edits | WriteKind::Replace => self.send_next(run),
        }
    }

    /// Only a rewriting in full leaves a child without songs that it should have.
    fn can_undo(&self, failure: &Failure) -> bool {
        let reachable = !matches!(failure.fault.kind, FaultKind::NotFound | FaultKind::Forbidden);
        let begun = self.touched || self.unsure;
        self.kind == WriteKind::Replace && begun && reachable && self.undoing.is_none()
    }

    fn undo(&mut self, run: &mut Run, failure: Failure) -> Next {
        // It may have been a reading that failed, with other pages still on their way.
        run.traffic.abandon_playlist(&self.playlist);
        self.undoing = Some(failure);
        self.reading = None;
        self.setbacks = 0;
        self.ops = restore_ops(&self.old);
        self.send_next(run)
    }

    fn give_up(&self, run: &Run, failure: &Failure) -> Box<ChildDone> {
        let name = &run.input.children[self.index].name;
        self.leave(run, words::child_failed(name, failure, self.left(), run.traffic.now_ms))
    }

    /// The run stops because of what another child met.
    pub fn stop(&mut self, run: &Run, failure: &Failure) -> Box<ChildDone> {
        self.unsure |= run.traffic.may_have_written(&self.playlist);
        let name = &run.input.children[self.index].name;
        self.leave(run, words::child_stopped(name, failure, self.left(), run.traffic.now_ms))
    }

    fn leave(&self, run: &Run, words: String) -> Box<ChildDone> {
        let untouched = self.left() == Left::AsItWas;
        let mut done = self.done(run, ChildOutcome::Failed, Some(words));
        done.after = done.after.filter(|_| untouched);
        done.snapshot = done.snapshot.filter(|_| untouched);
        done.closes_intent = untouched && run.input.children[self.index].open_intent.is_none();
        done
    }

    pub fn contested(&mut self, run: &Run) -> Box<ChildDone> {
        let words = words::child_contested(&run.input.children[self.index].name);
        let mut done = self.done(run, ChildOutcome::Failed, Some(words));
        (done.after, done.snapshot, done.closes_intent) = (None, None, false);
        done
    }
}

/// Puts back what a child held, repeated songs included.
fn restore_ops(old: &[Row]) -> VecDeque<WriteOp> {
    let mut lists = chunks(&songs(old), WRITE_LEN_MAX).into_iter();
    let first = WriteOp::Put { uris: lists.next().unwrap_or_default() };
    let rest = lists.map(|uris| WriteOp::Post { uris, position: None });
    std::iter::once(first).chain(rest).collect()
}
