//! Syncs of a person: start, look, retry, cancel.

use super::restores::{self, RestoreRequest};
use super::{CurrentUser, base_playlists, checks};
use crate::domain::insights::day_of;
use crate::domain::playlist::Page;
use crate::domain::sync::event::{ChildOutcome, SyncEvent, SyncState, SyncStatus, SyncTrigger};
use crate::domain::sync::progress::RunningSync;
use crate::error::{AppError, ErrorCode};
use crate::server::clock;
use crate::server::error::{ServerError, not_found, sync_running};
use crate::server::state::AppState;
use crate::server::store::sync_events::EventQuery;
use crate::server::sync::resume;
use crate::server::sync::start::{self, Order};
use crate::server::sync::zone;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a running sync locks: the words of the contract.
const LOCKED: [&str; 6] = [
    "child_playlists.create",
    "child_playlists.update",
    "child_playlists.delete",
    "base_playlist.update",
    "base_playlist.delete",
    "sync",
];
pub const LIMIT_DEFAULT: u32 = 50;
pub const LIMIT_MAX: u32 = 200;
const KEY_LEN_MAX: usize = 200;
const PROBE_EVERY_MS: i64 = 86_400_000;

/// A plan that the user has seen and confirmed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    pub child_playlist_id: String,
    pub plan_hash: String,
}

/// The optional body of a start.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartRequest {
    /// Only these children; absent: all active ones.
    pub child_playlist_ids: Option<Vec<String>>,
    #[serde(default)]
    pub confirm: Vec<Confirmation>,
    /// From the header, never from the body.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Which events to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListFilter {
    pub base_playlist_id: Option<String>,
    pub status: Option<String>,
    /// First day, where the person lives: "2026-11-01".
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// Starts a sync of a base.
pub async fn start(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    request: StartRequest,
    trigger: SyncTrigger,
) -> Result<SyncEvent, ServerError> {
    let id = checks::base_id(base_id)?;
    let base = app.store.get_base_playlist(user.id, id).await?;
    let idempotency = idempotency(request.idempotency_key.as_deref(), base_id, &request)?;
    if let Some(earlier) = earlier_start(app, user, idempotency.as_ref()).await? {
        return Ok(earlier);
    }
    // A start that is refused because one runs already does not count.
    if let Some(running) = base.active_sync {
        return Err(sync_running(Some(running.to_string())).into());
    }
    app.limits.sync_start(&user.id.to_string())?;
    let user = &fresh_capabilities(app, user, &base.spotify_playlist_id).await?;
    let order = order(request, idempotency)?;
    let started = start::start(app, user, id, order, trigger).await?;
    Ok(app.store.get_sync_event(user.id, started).await?)
}

/// What Spotify delivers is found out again once a day, before a run and not as a part of it.
async fn fresh_capabilities(
    app: &AppState,
    user: &CurrentUser,
    playlist: &crate::domain::ids::PlaylistId,
) -> Result<CurrentUser, ServerError> {
    let probed = user.probed_at.as_deref().and_then(clock::parse_ms);
    if probed.is_some_and(|at| at + PROBE_EVERY_MS > clock::now_ms()) {
        return Ok(user.clone());
    }
    base_playlists::probe(app, user, playlist).await;
    app.store.find_user(user.id).await?.ok_or_else(|| not_found().into())
}

/// The key of a start with the hash of what it is about and its body.
pub(super) fn idempotency(
    key: Option<&str>,
    about: &str,
    body: &impl Serialize,
) -> Result<Option<(String, String)>, AppError> {
    let Some(key) = key else { return Ok(None) };
    if key.is_empty() || key.chars().count() > KEY_LEN_MAX {
        return Err(AppError::new(ErrorCode::Invalid, "An Idempotency-Key has 1 to 200 characters."));
    }
    let body = serde_json::to_string(body).unwrap_or_default();
    Ok(Some((key.to_owned(), start::hex(&Sha256::digest(format!("{about}\n{body}"))))))
}

/// The event that this very start has made before, under the same key.
pub(super) async fn earlier_start(
    app: &AppState,
    user: &CurrentUser,
    idempotency: Option<&(String, String)>,
) -> Result<Option<SyncEvent>, ServerError> {
    let Some((key, hash)) = idempotency else { return Ok(None) };
    let Some(earlier) = app.store.find_earlier_start(user.id, key).await? else { return Ok(None) };
    if earlier.idempotency_hash == *hash {
        return Ok(Some(app.store.get_sync_event(user.id, earlier.id).await?));
    }
    let detail = "This Idempotency-Key was used for another start within the last 24 hours.";
    Err(AppError::new(ErrorCode::Invalid, detail).hint("Use a new key.").into())
}

fn order(request: StartRequest, idempotency: Option<(String, String)>) -> Result<Order, AppError> {
    let ids = request.child_playlist_ids.unwrap_or_default();
    let mut child_playlist_ids = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        let pointer = format!("/child_playlist_ids/{at}");
        let unknown = |_| AppError::invalid(pointer, "This is no active child playlist of this base playlist.");
        child_playlist_ids.push(checks::child_id(id).map_err(unknown)?);
    }
    let mut confirm = Vec::with_capacity(request.confirm.len());
    for (at, one) in request.confirm.into_iter().enumerate() {
        let pointer = format!("/confirm/{at}/child_playlist_id");
        let unknown = |_| AppError::invalid(pointer, "This is no child playlist of this base playlist.");
        confirm.push((checks::child_id(&one.child_playlist_id).map_err(unknown)?, one.plan_hash));
    }
    Ok(Order { child_playlist_ids, confirm, idempotency, ..Order::default() })
}

