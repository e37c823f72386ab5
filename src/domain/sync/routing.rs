//! Which song goes to which child: pure, the same in browser and server.
//!
//! Absent on purpose: rows that are no songs. They were set aside, with a reason, before a track was made.

#[cfg(test)]
mod tests;

use crate::domain::filter::bits::Bits;
use crate::domain::filter::columns::{Columns, Songs};
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::json::FilterError;
use crate::domain::filter::judge::{Verdicts, judge};
use crate::domain::filter::output::{Output, apply_output};
use crate::domain::filter::rule::Filter;
use crate::domain::ids::ChildPlaylistId;
use crate::domain::playlist::{ChildKind, Routing};
use crate::domain::track::FilterableTrack;
use uuid::Uuid;

/// A child as routing sees it. The order of children is their priority.
#[derive(Debug, Clone, Copy)]
pub struct RoutingChild<'a> {
    pub id: ChildPlaylistId,
    pub filter: &'a Filter,
    pub kind: ChildKind,
    /// An inactive child takes nothing and gets no target.
    pub active: bool,
    /// What it holds now, for children that cannot be judged: they count as taking that.
    pub holds: Option<&'a [String]>,
}

/// What one active child should hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutedChild {
    pub id: ChildPlaylistId,
    /// URIs in order. Not to be written while `unknown` is above 0.
    pub target: Vec<String>,
    /// Songs that cannot be judged because Spotify withholds a field.
    pub unknown: u32,
    /// Length of the songs of the base among them.
    pub duration_ms: u64,
    /// Indexes into the base's tracks, in the target's order; pins outside the base are absent.
    pub tracks: Vec<u32>,
}

/// Where all songs of a base go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// The active children, in the order given.
    pub children: Vec<RoutedChild>,
    /// Rows of the base whose song no active child takes.
    pub unrouted: u32,
    /// Songs of the base that two or more children take.
    pub overlaps: u32,
    /// For each of `children` the rows of the base whose song it takes: what it finally places, or what it holds
    /// where it cannot be judged. Pins outside the base are in no row.
    pub taken: Vec<Bits>,
    /// The rows that `unrouted` counts.
    pub unrouted_rows: Bits,
}

/// A child in its order of work. The order of children is their priority; inactive ones are not among them.
#[derive(Debug, Clone, Copy)]
pub struct ChildWork<'a> {
    pub id: ChildPlaylistId,
    pub kind: ChildKind,
    /// As in [`RoutingChild`].
    pub holds: Option<&'a [String]>,
    /// URIs that enter past the rules and past other children; those outside the base stand at the end.
    pub pins: &'a [String],
    /// URIs that never enter, not even as a pin.
    pub bans: &'a [String],
    /// What is done with the songs that match.
    pub output: &'a Output,
}

impl Routed {
    /// Which children take the song of a row of the base, as indexes into `children`.
    pub fn takers(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        self.taken.iter().enumerate().filter(move |(_, rows)| rows.has(row)).map(|(child, _)| child)
    }
}

