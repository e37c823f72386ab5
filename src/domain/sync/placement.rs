//! Where one row of a base finally ends in a child, and what kept it out: the order of work, told for one song.

#[cfg(test)]
mod tests;

use super::routing::{Routed, RoutedChild, RoutingChild};
use crate::domain::filter::columns::Columns;
use crate::domain::filter::compile::{EvalContext, compile};
use crate::domain::filter::evaluate::Verdict;
use crate::domain::filter::json::FilterError;
use crate::domain::filter::output::{Dedupe, Limit, Output, apply_output};
use crate::domain::ids::ChildPlaylistId;
use crate::domain::playlist::{ChildKind, Routing};
use crate::domain::track::{FilterableTrack, SkipReason};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// What became of a song in a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlacementCode {
    /// The rules take it.
    Matched,
    /// Pinned by hand.
    Pinned,
    /// Banned by hand.
    Banned,
    /// The rules do not take it.
    NotMatched,
    /// A child before it took the song.
    TakenBefore,
    /// The same song stands earlier in the base.
    Duplicate,
    /// Its artist has as many songs as the child allows.
    OverArtistCap,
    /// The child is full.
    OverLimit,
    /// Some song cannot be judged, so a sync leaves the child as it is.
    NotJudged,
    /// A sync leaves the child as it is: held until somebody confirms, or it cannot be written.
    NotWritten,
    /// The child is switched off, or not made on Spotify yet: a sync leaves it as it is.
    Inactive,
    /// The row is no song that could be placed.
    SkippedRow,
}

/// Whether a song ends in a child, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Placement {
    /// After a sync; null where nobody can say.
    pub is_in: Option<bool>,
    pub code: PlacementCode,
    /// For people, without a full stop: "it stands at place 12", "the child is full at 500 songs".
    pub words: String,
    /// Row of the base that stands for it, for a duplicate; counted from 1.
    pub position: Option<u32>,
    /// Who took it before.
    pub taken_by: Option<ChildPlaylistId>,
}

/// A base as it was routed.
#[derive(Debug, Clone, Copy)]
pub struct RoutedBase<'a> {
    pub tracks: &'a [FilterableTrack],
    /// As they were given to `route`.
    pub children: &'a [RoutingChild<'a>],
    pub routing: Routing,
    pub context: &'a EvalContext,
    pub routed: &'a Routed,
    /// Children that a sync leaves as they are, with the reason in a sentence or two.
    pub left: &'a HashMap<ChildPlaylistId, String>,
}

impl Placement {
    fn new(is_in: impl Into<Option<bool>>, code: PlacementCode, words: impl Into<String>) -> Self {
        Self { is_in: is_in.into(), code, words: words.into(), position: None, taken_by: None }
    }

    /// A row that is never placed anywhere.
    pub fn of_skipped(reason: SkipReason) -> Self {
        let words = match reason {
            SkipReason::LocalFile => "this row is a file on your disk, which Spotify cannot add to other playlists",
            SkipReason::Episode => "this row is a podcast episode, and only songs are placed",
            SkipReason::Unavailable => "Spotify sent this row without a song",
        };
        Self::new(false, PlacementCode::SkippedRow, words)
    }
}

/// Tells what becomes of the track with this index in the child with this index.
///
/// # Errors
/// [`FilterError`] where the child's filter cannot be compiled here.
pub fn placement(base: &RoutedBase<'_>, child: usize, track: usize) -> Result<Placement, FilterError> {
    let (subject, song) = (&base.children[child], &base.tracks[track]);
    let holds = subject.holds.map(|held| held.contains(&song.uri));
    let Some(routed) = base.routed.children.iter().find(|routed| routed.id == subject.id) else {
        return Ok(Placement::new(
            holds,
            PlacementCode::Inactive,
            "it is switched off or not made on Spotify yet: a sync leaves it as it is",
        ));
    };
    if routed.unknown > 0 {
        let words = format!(
            "{} cannot be judged, because Spotify withholds a field: a sync leaves it as it is",
            songs(routed.unknown)
        );
        return Ok(Placement::new(holds, PlacementCode::NotJudged, words));
    }
    if let Some(reason) = base.left.get(&subject.id) {
        let words = format!("a sync would leave it as it is. {}", reason.trim_end_matches('.'));
        return Ok(Placement::new(holds, PlacementCode::NotWritten, words));
    }
    if subject.filter.bans.contains(&song.uri) {
        return Ok(Placement::new(false, PlacementCode::Banned, "the song is banned from it by hand"));
    }
    if routed.target.contains(&song.uri) {
        return Ok(placed(base, subject, routed, track));
    }
    kept_out(base, child, track)
}

fn songs(count: u32) -> String {
    if count == 1 { "1 song".to_owned() } else { format!("{count} songs") }
}

