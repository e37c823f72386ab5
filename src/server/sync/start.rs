//! Starting a sync: freeze what it works on, take the lock with the event's row, then run.

use super::driver::{self, LEASE_MS, Run};
use super::hands;
use super::restore::RestoreOrder;
use super::zone;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, PlaylistId, SyncEventId};
use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::event::{ChildOutcome, SyncEventChild, SyncTrigger};
use crate::domain::sync::hands::HandPolicy;
use crate::domain::sync::machine::input::{
    BaseInput, ChildInput, KnownContents, LastRun, Limits, NamedPlaylist, RunInput,
};
use crate::domain::sync::plan::{self, Cost};
use crate::domain::sync::resume::{self, Continued};
use crate::domain::tag::TagBook;
use crate::error::{AppError, ErrorCode};
use crate::server::clock;
use crate::server::config::RateLimitPolicy;
use crate::server::error::{ServerError, reconnect_needed, sync_running};
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::child_playlists::ChildForSync;
use crate::server::store::schedules::Claim;
use crate::server::store::sync_batches::BatchPlace;
use crate::server::store::sync_events::{LastFinished, NewEvent};
use crate::server::store::users::User;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Raised whenever the same filters could give another result.
const ENGINE_VERSION: u32 = 1;
/// What a crash may lose grows with it: what is on its way is not written down.
const CONCURRENT_FETCHES: usize = 6;
const DAY_MS: i64 = 86_400_000;

/// What is asked of a start.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// Only these; empty: all active ones.
    pub child_playlist_ids: Vec<ChildPlaylistId>,
    /// Plans that the user confirmed.
    pub confirm: Vec<(ChildPlaylistId, String)>,
    /// Key and hash of base and body.
    pub idempotency: Option<(String, String)>,
    pub resumes: Option<SyncEventId>,
    /// Puts the named children back instead of syncing them.
    pub restore: Option<RestoreOrder>,
    /// The due time of the schedule that starts it.
    pub claim: Option<Claim>,
    /// The place of the queue that starts it.
    pub place: Option<BatchPlace>,
}

/// Starts a sync and returns its id as soon as the lock is taken; the run goes on by itself.
pub async fn start(
    app: &AppState,
    user: &User,
    base: BasePlaylistId,
    order: Order,
    trigger: SyncTrigger,
) -> Result<SyncEventId, ServerError> {
    let base = app.store.get_base_playlist(user.id, base).await?;
    if user.connection != crate::domain::me::Connection::Ok {
        return Err(reconnect_needed().into());
    }
    let children = app.store.list_children_for_sync(user.id, base.id).await?;
    let selected = select(&children, &order)?;
    let now_ms = clock::now_ms();
    let tags = tag_book(app, user, &children).await?;
    let event = new_event(app, user, &base, &children, &selected, &order, trigger, now_ms, &tags);
    if let Some(continued) = order.resumes {
        check_continued(app, user, continued, &event.frozen).await?;
    }
    let fence = match app.store.start_sync_event(user.id, &event).await {
        Err(StoreError::SyncRunning) => {
            let running = app.store.find_running(user.id, base.id).await?;
            return Err(sync_running(running.map(|id| id.to_string())).into());
        }
        other => other?,
    };
    let guard = app.running.enter(event.id, user.id);
    let (app_of_run, user, id) = (app.clone(), user.clone(), event.id);
    let run = Run {
        event: id,
        fence,
        base: base.id,
        base_playlist: base.spotify_playlist_id.clone(),
        children: children.iter().map(|row| (row.child.id, row.child.spotify_playlist_id.clone())).collect(),
        caller: Caller::of_sync(user.id, base.id),
        expected: event.expected,
    };
    app.running.spawn(async move {
        // What the machine starts from is read after the lock is taken: nothing changes under it.
        match run_input(&app_of_run, &user, &base, &selected, &order, event, now_ms, tags).await {
            Ok(input) => driver::drive(app_of_run, run, input, guard).await,
            Err(error) => fail_start(&app_of_run, id, &error).await,
        }
    });
    Ok(id)
}

/// Whether what a stopped run froze is what this one would freeze.
async fn check_continued(
    app: &AppState,
    user: &User,
    continued: SyncEventId,
    frozen: &serde_json::Value,
) -> Result<(), ServerError> {
    let run = app.store.get_continued(user.id, continued).await?;
    // What is put back does not depend on filters.
    let is_restore = !frozen["restore"].is_null();
    let is_edited = !is_restore && ["children", "routing"].iter().any(|part| run.frozen[part] != frozen[part]);
    resume::check(Continued { status: run.status, has_newer: run.has_newer, is_edited })
        .map_err(|reason| AppError::new(ErrorCode::Conflict, reason.words()).into())
}

