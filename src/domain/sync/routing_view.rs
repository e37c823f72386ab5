//! One base over all its children: which rows go where, which go nowhere and why, and which go to several.
//!
//! Everything is counted in rows of the base, so that matched, unrouted and skipped add up to its total.

#[cfg(test)]
mod tests;

use crate::domain::ids::ChildPlaylistId;
use crate::domain::track::{FilterableTrack, SkipReason, SkippedRow};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Children of one base at most; one bit each.
pub const CHILDREN_MAX: usize = 128;

/// A child and what it takes.
#[derive(Debug, Clone, Copy)]
pub struct TakingChild<'a> {
    pub id: ChildPlaylistId,
    /// What routing gives it; what it holds now where it cannot be judged.
    pub uris: &'a [String],
}

/// Why no child takes a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnroutedReason {
    /// A child's rules fit, but its limit, its cap or an exclusion keeps the song out.
    Cut,
    /// A child asks for genres, and none is known of this song.
    NoGenre,
    /// A child asks for the year, and none is known of this song.
    NoYear,
    /// A child could not be judged because Spotify withholds a field: it might have taken the song.
    NotJudged,
    /// Everything is known; no rule fits.
    NoRuleFits,
}

impl UnroutedReason {
    /// Every reason, in the order in which they are looked for.
    pub const ALL: [Self; 5] = [Self::Cut, Self::NoGenre, Self::NoYear, Self::NotJudged, Self::NoRuleFits];

    /// The word in addresses and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::NoGenre => "no_genre",
            Self::NoYear => "no_year",
            Self::NotJudged => "not_judged",
            Self::NoRuleFits => "no_rule_fits",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// What the children of a base ask for, as far as a missing value can keep a song out of all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// A child has a rule on genres, and Spotify delivers them.
    pub genre: bool,
    /// A child has a rule on the release date.
    pub year: bool,
    /// A child could not be judged.
    pub not_judged: bool,
}

/// Rows that a page or a program asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowSet {
    /// Taken by no child, for any reason or for this one.
    Unrouted(Option<UnroutedReason>),
    /// Taken by this child. Numbers are places among the children.
    Child(usize),
    /// Taken by this child and no other.
    Alone(usize),
    /// Taken by two or more.
    Several,
    /// Taken by both of these, whoever else takes them.
    Both(usize, usize),
    /// Taken by exactly these.
    Exactly(Vec<usize>),
}

/// Counts of one child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildFlow {
    pub id: ChildPlaylistId,
    /// Rows of the base that it takes.
    pub rows: u32,
    /// Those that no other child takes.
    pub alone: u32,
}

/// A base over its children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingView {
    /// In the children's order.
    pub children: Vec<ChildFlow>,
    /// Rows of the base, those included that are no songs.
    pub total: u32,
    /// Rows that one child or more takes.
    pub matched: u32,
    /// Rows that two or more take.
    pub several: u32,
    pub unrouted: u32,
    pub skipped: u32,
    /// Of each row with a song: a bit per child that takes it.
    takers: Vec<u128>,
    /// Of each row with a song: why nobody takes it.
    reasons: Vec<Option<UnroutedReason>>,
}

