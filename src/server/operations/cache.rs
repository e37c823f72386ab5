//! The cache as people see it: what it holds and saves, clearing it, fetching ahead.

use super::CurrentUser;
use crate::domain::cache::{CacheDeleted, CacheKind, CacheReport, RunSaving};
use crate::domain::filter::dates::local_day;
use crate::domain::ids::PlaylistId;
use crate::domain::ids::is_spotify_id;
use crate::domain::me::Connection;
use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::event::SyncEvent;
use crate::server::clock;
use crate::server::error::{ServerError, not_found};
use crate::server::spotify::cache::keys::CacheKey;
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::sync_events::EventQuery;
use crate::server::sync::lookups::Needs;
use crate::server::sync::zone;
use crate::server::warming::WarmingGuard;
use std::ops::Range;

/// Runs whose savings are shown.
const RUNS_LEN: u32 = 10;
/// Hours of the person's day in which artists are fetched ahead by themselves.
const QUIET_HOURS: Range<i64> = 3..5;
/// Only for people who synced within this time.
const RECENT_MS: i64 = 7 * DAY_MS;
const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// Figures since this server started, and what this person's runs saved.
pub async fn report(app: &AppState, user: &CurrentUser) -> Result<CacheReport, ServerError> {
    let query = EventQuery { limit: RUNS_LEN, ..EventQuery::default() };
    let events = app.store.list_sync_events(user.id, &query).await?;
    let per_minute = app.config.spotify_requests_per_minute;
    let (is_warming, last_warming) = app.warming.look(user.id);
    let runs = events.iter().map(|event| saving(event, per_minute)).collect();
    Ok(CacheReport { figures: app.spotify.cache().figures().await, is_warming, last_warming, runs })
}

fn saving(event: &SyncEvent, per_minute: u32) -> RunSaving {
    RunSaving {
        sync_event_id: event.id.to_string(),
        base_name: event.base_name.clone(),
        started_at: event.started_at.clone(),
        requests: event.actual_api_requests,
        requests_saved: event.cached_api_requests,
        seconds_saved: (event.cached_api_requests.saturating_mul(60)).div_ceil(per_minute.max(1)),
    }
}

/// Removes a kind: of what is shared everything, since it can be fetched again; of what is private the person's own.
pub async fn clear(app: &AppState, user: &CurrentUser, kind: &str) -> Result<CacheDeleted, ServerError> {
    let kind = CacheKind::parse(kind).ok_or_else(not_found)?;
    let cache = app.spotify.cache();
    Ok(match kind {
        CacheKind::Track | CacheKind::Artist | CacheKind::Album => cache.delete_kind(kind).await,
        CacheKind::PlaylistItems => cache.delete_user(user.id).await,
    })
}

/// Removes what is kept of one id of Spotify's.
pub async fn clear_one(app: &AppState, user: &CurrentUser, kind: &str, id: &str) -> Result<CacheDeleted, ServerError> {
    let kind = CacheKind::parse(kind).filter(|_| is_spotify_id(id)).ok_or_else(not_found)?;
    let own = || CacheKey::PlaylistItems { user: user.id, playlist: id.to_owned() };
    let key = CacheKey::shared(kind, id).unwrap_or_else(own);
    Ok(app.spotify.cache().delete_one(&key).await)
}

/// Fetches ahead what the rules of this person's children need of artists and the cache does not hold. Returns at once;
/// [`report`] tells when it is done. While one is under way nothing more is begun.
pub async fn warm(app: &AppState, user: &CurrentUser) -> Result<(), ServerError> {
    let wanted = bases_that_need_artists(app, user).await?;
    if let Some(guard) = app.warming.begin(user.id) {
        tokio::spawn(fetch_ahead(app.clone(), user.clone(), wanted, guard));
    }
    Ok(())
}

/// Those with more children that need artists come first.
async fn bases_that_need_artists(app: &AppState, user: &CurrentUser) -> Result<Vec<BasePlaylist>, StoreError> {
    let capabilities = user.capabilities;
    if !(capabilities.genre || capabilities.artist_popularity || capabilities.artist_followers) {
        return Ok(Vec::new());
    }
    let mut wanted = Vec::new();
    for base in app.store.list_base_playlists(user.id).await? {
        let children = app.store.list_child_playlists(user.id, base.id).await?;
        let needing = children.iter().filter(|child| child.is_active && child.filter.requirements().artists).count();
        if needing > 0 {
            wanted.push((needing, base));
        }
    }
    wanted.sort_by_key(|(needing, _)| std::cmp::Reverse(*needing));
    Ok(wanted.into_iter().map(|(_, base)| base).collect())
}

async fn fetch_ahead(app: AppState, user: CurrentUser, bases: Vec<BasePlaylist>, mut guard: WarmingGuard) {
    let caller = Caller::new(user.id);
    for base in &bases {
        if let Err(error) = read_artists(&app, &user, &base.spotify_playlist_id, &caller).await {
            tracing::info!(%error, base = %base.id, "artists could not be fetched ahead");
            guard.words =
                format!("Fetching ahead for “{}” stopped: {}", base.name, crate::error::AppError::from(error).detail);
            return;
        }
    }
    guard.words = match (bases.len(), caller.sent()) {
        (0, _) => "No rule of yours needs artists, or Spotify tells nothing of them: nothing to fetch.".to_owned(),
        (_, 0) => "Everything that your rules need was there already.".to_owned(),
        (_, 1) => "Done with 1 request.".to_owned(),
        (_, sent) => format!("Done with {sent} requests."),
    };
}

async fn read_artists(
    app: &AppState,
    user: &CurrentUser,
    playlist: &PlaylistId,
    caller: &Caller,
) -> Result<(), ServerError> {
    let needs = Needs { artists: true, ..Needs::default() };
    app.base_reads.read(app, user, playlist, needs, caller).await.map(drop)
}

/// Fetches ahead for everybody in whose quiet hours this is, once a night.
pub async fn warm_by_itself(app: &AppState) -> Result<(), ServerError> {
    for user in app.store.list_users().await? {
        let now_ms = clock::now_ms();
        let offsets = zone::offsets(&user.time_zone, now_ms);
        if !is_quiet(now_ms, &offsets) || user.connection != Connection::Ok {
            continue;
        }
        let last = app.store.list_last_events(user.id).await?;
        let is_recent =
            last.iter().filter_map(|event| clock::parse_ms(&event.started_at)).any(|at| now_ms - at < RECENT_MS);
        if is_recent && app.warming.is_first_on(user.id, i64::from(local_day(now_ms, &offsets))) {
            warm(app, &user).await?;
        }
    }
    Ok(())
}

/// Whether it is the middle of the night where the offsets hold.
fn is_quiet(now_ms: i64, offsets: &[(i64, i32)]) -> bool {
    let offset_s = offsets.iter().rev().find(|(from, _)| *from <= now_ms).map_or(0, |(_, offset)| *offset);
    let hour = (now_ms + i64::from(offset_s) * 1_000).rem_euclid(DAY_MS) / HOUR_MS;
    QUIET_HOURS.contains(&hour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_are_the_persons_own() {
        let noon = 12 * HOUR_MS;
        let east = |hours: i32| [(i64::MIN, hours * 3_600)];
        assert!(!is_quiet(noon, &east(0)));
        assert!(is_quiet(noon, &east(-9)));
        assert!(is_quiet(noon - 1 + 4 * HOUR_MS, &east(13)));
        assert!(!is_quiet(noon + 4 * HOUR_MS, &east(13)));
        assert!(is_quiet(3 * HOUR_MS, &[]));
    }
}
