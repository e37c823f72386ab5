//! What a run has read, until its chain of runs is completed or it is a week old.

use super::pressed::{press, unpress};
use super::sync_event_children::own;
use super::{Store, StoreError, playlist_states};
use crate::domain::ids::{BasePlaylistId, PlaylistId, SyncEventId, UserId};
use crate::domain::sync::diff::Row;
use crate::domain::sync::machine::checkpoint::{BasePage, Checkpoint};
use crate::server::clock;

type Transaction = sqlx::Transaction<'static, sqlx::Sqlite>;

impl Store {
    /// Keeps pages of the base within a run that this process still owns, all or none of them.
    pub async fn save_base_pages(
        &self,
        event: SyncEventId,
        fence: i64,
        snapshot: &str,
        pages: &[BasePage],
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        own(&mut transaction, event, fence).await?;
        for page in pages {
            sqlx::query(
                "insert into base_pages (sync_event_id, page_offset, snapshot_id, row_total, page, created) \
                 values ($1, $2, $3, $4, $5, $6) on conflict do update set snapshot_id = excluded.snapshot_id, \
                 row_total = excluded.row_total, page = excluded.page, created = excluded.created",
            )
            .bind(event.to_string())
            .bind(page.offset)
            .bind(snapshot)
            .bind(page.total)
            .bind(press(page)?)
            .bind(clock::now_text())
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Drops the pages of a run that this process still owns.
    pub async fn delete_base_pages(&self, event: SyncEventId, fence: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        own(&mut transaction, event, fence).await?;
        drop_pages(&mut transaction, event).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The pages that a run of this person has; where they are of several snapshots, those of the newest.
    pub async fn find_checkpoint(&self, user: UserId, event: SyncEventId) -> Result<Option<Checkpoint>, StoreError> {
        let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(
            "select p.snapshot_id, p.page from base_pages p join sync_events e on e.id = p.sync_event_id \
             where e.user_id = $1 and e.id = $2 order by p.created desc, p.page_offset",
        )
        .bind(user.to_string())
        .bind(event.to_string())
        .fetch_all(&self.writer)
        .await?;
        let Some(snapshot) = rows.first().map(|(snapshot, _)| snapshot.clone()) else { return Ok(None) };
        let same = rows.iter().filter(|(of, _)| *of == snapshot);
        let pages = same.map(|(_, page)| unpress(page)).collect::<Result<Vec<BasePage>, _>>()?;
        Ok(Some(Checkpoint { snapshot, pages }))
    }

    /// Keeps what a run that this process still owns has read in a child.
    pub async fn save_child_read(
        &self,
        user: UserId,
        event: SyncEventId,
        fence: i64,
        playlist: &PlaylistId,
        snapshot: &str,
        rows: &[Row],
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        own(&mut transaction, event, fence).await?;
        playlist_states::save_contents(&mut transaction, user, playlist, Some(snapshot), Some(rows)).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Drops the pages of a run.
pub(super) async fn drop_pages(transaction: &mut Transaction, event: SyncEventId) -> Result<(), StoreError> {
    sqlx::query("delete from base_pages where sync_event_id = $1")
        .bind(event.to_string())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// A new run takes over the pages of the run that it continues. Those of all other runs of the base are of no more
/// use: only the newest run can be resumed.
pub(super) async fn take_over_pages(
    transaction: &mut Transaction,
    base: BasePlaylistId,
    event: SyncEventId,
    continued: Option<SyncEventId>,
) -> Result<(), StoreError> {
    if let Some(continued) = continued {
        sqlx::query("update base_pages set sync_event_id = $2 where sync_event_id = $1")
            .bind(continued.to_string())
            .bind(event.to_string())
            .execute(&mut **transaction)
            .await?;
    }
    sqlx::query(
        "delete from base_pages where sync_event_id in \
         (select id from sync_events where base_playlist_id = $1 and id <> $2)",
    )
    .bind(base.to_string())
    .bind(event.to_string())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
