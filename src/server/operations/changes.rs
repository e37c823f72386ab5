//! What one sync did to one child, song by song, with the rule responsible.

use super::known_songs::{KnownSongs, known_songs};
use super::{CurrentUser, checks};
use crate::domain::capability::Capabilities;
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::ChildPlaylistId;
use crate::domain::playlist::{ChildKind, Routing, child_sentence};
use crate::domain::sync::change_reasons::{ChangeReasons, Taker, taken_before};
use crate::domain::sync::changes::{ChildChanges, ListChange, list_change};
use crate::domain::sync::event::{ChildOutcome, PreviewChange, PreviewTrack, SyncTrigger};
use crate::domain::sync::restore::NotRestorable;
use crate::server::csv_file;
use crate::server::error::{ServerError, not_found};
use crate::server::state::AppState;
use crate::server::store::restores::RecordedChild;
use crate::server::sync::zone;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;

/// What a run fixed at its start, as far as reasons need it.
#[derive(Deserialize)]
struct Frozen {
    /// Id, filter, kind, position, whether it is switched on, playlist.
    children: Vec<(ChildPlaylistId, Filter, ChildKind, Value, bool, Value)>,
    routing: Routing,
    time_zone: String,
    now_ms: i64,
    capabilities: Capabilities,
}

/// All changes of one child in one sync.
pub async fn of_child(
    app: &AppState,
    user: &CurrentUser,
    event_id: &str,
    child_id: &str,
) -> Result<ChildChanges, ServerError> {
    let event = app.store.get_sync_event(user.id, checks::event_id(event_id)?).await?;
    let child_id = checks::child_id(child_id)?;
    let recorded = app.store.list_recorded(user.id, event.id).await?;
    let child = recorded.iter().find(|child| child.id == child_id).ok_or_else(not_found)?;
    let frozen: Option<Frozen> = serde_json::from_value(app.store.get_continued(user.id, event.id).await?.frozen).ok();
    let own = frozen.as_ref().and_then(|frozen| frozen.children.iter().find(|(id, ..)| *id == child_id));
    let needs_artists = own.is_some_and(|(_, filter, ..)| filter.requirements().artists);
    let base = app.store.get_base_playlist(user.id, event.base_playlist_id).await.ok();
    let songs = known_songs(app, user, base.as_ref(), needs_artists).await;
    let change = match (&child.before, &child.after) {
        (Some(before), Some(after)) => Some(list_change(before, after)),
        (_, _) => None,
    };
    let unknown = change.is_none().then(|| unknown_words(child));
    let change = change.unwrap_or_default();
    let (added, removed) = match &frozen {
        _ if event.trigger == SyncTrigger::Restore => plain(&change, &songs, "Put back", "Was not in it then"),
        Some(frozen) => explained(frozen, child_id, &recorded, &change, &songs),
        None => plain(&change, &songs, "", ""),
    };
    Ok(ChildChanges {
        sync_event_id: event.id,
        child_playlist_id: child_id,
        base_playlist_id: event.base_playlist_id,
        name: child.name.clone(),
        base_name: event.base_name.clone(),
        trigger: event.trigger,
        started_at: event.started_at.clone(),
        filter_sentence: own.map(|(_, filter, kind, ..)| child_sentence(*kind, filter)).unwrap_or_default(),
        unknown,
        may_be_restored: child.is_there && child.before.is_some() && event.completed_at.is_some(),
        has_reasons: songs.base().is_some(),
        added,
        removed,
        kept: change.kept,
        is_reordered: change.is_reordered,
        after: child.after.iter().flatten().map(|uri| songs.named(uri)).collect(),
    })
}

fn unknown_words(child: &RecordedChild) -> String {
    let words = match (&child.before, &child.after, child.outcome) {
        (Some(_), None, _) => "The sync stopped while it wrote this playlist, so what it held then is not known.",
        (None, _, Some(_)) if child.outcome.is_some_and(was_written) => NotRestorable::NotKept.words(),
        (_, _, _) => "This sync did not look into it, because nothing had changed or it was left as it is.",
    };
    words.to_owned()
}

const fn was_written(outcome: ChildOutcome) -> bool {
    matches!(outcome, ChildOutcome::Updated | ChildOutcome::RolledBack)
}

type Changes = (Vec<PreviewChange>, Vec<PreviewChange>);

fn plain(change: &ListChange, songs: &KnownSongs, added: &str, removed: &str) -> Changes {
    let with = |uris: &[String], reason: &str| {
        uris.iter().map(|uri| PreviewChange { track: songs.named(uri), reason: reason.to_owned() }).collect()
    };
    (with(&change.added, added), with(&change.removed, removed))
}

/// Told by the rules of the time from the base as it is now.
fn explained(
    frozen: &Frozen,
    child: ChildPlaylistId,
    recorded: &[RecordedChild],
    change: &ListChange,
    songs: &KnownSongs,
) -> Changes {
    let nothing = || plain(change, songs, "", "");
    let Some(base) = songs.base() else { return nothing() };
    let active: Vec<_> = frozen.children.iter().filter(|(_, _, _, _, is_active, _)| *is_active).collect();
    let Some(at) = active.iter().position(|(id, ..)| *id == child) else { return nothing() };
    let took = |id: ChildPlaylistId| recorded.iter().find(|one| one.id == id);
    let takers: Vec<Taker<'_>> = active
        .iter()
        .map(|(id, _, kind, ..)| Taker {
            name: took(*id).map_or("another child", |one| &one.name),
            kind: *kind,
            uris: took(*id).and_then(|one| one.after.as_deref().or(one.before.as_deref())).unwrap_or_default(),
        })
        .collect();
    let context = EvalContext {
        now_ms: frozen.now_ms,
        zone: zone::offsets(&frozen.time_zone, frozen.now_ms),
        capabilities: frozen.capabilities,
    };
    let (_, filter, kind, ..) = active[at];
    let taken = taken_before(&takers, at, frozen.routing);
    let Ok(reasons) = ChangeReasons::new(&base.tracks, filter, *kind, taken, &context) else { return nothing() };
    let with = |uris: &[String], reason: &dyn Fn(&str) -> String| {
        uris.iter().map(|uri| PreviewChange { track: songs.named(uri), reason: reason(uri) }).collect()
    };
    (with(&change.added, &|uri| reasons.added(uri)), with(&change.removed, &|uri| reasons.removed(uri)))
}

/// The same as a table: what came, what went, then all that the child held after the sync.
pub fn csv(changes: &ChildChanges) -> Result<String, ServerError> {
    let new: HashSet<&str> = changes.added.iter().map(|change| change.track.uri.as_str()).collect();
    let cells = |word: &str, track: &PreviewTrack, reason: &str| {
        [word.to_owned(), track.title.clone(), track.artists.join("; "), track.uri.clone(), reason.to_owned()]
    };
    let added = changes.added.iter().map(|change| cells("added", &change.track, &change.reason));
    let removed = changes.removed.iter().map(|change| cells("removed", &change.track, &change.reason));
    let kept = changes.after.iter().filter(|track| !new.contains(track.uri.as_str()));
    let kept = kept.map(|track| cells("kept", track, ""));
    let header = ["change", "title", "artists", "uri", "reason"];
    Ok(csv_file::write(header, added.chain(removed).chain(kept))?)
}