fn placed(base: &RoutedBase<'_>, subject: &RoutingChild<'_>, routed: &RoutedChild, track: usize) -> Placement {
    let song = &base.tracks[track];
    let place = routed.target.iter().position(|uri| *uri == song.uri).map_or(0, |at| at + 1);
    let code = if subject.filter.pins.contains(&song.uri) { PlacementCode::Pinned } else { PlacementCode::Matched };
    let stands_for = routed.tracks.iter().map(|at| &base.tracks[*at as usize]).find(|other| other.uri == song.uri);
    let mut words = match code {
        PlacementCode::Pinned => format!("it is pinned by hand and stands at place {place}"),
        _ => format!("it stands at place {place}"),
    };
    let position = stands_for.map(|other| other.position).filter(|position| *position != song.position);
    if let Some(position) = position {
        words.push_str(&format!(", once for this row and row {position}"));
    }
    Placement { position, ..Placement::new(true, code, words) }
}

/// Past bans and pins, the stages in their order: the first that stops the song is the reason.
fn kept_out(base: &RoutedBase<'_>, child: usize, track: usize) -> Result<Placement, FilterError> {
    let subject = &base.children[child];
    let filter = compile(subject.filter, base.context)?;
    if filter.verdict(&base.tracks[track]) != Verdict::Yes {
        return Ok(Placement::new(false, PlacementCode::NotMatched, "its rules do not take this song"));
    }
    let before = takers_before(base, child);
    let taker = before.iter().find(|(_, uris)| uris.contains(&base.tracks[track].uri));
    if let Some((id, _)) = taker {
        let words = match subject.kind {
            ChildKind::Leftovers => "another child takes this song, and this one only takes what is left",
            ChildKind::Filter => "a child before it takes this song, and each song goes to one child",
        };
        return Ok(Placement { taken_by: Some(*id), ..Placement::new(false, PlacementCode::TakenBefore, words) });
    }
    let taken: HashSet<&String> = before.iter().flat_map(|(_, uris)| uris.iter()).collect();
    let is_candidate = |song: &FilterableTrack| {
        let by_hand = subject.filter.bans.contains(&song.uri) || subject.filter.pins.contains(&song.uri);
        !by_hand && !taken.contains(&song.uri) && filter.verdict(song) == Verdict::Yes
    };
    let matched: Vec<u32> =
        (0..base.tracks.len() as u32).filter(|at| is_candidate(&base.tracks[*at as usize])).collect();
    Ok(cut(base.tracks, &matched, track as u32, &subject.filter.output))
}

/// What the children that are judged earlier hold, for those that take each song once.
fn takers_before<'a>(base: &RoutedBase<'a>, child: usize) -> Vec<(ChildPlaylistId, &'a [String])> {
    let is_last = |at: usize| base.children[at].kind == ChildKind::Leftovers;
    if base.routing == Routing::Overlap && !is_last(child) {
        return Vec::new();
    }
    let is_before = |at: usize| (is_last(at), at) < (is_last(child), child);
    let uris = |other: &RoutingChild<'a>| {
        let routed = base.routed.children.iter().find(|routed| routed.id == other.id)?;
        let is_left = routed.unknown > 0 || base.left.contains_key(&other.id);
        Some(if is_left { other.holds.unwrap_or_default() } else { routed.target.as_slice() })
    };
    let before = base.children.iter().enumerate().filter(|(at, _)| is_before(*at));
    before.filter_map(|(_, other)| uris(other).map(|uris| (other.id, uris))).collect()
}

/// A song that matches and is free, but is not in the target: doubles, the cap, the limit.
fn cut(tracks: &[FilterableTrack], matched: &[u32], track: u32, output: &Output) -> Placement {
    let columns = &Columns::new(tracks);
    let once = Output { dedupe: output.dedupe, ..Output::default() };
    let capped = Output { max_per_artist: output.max_per_artist, ..once.clone() };
    if !apply_output(columns, matched, &once).contains(&track) {
        return duplicate(columns, matched, track, &once);
    }
    if !apply_output(columns, matched, &capped).contains(&track) {
        let artist = tracks[track as usize].artists.first().map_or("its artist", |artist| artist.name.as_str());
        let words = format!("it already has {} by {artist}", songs(output.max_per_artist.unwrap_or_default()));
        return Placement::new(false, PlacementCode::OverArtistCap, words);
    }
    let unlimited = apply_output(columns, matched, &Output { limit: None, ..output.clone() });
    let place = unlimited.iter().position(|at| *at == track).map_or(0, |at| at + 1);
    let most = match output.limit {
        Some(Limit::Tracks(most)) => songs(most),
        Some(Limit::Minutes(1)) => "1 minute".to_owned(),
        Some(Limit::Minutes(most)) => format!("{most} minutes"),
        None => "its end".to_owned(),
    };
    let words = format!("it stops at {most}, and the song would stand at place {place}");
    Placement::new(false, PlacementCode::OverLimit, words)
}

/// The first song before it that it is a double of.
fn duplicate(columns: &Columns<'_>, matched: &[u32], track: u32, once: &Output) -> Placement {
    let before = matched.iter().take_while(|at| **at < track);
    let stands_for = before.copied().find(|other| apply_output(columns, &[*other, track], once).len() == 1);
    let position = stands_for.map(|other| columns.tracks()[other as usize].position);
    let what = match once.dedupe {
        Dedupe::Id => "the same song",
        Dedupe::Isrc | Dedupe::IsrcThenName => "the same recording",
    };
    let words = position
        .map_or_else(|| format!("{what} is in it already"), |row| format!("{what} stands in row {row} already"));
    Placement { position, ..Placement::new(false, PlacementCode::Duplicate, words) }
}
