//! Which song goes to which child: pure, the same in browser and server.
//!
//! Absent on purpose: rows that are no songs. They were set aside, with a reason, before a track was made.

#[cfg(test)]
mod tests;

use crate::domain::filter::compile::{EvalContext, compile};
use crate::domain::filter::evaluate::Verdict;
use crate::domain::filter::json::FilterError;
use crate::domain::filter::output::{Output, apply_output};
use crate::domain::filter::rule::Filter;
use crate::domain::ids::ChildPlaylistId;
use crate::domain::playlist::{ChildKind, Routing};
use crate::domain::track::FilterableTrack;
use std::collections::{HashMap, HashSet};

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
    let active: Vec<&RoutingChild<'_>> = children.iter().filter(|child| child.active).collect();
    let filters = active.iter().map(|child| compile(child.filter, context)).collect::<Result<Vec<_>, _>>()?;
    let work: Vec<ChildWork<'_>> = active.iter().map(|child| child.work()).collect();
    Ok(route_by(tracks, &work, routing, |child, track| match filters[child].verdict(track) {
        Verdict::Yes => Some(true),
        Verdict::No => Some(false),
        Verdict::Unknown => None,
    }))
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

/// Takes the base's tracks in order and its active children by priority; gives each child's target.
/// `verdict` answers whether the filter of the child with that index matches a track: `None` is *unknown*.
pub fn route_by(
    tracks: &[FilterableTrack],
    children: &[ChildWork<'_>],
    routing: Routing,
    verdict: impl Fn(usize, &FilterableTrack) -> Option<bool>,
) -> Routed {
    let mut takers = Takers::default();
    let mut placed = vec![None; children.len()];
    for index in judging_order(children) {
        let child = &children[index];
        let only_free = match (child.kind, routing) {
            (ChildKind::Leftovers, Routing::Overlap | Routing::FirstMatch) => true,
            (ChildKind::Filter, Routing::FirstMatch) => true,
            (ChildKind::Filter, Routing::Overlap) => false,
        };
        let is_open = |track: &FilterableTrack| !only_free || takers.of(&track.uri) == 0;
        let routed = place(tracks, child, is_open, |track| verdict(index, track));
        takers.count(if routed.unknown == 0 { &routed.target } else { child.holds.unwrap_or_default() });
        placed[index] = Some(routed);
    }
    Routed {
        children: placed.into_iter().flatten().collect(),
        unrouted: tracks.iter().filter(|track| takers.of(&track.uri) == 0).count() as u32,
        overlaps: overlaps(tracks, &takers),
    }
}

/// By priority, leftovers last: they take what no other child took.
fn judging_order(children: &[ChildWork<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..children.len()).collect();
    order.sort_by_key(|&index| children[index].kind == ChildKind::Leftovers);
    order
}

/// How many children take each song.
#[derive(Default)]
struct Takers(HashMap<String, u32>);

impl Takers {
    fn count(&mut self, uris: &[String]) {
        for uri in uris.iter().collect::<HashSet<_>>() {
            *self.0.entry(uri.clone()).or_default() += 1;
        }
    }

    fn of(&self, uri: &str) -> u32 {
        self.0.get(uri).copied().unwrap_or(0)
    }
}

/// A song that the base holds twice is one song.
fn overlaps(tracks: &[FilterableTrack], takers: &Takers) -> u32 {
    let songs: HashSet<&str> = tracks.iter().map(|track| track.uri.as_str()).collect();
    songs.into_iter().filter(|uri| takers.of(uri) > 1).count() as u32
}

/// One child's order of work: bans, pins, rules, then each song once, the cap, the order, the limit.
fn place(
    tracks: &[FilterableTrack],
    child: &ChildWork<'_>,
    is_open: impl Fn(&FilterableTrack) -> bool,
    verdict: impl Fn(&FilterableTrack) -> Option<bool>,
) -> RoutedChild {
    let banned: HashSet<&str> = child.bans.iter().map(String::as_str).collect();
    let pinned: HashSet<&str> = child.pins.iter().map(String::as_str).collect();
    let mut unknown = 0;
    let (mut matched, mut pins) = (Vec::new(), Vec::new());
    for (index, track) in tracks.iter().enumerate() {
        let uri = track.uri.as_str();
        let takes = if banned.contains(uri) {
            Some(false)
        } else if pinned.contains(uri) {
            Some(true)
        } else if !is_open(track) {
            Some(false)
        } else {
            verdict(track)
        };
        unknown += u32::from(takes.is_none());
        if takes == Some(true) {
            if pinned.contains(uri) { &mut pins } else { &mut matched }.push(index as u32);
        }
    }
    let rows = with_pins(tracks, apply_output(tracks, &matched, child.output), pins, child.output);
    let songs = || rows.iter().map(|&index| &tracks[index as usize]);
    let mut target: Vec<String> = songs().map(|track| track.uri.clone()).collect();
    target.extend(pins_outside(tracks, child, &banned));
    RoutedChild {
        id: child.id,
        target,
        unknown,
        duration_ms: songs().map(|track| u64::from(track.duration_ms)).sum(),
        tracks: rows,
    }
}

/// Pinned songs that the base does not hold, each once, in the order of the pins.
fn pins_outside(tracks: &[FilterableTrack], child: &ChildWork<'_>, banned: &HashSet<&str>) -> Vec<String> {
    if child.pins.is_empty() {
        return Vec::new();
    }
    let mut seen: HashSet<&str> = tracks.iter().map(|track| track.uri.as_str()).collect();
    child.pins.iter().filter(|uri| !banned.contains(uri.as_str()) && seen.insert(uri)).cloned().collect()
}

/// Pins are past the cap and the limit, but stand in the same order as everything else.
fn with_pins(tracks: &[FilterableTrack], mut rows: Vec<u32>, pins: Vec<u32>, output: &Output) -> Vec<u32> {
    if pins.is_empty() {
        return rows;
    }
    rows.extend(pins);
    rows.sort_unstable();
    apply_output(tracks, &rows, &Output { sort: output.sort.clone(), ..Output::default() })
}
