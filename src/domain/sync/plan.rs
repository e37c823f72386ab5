//! What a sync costs: requests by kind, and the seconds that they take. What is shown before a run, what the run then
//! does and the tests on the measured number use this one function.

mod opening;
#[cfg(test)]
mod tests;

use super::batch::{ARTISTS_LEN_MAX, CONTAINS_LEN_MAX, page_count};
use super::machine::decide::{Decision, Verdict};
use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::filter::fields::{Cost as FieldCost, Field};
use crate::domain::filter::rule::Filter;
use crate::domain::track::FilterableTrack;
use std::collections::HashSet;

pub use opening::{LibraryState, Opening, opening};

/// What a run will find in its base.
#[derive(Debug, Clone)]
pub struct BaseState<'a> {
    /// The cheap question, as the run will ask it.
    pub opening: Opening,
    /// Rows, those that are not evaluated included.
    pub total: u32,
    pub tracks: &'a [FilterableTrack],
    /// Rows of each playlist that rules name and that is not known at its snapshot.
    pub unread_playlists: Vec<u32>,
    /// What one child takes decides over what another gets.
    pub is_exclusive: bool,
}

/// What a run will find in one child.
#[derive(Debug, Clone, Copy)]
pub struct ChildState<'a> {
    pub filter: &'a Filter,
    /// Whether this run writes it; the others only take part in the routing.
    pub is_selected: bool,
    /// Its rows, where nobody knows them (adopted, changed outside); `None` if they are known.
    pub unread_rows: Option<u32>,
    /// Songs that cannot be judged.
    pub unknown: u32,
    pub decision: &'a Decision,
}

/// What Spotify lets this app do, and what is set.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    pub capabilities: Capabilities,
    pub mode: ApiMode,
    /// Written children are read back.
    pub read_back: bool,
    /// Requests that the gate lets through in a minute.
    pub per_minute: u32,
    /// What one request takes, milliseconds.
    pub latency_ms: u32,
}

/// Requests of a sync, by kind, and the seconds that they take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plan {
    pub requests: Cost,
    pub seconds: u32,
}

/// Takes what is known of base, children, Spotify's terms and the cache (the ids of artists that it knows); gives the
/// requests that a run sends now if nothing changes before it and nothing fails.
pub fn plan(base: &BaseState<'_>, children: &[ChildState<'_>], terms: &Terms, cache: &HashSet<String>) -> Plan {
    let snapshots = base.opening.requests;
    let requests = match base.opening.is_unchanged {
        true => Cost { snapshots, ..Cost::default() },
        false => {
            let looked = cost(&cost_input(base, children, terms, cache));
            let read_backs = children.iter().map(|child| child.read_backs(terms)).sum::<u32>();
            Cost { snapshots, child_reads: looked.child_reads + read_backs, ..looked }
        }
    };
    Plan { requests, seconds: seconds(requests.total(), terms.per_minute, terms.latency_ms) }
}

fn cost_input(base: &BaseState<'_>, children: &[ChildState<'_>], terms: &Terms, cache: &HashSet<String>) -> CostInput {
    let weighed = || children.iter().filter(|child| child.is_selected || base.is_exclusive).map(|child| child.filter);
    let needs_artists = needs_artists(weighed(), &terms.capabilities);
    let unseen = || artist_ids(base.tracks).into_iter().filter(|id| !cache.contains(id)).count() as u32;
    let liked = needs_liked(weighed(), &terms.capabilities);
    CostInput {
        library_total: 0,
        base_total: base.total,
        children: children.iter().filter(|child| child.is_selected).map(|child| child.cost(base)).collect(),
        unseen_artists: if needs_artists { unseen() } else { 0 },
        needs_artists,
        mode: terms.mode,
        artists_delivered: true,
        lookups: Lookups {
            liked_songs: if liked { song_count(base.tracks) } else { 0 },
            playlist_totals: base.unread_playlists.clone(),
        },
    }
}

