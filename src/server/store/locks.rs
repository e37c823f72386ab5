//! Who holds the lock, and proof of who still lives.

use super::{Store, StoreError, id_of};
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, SyncEventId, UserId};
use crate::server::clock;

/// A running sync that may have lost its process.
#[derive(Debug, Clone)]
pub struct Held {
    pub id: SyncEventId,
    pub owner_id: String,
    pub lease_until_ms: i64,
    pub progressed_ms: i64,
}

impl Store {
    /// The running sync of a base of this person, if any; `NotFound` when the base is not theirs.
    pub async fn find_running(&self, user: UserId, base: BasePlaylistId) -> Result<Option<SyncEventId>, StoreError> {
        let (running,): (Option<String>,) = sqlx::query_as(
            "select (select e.id from sync_events e where e.base_playlist_id = b.id and e.status = 'in_progress') \
             from base_playlists b where b.user_id = $1 and b.id = $2 and b.deleted_at is null",
        )
        .bind(user.to_string())
        .bind(base.to_string())
        .fetch_one(&self.writer)
        .await?;
        running.map(|id| id_of(SyncEventId::parse, &id)).transpose()
    }

    /// The same, asked by one of its children.
    pub async fn find_running_of_child(
        &self,
        user: UserId,
        child: ChildPlaylistId,
    ) -> Result<Option<SyncEventId>, StoreError> {
        let (running,): (Option<String>,) = sqlx::query_as(
            "select (select e.id from sync_events e where e.base_playlist_id = c.base_playlist_id \
             and e.status = 'in_progress') from child_playlists c \
             where c.user_id = $1 and c.id = $2 and c.deleted_at is null",
        )
        .bind(user.to_string())
        .bind(child.to_string())
        .fetch_one(&self.writer)
        .await?;
        running.map(|id| id_of(SyncEventId::parse, &id)).transpose()
    }

    /// Every running sync, with who runs it.
    pub async fn list_held(&self) -> Result<Vec<Held>, StoreError> {
        let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
            "select id, owner_id, lease_until_ms, progressed_ms from sync_events where status = 'in_progress'",
        )
        .fetch_all(&self.writer)
        .await?;
        rows.into_iter()
            .map(|(id, owner_id, lease_until_ms, progressed_ms)| {
                Ok(Held { id: id_of(SyncEventId::parse, &id)?, owner_id, lease_until_ms, progressed_ms })
            })
            .collect()
    }

    /// Renews the lease of a sync that this process still owns.
    pub async fn renew_lease(&self, id: SyncEventId, fence: i64, lease_ms: i64) -> Result<(), StoreError> {
        let done = sqlx::query(
            "update sync_events set lease_until_ms = $3 where id = $1 and fence = $2 and status = 'in_progress'",
        )
        .bind(id.to_string())
        .bind(fence)
        .bind(clock::now_ms() + lease_ms)
        .execute(&self.writer)
        .await?;
        if done.rows_affected() == 0 { Err(StoreError::OwnershipLost) } else { Ok(()) }
    }

    /// Fails a sync whose process is gone; `resume_at_ms`: it goes on by itself then. `owner` guards against failing one that was taken over meanwhile.
    pub async fn fail_orphan(
        &self,
        id: SyncEventId,
        owner: &str,
        message: &str,
        resume_at_ms: Option<i64>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin_write().await?;
        let now = clock::now_text();
        let done = sqlx::query(
            "update sync_events set status = 'failed', phase = 'done', completed_at = $3, updated = $3, error_message = $4, \
             resume_at_ms = $5, \
             outcome = case when exists (select 1 from sync_event_children k where k.sync_event_id = sync_events.id \
             and k.outcome in ('updated', 'unchanged')) then 'partial' else 'none' end \
             where id = $1 and owner_id = $2 and status = 'in_progress'",
        )
        .bind(id.to_string())
        .bind(owner)
        .bind(now)
        .bind(message)
        .bind(resume_at_ms)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "update sync_event_children set outcome = case when exists (select 1 from intents i \
             where i.child_playlist_id = sync_event_children.child_playlist_id) then 'failed' else 'skipped' end, \
             error = case when exists (select 1 from intents i \
             where i.child_playlist_id = sync_event_children.child_playlist_id) \
             then 'Interrupted in the middle of writing: it may hold old and new songs. Retry brings it to what it should hold.' \
             else 'Not reached before the interruption; it was not changed.' end \
             where sync_event_id = $1 and outcome is null",
        )
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }
}