/// The run could not even begin: free the lock, with the reason.
async fn fail_start(app: &AppState, id: SyncEventId, error: &StoreError) {
    tracing::error!(%error, sync_event = %id, "a sync could not begin");
    let failed = app
        .store
        .fail_orphan(id, app.instance.id(), "The sync could not begin. Nothing was changed. Try again.", None)
        .await;
    if let Err(error) = failed {
        tracing::error!(%error, sync_event = %id, "and its event could not be failed; the sweep will");
    }
}

fn select(children: &[ChildForSync], order: &Order) -> Result<Vec<ChildPlaylistId>, AppError> {
    // A child without a target would be synced instead of put back; a paused one can be put back.
    let may_run = |row: &ChildForSync| match &order.restore {
        Some(restore) => restore.targets.contains_key(&row.child.id),
        None => row.child.is_active,
    };
    if let Some(unknown) =
        order.child_playlist_ids.iter().position(|id| !children.iter().any(|row| row.child.id == *id && may_run(row)))
    {
        let pointer = format!("/child_playlist_ids/{unknown}");
        return Err(AppError::invalid(pointer, "This is no active child playlist of this base playlist."));
    }
    let wanted = |id: &ChildPlaylistId| order.child_playlist_ids.is_empty() || order.child_playlist_ids.contains(id);
    let selected: Vec<ChildPlaylistId> =
        children.iter().filter(|row| may_run(row)).map(|row| row.child.id).filter(wanted).collect();
    if selected.is_empty() && order.restore.is_some() {
        return Err(AppError::new(ErrorCode::Invalid, "There is nothing left to put back. Nothing was changed."));
    }
    if selected.is_empty() {
        return Err(AppError::new(
            ErrorCode::Invalid,
            "This base playlist has no active child playlist, so there is nothing to sync.",
        )
        .hint("Add a child playlist first."));
    }
    Ok(selected)
}

#[expect(clippy::too_many_arguments, reason = "each is a part of what a start freezes, named once here")]
fn new_event(
    app: &AppState,
    user: &User,
    base: &BasePlaylist,
    children: &[ChildForSync],
    selected: &[ChildPlaylistId],
    order: &Order,
    trigger: SyncTrigger,
    now_ms: i64,
    tags: &TagBook,
) -> NewEvent {
    let of_run = children.iter().filter(|row| selected.contains(&row.child.id));
    let filters: Vec<_> = children
        .iter()
        .map(|row| {
            let child = &row.child;
            json!([child.id, child.filter, child.kind, child.position, child.is_active, child.spotify_playlist_id])
        })
        .collect();
    let frozen = json!({
        "children": filters, "routing": base.routing, "time_zone": user.time_zone, "now_ms": now_ms, "confirm": order.confirm,
        "capabilities": user.capabilities, "api_mode": user.api_mode,
        "restore": order.restore.as_ref().map(RestoreOrder::frozen),
    });
    let id = SyncEventId::from_uuid(Uuid::now_v7());
    let hashed = match (&order.restore, hands_hashed(children)) {
        (None, hands) if hands.is_empty() => {
            json!([filters, base.routing, user.time_zone, user.capabilities, tags, ENGINE_VERSION])
        }
        (None, hands) => {
            json!([filters, base.routing, user.time_zone, user.capabilities, tags, ENGINE_VERSION, hands])
        }
        // No filter gave what the children hold then: the next sync must look.
        (Some(_), _) => json!(["restore", id]),
    };
    let pauses = order.restore.as_ref().is_some_and(|restore| restore.pauses);
    NewEvent {
        id,
        base: base.id,
        base_name: base.name.clone(),
        children: of_run.map(|row| (row.child.id, row.child.name.clone())).collect(),
        trigger,
        resumes: order.resumes,
        restores: order.restore.as_ref().map(|restore| restore.event),
        pauses: if pauses { selected.to_vec() } else { Vec::new() },
        owner_id: app.instance.id().to_owned(),
        lease_ms: LEASE_MS,
        expected: match &order.restore {
            Some(restore) => restore.expected(user.library_total),
            None => expected(user, base, children),
        },
        filters_hash: hex(&Sha256::digest(hashed.to_string())),
        valid_until_ms: valid_until(app, user, children, now_ms),
        frozen,
        idempotency: order.idempotency.clone(),
        claim: order.claim,
        place: order.place,
    }
}