/// One event with its children's results.
pub async fn get(app: &AppState, user: &CurrentUser, id: &str) -> Result<SyncEvent, ServerError> {
    Ok(app.store.get_sync_event(user.id, checks::event_id(id)?).await?)
}

/// What runs of this person, the oldest first.
pub async fn list_running(app: &AppState, user: &CurrentUser) -> Result<Vec<RunningSync>, ServerError> {
    Ok(app.store.list_running(user.id).await?)
}

/// What is going on with a base.
pub async fn state(app: &AppState, user: &CurrentUser, base_id: &str) -> Result<SyncState, ServerError> {
    let base = base_playlists::get(app, user, base_id).await?;
    let event = match base.active_sync {
        Some(id) => Some(app.store.get_sync_event(user.id, id).await?),
        None => None,
    };
    // It may have ended between the two reads: then it is the last one.
    let (event, ended) = match event {
        Some(event) if event.status == SyncStatus::InProgress => (Some(event), None),
        ended => (None, ended),
    };
    let locked_operations = if event.is_some() { LOCKED.map(str::to_owned).to_vec() } else { Vec::new() };
    Ok(SyncState {
        active: event.is_some(),
        estimated_seconds: event.as_ref().and_then(|event| event.estimated_seconds),
        locked_operations,
        last_event: ended.or(base.last_sync_event),
        event,
    })
}

/// Events, newest first.
pub async fn list(app: &AppState, user: &CurrentUser, filter: ListFilter) -> Result<Page<SyncEvent>, ServerError> {
    let bad = |detail: &str| AppError::new(ErrorCode::BadRequest, detail);
    let limit = filter.limit.unwrap_or(LIMIT_DEFAULT);
    if limit == 0 || limit > LIMIT_MAX {
        return Err(bad("limit is 1 to 200.").into());
    }
    let status = match filter.status.as_deref().filter(|word| !word.is_empty()) {
        Some(word) => Some(SyncStatus::parse(word).ok_or_else(|| bad("status is in_progress, completed or failed."))?),
        None => None,
    };
    let base = match filter.base_playlist_id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => Some(checks::base_id(id).map_err(|_| bad("base_playlist_id is no id."))?),
        None => None,
    };
    let after = match filter.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => Some(read_cursor(cursor).ok_or_else(|| bad("This cursor was not given by us."))?),
        None => None,
    };
    let day = |text: &Option<String>| match text.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => day_of(text).map(Some).ok_or_else(|| bad("from and to are days, such as 2026-11-01.")),
        None => Ok(None),
    };
    let from_ms = day(&filter.from)?.map(|day| zone::begin_of_day(&user.time_zone, day));
    let until_ms = day(&filter.to)?.map(|day| zone::begin_of_day(&user.time_zone, day.saturating_add(1)));
    let query = EventQuery { base, status, from_ms, until_ms, limit: limit + 1, after };
    let mut items = app.store.list_sync_events(user.id, &query).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|last| write_cursor(&last.started_at, &last.id.to_string()));
    Ok(Page { items, next })
}

fn write_cursor(started_at: &str, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{started_at} {id}"))
}

fn read_cursor(cursor: &str) -> Option<(String, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (started_at, id) = text.split_once(' ')?;
    clock::parse_ms(started_at)?;
    checks::event_id(id).ok()?;
    Some((started_at.to_owned(), id.to_owned()))
}

/// A new sync of the children that an ended one did not finish.
pub async fn retry(app: &AppState, user: &CurrentUser, id: &str) -> Result<SyncEvent, ServerError> {
    let event = get(app, user, id).await?;
    let finished = |outcome| matches!(outcome, Some(ChildOutcome::Updated | ChildOutcome::Unchanged));
    let open: Vec<String> = event
        .children
        .iter()
        .filter(|child| !finished(child.outcome))
        .map(|child| child.child_playlist_id.to_string())
        .collect();
    if let Some(restored) = event.restores {
        let request = RestoreRequest { child_playlist_ids: Some(open), ..RestoreRequest::default() };
        return restores::start(app, user, &restored.to_string(), request).await;
    }
    let base = event.base_playlist_id;
    let still: Vec<String> = app
        .store
        .list_child_playlists(user.id, base)
        .await?
        .into_iter()
        .filter(|child| child.is_active)
        .map(|child| child.id.to_string())
        .collect();
    let open: Vec<String> = open.into_iter().filter(|id| still.contains(id)).collect();
    let child_playlist_ids = (!open.is_empty()).then_some(open);
    let request = StartRequest { child_playlist_ids, ..StartRequest::default() };
    start(app, user, &base.to_string(), request, SyncTrigger::Retry).await
}

/// Goes on with a sync that stopped, at the first missing piece.
pub async fn resume(app: &AppState, user: &CurrentUser, id: &str) -> Result<SyncEvent, ServerError> {
    let id = checks::event_id(id)?;
    let run = app.store.get_continued(user.id, id).await?;
    if run.status == SyncStatus::InProgress {
        return Err(sync_running(Some(id.to_string())).into());
    }
    app.limits.sync_start(&user.id.to_string())?;
    let started = resume::resume(app, user, id).await?;
    Ok(app.store.get_sync_event(user.id, started).await?)
}

/// Asks a running sync to stop at its next safe point.
pub async fn cancel(app: &AppState, user: &CurrentUser, id: &str) -> Result<SyncEvent, ServerError> {
    let event = get(app, user, id).await?;
    if event.status != SyncStatus::InProgress {
        return Err(AppError::new(ErrorCode::Conflict, "This sync has ended already. Nothing was changed.").into());
    }
    if !app.running.cancel(event.id) {
        let detail = "This sync runs in another process, which has to be asked there.";
        return Err(AppError::new(ErrorCode::Conflict, detail).into());
    }
    Ok(event)
}
