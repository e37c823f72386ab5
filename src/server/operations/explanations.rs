//! Why a song is in a child or not, what looks wrong in a filter, and how much the base tells.

use super::preview::PreviewRequest;
use super::routed_base::{Scene, context_of, songs_of};
use super::{CurrentUser, checks};
use crate::domain::filter::coverage::{coverage as cover, node_counts};
use crate::domain::filter::explain::explain as explain_rules;
use crate::domain::filter::lint::{LintFacts, lint as look_over};
use crate::domain::filter::rule::Filter;
use crate::domain::filter::sentence::sentence;
use crate::domain::ids::ChildPlaylistId;
use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::explained::{ChildExplained, CoverageReport, LintReport, SongExplained, SongLine, answer};
use crate::domain::sync::placement::{Placement, RoutedBase, placement};
use crate::domain::track::SkippedRow;
use crate::error::AppError;
use crate::server::error::{ServerError, invalid_filter, not_found};
use crate::server::state::AppState;
use serde::{Deserialize, Serialize};

/// Which song, before which children: exactly one of `track_uri` and `position`; without a child or a filter, all
/// children.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainRequest {
    /// `spotify:track:…`; the first row that holds it.
    pub track_uri: Option<String>,
    /// Row in the base, counted from 1.
    pub position: Option<u32>,
    /// Only this child.
    pub child_playlist_id: Option<String>,
    /// In the place of the child's own filter, or by itself.
    #[schema(value_type = Object, nullable)]
    pub filter: Option<serde_json::Value>,
}

/// A filter to look over.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LintRequest {
    #[schema(value_type = Object)]
    pub filter: serde_json::Value,
}

/// A row of the base: a song by its index, or one that is none.
enum Row<'s> {
    Song(usize),
    Skipped(&'s SkippedRow),
}

/// Explains one song.
pub async fn explain(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    request: ExplainRequest,
) -> Result<SongExplained, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    let wanted = wanted_child(app, user, &base, request.child_playlist_id.as_deref()).await?;
    if request.track_uri.is_some() == request.position.is_some() {
        return Err(AppError::invalid("", "Give either track_uri or position.").into());
    }
    let draft = match &request.filter {
        Some(filter) => PreviewRequest {
            child_playlist_id: request.child_playlist_id.clone(),
            filter: Some(filter.clone()),
            kind: None,
        },
        None => PreviewRequest::default(),
    };
    let scene = Scene::read(app, user, &base, &draft).await?;
    let row = find_row(&scene, &request)?;
    let song = match row {
        Row::Song(at) => SongLine::of(&scene.songs.tracks[at]),
        Row::Skipped(row) => SongLine::of_skipped(row),
    };
    let is_wanted = |at: &usize| wanted.is_none_or(|id| scene.subjects[*at].id == id);
    let children = (0..scene.subjects.len())
        .filter(is_wanted)
        .map(|at| explain_child(&scene, at, &row))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(SongExplained {
        base_playlist_id: scene.base.id,
        base_name: scene.base.name.clone(),
        total: scene.songs.total,
        song,
        children,
    })
}

async fn wanted_child(
    app: &AppState,
    user: &CurrentUser,
    base: &BasePlaylist,
    id: Option<&str>,
) -> Result<Option<ChildPlaylistId>, ServerError> {
    let Some(id) = id.map(checks::child_id).transpose()? else { return Ok(None) };
    let child = app.store.get_child_playlist(user.id, id).await?;
    if child.base_playlist_id == base.id { Ok(Some(id)) } else { Err(not_found().into()) }
}

fn find_row<'s>(scene: &'s Scene, request: &ExplainRequest) -> Result<Row<'s>, AppError> {
    let songs = &scene.songs;
    if let Some(uri) = &request.track_uri {
        let found = songs.tracks.iter().position(|track| track.uri == *uri).map(Row::Song);
        return found.ok_or_else(|| AppError::invalid("/track_uri", "This song is not in the base playlist."));
    }
    let position = request.position.unwrap_or_default();
    let song = songs.tracks.iter().position(|track| track.position == position).map(Row::Song);
    let skipped = || songs.skipped_rows.iter().find(|row| row.position == position).map(Row::Skipped);
    song.or_else(skipped).ok_or_else(|| {
        let detail = format!("The base playlist has no row {position}; it has {} rows.", songs.total);
        AppError::invalid("/position", detail).hint("Look at the list of its songs.")
    })
}

fn explain_child(scene: &Scene, at: usize, row: &Row<'_>) -> Result<ChildExplained, AppError> {
    let subject = &scene.subjects[at];
    let fault = |fault| invalid_filter("/filter", vec![fault]);
    let (placement, explanation) = match row {
        Row::Skipped(row) => (Placement::of_skipped(row.reason), None),
        Row::Song(song) => {
            let children = scene.children();
            let base = RoutedBase {
                tracks: &scene.songs.tracks,
                children: &children,
                routing: scene.base.routing,
                context: &scene.context,
                routed: &scene.routed,
                left: &scene.left,
            };
            let told = explain_rules(&subject.filter, &scene.songs.tracks[*song], &scene.context).map_err(fault)?;
            (placement(&base, at, *song).map_err(fault)?, Some(told))
        }
    };
    Ok(ChildExplained {
        child_playlist_id: subject.saved.as_ref().map(|child| child.id),
        name: subject.saved.as_ref().map(|child| child.name.clone()),
        filter_sentence: sentence(&subject.filter),
        answer: answer(&placement, explanation.as_ref()),
        placement,
        explanation,
    })
}

/// Looks a filter over with what the base and Spotify say to it.
pub async fn lint(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    request: LintRequest,
) -> Result<LintReport, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    let filter: Filter = checks::filter(&request.filter)?;
    let songs = songs_of(app, user, &base, filter.requirements().artists).await?;
    let context = context_of(user);
    let counts = node_counts(&filter, &songs.tracks, &context)
        .map_err(|fault| ServerError::from(invalid_filter("/filter", vec![fault])))?;
    let coverage = cover(&songs.tracks, &user.capabilities);
    let lints = look_over(&filter, &LintFacts { context: Some(&context), coverage: &coverage, counts: &counts });
    Ok(LintReport { lints, counts, total: u32::try_from(songs.tracks.len()).unwrap_or(u32::MAX) })
}

/// How many songs of a base have each field; reads their artists for that.
pub async fn coverage(app: &AppState, user: &CurrentUser, base_id: &str) -> Result<CoverageReport, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    let songs = songs_of(app, user, &base, true).await?;
    let total = u32::try_from(songs.tracks.len()).unwrap_or(u32::MAX);
    Ok(CoverageReport { total, fields: cover(&songs.tracks, &user.capabilities) })
}
