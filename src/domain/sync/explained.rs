//! One song before all children of its base, and the songs of a base as a list: what pages and programs are told.

use super::placement::{Placement, PlacementCode};
use crate::domain::filter::coverage::{FieldCoverage, NodeCount};
use crate::domain::filter::evaluate::Verdict;
use crate::domain::filter::explain::{ExplainedRule, Explanation};
use crate::domain::filter::lint::Lint;
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId};
use crate::domain::track::{FilterableTrack, SkipReason, SkippedRow};
use serde::{Deserialize, Serialize};

/// Rules named in a sentence; the tree shows them all.
const NAMED_MAX: usize = 2;

/// A row of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SongLine {
    /// Row in the base, counted from 1.
    pub position: u32,
    /// `null` for a row that is no song.
    pub uri: Option<String>,
    pub title: String,
    pub artists: Vec<String>,
    pub album: String,
    pub duration_ms: u32,
    /// Why the row is not evaluated.
    pub skipped: Option<SkipReason>,
}

/// `POST /api/base-playlists/{id}/explain`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SongExplained {
    pub base_playlist_id: BasePlaylistId,
    pub base_name: String,
    /// Rows of the base.
    pub total: u32,
    pub song: SongLine,
    /// The children in their order, or the one that was asked for.
    pub children: Vec<ChildExplained>,
}

/// One child and the song.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChildExplained {
    /// `null` for a filter that is not saved.
    pub child_playlist_id: Option<ChildPlaylistId>,
    pub name: Option<String>,
    /// The filter in plain words.
    pub filter_sentence: String,
    /// "It is in this child: it stands at place 12." or "It is not in this child: …".
    pub answer: String,
    pub placement: Placement,
    /// Rule by rule; `null` for a row that is no song.
    pub explanation: Option<Explanation>,
}

/// A page of the songs of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SongPage {
    pub base_playlist_id: BasePlaylistId,
    pub base_name: String,
    /// Rows of the base.
    pub total: u32,
    /// Rows that fit what was asked for.
    pub found: u32,
    /// Of the page, counted from 1.
    pub page: u32,
    pub pages: u32,
    pub songs: Vec<ListedSong>,
}

/// A row of that list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedSong {
    pub song: SongLine,
    /// Names of the children that hold it after a sync.
    pub children: Vec<String>,
    /// Some child cannot say whether it takes the song.
    pub is_unknown: bool,
}

/// `POST /api/base-playlists/{id}/lint`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LintReport {
    pub lints: Vec<Lint>,
    /// How many songs of the base match each rule and group.
    pub counts: Vec<NodeCount>,
    /// Songs of the base that were asked.
    pub total: u32,
}

/// `GET /api/base-playlists/{id}/coverage`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CoverageReport {
    /// Songs of the base.
    pub total: u32,
    /// Each field of the rules.
    pub fields: Vec<FieldCoverage>,
}

impl SongLine {
    /// Of a song.
    pub fn of(track: &FilterableTrack) -> Self {
        Self {
            position: track.position,
            uri: Some(track.uri.clone()),
            title: track.title.clone(),
            artists: track.artists.iter().map(|artist| artist.name.clone()).collect(),
            album: track.album.clone(),
            duration_ms: track.duration_ms,
            skipped: None,
        }
    }

    /// Of a row that is not evaluated.
    pub fn of_skipped(row: &SkippedRow) -> Self {
        Self {
            position: row.position,
            uri: None,
            title: row.name.clone(),
            artists: Vec::new(),
            album: String::new(),
            duration_ms: 0,
            skipped: Some(row.reason),
        }
    }
}

/// The final answer as a sentence.
pub fn answer(placement: &Placement, explanation: Option<&Explanation>) -> String {
    let whether = match placement.is_in {
        Some(true) => "It is in this child",
        Some(false) => "It is not in this child",
        None => "Nobody can say whether it is in this child",
    };
    let why = match explanation.filter(|_| placement.code == PlacementCode::NotMatched) {
        Some(explanation) => blame(explanation).unwrap_or_else(|| placement.words.clone()),
        None => placement.words.clone(),
    };
    format!("{whether}: {why}.")
}

/// The rules that keep a song out.
fn blame(explanation: &Explanation) -> Option<String> {
    let rules = explanation.deciding_rules();
    let mut named: Vec<String> = rules.iter().take(NAMED_MAX).map(|rule| objection(rule)).collect();
    if rules.len() > NAMED_MAX {
        named.push(format!("and {} more", rules.len() - NAMED_MAX));
    }
    (!named.is_empty()).then(|| named.join("; "))
}

fn objection(rule: &ExplainedRule) -> String {
    let ExplainedRule { words, seen_words, .. } = rule;
    match (rule.verdict, rule.decided_by_missing) {
        (Verdict::Yes, _) => format!("“{words}” is true of it, and must not be ({seen_words})"),
        (_, true) => format!("“{words}” asks for a value, and there is {seen_words}"),
        (_, false) => format!("“{words}” is not true of it ({seen_words})"),
    }
}
