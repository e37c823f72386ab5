//! When bases sync by themselves.

use super::{Store, StoreError, count, id_of};
use crate::domain::ids::{BasePlaylistId, UserId};
use crate::domain::schedule::QuietHours;
use crate::server::clock;
use sqlx::SqliteConnection;

/// Failed syncs in a row that a schedule may start.
pub const FAILURES_MAX: u32 = 3;

/// A schedule as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRow {
    pub base: BasePlaylistId,
    pub user: UserId,
    pub cron: String,
    pub time_zone: String,
    /// By the person.
    pub is_paused: bool,
    /// Starts nothing where a sync would find nothing to do.
    pub only_if_changed: bool,
    pub quiet_hours: Option<QuietHours>,
    pub next_ms: Option<i64>,
    pub done_ms: Option<i64>,
    /// Syncs that it started and that failed, since the last sync that did not.
    pub failures: u32,
}

/// What a start by schedule changes: it is started only if the schedule still is as it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub due_ms: i64,
    pub next_ms: Option<i64>,
    pub done_ms: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    base_playlist_id: String,
    user_id: String,
    cron: String,
    time_zone: String,
    is_paused: bool,
    only_if_changed: bool,
    quiet_from: Option<String>,
    quiet_until: Option<String>,
    next_run_at: Option<String>,
    done_at: Option<String>,
    failures: i64,
}

impl Row {
    fn read(self) -> Result<ScheduleRow, StoreError> {
        Ok(ScheduleRow {
            base: id_of(BasePlaylistId::parse, &self.base_playlist_id)?,
            user: id_of(UserId::parse, &self.user_id)?,
            cron: self.cron,
            time_zone: self.time_zone,
            is_paused: self.is_paused,
            only_if_changed: self.only_if_changed,
            quiet_hours: self.quiet_from.zip(self.quiet_until).map(|(from, until)| QuietHours { from, until }),
            next_ms: self.next_run_at.as_deref().and_then(clock::parse_ms),
            done_ms: self.done_at.as_deref().and_then(clock::parse_ms),
            failures: count(self.failures),
        })
    }
}

/// A sync that goes on with one that the schedule started is its sync too; one that somebody cancelled is no failure.
macro_rules! schedule_query {
    ($rest:literal) => {
        concat!(
            "select s.base_playlist_id, s.user_id, s.cron, s.time_zone, s.is_paused, s.only_if_changed, s.quiet_from, s.quiet_until, s.next_run_at, s.done_at, ",
            "(select count(*) from sync_events e where e.base_playlist_id = s.base_playlist_id ",
            "and e.status = 'failed' and e.outcome <> 'cancelled' and e.trigger in ('schedule', 'change') ",
            "and e.started_at > s.failures_since and e.started_at > coalesce((select max(w.started_at) ",
            "from sync_events w where w.base_playlist_id = s.base_playlist_id and w.status = 'completed'), '')) as failures ",
            "from schedules s join base_playlists b on b.id = s.base_playlist_id and b.deleted_at is null ",
            $rest
        )
    };
}

impl Store {
    /// The schedules of a person's bases.
    pub async fn list_schedules(&self, user: UserId) -> Result<Vec<ScheduleRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(schedule_query!("where s.user_id = $1"))
            .bind(user.to_string())
            .fetch_all(&self.reader)
            .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Everybody's schedules that are neither paused nor of a base that is.
    pub async fn list_active_schedules(&self) -> Result<Vec<ScheduleRow>, StoreError> {
        let rows: Vec<Row> =
            sqlx::query_as(schedule_query!("where s.is_paused = 0 and b.is_active = 1 order by s.next_run_at"))
                .fetch_all(&self.reader)
                .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Sets a base's schedule; failures until now are forgotten.
    pub async fn save_schedule(&self, row: &ScheduleRow) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        sqlx::query(
            "insert into schedules (base_playlist_id, user_id, cron, time_zone, is_paused, next_run_at, failures_since, only_if_changed, \
             quiet_from, quiet_until) \
             select id, user_id, $3, $4, $5, $6, $7, $8, $9, $10 from base_playlists where id = $1 and user_id = $2 and deleted_at is null \
             on conflict do update set cron = excluded.cron, time_zone = excluded.time_zone, \
             is_paused = excluded.is_paused, next_run_at = excluded.next_run_at, failures_since = excluded.failures_since, \
             only_if_changed = excluded.only_if_changed, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until",
        )
        .bind(row.base.to_string())
        .bind(row.user.to_string())
        .bind(&row.cron)
        .bind(&row.time_zone)
        .bind(row.is_paused)
        .bind(row.next_ms.map(clock::text_of))
        .bind(clock::now_text())
        .bind(row.only_if_changed)
        .bind(row.quiet_hours.as_ref().map(|quiet| &quiet.from))
        .bind(row.quiet_hours.as_ref().map(|quiet| &quiet.until))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Takes a due time without a start: there was nothing to do. Another process may have taken it: `ScheduleTaken`.
    pub async fn skip_schedule(&self, base: BasePlaylistId, taken: Claim) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        claim(&mut transaction, base, taken).await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets a base's schedule.
    pub async fn delete_schedule(&self, user: UserId, base: BasePlaylistId) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        sqlx::query("delete from schedules where base_playlist_id = $1 and user_id = $2")
            .bind(base.to_string())
            .bind(user.to_string())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Sets when a schedule is due next, if it still is as it was found.
    pub async fn move_schedule(&self, row: &ScheduleRow, next_ms: Option<i64>) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        sqlx::query("update schedules set next_run_at = $3 where base_playlist_id = $1 and next_run_at is $2")
            .bind(row.base.to_string())
            .bind(row.next_ms.map(clock::text_of))
            .bind(next_ms.map(clock::text_of))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}

/// Takes a due time for a start; another process may have taken it: `ScheduleTaken`.
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    base: BasePlaylistId,
    claim: Claim,
) -> Result<(), StoreError> {
    let taken = sqlx::query(
        "update schedules set next_run_at = $3, done_at = $4 \
         where base_playlist_id = $1 and next_run_at = $2 and is_paused = 0",
    )
    .bind(base.to_string())
    .bind(clock::text_of(claim.due_ms))
    .bind(claim.next_ms.map(clock::text_of))
    .bind(clock::text_of(claim.done_ms))
    .execute(connection)
    .await?;
    if taken.rows_affected() == 1 { Ok(()) } else { Err(StoreError::ScheduleTaken) }
}