impl ChildState<'_> {
    fn cost(&self, base: &BaseState<'_>) -> ChildCost {
        let is_judged = self.unknown == 0 || base.is_exclusive;
        let write_requests = match &self.decision.verdict {
            Verdict::Write(plan) => plan.ops.len() as u32,
            Verdict::Unchanged | Verdict::Untouched { .. } => 0,
        };
        ChildCost { unknown_contents_total: self.unread_rows.filter(|_| is_judged), write_requests }
    }

    /// Pages of what it holds after it was written: the target, and the rows beside it that the API cannot move.
    fn read_backs(&self, terms: &Terms) -> u32 {
        let is_written = self.is_selected && matches!(self.decision.verdict, Verdict::Write(_));
        let fixed = self.decision.rows.iter().flatten().filter(|row| row.fixed).count();
        if terms.read_back && is_written { page_count((self.decision.target.len() + fixed) as u32) } else { 0 }
    }
}

/// Whether one of the filters uses a field of artists that Spotify delivers; no request is spent on what it withholds.
pub fn needs_artists<'f>(filters: impl IntoIterator<Item = &'f Filter>, capabilities: &Capabilities) -> bool {
    needs(filters, capabilities, |field| field.cost == FieldCost::Artist)
}

/// Whether one of the filters asks for Liked Songs and Spotify lets this app see them.
pub fn needs_liked<'f>(filters: impl IntoIterator<Item = &'f Filter>, capabilities: &Capabilities) -> bool {
    needs(filters, capabilities, |field| field.id == "liked")
}

fn needs<'f>(
    filters: impl IntoIterator<Item = &'f Filter>,
    capabilities: &Capabilities,
    wanted: impl Fn(&Field) -> bool,
) -> bool {
    let fetched = |field: &Field| wanted(field) && !field.is_withheld(capabilities);
    filters.into_iter().any(|filter| filter.fields().into_iter().any(fetched))
}

/// Ids of the artists of these songs, each once, in order.
pub fn artist_ids(tracks: &[FilterableTrack]) -> Vec<String> {
    let mut seen = HashSet::new();
    let ids = tracks.iter().flat_map(|track| &track.artists).filter_map(|artist| artist.id.as_deref());
    ids.filter(|id| seen.insert(*id)).map(str::to_owned).collect()
}

fn song_count(tracks: &[FilterableTrack]) -> u32 {
    tracks.iter().map(|track| track.uri.as_str()).collect::<HashSet<_>>().len() as u32
}

/// What the cost of one child depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChildCost {
    /// Rows of a child whose contents we do not know (adopted, changed outside); `None` if we know them.
    pub unknown_contents_total: Option<u32>,
    /// Requests of its write plan; 0 if it already holds what it should.
    pub write_requests: u32,
}

/// What the cost of a sync depends on: numbers only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostInput {
    /// Playlists in the user's library.
    pub library_total: u32,
    /// Rows of the base.
    pub base_total: u32,
    /// The children of the run.
    pub children: Vec<ChildCost>,
    /// Artists of the base that no cache knows.
    pub unseen_artists: u32,
    /// Whether a rule asks for something that only the artist tells.
    pub needs_artists: bool,
    /// Batches or single reads.
    pub mode: ApiMode,
    /// Whether Spotify delivers what the rules ask of the artists; nothing is spent on what it withholds.
    pub artists_delivered: bool,
    /// What rules ask for beside base and artists.
    pub lookups: Lookups,
}

/// What rules ask for beside base and artists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lookups {
    /// Songs of the base of which must be known whether they are liked; 0 if no rule asks.
    pub liked_songs: u32,
    /// Rows of the playlists that rules name and that are not known at their snapshots.
    pub playlist_totals: Vec<u32>,
}

/// Requests of a sync, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Asking whether anything changed.
    pub snapshots: u32,
    /// Pages of the base.
    pub base_pages: u32,
    /// Artists, in batches or one by one.
    pub artists: u32,
    /// Liked Songs, and pages of playlists that rules name.
    pub lookups: u32,
    /// Pages of children whose contents we do not know, and of those that are read back.
    pub child_reads: u32,
    /// Writes to the children.
    pub writes: u32,
}