/// Takes the base's songs in order, its other rows, its active children (at most [`CHILDREN_MAX`]) and what they
/// ask for; `fits` answers of a row whether the rules of any child fit it.
pub fn routing_view(
    tracks: &[FilterableTrack],
    skipped: &[SkippedRow],
    children: &[TakingChild<'_>],
    asked: Asked,
    fits: impl Fn(usize) -> bool,
) -> RoutingView {
    let takers = takers(tracks, &children[..children.len().min(CHILDREN_MAX)]);
    let reason = |(row, mask): (usize, &u128)| (*mask == 0).then(|| reason_of(&tracks[row], asked, fits(row)));
    let count = |wanted: &dyn Fn(u128) -> bool| takers.iter().filter(|mask| wanted(**mask)).count() as u32;
    let flows = children.iter().enumerate().take(CHILDREN_MAX).map(|(at, child)| ChildFlow {
        id: child.id,
        rows: count(&|mask| mask & bit(at) != 0),
        alone: count(&|mask| mask == bit(at)),
    });
    RoutingView {
        children: flows.collect(),
        total: (tracks.len() + skipped.len()) as u32,
        matched: count(&|mask| mask != 0),
        several: count(&|mask| mask.count_ones() > 1),
        unrouted: count(&|mask| mask == 0),
        skipped: skipped.len() as u32,
        reasons: takers.iter().enumerate().map(reason).collect(),
        takers,
    }
}

const fn bit(child: usize) -> u128 {
    1 << child
}

fn takers(tracks: &[FilterableTrack], children: &[TakingChild<'_>]) -> Vec<u128> {
    let mut of_song: HashMap<&str, u128> = HashMap::new();
    for (at, child) in children.iter().enumerate() {
        for uri in child.uris {
            *of_song.entry(uri.as_str()).or_default() |= bit(at);
        }
    }
    tracks.iter().map(|track| of_song.get(track.uri.as_str()).copied().unwrap_or(0)).collect()
}

fn reason_of(track: &FilterableTrack, asked: Asked, fits: bool) -> UnroutedReason {
    if fits {
        UnroutedReason::Cut
    } else if asked.genre && !has_genre(track) {
        UnroutedReason::NoGenre
    } else if asked.year && track.release_date.is_none() {
        UnroutedReason::NoYear
    } else if asked.not_judged {
        UnroutedReason::NotJudged
    } else {
        UnroutedReason::NoRuleFits
    }
}

fn has_genre(track: &FilterableTrack) -> bool {
    track.artists.iter().filter_map(|artist| artist.genres.as_ref()).flatten().any(|genre| !genre.is_empty())
}

impl RoutingView {
    /// Places of the rows of a set among the songs of the base, in order.
    pub fn rows_of(&self, set: &RowSet) -> Vec<u32> {
        let rows = (0..self.takers.len()).filter(|&row| self.is_in(row, set));
        rows.map(|row| row as u32).collect()
    }

    fn is_in(&self, row: usize, set: &RowSet) -> bool {
        let mask = self.takers[row];
        match set {
            RowSet::Unrouted(None) => mask == 0,
            RowSet::Unrouted(reason) => self.reasons[row] == *reason,
            RowSet::Child(at) => mask & bit(*at) != 0,
            RowSet::Alone(at) => mask == bit(*at),
            RowSet::Several => mask.count_ones() > 1,
            RowSet::Both(a, b) => mask & bit(*a) != 0 && mask & bit(*b) != 0,
            RowSet::Exactly(children) => mask == children.iter().fold(0, |mask, at| mask | bit(*at)),
        }
    }

    /// Places of the children that take a row.
    pub fn takers_of(&self, row: u32) -> Vec<usize> {
        places(self.takers[row as usize])
    }

    /// Whether no child takes a row.
    pub fn is_unrouted(&self, row: usize) -> bool {
        self.takers[row] == 0
    }

    /// Rows by reason, each reason that there is once.
    pub fn reasons(&self) -> Vec<(UnroutedReason, u32)> {
        let count = |reason| self.reasons.iter().filter(|of_row| **of_row == Some(reason)).count() as u32;
        UnroutedReason::ALL.map(|reason| (reason, count(reason))).into_iter().filter(|(_, rows)| *rows > 0).collect()
    }

    /// Rows that both children of each pair take; the diagonal is what a child takes itself.
    pub fn matrix(&self) -> Vec<Vec<u32>> {
        let len = self.children.len();
        let mut counts = vec![vec![0; len]; len];
        for mask in &self.takers {
            let of_row = places(*mask);
            for a in &of_row {
                for b in &of_row {
                    counts[*a][*b] += 1;
                }
            }
        }
        counts
    }

    /// The largest groups of rows that exactly the same two or more children take, with those children.
    pub fn combinations(&self, most: usize) -> Vec<(Vec<usize>, u32)> {
        let mut counts: HashMap<u128, u32> = HashMap::new();
        for mask in self.takers.iter().filter(|mask| mask.count_ones() > 1) {
            *counts.entry(*mask).or_default() += 1;
        }
        let mut counts: Vec<(u128, u32)> = counts.into_iter().collect();
        // Equal counts stand in the children's order, on every run.
        counts.sort_unstable_by_key(|(mask, rows)| (std::cmp::Reverse(*rows), mask.reverse_bits()));
        counts.into_iter().take(most).map(|(mask, rows)| (places(mask), rows)).collect()
    }
}

fn places(mut mask: u128) -> Vec<usize> {
    let mut found = Vec::with_capacity(mask.count_ones() as usize);
    while mask != 0 {
        found.push(mask.trailing_zeros() as usize);
        mask &= mask - 1;
    }
    found
}

/// Skipped rows by reason, each reason that there is once.
pub fn skip_counts(skipped: &[SkippedRow]) -> Vec<(SkipReason, u32)> {
    let all = [SkipReason::LocalFile, SkipReason::Episode, SkipReason::Unavailable];
    let count = |reason| skipped.iter().filter(|row| row.reason == reason).count() as u32;
    all.map(|reason| (reason, count(reason))).into_iter().filter(|(_, rows)| *rows > 0).collect()
}
