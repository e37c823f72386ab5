//! Sync events: the durable record of a run, which is also its lock.

use super::schedules::{self, Claim};
use super::sync_batches::{self, BatchPlace};
use super::{Store, StoreError, checkpoints, count, from_json, id_of, to_json};
use super::{hand_edits, restores};
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, SyncEventId, UserId};
use crate::domain::sync::batch::page_count;
use crate::domain::sync::event::{
    Progress, SyncEvent, SyncEventChild, SyncOutcome, SyncPhase, SyncStatus, SyncTrigger,
};
use crate::domain::sync::machine::command::Finished;
use crate::domain::sync::plan::Cost;
use crate::domain::sync::progress::{RunProgress, RunningSync, TimeLeft};
use crate::domain::sync::resume::ResumePoint;
use crate::server::clock;

/// How long an idempotency key is remembered.
const KEY_REMEMBERED_MS: i64 = 24 * 3_600 * 1_000;

/// What a start fixes.
#[derive(Debug, Clone)]
pub struct NewEvent {
    pub id: SyncEventId,
    pub base: BasePlaylistId,
    pub base_name: String,
    /// Children of this run, in their order, with their names.
    pub children: Vec<(ChildPlaylistId, String)>,
    pub trigger: SyncTrigger,
    pub resumes: Option<SyncEventId>,
    /// The event before which the children held what this run puts back.
    pub restores: Option<SyncEventId>,
    /// Children that are paused with the start.
    pub pauses: Vec<ChildPlaylistId>,
    pub owner_id: String,
    pub lease_ms: i64,
    /// Requests that it will send, as far as totals tell.
    pub expected: Cost,
    pub filters_hash: String,
    pub valid_until_ms: Option<i64>,
    pub frozen: serde_json::Value,
    /// Key and hash of base and body.
    pub idempotency: Option<(String, String)>,
    /// Of the schedule that starts it.
    pub claim: Option<Claim>,
    /// Of the queue that starts it.
    pub place: Option<BatchPlace>,
}

/// A start that happened before under the same idempotency key.
#[derive(Debug, Clone)]
pub struct EarlierStart {
    pub id: SyncEventId,
    pub idempotency_hash: String,
}

/// What the last finished run of a base left, for the exit after the cheap question.
#[derive(Debug, Clone)]
pub struct LastFinished {
    /// With its children's results.
    pub children: Vec<SyncEventChild>,
    pub filters_hash: String,
    pub valid_until_ms: Option<i64>,
    pub status: String,
    pub outcome: String,
}

/// Which events, newest first.
#[derive(Debug, Clone, Default)]
pub struct EventQuery {
    pub base: Option<BasePlaylistId>,
    pub status: Option<SyncStatus>,
    /// Started at this instant or later, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Started before this instant.
    pub until_ms: Option<i64>,
    pub limit: u32,
    /// `started_at` and id of the last row of the page before.
    pub after: Option<(String, String)>,
}

#[derive(sqlx::FromRow)]
pub(super) struct EventRow {
    pub(super) id: String,
    user_id: String,
    base_playlist_id: String,
    base_name: String,
    child_playlist_ids: String,
    status: String,
    phase: String,
    outcome: Option<String>,
    trigger: String,
    resumes: Option<String>,
    restores: Option<String>,
    started_at: String,
    completed_at: Option<String>,
    error_message: Option<String>,
    retry_at: Option<String>,
    progress_done: i64,
    progress_total: i64,
    tracks_processed: i64,
    tracks_skipped: i64,
    total_api_requests: i64,
    cache_asked: i64,
    cache_found: i64,
    cached_api_requests: i64,
    resume_at_ms: Option<i64>,
    has_newer: bool,
    pages_read: i64,
    pages_rows: i64,
    percent: i64,
    left_least_s: Option<i64>,
    left_most_s: Option<i64>,
    waiting_until_ms: Option<i64>,
    created: String,
    updated: String,
}

fn word<T>(read: impl Fn(&str) -> Option<T>, text: &str) -> Result<T, StoreError> {
    read(text).ok_or_else(|| StoreError::Unreadable(format!("unknown word {text:?}")))
}