impl Cost {
    /// All of them.
    pub const fn total(&self) -> u32 {
        self.snapshots + self.base_pages + self.artists + self.lookups + self.child_reads + self.writes
    }
}

/// The requests of a sync that finds the base changed. One that finds nothing changed costs only
/// [`snapshots`].
pub fn cost(input: &CostInput) -> Cost {
    Cost {
        snapshots: snapshots(input.library_total, input.children.len() as u32),
        base_pages: page_count(input.base_total),
        artists: artists(input),
        lookups: lookups(&input.lookups),
        child_reads: input.children.iter().filter_map(|child| child.unknown_contents_total).map(page_count).sum(),
        writes: input.children.iter().map(|child| child.write_requests).sum(),
    }
}

/// Requests that tell the snapshots: pages of the library, or base and children one by one if that is less.
pub fn snapshots(library_total: u32, child_count: u32) -> u32 {
    page_count(library_total).min(1 + child_count)
}

/// Liked Songs are asked about by the songs of the base, never by reading all of them: that reading has a quota of
/// its own at Spotify, which a few readings a day exhaust.
fn lookups(lookups: &Lookups) -> u32 {
    let liked = lookups.liked_songs.div_ceil(CONTAINS_LEN_MAX as u32);
    liked + lookups.playlist_totals.iter().copied().map(page_count).sum::<u32>()
}

fn artists(input: &CostInput) -> u32 {
    if !input.needs_artists || !input.artists_delivered {
        return 0;
    }
    match input.mode {
        ApiMode::Extended => input.unseen_artists.div_ceil(ARTISTS_LEN_MAX as u32),
        ApiMode::Development => input.unseen_artists,
    }
}

/// What is known of a run when it starts, before its first request.
#[derive(Debug, Clone)]
pub struct Start<'a> {
    /// Playlists in the person's library, as last seen.
    pub library_total: Option<u32>,
    /// Rows of the base, as last seen.
    pub base_total: u32,
    /// Filters of the children that the run writes.
    pub filters: Vec<&'a Filter>,
    pub capabilities: Capabilities,
    pub mode: ApiMode,
}

/// About which requests a run will send, told from totals alone: for percent and time left while it runs. At most one
/// write a child is counted, and as many artists as real playlists have that nobody has looked up yet.
pub fn estimate(start: &Start<'_>) -> Cost {
    let filters = || start.filters.iter().copied();
    let liked = needs_liked(filters(), &start.capabilities);
    let input = CostInput {
        library_total: start.library_total.unwrap_or(0),
        base_total: start.base_total,
        children: vec![ChildCost { unknown_contents_total: None, write_requests: 1 }; start.filters.len()],
        // Half as many artists as songs is what real playlists of some size have.
        unseen_artists: start.base_total / 2,
        needs_artists: needs_artists(filters(), &start.capabilities),
        mode: start.mode,
        artists_delivered: true,
        lookups: Lookups { liked_songs: if liked { start.base_total } else { 0 }, playlist_totals: Vec::new() },
    };
    cost(&input)
}

/// A slot of the gate is free this long after it was used: a little more than its window of 30 s, so that
/// the limit also holds where the requests arrive.
const WINDOW_MS: u64 = 30_250;

/// Takes requests, how many the gate lets through in a minute, and how long one takes in milliseconds;
/// gives whole seconds, rounded up, if they are sent one after the other.
pub fn seconds(requests: u32, per_minute: u32, latency_ms: u32) -> u32 {
    let window_len = u64::from(per_minute / 2).max(1);
    let (requests, latency_ms) = (u64::from(requests), u64::from(latency_ms));
    let full_windows = requests.saturating_sub(1) / window_len;
    let throttled_ms = full_windows * WINDOW_MS + (requests - full_windows * window_len) * latency_ms;
    let spent_ms = throttled_ms.max(requests * latency_ms);
    u32::try_from(spent_ms.div_ceil(1_000)).unwrap_or(u32::MAX)
}
