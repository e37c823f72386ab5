//! Where the songs of a base flow: counts, pairs, reasons, and the lists behind them.

use super::preview::{self, PreviewRequest, Routing};
use super::{CurrentUser, checks};
use crate::domain::capability::ApiMode;
use crate::domain::filter::compile::{CompiledFilter, compile};
use crate::domain::filter::evaluate::Verdict;
use crate::domain::filter::sentence::sentence;
use crate::domain::sync::facets::{decade_bars, genre_bars};
use crate::domain::sync::routing_answer::{
    Combination, RoutingAnswer, RoutingChildCount, RoutingTrack, RoutingTracks, SkippedCount, UnroutedCount,
};
use crate::domain::sync::routing_view::{
    Asked, RoutingView, RowSet, TakingChild, UnroutedReason, routing_view, skip_counts,
};
use crate::domain::track::SkippedRow;
use crate::error::{AppError, ErrorCode};
use crate::server::error::{ServerError, invalid_filter, not_found};
use crate::server::state::AppState;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

const LIMIT_DEFAULT: u32 = 50;
const LIMIT_MAX: u32 = 200;
const COMBINATIONS_MAX: usize = 12;
/// Values that one rule can hold.
const TRACK_IDS_MAX: usize = 200;

/// Which list, and which page of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::IntoParams)]
pub struct RowsQuery {
    /// unrouted, skipped, child, alone, overlap or exactly.
    pub set: String,
    /// Of unrouted: one reason only.
    pub reason: Option<String>,
    /// The child of child and alone, or the first of the two of overlap (without it: all that two or more take).
    pub child_playlist_id: Option<String>,
    /// The second child of overlap; of exactly: all of its children, separated by commas.
    pub with: Option<String>,
    /// 1 to 200.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// A routing with its view.
pub struct Viewed {
    routing: Routing,
    view: RoutingView,
}

/// Reads a base and routes its songs; nothing is written.
pub async fn look(app: &AppState, user: &CurrentUser, base_id: &str) -> Result<Viewed, ServerError> {
    // Where artists come one by one, a picture of the genres is not worth thousands of requests.
    let with_artists = user.capabilities.genre && user.api_mode == ApiMode::Extended;
    let how = preview::Reading { children: false, artists: with_artists };
    let routing = preview::routing(app, user, base_id, &PreviewRequest::default(), how).await?;
    let filters = routing.subjects.iter().map(|subject| compile(&subject.filter, &routing.context));
    let filters: Vec<CompiledFilter> =
        filters.collect::<Result<_, _>>().map_err(|fault| invalid_filter("/filter", vec![fault]))?;
    let children: Vec<TakingChild<'_>> =
        routing.subjects.iter().map(|one| TakingChild { id: one.id, uris: routing.taken(one) }).collect();
    let tracks = &routing.songs.tracks;
    let fits = |row: usize| filters.iter().any(|filter| filter.verdict(&tracks[row]) == Verdict::Yes);
    let view = routing_view(tracks, &routing.songs.skipped_rows, &children, asked(&routing), fits);
    Ok(Viewed { view, routing })
}

fn asked(routing: &Routing) -> Asked {
    let asks = |ids: &[&str]| {
        let mut rules = routing.subjects.iter().flat_map(|subject| subject.filter.rules());
        rules.any(|rule| ids.contains(&rule.field.id))
    };
    Asked {
        genre: routing.context.capabilities.genre && asks(&["genre"]),
        year: asks(&["release_year", "release_date"]),
        not_judged: routing.routed.children.iter().any(|child| child.unknown > 0),
    }
}

impl Viewed {
    /// The base that was looked at.
    pub const fn base(&self) -> &crate::domain::playlist::BasePlaylist {
        &self.routing.base
    }

    /// Counts, pairs and reasons.
    pub fn answer(&self) -> RoutingAnswer {
        let (view, songs) = (&self.view, &self.routing.songs);
        let ids = |places: Vec<usize>| places.into_iter().map(|at| view.children[at].id).collect();
        let has_genres = self.routing.context.capabilities.genre && songs.has_artists();
        RoutingAnswer {
            base_playlist_id: self.routing.base.id,
            total: view.total,
            matched: view.matched,
            overlaps: view.several,
            unrouted: view.unrouted,
            skipped: view.skipped,
            children: (0..view.children.len()).map(|at| self.child(at)).collect(),
            matrix: view.matrix(),
            combinations: view
                .combinations(COMBINATIONS_MAX)
                .into_iter()
                .map(|(places, rows)| Combination { child_playlist_ids: ids(places), rows })
                .collect(),
            unrouted_reasons: view.reasons().into_iter().map(|(reason, rows)| UnroutedCount { reason, rows }).collect(),
            skipped_reasons: skip_counts(&songs.skipped_rows)
                .into_iter()
                .map(|(reason, rows)| SkippedCount { reason, rows })
                .collect(),
            genres: has_genres.then(|| genre_bars(&songs.tracks, |row| view.is_unrouted(row))),
            genres_withheld: !self.routing.context.capabilities.genre,
            decades: decade_bars(&songs.tracks, |row| view.is_unrouted(row)),
        }
    }

