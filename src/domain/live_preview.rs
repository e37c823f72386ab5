//! What a draft would take, while it is typed: the same routing as the sync's, on songs that are here already.

use super::base_tracks::{BaseTracks, fingerprint};
use super::filter::bits::Bits;
use super::filter::columns::Columns;
use super::filter::compile::EvalContext;
use super::filter::coverage::{FieldCoverage, NodeCount, coverage};
use super::filter::fields::{self, Cost};
use super::filter::json::FilterError;
use super::filter::judge::{RuleCount, count_rules};
use super::filter::lint::{Lint, LintFacts, lint};
use super::filter::operators::Op;
use super::filter::rule::Filter;
use super::sync::event::PreviewTrack;
use super::sync::routing::route_one;
use super::track::FilterableTrack;

/// Songs shown first.
pub const FIRST_TRACKS: usize = 20;

/// The effect of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct LivePreview {
    /// Songs of the base that were judged.
    pub total: u32,
    /// Songs that the child would hold.
    pub matched: u32,
    /// Songs that its rules match and that other children take before it.
    pub elsewhere: u32,
    /// Songs that cannot be judged because Spotify withholds a field.
    pub unknown: u32,
    /// Length of the songs that it would hold.
    pub duration_ms: u64,
    /// Names the whole list and its order.
    pub fingerprint: String,
    pub first_tracks: Vec<PreviewTrack>,
    /// What the whole, each rule and each group does.
    pub counts: Vec<RuleCount>,
    pub lints: Vec<Lint>,
}

/// The songs of a base made ready for many looks at them.
#[derive(Debug)]
pub struct LiveBase {
    columns: Columns<'static>,
    context: EvalContext,
    coverage: Vec<FieldCoverage>,
    /// Rows that other children take before the draft.
    taken: Bits,
}

impl LiveBase {
    /// Takes the songs over.
    pub fn new(base: BaseTracks) -> Self {
        let mut coverage = coverage(&base.tracks, &base.capabilities);
        // Of fields that were not asked for nothing is known.
        coverage.retain(|one| {
            base.with_artists || fields::find(&one.field).is_some_and(|field| field.cost != Cost::Artist)
        });
        let mut taken = Bits::none(base.tracks.len());
        base.taken
            .iter()
            .filter(|row| (**row as usize) < base.tracks.len())
            .for_each(|row| taken.insert(*row as usize));
        Self { context: base.context(), columns: Columns::new(base.tracks), coverage, taken }
    }

    /// When the songs were read, in milliseconds since 1970 in UTC.
    pub const fn read_at_ms(&self) -> i64 {
        self.context.now_ms
    }

    /// The songs, in the base's order.
    pub fn tracks(&self) -> &[FilterableTrack] {
        self.columns.tracks()
    }
}

/// Whether only the server can judge it: patterns are compiled there alone, so that they mean the same everywhere.
pub fn needs_server(filter: &Filter) -> bool {
    filter.rules().iter().any(|rule| matches!(rule.op, Op::Regex | Op::NotRegex))
}

/// Judges a draft, on what the children before it leave to it.
///
/// # Errors
/// [`FilterError`] where the filter cannot be compiled here.
pub fn live_preview(base: &LiveBase, filter: &Filter) -> Result<LivePreview, FilterError> {
    let (routed, elsewhere) = route_one(&base.columns, filter, &base.taken, &base.context)?;
    let first = routed.tracks.iter().filter_map(|at| base.tracks().get(*at as usize)).take(FIRST_TRACKS);
    let counts = count_rules(&base.columns, filter, &base.context)?;
    Ok(LivePreview {
        total: u32::try_from(base.tracks().len()).unwrap_or(u32::MAX),
        matched: u32::try_from(routed.target.len()).unwrap_or(u32::MAX),
        elsewhere,
        unknown: routed.unknown,
        duration_ms: routed.duration_ms,
        fingerprint: fingerprint(&routed.target),
        first_tracks: first.map(preview_track).collect(),
        lints: lints(base, filter, &counts),
        counts,
    })
}

fn lints(base: &LiveBase, filter: &Filter, counts: &[RuleCount]) -> Vec<Lint> {
    let total = u32::try_from(base.tracks().len()).unwrap_or(u32::MAX);
    let counts: Vec<NodeCount> = counts
        .iter()
        .map(|one| NodeCount { pointer: one.pointer.clone(), matched: one.yes, unknown: one.unknown, total })
        .collect();
    lint(filter, &LintFacts { context: Some(&base.context), coverage: &base.coverage, counts: &counts })
}

/// A song as previews show it.
pub fn preview_track(track: &FilterableTrack) -> PreviewTrack {
    PreviewTrack {
        uri: track.uri.clone(),
        title: track.title.clone(),
        artists: track.artists.iter().map(|artist| artist.name.clone()).collect(),
        album: track.album.clone(),
        duration_ms: track.duration_ms,
    }
}
