//! What a sync would do now. The same routing and the same decisions as the run; nothing is written.

use super::{CurrentUser, checks};
use crate::domain::capability::ApiMode;
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::{ChildPlaylistId, PlaylistId};
use crate::domain::playlist::{BasePlaylist, ChildKind};
use crate::domain::sync::diff::Row;
use crate::domain::sync::event::{ChildPreview, Preview, PreviewTrack};
use crate::domain::sync::machine::decide::{ChildCase, Decision, Verdict, decide};
use crate::domain::sync::plan::{ChildCost, CostInput, Lookups, cost, seconds};
use crate::domain::sync::routing::{Routed, RoutedChild, RoutingChild, route};
use crate::domain::track::FilterableTrack;
use crate::error::AppError;
use crate::server::clock;
use crate::server::error::{ServerError, invalid_filter, not_found};
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::store::child_playlists::ChildForSync;
use crate::server::sync::base_reads::BaseSongs;
use crate::server::sync::lookups::Needs;
use crate::server::sync::zone;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// Songs shown of each child.
const FIRST_TRACKS: usize = 20;
/// One request takes about this long; the gate decides for longer plans.
const LATENCY_MS: u32 = 120;

/// One child as it is saved or as it is being edited; nothing: all children as they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    pub child_playlist_id: Option<String>,
    pub filter: Option<serde_json::Value>,
}

/// A child under preview, saved or not.
struct Subject {
    id: ChildPlaylistId,
    saved: Option<ChildForSync>,
    filter: Filter,
    rows: Vec<Row>,
    /// Contents had to be read for this preview, as a sync would have to.
    unknown_contents: bool,
}

/// Says what a sync would do.
pub async fn run(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    request: PreviewRequest,
) -> Result<Preview, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    let subjects = subjects(app, user, &base, &request).await?;
    let caller = Caller::new(user.id);
    let needs = Needs::of(subjects.iter().map(|subject| &subject.filter));
    let needs_artists = needs.artists;
    let songs = app.base_reads.read(app, user, &base.spotify_playlist_id, needs, &caller).await?;
    let routed = route_all(user, &base, &songs, &subjects)?;
    Ok(assemble(app, user, &songs, &subjects, &routed, needs_artists))
}

async fn subjects(
    app: &AppState,
    user: &CurrentUser,
    base: &BasePlaylist,
    request: &PreviewRequest,
) -> Result<Vec<Subject>, ServerError> {
    let draft = request.filter.as_ref().map(checks::filter).transpose()?;
    let wanted = request.child_playlist_id.as_deref().map(checks::child_id).transpose()?;
    let saved = app.store.list_children_for_sync(user.id, base.id).await?;
    if wanted.is_some_and(|id| !saved.iter().any(|row| row.child.id == id)) {
        return Err(not_found().into());
    }
    if let (None, Some(filter)) = (wanted, &draft) {
        return Ok(vec![Subject {
            id: ChildPlaylistId::from_uuid(Uuid::nil()),
            saved: None,
            filter: filter.clone(),
            rows: Vec::new(),
            unknown_contents: false,
        }]);
    }
    let mut subjects = Vec::new();
    for row in saved.into_iter().filter(|row| wanted.map_or(row.child.is_active, |id| row.child.id == id)) {
        subjects.push(saved_subject(app, user, row, draft.as_ref()).await?);
    }
    Ok(subjects)
}

async fn saved_subject(
    app: &AppState,
    user: &CurrentUser,
    row: ChildForSync,
    draft: Option<&Filter>,
) -> Result<Subject, ServerError> {
    let (rows, unknown_contents) = match &row.child.spotify_playlist_id {
        Some(playlist) => contents(app, user, playlist).await?,
        None => (Vec::new(), false),
    };
    let filter = draft.cloned().unwrap_or_else(|| row.child.filter.clone());
    Ok(Subject { id: row.child.id, filter, rows, unknown_contents, saved: Some(row) })
}

/// What a child holds, as the last sync verified it, else as Spotify says now.
async fn contents(app: &AppState, user: &CurrentUser, playlist: &PlaylistId) -> Result<(Vec<Row>, bool), ServerError> {
    if let Some(known) = app.store.find_contents(user.id, playlist).await? {
        return Ok((known.rows, false));
    }
    let rows = app.spotify.all_child_items(&Caller::new(user.id), playlist).await?;
    let unknown = !rows.is_empty();
    Ok((rows, unknown))
}

