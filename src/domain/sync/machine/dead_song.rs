//! One dead URI makes every request fail that adds it. It is looked for by adding the missing songs in
//! ever smaller parts, and left out.

use super::command::Request;
use super::input::FaultKind;
use super::run::Run;
use super::traffic::{Failure, REFUSED_TRIES_MAX};
use super::write_child::{ChildWrite, Next};
use crate::domain::sync::batch::{PLAYLIST_LEN_MAX, WRITE_LEN_MAX};
use crate::domain::sync::diff::{WriteKind, WriteOp};
use std::collections::{BTreeSet, VecDeque};

/// Times that a single song must be refused before it counts as dead.
const REFUSALS_MIN: u32 = 3;
/// Songs left out of one child; more look like an outage.
const LEFT_OUT_MAX: usize = 5;

/// A search for songs that cannot be added.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Songs in the next request.
    pub part_len: usize,
    refusals: u32,
    /// A part was added meanwhile, so that it is not Spotify that is down.
    pub succeeded: bool,
    /// All songs are either added or left out.
    pub over: bool,
    pub left_out: Vec<String>,
}

/// What to do after a part was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    Again,
    /// This song is dead.
    Dead(String),
    /// It is not a song's fault.
    GiveUp,
}

impl Search {
    /// Begins after a request with `len` songs was refused.
    pub const fn new(len: usize) -> Self {
        Self { part_len: len.div_ceil(2), refusals: 0, succeeded: false, over: false, left_out: Vec::new() }
    }

    /// Takes the songs of a request that was answered with 5xx.
    pub fn refused(&mut self, uris: &[String]) -> Refused {
        let [uri] = uris else {
            (self.part_len, self.refusals) = (uris.len().div_ceil(2), 0);
            return Refused::Again;
        };
        self.refusals += 1;
        if self.refusals < REFUSALS_MIN {
            return Refused::Again;
        }
        if self.left_out.len() >= LEFT_OUT_MAX || (!self.succeeded && !self.left_out.is_empty()) {
            return Refused::GiveUp;
        }
        (self.part_len, self.refusals) = (WRITE_LEN_MAX, 0);
        self.left_out.push(uri.clone());
        Refused::Dead(uri.clone())
    }
}

/// The songs that a request was to add, if Spotify answered it with 5xx.
pub fn refused_songs(failure: &Failure) -> Option<&[String]> {
    let FaultKind::Transient { status: Some(_) } = failure.fault.kind else { return None };
    match &failure.request {
        Request::PutItems { uris, .. } | Request::PostItems { uris, .. } => (!uris.is_empty()).then_some(uris),
        Request::LibraryPage { .. }
        | Request::PlaylistSnapshot { .. }
        | Request::BaseItems { .. }
        | Request::ChildItems { .. }
        | Request::ArtistBatch { .. }
        | Request::Artist { .. }
        | Request::LibraryContains { .. }
        | Request::DeleteItems { .. }
        | Request::MoveItems { .. } => None,
    }
}

impl ChildWrite {
    /// Whether a song may be the reason, so that the search for it begins or goes on.
    pub fn blames_song(&mut self, run: &Run, failure: &Failure) -> bool {
        let Some(uris) = refused_songs(failure) else { return false };
        if self.undoing.is_some() || run.input.limits.fail_fast {
            return false;
        }
        let Some(search) = &mut self.search else {
            let refused_often = failure.tries >= REFUSED_TRIES_MAX || self.setbacks >= REFUSED_TRIES_MAX;
            if refused_often {
                self.search = Some(Search::new(uris.len()));
            }
            return refused_often;
        };
        if search.over {
            return false;
        }
        match search.refused(uris) {
            Refused::Again => true,
            Refused::Dead(dead) => {
                self.target.retain(|uri| *uri != dead);
                true
            }
            Refused::GiveUp => false,
        }
    }

    pub fn is_searching(&self) -> bool {
        self.search.as_ref().is_some_and(|search| !search.over)
    }

    /// Adds the next part of the songs that are missing; `None` if there is none.
    pub fn next_part(&mut self, run: &mut Run) -> Option<Next> {
        let search = self.search.as_mut().filter(|search| !search.over)?;
        let held: BTreeSet<&str> = self.rows.iter().map(|row| row.uri.as_str()).collect();
        let mut missing: Vec<String> = self.target.iter().filter(|uri| !held.contains(uri.as_str())).cloned().collect();
        search.over = missing.is_empty();
        if search.over {
            return None;
        }
        if self.rows.len() + missing.len() > PLAYLIST_LEN_MAX {
            return Some(Next::Done(self.contested(run)));
        }
        missing.truncate(search.part_len);
        self.ops = VecDeque::from([WriteOp::Post { uris: missing, position: None }]);
        // Songs come in parts now: neither old nor new, but no song that stays is missing.
        if self.kind == WriteKind::Put {
            self.kind = WriteKind::Edits;
            return Some(Next::Intend);
        }
        Some(self.send_next(run))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(len: usize) -> Vec<String> {
        (0..len).map(|number| number.to_string()).collect()
    }

    #[test]
    fn parts_are_halved_until_one_song_is_left_and_refused_three_times() {
        let mut search = Search::new(100);
        for (len, next) in [(50, 25), (25, 13), (13, 7), (7, 4), (4, 2), (2, 1)] {
            assert_eq!(search.refused(&part(len)), Refused::Again);
            assert_eq!(search.part_len, next);
        }
        assert_eq!(search.refused(&part(1)), Refused::Again);
        assert_eq!(search.refused(&part(1)), Refused::Again);
        assert_eq!(search.refused(&part(1)), Refused::Dead("0".to_owned()));
    }

    #[test]
    fn an_outage_is_not_blamed_on_songs() {
        let mut search = Search::new(1);
        let last = (0..6).map(|_| search.refused(&part(1))).last();
        assert_eq!(last, Some(Refused::GiveUp));
        assert_eq!(search.left_out.len(), 1);
    }
}