    fn child(&self, at: usize) -> RoutingChildCount {
        let (flow, subject) = (&self.view.children[at], &self.routing.subjects[at]);
        RoutingChildCount {
            child_playlist_id: flow.id,
            name: subject.name().unwrap_or_default().to_owned(),
            kind: subject.kind,
            filter_sentence: sentence(&subject.filter),
            matched: flow.rows,
            alone: flow.alone,
            unknown: self.routing.of(subject).map_or(0, |child| child.unknown),
        }
    }

    /// One page of one list.
    pub fn tracks(&self, query: &RowsQuery) -> Result<RoutingTracks, AppError> {
        let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
        if limit == 0 || limit > LIMIT_MAX {
            return Err(bad("limit is 1 to 200."));
        }
        let after = match query.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
            Some(cursor) => read_cursor(cursor).ok_or_else(|| bad("This cursor was not given by us."))?,
            None => 0,
        };
        if query.set == "skipped" {
            let rows: Vec<&SkippedRow> = self.routing.songs.skipped_rows.iter().collect();
            return Ok(page(&rows, limit, after, |row| row.position, |row| skipped_track(row), Vec::new()));
        }
        let rows = self.view.rows_of(&self.row_set(query)?);
        let tracks = &self.routing.songs.tracks;
        let ids = rows.iter().map(|row| tracks[*row as usize].id.clone()).take(TRACK_IDS_MAX).collect();
        Ok(page(&rows, limit, after, |row| tracks[**row as usize].position, |row| self.track(*row), ids))
    }

    fn row_set(&self, query: &RowsQuery) -> Result<RowSet, AppError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let (child, with) = (given(&query.child_playlist_id), given(&query.with));
        let needed = |child: Option<String>| child.ok_or_else(|| bad("child_playlist_id says which child."));
        match query.set.as_str() {
            "unrouted" => match given(&query.reason) {
                None => Ok(RowSet::Unrouted(None)),
                Some(word) => match UnroutedReason::parse(&word) {
                    Some(reason) => Ok(RowSet::Unrouted(Some(reason))),
                    None => Err(bad("reason is cut, no_genre, no_year, not_judged or no_rule_fits.")),
                },
            },
            "child" => Ok(RowSet::Child(self.place(&needed(child)?)?)),
            "alone" => Ok(RowSet::Alone(self.place(&needed(child)?)?)),
            "overlap" => match (child, with) {
                (None, None) => Ok(RowSet::Several),
                (Some(child), Some(with)) => Ok(RowSet::Both(self.place(&child)?, self.place(&with)?)),
                (Some(_), None) | (None, Some(_)) => Err(bad("overlap takes child_playlist_id and with, or neither.")),
            },
            "exactly" => {
                let with = with.ok_or_else(|| bad("with names the children, separated by commas."))?;
                with.split(',').map(|id| self.place(id)).collect::<Result<_, _>>().map(RowSet::Exactly)
            }
            _ => Err(bad("set is unrouted, skipped, child, alone, overlap or exactly.")),
        }
    }

    fn place(&self, id: &str) -> Result<usize, AppError> {
        let id = checks::child_id(id)?;
        self.view.children.iter().position(|child| child.id == id).ok_or_else(not_found)
    }

    fn track(&self, row: u32) -> RoutingTrack {
        let track = &self.routing.songs.tracks[row as usize];
        let takers = self.view.takers_of(row);
        RoutingTrack {
            position: track.position,
            uri: Some(track.uri.clone()),
            title: track.title.clone(),
            artists: track.artists.iter().map(|artist| artist.name.clone()).collect(),
            album: track.album.clone(),
            duration_ms: track.duration_ms,
            child_playlist_ids: takers.into_iter().map(|at| self.view.children[at].id).collect(),
            skip_reason: None,
        }
    }
}

fn bad(detail: &str) -> AppError {
    AppError::new(ErrorCode::BadRequest, detail)
}

fn skipped_track(row: &SkippedRow) -> RoutingTrack {
    RoutingTrack {
        position: row.position,
        uri: None,
        title: row.name.clone(),
        artists: Vec::new(),
        album: String::new(),
        duration_ms: 0,
        child_playlist_ids: Vec::new(),
        skip_reason: Some(row.reason),
    }
}

fn page<R>(
    rows: &[R],
    limit: u32,
    after: u32,
    position: impl Fn(&&R) -> u32,
    show: impl Fn(&R) -> RoutingTrack,
    track_ids: Vec<String>,
) -> RoutingTracks {
    let mut shown: Vec<RoutingTrack> =
        rows.iter().filter(|row| position(row) > after).take(limit as usize + 1).map(show).collect();
    let more = shown.len() > limit as usize;
    shown.truncate(limit as usize);
    let next = shown.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(last.position.to_string()));
    RoutingTracks { items: shown, next, total: u32::try_from(rows.len()).unwrap_or(u32::MAX), track_ids }
}

fn read_cursor(cursor: &str) -> Option<u32> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?.parse().ok()
}
