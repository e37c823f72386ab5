//! Batches of syncs: the queue of a person, and what became of each base.

use super::{Store, StoreError, id_of};
use crate::domain::ids::{BasePlaylistId, SyncBatchId, SyncEventId, UserId};
use crate::server::clock;
use sqlx::SqliteConnection;

/// The place in a queue that a start takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchPlace {
    pub batch: SyncBatchId,
    pub ordinal: i64,
}

/// One base of a batch as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItemRow {
    pub base: BasePlaylistId,
    pub base_name: String,
    pub event: Option<SyncEventId>,
    pub problem: Option<String>,
}

impl Store {
    /// Queues bases, in this order.
    pub async fn create_sync_batch(
        &self,
        user: UserId,
        id: SyncBatchId,
        bases: &[(BasePlaylistId, String)],
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        sqlx::query("insert into sync_batches (id, user_id, created) values ($1, $2, $3)")
            .bind(id.to_string())
            .bind(user.to_string())
            .bind(clock::now_text())
            .execute(&mut *transaction)
            .await?;
        for (ordinal, (base, name)) in bases.iter().enumerate() {
            sqlx::query(
                "insert into sync_batch_items (sync_batch_id, ordinal, base_playlist_id, base_name) values ($1, $2, $3, $4)",
            )
            .bind(id.to_string())
            .bind(i64::try_from(ordinal).unwrap_or(i64::MAX))
            .bind(base.to_string())
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// When a batch of a person was made, and its bases in order.
    pub async fn get_sync_batch(
        &self,
        user: UserId,
        id: SyncBatchId,
    ) -> Result<(String, Vec<BatchItemRow>), StoreError> {
        let (created,): (String,) = sqlx::query_as("select created from sync_batches where user_id = $1 and id = $2")
            .bind(user.to_string())
            .bind(id.to_string())
            .fetch_one(&self.reader)
            .await?;
        type Row = (String, String, Option<String>, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "select base_playlist_id, base_name, sync_event_id, problem from sync_batch_items \
             where sync_batch_id = $1 order by ordinal",
        )
        .bind(id.to_string())
        .fetch_all(&self.reader)
        .await?;
        let read = |(base, base_name, event, problem): Row| {
            let event = event.map(|id| id_of(SyncEventId::parse, &id)).transpose()?;
            Ok(BatchItemRow { base: id_of(BasePlaylistId::parse, &base)?, base_name, event, problem })
        };
        let items = rows.into_iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        Ok((created, items))
    }

    /// The newest batch of a person.
    pub async fn find_last_batch(&self, user: UserId) -> Result<Option<SyncBatchId>, StoreError> {
        let row: Option<(String,)> =
            sqlx::query_as("select id from sync_batches where user_id = $1 order by created desc, id desc limit 1")
                .bind(user.to_string())
                .fetch_optional(&self.reader)
                .await?;
        row.map(|(id,)| id_of(SyncBatchId::parse, &id)).transpose()
    }

    /// Bases of a person that wait for their turn in some batch.
    pub async fn list_queued_bases(&self, user: UserId) -> Result<Vec<BasePlaylistId>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "select i.base_playlist_id from sync_batch_items i join sync_batches b on b.id = i.sync_batch_id \
             where b.user_id = $1 and i.sync_event_id is null and i.problem is null",
        )
        .bind(user.to_string())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|(id,)| id_of(BasePlaylistId::parse, id)).collect()
    }

    /// Everybody for whom something is queued.
    pub async fn list_queuers(&self) -> Result<Vec<UserId>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "select distinct b.user_id from sync_batches b join sync_batch_items i on i.sync_batch_id = b.id \
             where i.sync_event_id is null and i.problem is null",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|(id,)| id_of(UserId::parse, id)).collect()
    }

    /// The base whose turn it is; none while a sync of this person's queue runs.
    pub async fn find_turn(&self, user: UserId) -> Result<Option<(BatchPlace, BasePlaylistId)>, StoreError> {
        let row: Option<(String, i64, String)> = sqlx::query_as(
            "select i.sync_batch_id, i.ordinal, i.base_playlist_id from sync_batch_items i \
             join sync_batches b on b.id = i.sync_batch_id \
             where b.user_id = $1 and i.sync_event_id is null and i.problem is null \
             and not exists (select 1 from sync_events e where e.user_id = $1 and e.status = 'in_progress' \
             and e.id in (select r.sync_event_id from sync_batch_items r)) \
             order by b.created, b.id, i.ordinal limit 1",
        )
        .bind(user.to_string())
        .fetch_optional(&self.writer)
        .await?;
        row.map(|(batch, ordinal, base)| {
            let place = BatchPlace { batch: id_of(SyncBatchId::parse, &batch)?, ordinal };
            Ok((place, id_of(BasePlaylistId::parse, &base)?))
        })
        .transpose()
    }

    /// Its turn came, but nothing could be started.
    pub async fn pass_turn(&self, place: BatchPlace, problem: &str) -> Result<(), StoreError> {
        sqlx::query(
            "update sync_batch_items set problem = $3 \
             where sync_batch_id = $1 and ordinal = $2 and sync_event_id is null and problem is null",
        )
        .bind(place.batch.to_string())
        .bind(place.ordinal)
        .bind(problem)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// What still waits in a batch of a person is not started any more.
    pub async fn empty_queue(&self, user: UserId, batch: SyncBatchId, problem: &str) -> Result<(), StoreError> {
        sqlx::query(
            "update sync_batch_items set problem = $3 where sync_event_id is null and problem is null \
             and sync_batch_id in (select id from sync_batches where id = $1 and user_id = $2)",
        )
        .bind(batch.to_string())
        .bind(user.to_string())
        .bind(problem)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

/// Takes a place for a start; another process may have taken it: `BatchTaken`.
pub(super) async fn take(
    connection: &mut SqliteConnection,
    place: BatchPlace,
    event: SyncEventId,
) -> Result<(), StoreError> {
    let taken = sqlx::query(
        "update sync_batch_items set sync_event_id = $3 \
         where sync_batch_id = $1 and ordinal = $2 and sync_event_id is null and problem is null",
    )
    .bind(place.batch.to_string())
    .bind(place.ordinal)
    .bind(event.to_string())
    .execute(connection)
    .await?;
    if taken.rows_affected() == 1 { Ok(()) } else { Err(StoreError::BatchTaken) }
}
