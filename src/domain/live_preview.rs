//! What a draft would take, while it is typed: the same routing as the sync's, on songs that are here already.

use super::base_tracks::{BaseTracks, fingerprint};
use super::filter::json::FilterError;
use super::filter::operators::Op;
use super::filter::rule::Filter;
use super::ids::ChildPlaylistId;
use super::playlist::{ChildKind, Routing};
use super::sync::event::PreviewTrack;
use super::sync::routing::{RoutingChild, route};
use super::track::FilterableTrack;
use uuid::Uuid;

/// Songs shown first.
pub const FIRST_TRACKS: usize = 20;

/// The effect of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LivePreview {
    /// Songs of the base that were judged.
    pub total: u32,
    /// Songs that the child would hold.
    pub matched: u32,
    /// Songs that cannot be judged because Spotify withholds a field.
    pub unknown: u32,
    /// Length of the songs that it would hold.
    pub duration_ms: u64,
    /// Names the whole list and its order.
    pub fingerprint: String,
    pub first_tracks: Vec<PreviewTrack>,
}

/// Whether only the server can judge it: patterns are compiled there alone, so that they mean the same everywhere.
pub fn needs_server(filter: &Filter) -> bool {
    filter.rules().iter().any(|rule| matches!(rule.op, Op::Regex | Op::NotRegex))
}

/// Judges a draft by itself: other children of the base are not looked at.
///
/// # Errors
/// [`FilterError`] where the filter cannot be compiled here.
pub fn live_preview(songs: &BaseTracks, filter: &Filter) -> Result<LivePreview, FilterError> {
    let child = RoutingChild {
        id: ChildPlaylistId::from_uuid(Uuid::nil()),
        filter,
        kind: ChildKind::Filter,
        active: true,
        holds: None,
    };
    let routed = route(&songs.tracks, &[child], Routing::Overlap, &songs.context())?;
    let Some(routed) = routed.children.into_iter().next() else {
        return Err(FilterError::new("", "There is nothing to judge."));
    };
    let first = routed.tracks.iter().filter_map(|at| songs.tracks.get(*at as usize)).take(FIRST_TRACKS);
    Ok(LivePreview {
        total: u32::try_from(songs.tracks.len()).unwrap_or(u32::MAX),
        matched: u32::try_from(routed.target.len()).unwrap_or(u32::MAX),
        unknown: routed.unknown,
        duration_ms: routed.duration_ms,
        fingerprint: fingerprint(&routed.target),
        first_tracks: first.map(preview_track).collect(),
    })
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
