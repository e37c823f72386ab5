//! A base over its children as API and pages show it. All counts are rows of the base.

use super::facets::Bar;
use super::routing_view::UnroutedReason;
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId};
use crate::domain::playlist::ChildKind;
use crate::domain::track::SkipReason;
use serde::{Deserialize, Serialize};

/// `GET /api/base-playlists/{id}/routing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RoutingAnswer {
    pub base_playlist_id: BasePlaylistId,
    /// Rows of the base: matched, unrouted and skipped together.
    pub total: u32,
    /// Rows that one child or more takes.
    pub matched: u32,
    /// Rows that two children or more take.
    pub overlaps: u32,
    pub unrouted: u32,
    pub skipped: u32,
    /// The active children, in their order.
    pub children: Vec<RoutingChildCount>,
    /// Rows that each pair of children shares, in the order of `children`; the diagonal is a child's own count.
    pub matrix: Vec<Vec<u32>>,
    /// The largest groups of rows that exactly the same children share.
    pub combinations: Vec<Combination>,
    pub unrouted_reasons: Vec<UnroutedCount>,
    pub skipped_reasons: Vec<SkippedCount>,
    /// `null` where Spotify withholds genres from this app, or nothing has asked for them yet.
    pub genres: Option<Vec<Bar>>,
    /// Whether Spotify withholds genres from this app.
    pub genres_withheld: bool,
    pub decades: Vec<Bar>,
}

/// Where rows go that are no child's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    Several,
    NoChild,
    Skipped,
}

impl RoutingAnswer {
    /// What the children's own rows leave of the base, for the diagram: with these, its ribbons add up to the base.
    pub fn rest(&self) -> impl Iterator<Item = (Rest, u32)> + use<> {
        let all = [(Rest::Several, self.overlaps), (Rest::NoChild, self.unrouted), (Rest::Skipped, self.skipped)];
        // That no song is left over is good to see; that none overlaps or is skipped is the rule.
        all.into_iter().filter(|(rest, rows)| *rows > 0 || *rest == Rest::NoChild)
    }
}

/// What one child takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RoutingChildCount {
    pub child_playlist_id: ChildPlaylistId,
    pub name: String,
    pub kind: ChildKind,
    pub filter_sentence: String,
    /// Rows that it takes.
    pub matched: u32,
    /// Those that no other child takes.
    pub alone: u32,
    /// Songs that cannot be judged; above 0 the child counts as taking what it holds.
    pub unknown: u32,
}

/// Rows that exactly these children share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Combination {
    pub child_playlist_ids: Vec<ChildPlaylistId>,
    pub rows: u32,
}

/// Rows that no child takes, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UnroutedCount {
    pub reason: UnroutedReason,
    pub rows: u32,
}

/// Rows that are not evaluated, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SkippedCount {
    pub reason: SkipReason,
    pub rows: u32,
}

/// A row of one of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RoutingTrack {
    /// Row in the base, counted from 1.
    pub position: u32,
    /// `null` for what is no song.
    pub uri: Option<String>,
    pub title: String,
    pub artists: Vec<String>,
    pub album: String,
    pub duration_ms: u32,
    /// Children that take it.
    pub child_playlist_ids: Vec<ChildPlaylistId>,
    /// Why it is not evaluated.
    pub skip_reason: Option<SkipReason>,
}

/// A page of such a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RoutingTracks {
    pub items: Vec<RoutingTrack>,
    pub next: Option<String>,
    /// Rows on all pages.
    pub total: u32,
    /// Ids of the first songs of the whole list: a filter can name so many.
    pub track_ids: Vec<String>,
}