/// Takes the base's tracks in order and its children by priority; gives each active child's target.
///
/// # Errors
/// [`FilterError`] of the first active child whose filter cannot be compiled.
pub fn route(
    tracks: &[FilterableTrack],
    children: &[RoutingChild<'_>],
    routing: Routing,
    context: &EvalContext,
) -> Result<Routed, FilterError> {
    route_with(&Columns::new(tracks), children, routing, context)
}

/// The same for a caller that keeps the columns of a base.
///
/// # Errors
/// As [`route`].
pub fn route_with(
    columns: &Columns<'_>,
    children: &[RoutingChild<'_>],
    routing: Routing,
    context: &EvalContext,
) -> Result<Routed, FilterError> {
    let active: Vec<&RoutingChild<'_>> = children.iter().filter(|child| child.active).collect();
    let filters: Vec<&Filter> = active.iter().map(|child| child.filter).collect();
    let judged = judge(columns, &filters, context).map_err(|(_, error)| error)?;
    let work: Vec<ChildWork<'_>> = active.iter().map(|child| child.work()).collect();
    Ok(route_judged(columns, &work, routing, &judged))
}

/// Takes the songs of a base, one filter and the rows that children before it take; gives what a child with that
/// filter would hold, and how many songs match its rules that those children have.
///
/// # Errors
/// [`FilterError`] where the filter cannot be compiled.
pub fn route_one(
    columns: &Columns<'_>,
    filter: &Filter,
    taken: &Bits,
    context: &EvalContext,
) -> Result<(RoutedChild, u32), FilterError> {
    let id = ChildPlaylistId::from_uuid(Uuid::nil());
    let child = RoutingChild { id, filter, kind: ChildKind::Filter, active: true, holds: None };
    let judged = judge(columns, &[filter], context).map_err(|(_, error)| error)?;
    let mut elsewhere = judged[0].yes.clone();
    elsewhere.and(taken);
    let routed = place(columns, &child.work(), Some(taken.clone()), &judged[0]);
    Ok((routed, elsewhere.count()))
}

/// Takes what children take and which of them a child stands at; gives the rows that are shut to it.
///
/// `taken` are the rows that each child takes, as in [`Routed`]; `kinds` are the kinds of the same children.
pub fn taken_before(taken: &[Bits], kinds: &[ChildKind], at: usize, routing: Routing) -> Vec<u32> {
    let is_before = |other: usize| match (kinds[at], kinds[other], routing) {
        (ChildKind::Leftovers, ChildKind::Filter, _) => true,
        (ChildKind::Leftovers, ChildKind::Leftovers, _)
        | (ChildKind::Filter, ChildKind::Filter, Routing::FirstMatch) => other < at,
        (ChildKind::Filter, ChildKind::Leftovers, _) | (ChildKind::Filter, ChildKind::Filter, Routing::Overlap) => {
            false
        }
    };
    let mut before = taken[at].clone();
    before.and_not(&taken[at]);
    (0..kinds.len()).filter(|&other| is_before(other)).for_each(|other| before.or(&taken[other]));
    before.rows().map(|row| row as u32).collect()
}

impl<'a> RoutingChild<'a> {
    fn work(&self) -> ChildWork<'a> {
        ChildWork {
            id: self.id,
            kind: self.kind,
            holds: self.holds,
            pins: &self.filter.pins,
            bans: &self.filter.bans,
            output: &self.filter.output,
        }
    }
}

/// Takes the songs of a base, its active children by priority and what each child's filter says of every song; gives
/// each child's target.
pub fn route_judged(
    columns: &Columns<'_>,
    children: &[ChildWork<'_>],
    routing: Routing,
    judged: &[Verdicts],
) -> Routed {
    let songs = columns.songs();
    let mut takers = Takers::new(songs);
    let mut placed: Vec<Option<(RoutedChild, Bits)>> = vec![None; children.len()];
    for index in judging_order(children) {
        let child = &children[index];
        let only_free = match (child.kind, routing) {
            (ChildKind::Leftovers, Routing::Overlap | Routing::FirstMatch) => true,
            (ChildKind::Filter, Routing::FirstMatch) => true,
            (ChildKind::Filter, Routing::Overlap) => false,
        };
        let shut = only_free.then(|| songs.rows(&takers.once));
        let routed = place(columns, child, shut, &judged[index]);
        let takes = if routed.unknown == 0 { placed_songs(songs, &routed) } else { held_songs(songs, child) };
        takers.count(&takes);
        placed[index] = Some((routed, songs.rows(&takes)));
    }
    let (children, taken) = placed.into_iter().flatten().unzip();
    let mut unrouted = songs.rows(&takers.once);
    unrouted.not();
    Routed { children, unrouted: unrouted.count(), overlaps: takers.twice.count(), taken, unrouted_rows: unrouted }
}

/// By priority, leftovers last: they take what no other child took.
fn judging_order(children: &[ChildWork<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..children.len()).collect();
    order.sort_by_key(|&index| children[index].kind == ChildKind::Leftovers);
    order
}

/// Songs of the base that a child takes, and those that two or more take. One that the base holds twice is one song.
struct Takers {
    once: Bits,
    twice: Bits,
}

impl Takers {
    fn new(songs: &Songs) -> Self {
        let none = Bits::none(songs.uris.len());
        Self { once: none.clone(), twice: none }
    }

    fn count(&mut self, takes: &Bits) {
        let mut again = takes.clone();
        again.and(&self.once);
        self.twice.or(&again);
        self.once.or(takes);
    }
}

fn placed_songs(songs: &Songs, routed: &RoutedChild) -> Bits {
    let mut takes = Bits::none(songs.uris.len());
    routed.tracks.iter().for_each(|row| takes.insert(songs.codes[*row as usize] as usize));
    takes
}

/// A child that cannot be judged takes what it holds now.
fn held_songs(songs: &Songs, child: &ChildWork<'_>) -> Bits {
    songs.of(child.holds.unwrap_or_default())
}

/// One child's order of work: bans, pins, rules, then each song once, the cap, the order, the limit.
/// Songs that are shut are open to pins alone.
fn place(columns: &Columns<'_>, child: &ChildWork<'_>, shut: Option<Bits>, judged: &Verdicts) -> RoutedChild {
    let (tracks, songs) = (columns.tracks(), columns.songs());
    let banned = songs.rows(&songs.of(child.bans));
    let mut pinned = songs.rows(&songs.of(child.pins));
    let mut shut = shut.unwrap_or_else(|| Bits::none(columns.len()));
    shut.or(&banned);
    shut.or(&pinned);
    pinned.and_not(&banned);
    let (mut matched, mut unknown) = (judged.yes.clone(), judged.unknown.clone());
    matched.and_not(&shut);
    unknown.and_not(&shut);
    let indexes = |rows: &Bits| rows.rows().map(|row| row as u32).collect::<Vec<u32>>();
    let rows = apply_output(columns, &indexes(&matched), child.output);
    let rows = with_pins(columns, rows, indexes(&pinned), child.output);
    let placed = || rows.iter().map(|&index| &tracks[index as usize]);
    let mut target: Vec<String> = placed().map(|track| track.uri.clone()).collect();
    target.extend(pins_outside(songs, child));
    RoutedChild {
        id: child.id,
        target,
        unknown: unknown.count(),
        duration_ms: placed().map(|track| u64::from(track.duration_ms)).sum(),
        tracks: rows,
    }
}

/// Pinned songs that the base does not hold, each once, in the order of the pins.
fn pins_outside(songs: &Songs, child: &ChildWork<'_>) -> Vec<String> {
    let mut outside: Vec<String> = Vec::new();
    for uri in child.pins {
        if songs.uris.find(uri).is_none() && !child.bans.contains(uri) && !outside.contains(uri) {
            outside.push(uri.clone());
        }
    }
    outside
}

/// Pins are past the cap and the limit, but stand in the same order as everything else.
fn with_pins(columns: &Columns<'_>, mut rows: Vec<u32>, pins: Vec<u32>, output: &Output) -> Vec<u32> {
    if pins.is_empty() {
        return rows;
    }
    rows.extend(pins);
    rows.sort_unstable();
    apply_output(columns, &rows, &Output { sort: output.sort.clone(), ..Output::default() })
}
