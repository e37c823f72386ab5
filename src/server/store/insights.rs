//! What ended syncs left for figures and strips: narrow rows, in the order of time.

use super::{Store, StoreError, count, id_of};
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, SyncEventId, UserId};
use crate::domain::insights::RunMark;
use crate::domain::sync::event::{SyncOutcome, SyncPhase, SyncStatus, SyncTrigger, SyncWord, sync_word};
use crate::server::clock;

/// From an instant on, up to but without another; of one base or all.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    pub from_ms: i64,
    pub until_ms: i64,
    pub base: Option<BasePlaylistId>,
}

/// One ended sync.
#[derive(Debug, Clone)]
pub struct EndedRow {
    pub started_ms: i64,
    pub status: SyncStatus,
    pub word: SyncWord,
    pub seconds: u32,
    pub requests: u32,
    pub requests_saved: u32,
    pub cache_asked: u32,
    pub cache_found: u32,
    pub error_message: Option<String>,
}

/// A child that a sync changed.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    pub child_playlist_id: ChildPlaylistId,
    pub name: String,
    pub base_name: String,
    pub started_ms: i64,
    pub added: u32,
    pub removed: u32,
    pub songs: u32,
}

#[derive(sqlx::FromRow)]
struct Ended {
    status: String,
    outcome: Option<String>,
    started_at: String,
    completed_at: Option<String>,
    total_api_requests: i64,
    cached_api_requests: i64,
    cache_asked: i64,
    cache_found: i64,
    error_message: Option<String>,
}

fn word_of(status: &str, outcome: Option<&str>) -> Result<(SyncStatus, SyncWord), StoreError> {
    let unreadable = || StoreError::Unreadable(format!("unknown status {status:?}"));
    let status = SyncStatus::parse(status).ok_or_else(unreadable)?;
    let phase = if status == SyncStatus::InProgress { SyncPhase::Writing } else { SyncPhase::Done };
    Ok((status, sync_word(status, phase, outcome.and_then(SyncOutcome::parse))))
}

fn instant_of(text: &str) -> Result<i64, StoreError> {
    clock::parse_ms(text).ok_or_else(|| StoreError::Unreadable(format!("no instant: {text:?}")))
}

impl Ended {
    fn read(self) -> Result<EndedRow, StoreError> {
        let (status, word) = word_of(&self.status, self.outcome.as_deref())?;
        let started_ms = instant_of(&self.started_at)?;
        let ended_ms = self.completed_at.as_deref().and_then(clock::parse_ms).unwrap_or(started_ms);
        Ok(EndedRow {
            started_ms,
            status,
            word,
            seconds: count((ended_ms - started_ms).max(0).div_euclid(1_000)),
            requests: count(self.total_api_requests),
            requests_saved: count(self.cached_api_requests),
            cache_asked: count(self.cache_asked),
            cache_found: count(self.cache_found),
            error_message: self.error_message,
        })
    }
}

impl Store {
    /// Ended syncs of a person, the oldest first.
    pub async fn list_ended(&self, user: UserId, stretch: Stretch) -> Result<Vec<EndedRow>, StoreError> {
        let rows: Vec<Ended> = sqlx::query_as(
            "select status, outcome, started_at, completed_at, total_api_requests, cached_api_requests, cache_asked, \
             cache_found, error_message from sync_events where user_id = $1 and started_at >= $2 and started_at < $3 \
             and status <> 'in_progress' and ($4 is null or base_playlist_id = $4) order by started_at, id",
        )
        .bind(user.to_string())
        .bind(clock::text_of(stretch.from_ms))
        .bind(clock::text_of(stretch.until_ms))
        .bind(stretch.base.map(|id| id.to_string()))
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter().map(Ended::read).collect()
    }

    /// Children of a person that syncs changed, the oldest first.
    pub async fn list_child_changes(&self, user: UserId, stretch: Stretch) -> Result<Vec<ChangeRow>, StoreError> {
        type Row = (String, String, String, String, i64, i64, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "select c.child_playlist_id, c.name, e.base_name, e.started_at, c.added, c.removed, c.kept + c.added \
             from sync_events e join sync_event_children c on c.sync_event_id = e.id \
             where e.user_id = $1 and e.started_at >= $2 and e.started_at < $3 and e.status <> 'in_progress' \
             and ($4 is null or e.base_playlist_id = $4) and c.outcome = 'updated' and c.added + c.removed > 0 \
             order by e.started_at, e.id, c.ordinal",
        )
        .bind(user.to_string())
        .bind(clock::text_of(stretch.from_ms))
        .bind(clock::text_of(stretch.until_ms))
        .bind(stretch.base.map(|id| id.to_string()))
        .fetch_all(&self.reader)
        .await?;
        let read = |(child, name, base_name, started_at, added, removed, songs): Row| {
            Ok(ChangeRow {
                child_playlist_id: id_of(ChildPlaylistId::parse, &child)?,
                name,
                base_name,
                started_ms: instant_of(&started_at)?,
                added: count(added),
                removed: count(removed),
                songs: count(songs),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// The last ended syncs of a base of a person, the newest first.
    pub async fn list_marks(&self, user: UserId, base: BasePlaylistId, len: usize) -> Result<Vec<RunMark>, StoreError> {
        type Row = (String, String, String, Option<String>, String, String);
        let rows: Vec<Row> = sqlx::query_as(
            "select id, base_name, status, outcome, trigger, started_at from sync_events \
             where user_id = $1 and base_playlist_id = $2 and status <> 'in_progress' \
             order by started_at desc, id desc limit $3",
        )
        .bind(user.to_string())
        .bind(base.to_string())
        .bind(i64::try_from(len).unwrap_or(i64::MAX))
        .fetch_all(&self.reader)
        .await?;
        let read = |(id, base_name, status, outcome, trigger, started_at): Row| {
            Ok(RunMark {
                id: id_of(SyncEventId::parse, &id)?,
                base_playlist_id: base,
                base_name,
                word: word_of(&status, outcome.as_deref())?.1,
                trigger: SyncTrigger::parse(&trigger)
                    .ok_or_else(|| StoreError::Unreadable(format!("unknown trigger {trigger:?}")))?,
                started_at,
            })
        };
        rows.into_iter().map(read).collect()
    }
}
