//! Edits: insert, move, remove, so that a wanted song is never missing on the way.

use super::longest_run::{Group, longest_run};
use super::{Difference, WriteOp, owned};
use crate::domain::sync::batch::{WRITE_LEN_MAX, chunk_count};
use std::ops::Range;

/// A row of the child while the edits are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// A song of the target, by its index there.
    Wanted(usize),
    /// A song that goes.
    Unwanted,
    /// A row that the API cannot add back.
    Fixed,
}

/// The edits that lead to a target; every range is one of target indexes.
pub struct Edits<'a> {
    difference: &'a Difference<'a>,
    slots: Vec<Slot>,
    /// Neighbouring songs that the child lacks.
    runs: Vec<Range<usize>>,
    /// Songs that move together, with the new songs between and behind them.
    moved: Vec<Range<usize>>,
}

impl<'a> Edits<'a> {
    pub fn new(difference: &'a Difference<'a>) -> Self {
        let slots: Vec<Slot> = difference
            .rows
            .iter()
            .map(|row| match difference.place.get(row.uri.as_str()) {
                _ if row.fixed => Slot::Fixed,
                Some(&index) => Slot::Wanted(index as usize),
                None => Slot::Unwanted,
            })
            .collect();
        let standing = standings(&slots, difference.target.len());
        Self { difference, slots, runs: new_runs(&standing), moved: moved_blocks(&standing) }
    }

    /// How many requests they are: the cost E of the quality page, without making them.
    pub fn request_count(&self) -> usize {
        let inserts: usize = self.runs.iter().map(|run| chunk_count(run.len(), WRITE_LEN_MAX)).sum();
        inserts + self.moved.len() + chunk_count(self.difference.removed.len(), WRITE_LEN_MAX)
    }

    /// The requests in order. Removals come last; first only where old and new songs together would not
    /// fit into a playlist. Either way no wanted song is missing.
    pub fn ops(mut self) -> Vec<WriteOp> {
        let mut ops = Vec::with_capacity(self.request_count());
        let removals = self.difference.removed.chunks(WRITE_LEN_MAX).map(|uris| WriteOp::Delete { uris: owned(uris) });
        if self.difference.overflows() {
            self.slots.retain(|slot| *slot != Slot::Unwanted);
            ops.extend(removals);
            self.insert_and_move(&mut ops);
        } else {
            self.insert_and_move(&mut ops);
            ops.extend(removals);
        }
        ops
    }

    fn insert_and_move(&mut self, ops: &mut Vec<WriteOp>) {
        for run in std::mem::take(&mut self.runs) {
            for start in run.clone().step_by(WRITE_LEN_MAX) {
                ops.push(self.insert(start..run.end.min(start + WRITE_LEN_MAX)));
            }
        }
        for block in std::mem::take(&mut self.moved) {
            ops.push(self.move_block(block));
        }
    }

    /// New songs go behind the song that stands before them in the target, wherever that is now.
    fn insert(&mut self, songs: Range<usize>) -> WriteOp {
        let at = self.row_behind(songs.start);
        let position = (at < self.slots.len()).then_some(at as u32);
        self.slots.splice(at..at, songs.clone().map(Slot::Wanted));
        WriteOp::Post { uris: owned(&self.difference.target[songs]), position }
    }

    /// Blocks move in the target's order, each behind the song that stands before it there. What lies
    /// between its songs goes with them: new songs belong there, unwanted ones are removed later.
    fn move_block(&mut self, block: Range<usize>) -> WriteOp {
        let start = self.row_of(block.start);
        let end = self.row_behind(block.end);
        let to = self.row_behind(block.start);
        if to < start {
            self.slots[to..end].rotate_right(end - start);
        } else {
            self.slots[start..to].rotate_left(end - start);
        }
        WriteOp::Move { range_start: start as u32, insert_before: to as u32, range_length: (end - start) as u32 }
    }

    /// The row of a song that the child holds by now.
    fn row_of(&self, index: usize) -> usize {
        self.slots.iter().position(|slot| *slot == Slot::Wanted(index)).unwrap_or(self.slots.len())
    }

    /// The row behind the song before `index`; the first row if there is none.
    fn row_behind(&self, index: usize) -> usize {
        index.checked_sub(1).map_or(0, |before| self.row_of(before) + 1)
    }
}

/// Where a kept song stands in the child: its rank among kept songs, and how many fixed rows are above it.
#[derive(Debug, Clone, Copy)]
struct Standing {
    rank: usize,
    fixed_above: usize,
}

/// For each song of the target, where it stands in the child, if it is there.
fn standings(slots: &[Slot], target_len: usize) -> Vec<Option<Standing>> {
    let mut standing = vec![None; target_len];
    let mut next = Standing { rank: 0, fixed_above: 0 };
    for slot in slots {
        match *slot {
            Slot::Wanted(index) => {
                standing[index] = Some(next);
                next.rank += 1;
            }
            Slot::Fixed => next.fixed_above += 1,
            Slot::Unwanted => {}
        }
    }
    standing
}

fn new_runs(standing: &[Option<Standing>]) -> Vec<Range<usize>> {
    let mut from = 0;
    standing
        .chunk_by(|a, b| a.is_none() == b.is_none())
        .filter_map(|part| {
            let run = from..from + part.len();
            from = run.end;
            part[0].is_none().then_some(run)
        })
        .collect()
}

/// Kept songs that follow each other in child and target, without a fixed row between them, move as one.
fn moved_blocks(standing: &[Option<Standing>]) -> Vec<Range<usize>> {
    let kept: Vec<(usize, Standing)> =
        standing.iter().enumerate().filter_map(|(index, standing)| Some((index, (*standing)?))).collect();
    let blocks: Vec<&[(usize, Standing)]> =
        kept.chunk_by(|(_, a), (_, b)| b.rank == a.rank + 1 && b.fixed_above == a.fixed_above).collect();
    let groups: Vec<Group> = blocks.iter().map(|block| Group { rank: block[0].1.rank, len: block.len() }).collect();
    let starts: Vec<usize> = blocks.iter().map(|block| block[0].0).chain([standing.len()]).collect();
    let stays = longest_run(&groups);
    starts.windows(2).zip(stays).filter(|(_, stays)| !stays).map(|(ends, _)| ends[0]..ends[1]).collect()
}