impl EventRow {
    pub(super) fn read(self) -> Result<SyncEvent, StoreError> {
        let status = word(SyncStatus::parse, &self.status)?;
        let running = status == SyncStatus::InProgress;
        let range = self.left_least_s.zip(self.left_most_s).filter(|_| running);
        let time_left = range.map(|(least, most)| TimeLeft { least_seconds: count(least), most_seconds: count(most) });
        let resume = (status == SyncStatus::Failed && !self.has_newer).then(|| ResumePoint {
            pages_read: count(self.pages_read),
            pages_total: if self.pages_read > 0 { page_count(count(self.pages_rows)) } else { 0 },
            children_finished: 0,
            children_total: 0,
        });
        Ok(SyncEvent {
            id: id_of(SyncEventId::parse, &self.id)?,
            user_id: id_of(UserId::parse, &self.user_id)?,
            base_playlist_id: id_of(BasePlaylistId::parse, &self.base_playlist_id)?,
            base_name: self.base_name,
            child_playlist_ids: from_json(&self.child_playlist_ids)?,
            status,
            phase: word(SyncPhase::parse, &self.phase)?,
            outcome: self.outcome.as_deref().map(|text| word(SyncOutcome::parse, text)).transpose()?,
            trigger: word(SyncTrigger::parse, &self.trigger)?,
            resumes: self.resumes.as_deref().map(|id| id_of(SyncEventId::parse, id)).transpose()?,
            restores: self.restores.as_deref().map(|id| id_of(SyncEventId::parse, id)).transpose()?,
            started_at: self.started_at,
            completed_at: self.completed_at,
            error_message: self.error_message,
            retry_at: self.retry_at,
            tracks_processed: count(self.tracks_processed),
            tracks_skipped: count(self.tracks_skipped),
            total_api_requests: count(self.total_api_requests),
            cache_hit_rate: (self.cache_asked > 0).then(|| self.cache_found as f64 / self.cache_asked as f64),
            cached_api_requests: count(self.cached_api_requests),
            actual_api_requests: count(self.total_api_requests),
            progress: Progress { done: count(self.progress_done), total: count(self.progress_total) },
            percent: count(self.percent),
            time_left,
            estimated_seconds: time_left.map(TimeLeft::middle),
            waiting_until: self.waiting_until_ms.map(clock::text_of),
            resume,
            resumes_at: self.resume_at_ms.filter(|_| !self.has_newer).map(clock::text_of),
            children: Vec::new(),
            created: self.created,
            updated: self.updated,
        })
    }
}

macro_rules! event_query {
    ($($rest:literal),+ $(,)?) => {
        concat!(
            "select e.id, e.user_id, e.base_playlist_id, e.base_name, e.child_playlist_ids, e.status, e.phase, e.outcome, ",
            "e.trigger, e.resumes, e.restores, e.started_at, e.completed_at, e.error_message, e.retry_at, e.progress_done, ",
            "e.progress_total, e.tracks_processed, e.tracks_skipped, e.total_api_requests, e.cache_asked, e.cache_found, ",
            "e.cached_api_requests, e.percent, e.left_least_s, e.left_most_s, e.waiting_until_ms, e.created, e.updated, e.resume_at_ms, ",
            "exists (select 1 from sync_events n where n.base_playlist_id = e.base_playlist_id ",
            "and (n.started_at, n.id) > (e.started_at, e.id)) as has_newer, ",
            "(select count(*) from base_pages p where p.sync_event_id = e.id) as pages_read, ",
            "coalesce((select max(p.row_total) from base_pages p where p.sync_event_id = e.id), 0) as pages_rows ",
            "from sync_events e ",
            $($rest),+
        )
    };
}

macro_rules! page_query {
    ($index:literal, $which:literal) => {
        event_query!(
            "indexed by ",
            $index,
            " where e.user_id = $1",
            $which,
            " and (e.started_at, e.id) < ($2, $3) and e.started_at >= $4 ",
            "order by e.started_at desc, e.id desc limit $5"
        )
    };
}

