//! A routing put into words and numbers.

use super::cost::plans;
use super::subjects::Subject;
use super::{Outlook, Routing};
use crate::domain::base_tracks::fingerprint;
use crate::domain::capability::Capabilities;
use crate::domain::sync::change_reasons::{ChangeReasons, Taker, taken_before};
use crate::domain::sync::diff::{WriteKind, WritePlan, plan_writes};
use crate::domain::sync::event::{
    ChildOutcome, ChildPreview, Preview, PreviewChange, PreviewTrack, PreviewVerdict, RequestKinds, UncachedCost,
};
use crate::domain::sync::machine::decide::{ChildCase, Decision, Verdict, decide};
use crate::domain::sync::plan::Cost;
use crate::domain::sync::routing::RoutedChild;
use crate::domain::track::FilterableTrack;
use crate::error::AppError;
use crate::server::error::invalid_filter;
use crate::server::operations::CurrentUser;
use crate::server::state::AppState;

/// Songs shown of each child.
const FIRST_TRACKS: usize = 20;
/// Songs shown of what comes and what goes.
const FIRST_CHANGES: usize = 10;

/// The children asked for, then what the whole would cost.
pub async fn assemble(app: &AppState, user: &CurrentUser, routing: &Routing) -> Result<Preview, AppError> {
    let asked = routing.subjects.iter().enumerate().filter(|(_, subject)| subject.is_asked);
    let children = asked.map(|(at, _)| child_preview(routing, at)).collect::<Result<_, _>>()?;
    let (now, without) = plans(app, user, routing).await;
    Ok(Preview {
        children,
        unrouted: routing.routed.unrouted,
        overlaps: routing.routed.overlaps,
        skipped: routing.songs.skipped,
        total: u32::try_from(routing.songs.tracks.len()).unwrap_or(u32::MAX),
        requests: now.requests.total(),
        seconds: now.seconds,
        request_kinds: kinds(now.requests),
        without_cache: UncachedCost { requests: without.requests.total(), seconds: without.seconds },
    })
}

const fn kinds(cost: Cost) -> RequestKinds {
    let Cost { snapshots, base_pages, artists, lookups, child_reads, writes } = cost;
    RequestKinds { snapshots, base_pages, artists, lookups, child_reads, writes }
}

/// Of a child whose playlist is not there to be written.
pub fn left(subject: &Subject) -> Decision {
    if subject.is_unmade() {
        let reason = "Its playlist is not made on Spotify yet. Save it again, or remove it.";
        return Decision::untouched(ChildOutcome::Skipped, reason.to_owned());
    }
    match &subject.left_alone {
        Some(reason) => Decision::untouched(ChildOutcome::Skipped, reason.clone()),
        None => Decision::not_listed(),
    }
}

/// What the sync itself would decide of a child whose playlist is there.
pub fn decision(capabilities: &Capabilities, subject: &Subject, routed: &RoutedChild) -> Decision {
    let saved = subject.saved.as_ref();
    decide(&ChildCase {
        filter: &subject.filter,
        capabilities,
        target: &routed.target,
        unknown: routed.unknown,
        rows: &subject.rows,
        open_intent: subject.open_intent.as_ref(),
        adopted_never_written: saved.is_some_and(|row| row.child.adopted.is_some() && !row.ever_written),
        // A draft that differs is a change of the filter once it is saved.
        filter_changed: saved.is_none_or(|row| row.filter_changed || row.child.filter != subject.filter),
        confirmed_plan_hash: None,
    })
}