/// What of the children's hands decides over a run, where anything does.
fn hands_hashed(children: &[ChildForSync]) -> Vec<serde_json::Value> {
    let decides = |row: &&ChildForSync| row.child.hand_policy != HandPolicy::Rules || !row.open_edits.is_empty();
    let parts = children.iter().filter(decides);
    parts.map(|row| json!([row.child.id, row.child.hand_policy, row.open_edits])).collect()
}

/// The person's tags, where a filter asks for them: other changes of tags are no reason to look again.
async fn tag_book(app: &AppState, user: &User, children: &[ChildForSync]) -> Result<TagBook, StoreError> {
    match children.iter().any(|row| row.child.is_active && row.child.filter.requirements().tags) {
        true => app.store.load_tag_book(user.id).await,
        false => Ok(TagBook::default()),
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Until when an unchanged base gives an unchanged result: relative dates move at the next midnight of the
/// person, and what is fetched beside the items ages with the cache.
fn valid_until(app: &AppState, user: &User, children: &[ChildForSync], now_ms: i64) -> Option<i64> {
    let needs: Vec<_> =
        children.iter().filter(|row| row.child.is_active).map(|row| row.child.filter.requirements()).collect();
    let midnight = needs.iter().any(|need| need.relative_dates).then(|| next_midnight(&user.time_zone, now_ms));
    let ttl_ms = i64::try_from(app.config.cache_ttl_artist.as_millis()).unwrap_or(i64::MAX);
    let drifting = needs.iter().any(|need| need.artists || need.popularity).then(|| now_ms.saturating_add(ttl_ms));
    // Nothing tells that Liked Songs changed: with them nothing stays valid.
    let liked = needs.iter().any(|need| need.liked).then_some(now_ms);
    [midnight, drifting, liked].into_iter().flatten().min()
}

fn next_midnight(time_zone: &str, now_ms: i64) -> i64 {
    let offset_ms = zone::offsets(time_zone, now_ms)
        .iter()
        .rev()
        .find(|(from, _)| *from <= now_ms)
        .map_or(0, |(_, s)| i64::from(*s) * 1_000);
    let local_day = (now_ms + offset_ms).div_euclid(DAY_MS);
    (local_day + 1) * DAY_MS - offset_ms
}

/// The requests of this run as far as they can be known before it: percent and time left are told from them.
fn expected(user: &User, base: &BasePlaylist, children: &[ChildForSync]) -> Cost {
    plan::estimate(&plan::Start {
        library_total: user.library_total,
        base_total: base.track_total.unwrap_or(0),
        filters: children.iter().filter(|row| row.child.is_active).map(|row| &row.child.filter).collect(),
        capabilities: user.capabilities,
        mode: user.api_mode,
    })
}

/// What a run of these children would start from now, for a plan: nothing is written down.
pub async fn would_start(
    app: &AppState,
    user: &User,
    base: &BasePlaylist,
    order: &Order,
) -> Result<RunInput, ServerError> {
    let children = app.store.list_children_for_sync(user.id, base.id).await?;
    let selected = select(&children, order)?;
    let now_ms = clock::now_ms();
    let tags = tag_book(app, user, &children).await?;
    let event = new_event(app, user, base, &children, &selected, order, SyncTrigger::Manual, now_ms, &tags);
    Ok(run_input(app, user, base, &selected, order, event, now_ms, tags).await?)
}

#[expect(clippy::too_many_arguments, reason = "each is a part of what a run starts from")]
async fn run_input(
    app: &AppState,
    user: &User,
    base: &BasePlaylist,
    selected: &[ChildPlaylistId],
    order: &Order,
    event: NewEvent,
    now_ms: i64,
    tags: TagBook,
) -> Result<RunInput, StoreError> {
    let mut children = Vec::new();
    for row in app.store.list_children_for_sync(user.id, base.id).await? {
        children.push(child_input(app, user, row, selected, order).await?);
    }
    let named = children.iter().filter(|child| child.active && order.restore.is_none()).map(|child| &child.filter);
    let named = playlists_of(named);
    let last = app.store.find_last_finished(user.id, base.id).await?;
    let last_run = last.map(|last| last_run(last, &event.filters_hash, selected));
    let checkpoint = match order.resumes {
        // The start has handed the pages of the continued run to this one.
        Some(_) => app.store.find_checkpoint(user.id, event.id).await?,
        None => None,
    };
    Ok(RunInput {
        base: BaseInput {
            playlist: base.spotify_playlist_id.clone(),
            name: base.name.clone(),
            verified_snapshot: app.store.find_snapshot(user.id, &base.spotify_playlist_id).await?,
        },
        children,
        routing: base.routing,
        playlists: named_playlists(app, user, base, &named).await?,
        tags,
        capabilities: user.capabilities,
        mode: user.api_mode,
        now_ms,
        zone: zone::offsets(&user.time_zone, now_ms),
        library_total: user.library_total,
        seed: now_ms.unsigned_abs(),
        limits: Limits {
            max_rate_limit_wait_s: app.config.max_rate_limit_wait.as_secs(),
            fail_fast: app.config.rate_limit_policy == RateLimitPolicy::FailFast,
            read_back: app.config.read_back,
            concurrency: CONCURRENT_FETCHES,
        },
        last_run,
        checkpoint,
    })
}

/// What the last run left, as far as this one may rely on it.
fn last_run(last: LastFinished, filters_hash: &str, selected: &[ChildPlaylistId]) -> LastRun {
    // A run of some children says nothing of the others.
    let all = selected.iter().all(|id| last.children.iter().any(|child| child.child_playlist_id == *id));
    let is_left = |child: &SyncEventChild| matches!(child.outcome, Some(ChildOutcome::Held | ChildOutcome::Skipped));
    let is_fine = |child: &SyncEventChild| match child.outcome {
        Some(ChildOutcome::Updated | ChildOutcome::Unchanged) => child.error.is_none(),
        Some(ChildOutcome::Held | ChildOutcome::Skipped) => true,
        Some(ChildOutcome::Failed | ChildOutcome::RolledBack) | None => false,
    };
    LastRun {
        same_filters: last.filters_hash == filters_hash,
        valid_until_ms: last.valid_until_ms,
        without_problem: all && last.status == "completed" && last.children.iter().all(is_fine),
        left: last.children.into_iter().filter(is_left).collect(),
    }
}

/// Playlists that rules of these filters name, each once.
fn playlists_of<'f>(filters: impl Iterator<Item = &'f Filter>) -> Vec<PlaylistId> {
    let ids: BTreeSet<&str> = filters.flat_map(Filter::named_playlists).collect();
    ids.into_iter().filter_map(|id| PlaylistId::parse(id).ok()).collect()
}

async fn named_playlists(
    app: &AppState,
    user: &User,
    base: &BasePlaylist,
    named: &[PlaylistId],
) -> Result<Vec<NamedPlaylist>, StoreError> {
    app.store.forget_base_readings(user.id, base.id, named).await?;
    let mut playlists = Vec::with_capacity(named.len());
    for playlist in named {
        let known = app.store.find_base_reading(user.id, base.id, playlist).await?;
        playlists.push(NamedPlaylist { playlist: playlist.clone(), known });
    }
    Ok(playlists)
}

async fn child_input(
    app: &AppState,
    user: &User,
    row: ChildForSync,
    selected: &[ChildPlaylistId],
    order: &Order,
) -> Result<ChildInput, StoreError> {
    let filter = row.filter_of_run();
    let child = row.child;
    let known = match &child.spotify_playlist_id {
        Some(playlist) => app.store.find_contents(user.id, playlist).await?,
        None => None,
    };
    Ok(ChildInput {
        id: child.id,
        name: child.name,
        hands: hands::of_child(app, user.id, child.id, child.hand_policy, known.as_ref()).await?,
        playlist: child.spotify_playlist_id,
        filter,
        kind: child.kind,
        active: child.is_active,
        selected: selected.contains(&child.id),
        known: known.map(|known| KnownContents { snapshot: known.snapshot_id, rows: known.rows }),
        open_intent: if row.open_intent { app.store.find_intent(user.id, child.id).await? } else { None },
        adopted_never_written: child.adopted.is_some() && !row.ever_written,
        filter_changed: row.filter_changed,
        confirmed_plan_hash: order.confirm.iter().find(|(id, _)| *id == child.id).map(|(_, hash)| hash.clone()),
        restored_to: order.restore.as_ref().and_then(|restore| restore.targets.get(&child.id).cloned()),
    })
}