/// A page of the history: of all bases, by status, of a base, of a base by status. Each walks its index from the first
/// row of the page to the last. Which index is said here: without figures about the rows, SQLite finds all alike.
const EVENTS: [&str; 4] = [
    page_query!("sync_events_by_user", ""),
    page_query!("sync_events_by_status", " and e.status = $6"),
    page_query!("sync_events_by_base", " and e.base_playlist_id = $6"),
    page_query!("sync_events_by_base_status", " and e.base_playlist_id = $6 and e.status = $7"),
];

impl Store {
    /// Starts a run: raises the fence and inserts the event in one transaction. Running already: `SyncRunning`.
    pub async fn start_sync_event(&self, user: UserId, event: &NewEvent) -> Result<i64, StoreError> {
        let mut transaction = self.begin_write().await?;
        let fence: Option<(i64,)> = sqlx::query_as(
            "update base_playlists set fence = fence + 1 where user_id = $1 and id = $2 and deleted_at is null returning fence",
        )
        .bind(user.to_string())
        .bind(event.base.to_string())
        .fetch_optional(&mut *transaction)
        .await?;
        let (fence,) = fence.ok_or(StoreError::NotFound)?;
        if let Some((key, _)) = &event.idempotency {
            forget_old_key(&mut transaction, user, key).await?;
        }
        restores::pause(&mut transaction, user, event.base, &event.pauses).await?;
        insert_event(&mut transaction, user, event, fence).await?;
        if let Some(claim) = event.claim {
            schedules::claim(&mut transaction, event.base, claim).await?;
        }
        if let Some(place) = event.place {
            sync_batches::take(&mut transaction, place, event.id).await?;
        }
        checkpoints::take_over_pages(&mut transaction, event.base, event.id, event.resumes).await?;
        for (ordinal, (child, name)) in event.children.iter().enumerate() {
            sqlx::query(
                "insert into sync_event_children (sync_event_id, child_playlist_id, name, ordinal) values ($1, $2, $3, $4)",
            )
            .bind(event.id.to_string())
            .bind(child.to_string())
            .bind(name)
            .bind(i64::try_from(ordinal).unwrap_or(i64::MAX))
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(fence)
    }

    /// The most requests that one of the last runs of a base has taken; 0 if there was none.
    pub async fn max_requests_of(&self, user: UserId, base: BasePlaylistId) -> Result<u32, StoreError> {
        let (most,): (i64,) = sqlx::query_as(
            "select coalesce(max(total_api_requests), 0) from (select total_api_requests from sync_events \
             where user_id = $1 and base_playlist_id = $2 order by started_at desc limit 20)",
        )
        .bind(user.to_string())
        .bind(base.to_string())
        .fetch_one(&self.reader)
        .await?;
        Ok(count(most))
    }

    /// The start that used this idempotency key within the last day.
    pub async fn find_earlier_start(&self, user: UserId, key: &str) -> Result<Option<EarlierStart>, StoreError> {
        let row: Option<(String, String)> = sqlx::query_as(
            "select id, idempotency_hash from sync_events \
             where user_id = $1 and idempotency_key = $2 and started_at > $3",
        )
        .bind(user.to_string())
        .bind(key)
        .bind(clock::text_of(clock::now_ms() - KEY_REMEMBERED_MS))
        .fetch_optional(&self.writer)
        .await?;
        row.map(|(id, idempotency_hash)| Ok(EarlierStart { id: id_of(SyncEventId::parse, &id)?, idempotency_hash }))
            .transpose()
    }

    /// One event of a person, with its children's results.
    pub async fn get_sync_event(&self, user: UserId, id: SyncEventId) -> Result<SyncEvent, StoreError> {
        let row: EventRow = sqlx::query_as(event_query!("where e.user_id = $1 and e.id = $2"))
            .bind(user.to_string())
            .bind(id.to_string())
            .fetch_one(&self.reader)
            .await?;
        let mut event = row.read()?;
        let children = self.list_event_children(&[event.id]).await?;
        children.into_iter().for_each(|(_, child)| event.add_child(child));
        Ok(event)
    }

    /// Events of a person, newest first, with their children's results.
    pub async fn list_sync_events(&self, user: UserId, query: &EventQuery) -> Result<Vec<SyncEvent>, StoreError> {
        // Every event of the page lies before this one: the last of the page before, or the end of the days asked for.
        let (time, id) = query.after.clone().unwrap_or_else(|| {
            // Text after that of every instant.
            (query.until_ms.map_or_else(|| "~".to_owned(), clock::text_of), String::new())
        });
        let (base, status) = (query.base.map(|id| id.to_string()), query.status.map(SyncStatus::as_str));
        let text = match (&base, status) {
            (None, None) => EVENTS[0],
            (None, Some(_)) => EVENTS[1],
            (Some(_), None) => EVENTS[2],
            (Some(_), Some(_)) => EVENTS[3],
        };
        let mut rows = sqlx::query_as::<_, EventRow>(text)
            .bind(user.to_string())
            .bind(time)
            .bind(id)
            .bind(query.from_ms.map_or_else(String::new, clock::text_of))
            .bind(query.limit);
        rows = base.into_iter().fold(rows, |rows, base| rows.bind(base));
        rows = status.into_iter().fold(rows, |rows, status| rows.bind(status));
        let rows = rows.fetch_all(&self.reader).await?;
        let events = rows.into_iter().map(EventRow::read).collect::<Result<Vec<_>, _>>()?;
        self.with_children(events).await
    }

    /// These events of a person, with their children's results, in any order.
    pub async fn list_sync_events_of(&self, user: UserId, ids: &[SyncEventId]) -> Result<Vec<SyncEvent>, StoreError> {
        let rows: Vec<EventRow> =
            sqlx::query_as(event_query!("where e.user_id = $1 and e.id in (select value from json_each($2))"))
                .bind(user.to_string())
                .bind(to_json(&ids)?)
                .fetch_all(&self.reader)
                .await?;
        let events = rows.into_iter().map(EventRow::read).collect::<Result<Vec<_>, _>>()?;
        self.with_children(events).await
    }

    /// The newest finished event of each base of a person, with children.
    pub async fn list_last_events(&self, user: UserId) -> Result<Vec<SyncEvent>, StoreError> {
        let rows: Vec<EventRow> = sqlx::query_as(event_query!(
            "where e.user_id = $1 and e.id in (select (select l.id from sync_events l where l.base_playlist_id = b.id \
             and l.status <> 'in_progress' order by l.started_at desc, l.id desc limit 1) from base_playlists b \
             where b.user_id = $1 and b.deleted_at is null)"
        ))
        .bind(user.to_string())
        .fetch_all(&self.reader)
        .await?;
        let events = rows.into_iter().map(EventRow::read).collect::<Result<Vec<_>, _>>()?;
        self.with_children(events).await
    }

    async fn with_children(&self, mut events: Vec<SyncEvent>) -> Result<Vec<SyncEvent>, StoreError> {
        let ids: Vec<SyncEventId> = events.iter().map(|event| event.id).collect();
        for (id, child) in self.list_event_children(&ids).await? {
            if let Some(event) = events.iter_mut().find(|event| event.id == id) {
                event.add_child(child);
            }
        }
        Ok(events)
    }

    /// What the newest finished run of a base left.
    pub async fn find_last_finished(
        &self,
        user: UserId,
        base: BasePlaylistId,
    ) -> Result<Option<LastFinished>, StoreError> {
        let row: Option<(String, String, Option<i64>, String, String)> = sqlx::query_as(
            "select id, filters_hash, valid_until_ms, status, outcome from sync_events \
             where user_id = $1 and base_playlist_id = $2 and status <> 'in_progress' order by started_at desc, id desc limit 1",
        )
        .bind(user.to_string())
        .bind(base.to_string())
        .fetch_optional(&self.writer)
        .await?;
        let Some((id, filters_hash, valid_until_ms, status, outcome)) = row else { return Ok(None) };
        let children = self.list_event_children(&[id_of(SyncEventId::parse, &id)?]).await?;
        let children = children.into_iter().map(|(_, child)| child).collect();
        Ok(Some(LastFinished { children, filters_hash, valid_until_ms, status, outcome }))
    }

    /// Progress of a run that this process still owns.
    pub async fn save_progress(&self, id: SyncEventId, fence: i64, progress: &RunProgress) -> Result<(), StoreError> {
        let now = clock::now_ms();
        let done = sqlx::query(
            "update sync_events set phase = $3, progress_done = $4, progress_total = $5, waiting_until_ms = $6, \
             total_api_requests = $7, progressed_ms = max($8, coalesce($6, 0)), updated = $9, percent = $10, \
             left_least_s = $11, left_most_s = $12 where id = $1 and fence = $2 and status = 'in_progress'",
        )
        .bind(id.to_string())
        .bind(fence)
        .bind(progress.phase.as_str())
        .bind(progress.steps.done)
        .bind(progress.steps.total)
        .bind(progress.waiting_until.as_deref().and_then(clock::parse_ms))
        .bind(progress.requests)
        .bind(now)
        .bind(clock::text_of(now))
        .bind(progress.percent)
        .bind(progress.time_left.map(|left| left.least_seconds))
        .bind(progress.time_left.map(|left| left.most_seconds))
        .execute(&self.writer)
        .await?;
        if done.rows_affected() == 0 { Err(StoreError::OwnershipLost) } else { Ok(()) }
    }

    /// The running syncs of a person, the oldest first.
    pub async fn list_running(&self, user: UserId) -> Result<Vec<RunningSync>, StoreError> {
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "select id, base_playlist_id, base_name, percent from sync_events \
             where user_id = $1 and status = 'in_progress' order by started_at, id",
        )
        .bind(user.to_string())
        .fetch_all(&self.reader)
        .await?;
        let read = |(id, base, base_name, percent): (String, String, String, i64)| {
            Ok(RunningSync {
                id: id_of(SyncEventId::parse, &id)?,
                base_playlist_id: id_of(BasePlaylistId::parse, &base)?,
                base_name,
                percent: count(percent),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// The end of a run in one transaction: statistics, status, release of the lock, and what was learnt about
    /// base and children (names follow Spotify; written children are no longer new).
    pub async fn finish_sync_event(&self, user: UserId, end: &RunEnd<'_>) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        close_event(&mut transaction, end).await?;
        // A run that failed may be resumed, with the filters as they are.
        if end.end.status == SyncStatus::Completed {
            hand_edits::learn(&mut transaction, user, end.id).await?;
        }
        for id in end.written {
            sqlx::query(
                "update child_playlists set ever_written = 1, filter_changed = 0 where user_id = $1 and id = $2",
            )
            .bind(user.to_string())
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await?;
        }
        for (id, name) in end.child_names {
            sqlx::query("update child_playlists set name = $3 where user_id = $1 and id = $2 and name <> $3")
                .bind(user.to_string())
                .bind(id.to_string())
                .bind(name)
                .execute(&mut *transaction)
                .await?;
        }
        if let Some((id, name)) = end.base_name {
            sqlx::query("update base_playlists set name = $3 where user_id = $1 and id = $2 and name <> $3")
                .bind(user.to_string())
                .bind(id.to_string())
                .bind(name)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Everything that the end of a run stores.
#[derive(Debug)]
pub struct RunEnd<'a> {
    pub id: SyncEventId,
    pub fence: i64,
    pub end: &'a Finished,
    /// HTTP requests really sent to the Web API.
    pub requests: u32,
    /// When it goes on by itself, if it failed; milliseconds since 1970 in UTC.
    pub resume_at_ms: Option<i64>,
    /// Children that hold what they should.
    pub written: &'a [ChildPlaylistId],
    pub child_names: &'a [(ChildPlaylistId, String)],
    pub base_name: Option<(BasePlaylistId, &'a str)>,
}

async fn close_event(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    run: &RunEnd<'_>,
) -> Result<(), StoreError> {
    let end = run.end;
    let done = sqlx::query(
        "update sync_events set status = $3, phase = 'done', outcome = $4, error_message = $5, retry_at = $6, \
         tracks_processed = $7, tracks_skipped = $8, total_api_requests = $9, cache_asked = $10, cache_found = $11, \
         cached_api_requests = $12, waiting_until_ms = null, \
         resume_at_ms = case $3 when 'failed' then $14 end, \
         progress_done = case $3 when 'completed' then progress_total else progress_done end, \
         percent = case $3 when 'completed' then 100 else percent end, completed_at = $13, updated = $13 \
         where id = $1 and fence = $2 and status = 'in_progress'",
    )
    .bind(run.id.to_string())
    .bind(run.fence)
    .bind(end.status.as_str())
    .bind(end.outcome.as_str())
    .bind(&end.error_message)
    .bind(end.retry_at_ms.map(clock::text_of))
    .bind(end.tracks_processed)
    .bind(end.tracks_skipped)
    .bind(run.requests)
    .bind(end.artists_asked)
    .bind(end.artists_found)
    .bind(end.cached_api_requests)
    .bind(clock::now_text())
    .bind(run.resume_at_ms)
    .execute(&mut **transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::OwnershipLost);
    }
    if end.status == SyncStatus::Completed {
        checkpoints::drop_pages(transaction, run.id).await?;
    }
    Ok(())
}

/// A key may be used again after a day.
async fn forget_old_key(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    user: UserId,
    key: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "update sync_events set idempotency_key = null where user_id = $1 and idempotency_key = $2 and started_at <= $3",
    )
    .bind(user.to_string())
    .bind(key)
    .bind(clock::text_of(clock::now_ms() - KEY_REMEMBERED_MS))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn insert_event(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    user: UserId,
    event: &NewEvent,
    fence: i64,
) -> Result<(), StoreError> {
    let now = clock::now_ms();
    let ids: Vec<ChildPlaylistId> = event.children.iter().map(|(id, _)| *id).collect();
    let (key, hash) = event.idempotency.clone().unzip();
    sqlx::query(
        "insert into sync_events (id, user_id, base_playlist_id, base_name, child_playlist_ids, status, phase, trigger, \
         resumes, started_at, planned_requests, owner_id, fence, lease_until_ms, progressed_ms, filters_hash, \
         valid_until_ms, frozen, idempotency_key, idempotency_hash, created, updated, restores) \
         values ($1, $2, $3, $4, $5, 'in_progress', 'queued', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $8, $8, $19)",
    )
    .bind(event.id.to_string())
    .bind(user.to_string())
    .bind(event.base.to_string())
    .bind(&event.base_name)
    .bind(to_json(&ids)?)
    .bind(event.trigger.as_str())
    .bind(event.resumes.map(|id| id.to_string()))
    .bind(clock::text_of(now))
    .bind(event.expected.total())
    .bind(&event.owner_id)
    .bind(fence)
    .bind(now + event.lease_ms)
    .bind(now)
    .bind(&event.filters_hash)
    .bind(event.valid_until_ms)
    .bind(to_json(&event.frozen)?)
    .bind(key)
    .bind(hash)
    .bind(event.restores.map(|id| id.to_string()))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(
        clippy::disallowed_types,
        reason = "the statement is a constant; only the request for its plan is put before it"
    )]
    fn plan_of(text: &str) -> sqlx::AssertSqlSafe<String> {
        sqlx::AssertSqlSafe(format!("explain query plan {text}"))
    }

    #[tokio::test]
    async fn a_page_of_the_history_walks_an_index_and_sorts_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("app.db").display());
        let store = Store::open(&url, dir.path()).await.unwrap();
        let indexes =
            ["sync_events_by_user", "sync_events_by_status", "sync_events_by_base", "sync_events_by_base_status"];
        for (text, index) in EVENTS.into_iter().zip(indexes) {
            let mut query = sqlx::query_as::<_, (i64, i64, i64, String)>(plan_of(text));
            for _ in 0..text.matches("$6").count() + text.matches("$7").count() + 5 {
                query = query.bind("x");
            }
            let plan: Vec<String> =
                query.fetch_all(&store.reader).await.unwrap().into_iter().map(|row| row.3).collect();
            assert!(plan[0].starts_with(&format!("SEARCH e USING INDEX {index} (")), "{plan:#?}");
            assert!(plan[0].contains("started_at"), "{plan:#?}");
            assert!(plan.iter().all(|step| !step.contains("TEMP B-TREE") && !step.starts_with("SCAN")), "{plan:#?}");
            // Whether something newer is there is told by the index alone.
            assert!(plan.iter().any(|step| step.starts_with("SEARCH n USING COVERING INDEX")), "{plan:#?}");
        }
    }
}