fn route_all(
    user: &CurrentUser,
    base: &BasePlaylist,
    songs: &BaseSongs,
    subjects: &[Subject],
) -> Result<Routed, AppError> {
    let now_ms = clock::now_ms();
    let context = EvalContext { now_ms, zone: zone::offsets(&user.time_zone, now_ms), capabilities: user.capabilities };
    let holds: Vec<Vec<String>> =
        subjects.iter().map(|subject| subject.rows.iter().map(|row| row.uri.clone()).collect()).collect();
    let children: Vec<RoutingChild<'_>> = subjects
        .iter()
        .zip(&holds)
        .map(|(subject, holds)| RoutingChild {
            id: subject.id,
            filter: &subject.filter,
            kind: subject.saved.as_ref().map_or(ChildKind::Filter, |row| row.child.kind),
            active: true,
            holds: Some(holds),
        })
        .collect();
    route(&songs.tracks, &children, base.routing, &context).map_err(|fault| invalid_filter("/filter", vec![fault]))
}

fn assemble(
    app: &AppState,
    user: &CurrentUser,
    songs: &Arc<BaseSongs>,
    subjects: &[Subject],
    routed: &Routed,
    needs_artists: bool,
) -> Preview {
    let mut children = Vec::new();
    let mut costs = Vec::new();
    for subject in subjects {
        let Some(routed) = routed.children.iter().find(|child| child.id == subject.id) else { continue };
        let decision = decide(&case(user, subject, routed));
        costs.push(child_cost(subject, &decision));
        children.push(child_preview(subject, routed, &decision, &songs.tracks));
    }
    let cost = cost(&CostInput {
        library_total: user.library_total.unwrap_or(1),
        base_total: songs.total,
        children: costs,
        unseen_artists: 0,
        needs_artists,
        mode: user.api_mode,
        lookups: Lookups::default(),
        artists_delivered: user.api_mode == ApiMode::Extended || user.capabilities.genre,
    });
    let requests = cost.total();
    Preview {
        children,
        unrouted: routed.unrouted,
        overlaps: routed.overlaps,
        skipped: songs.skipped,
        total: u32::try_from(songs.tracks.len()).unwrap_or(u32::MAX),
        requests,
        seconds: seconds(requests, app.config.spotify_requests_per_minute, LATENCY_MS),
    }
}

fn case<'a>(user: &'a CurrentUser, subject: &'a Subject, routed: &'a RoutedChild) -> ChildCase<'a> {
    ChildCase {
        filter: &subject.filter,
        capabilities: &user.capabilities,
        target: &routed.target,
        unknown: routed.unknown,
        rows: &subject.rows,
        open_intent: None,
        adopted_never_written: subject
            .saved
            .as_ref()
            .is_some_and(|row| row.child.adopted.is_some() && !row.ever_written),
        filter_changed: subject.saved.as_ref().is_none_or(|row| row.filter_changed),
        confirmed_plan_hash: None,
    }
}

fn child_cost(subject: &Subject, decision: &Decision) -> ChildCost {
    let write_requests = match &decision.verdict {
        Verdict::Write(plan) => u32::try_from(plan.ops.len()).unwrap_or(u32::MAX),
        Verdict::Unchanged | Verdict::Untouched { .. } => 0,
    };
    let total = u32::try_from(subject.rows.len()).unwrap_or(u32::MAX);
    ChildCost { unknown_contents_total: subject.unknown_contents.then_some(total), write_requests }
}

fn child_preview(
    subject: &Subject,
    routed: &RoutedChild,
    decision: &Decision,
    tracks: &[FilterableTrack],
) -> ChildPreview {
    let first = routed.tracks.iter().filter_map(|at| tracks.get(*at as usize)).take(FIRST_TRACKS);
    ChildPreview {
        child_playlist_id: subject.saved.as_ref().map(|row| row.child.id),
        name: subject.saved.as_ref().map(|row| row.child.name.clone()),
        matched: u32::try_from(routed.target.len()).unwrap_or(u32::MAX),
        added: decision.added,
        removed: decision.removed,
        kept: decision.kept,
        unknown: routed.unknown,
        plan_hash: decision.plan_hash.clone().unwrap_or_default(),
        duration_ms: routed.duration_ms,
        first_tracks: first.map(preview_track).collect(),
    }
}

fn preview_track(track: &FilterableTrack) -> PreviewTrack {
    PreviewTrack {
        uri: track.uri.clone(),
        title: track.title.clone(),
        artists: track.artists.iter().map(|artist| artist.name.clone()).collect(),
        album: track.album.clone(),
        duration_ms: track.duration_ms,
    }
}