fn child_preview(routing: &Routing, at: usize) -> Result<ChildPreview, AppError> {
    let Outlook { decision, wanted: routed } = routing.outlook(at);
    let subject = &routing.subjects[at];
    let tracks = &routing.songs.tracks;
    let first = routed.tracks.iter().filter_map(|row| tracks.get(*row as usize)).take(FIRST_TRACKS);
    let (verdict, held, skipped) = verdict_of(&decision.verdict);
    let plan = match (&decision.verdict, verdict) {
        (Verdict::Write(plan), _) => Some(plan.clone()),
        // The very plan that a confirmation lets through.
        (_, PreviewVerdict::Held) => plan_writes(&subject.rows, &routed.target).ok(),
        (Verdict::Unchanged | Verdict::Untouched { .. }, _) => None,
    };
    let changes = changes(routing, at, plan.as_ref())?;
    Ok(ChildPreview {
        child_playlist_id: subject.saved.as_ref().map(|row| row.child.id),
        name: subject.name().map(str::to_owned),
        matched: decision.matched,
        added: decision.added,
        removed: decision.removed,
        kept: decision.kept,
        unknown: routed.unknown,
        plan_hash: decision.plan_hash.clone().unwrap_or_default(),
        fingerprint: fingerprint(&routed.target),
        duration_ms: routed.duration_ms,
        first_tracks: first.map(preview_track).collect(),
        verdict,
        held,
        skipped,
        write_kind: plan.as_ref().map(|plan: &WritePlan| plan.kind).filter(|kind| *kind != WriteKind::Nothing),
        // A held child costs nothing until somebody confirms it.
        requests: match &decision.verdict {
            Verdict::Write(plan) => u32::try_from(plan.ops.len()).unwrap_or(u32::MAX),
            Verdict::Unchanged | Verdict::Untouched { .. } => 0,
        },
        first_added: changes.0,
        first_removed: changes.1,
    })
}

fn verdict_of(verdict: &Verdict) -> (PreviewVerdict, Option<String>, Option<String>) {
    match verdict {
        Verdict::Unchanged => (PreviewVerdict::Unchanged, None, None),
        Verdict::Write(_) => (PreviewVerdict::Write, None, None),
        Verdict::Untouched { outcome, reason } => {
            let reason = reason.replace(" It was not written", " It would not be written");
            match outcome {
                ChildOutcome::Held => (PreviewVerdict::Held, Some(reason), None),
                ChildOutcome::Failed => (PreviewVerdict::Failed, None, Some(reason)),
                ChildOutcome::Skipped | ChildOutcome::Unchanged | ChildOutcome::Updated | ChildOutcome::RolledBack => {
                    (PreviewVerdict::Skipped, None, Some(reason))
                }
            }
        }
    }
}

/// The first songs that come and that go, with their reasons.
fn changes(
    routing: &Routing,
    at: usize,
    plan: Option<&WritePlan>,
) -> Result<(Vec<PreviewChange>, Vec<PreviewChange>), AppError> {
    let Some(plan) = plan else { return Ok((Vec::new(), Vec::new())) };
    let subject = &routing.subjects[at];
    let takers: Vec<Taker<'_>> = routing
        .subjects
        .iter()
        .map(|other| Taker {
            name: other.name().unwrap_or("a new child"),
            kind: other.kind,
            uris: routing.taken(other),
        })
        .collect();
    let taken = taken_before(&takers, at, routing.base.routing);
    let reasons = ChangeReasons::new(&routing.songs.tracks, &subject.filter, subject.kind, taken, &routing.context)
        .map_err(|fault| invalid_filter("/filter", vec![fault]))?;
    let change = |uri: &String, reason: String| PreviewChange {
        track: reasons.track(uri).map_or_else(|| unknown_track(uri), preview_track),
        reason,
    };
    let added = plan.added.iter().take(FIRST_CHANGES).map(|uri| change(uri, reasons.added(uri)));
    let removed = plan.removed.iter().take(FIRST_CHANGES).map(|uri| change(uri, reasons.removed(uri)));
    Ok((added.collect(), removed.collect()))
}

/// A song of the base as previews show it.
pub fn preview_track(track: &FilterableTrack) -> PreviewTrack {
    PreviewTrack {
        uri: track.uri.clone(),
        title: track.title.clone(),
        artists: track.artists.iter().map(|artist| artist.name.clone()).collect(),
        album: track.album.clone(),
        duration_ms: track.duration_ms,
    }
}

/// Of a song that left the base only the URI is known.
pub fn unknown_track(uri: &str) -> PreviewTrack {
    PreviewTrack {
        uri: uri.to_owned(),
        title: String::new(),
        artists: Vec::new(),
        album: String::new(),
        duration_ms: 0,
    }
}
