//! Results of children within a sync event.

use super::pressed::press;
use super::{Store, StoreError, count, hand_edits, id_of, playlist_states};
use crate::domain::ids::{ChildPlaylistId, PlaylistId, SyncEventId, UserId};
use crate::domain::sync::diff::Row;
use crate::domain::sync::event::{ChildOutcome, SyncEventChild};
use crate::domain::sync::machine::command::ChildDone;

#[derive(sqlx::FromRow)]
struct ResultRow {
    sync_event_id: String,
    child_playlist_id: String,
    name: String,
    outcome: Option<String>,
    matched: i64,
    added: i64,
    removed: i64,
    kept: i64,
    requests: i64,
    plan_hash: Option<String>,
    error: Option<String>,
}

impl ResultRow {
    fn read(self) -> Result<(SyncEventId, SyncEventChild), StoreError> {
        let child = SyncEventChild {
            child_playlist_id: id_of(ChildPlaylistId::parse, &self.child_playlist_id)?,
            name: self.name,
            outcome: self.outcome.as_deref().and_then(ChildOutcome::parse),
            matched: count(self.matched),
            added: count(self.added),
            removed: count(self.removed),
            kept: count(self.kept),
            requests: count(self.requests),
            plan_hash: self.plan_hash,
            error: self.error,
        };
        Ok((id_of(SyncEventId::parse, &self.sync_event_id)?, child))
    }
}

fn uris(rows: &Option<Vec<Row>>) -> Result<Option<Vec<u8>>, StoreError> {
    rows.as_ref().map(|rows| press(&rows.iter().map(|row| row.uri.as_str()).collect::<Vec<_>>())).transpose()
}

impl Store {
    /// Results of these events, each in the children's order. The caller has checked whose they are.
    pub(super) async fn list_event_children(
        &self,
        events: &[SyncEventId],
    ) -> Result<Vec<(SyncEventId, SyncEventChild)>, StoreError> {
        let rows: Vec<ResultRow> = sqlx::query_as(
            "select sync_event_id, child_playlist_id, name, outcome, matched, added, removed, kept, requests, plan_hash, \
             error from sync_event_children where sync_event_id in (select value from json_each($1)) \
             order by sync_event_id, ordinal",
        )
        .bind(super::to_json(&events)?)
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter().map(ResultRow::read).collect()
    }

    /// Stores the result of a child with what it holds now, and closes its intent, in one transaction.
    pub async fn finish_child(
        &self,
        user: UserId,
        event: SyncEventId,
        fence: i64,
        playlist: Option<&PlaylistId>,
        done: &ChildDone,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        own(&mut transaction, event, fence).await?;
        sqlx::query(
            "update sync_event_children set outcome = $3, matched = $4, added = $5, removed = $6, kept = $7, requests = $8, \
             plan_hash = $9, error = $10, uris_before = $11, uris_after = $12 \
             where sync_event_id = $1 and child_playlist_id = $2",
        )
        .bind(event.to_string())
        .bind(done.child.to_string())
        .bind(done.outcome.as_str())
        .bind(done.matched)
        .bind(done.added)
        .bind(done.removed)
        .bind(done.kept)
        .bind(done.requests)
        .bind(&done.plan_hash)
        .bind(&done.error)
        .bind(uris(&done.before)?)
        .bind(uris(&done.after)?)
        .execute(&mut *transaction)
        .await?;
        hand_edits::save(&mut transaction, event, done.child, &done.hand_edits).await?;
        if done.closes_intent {
            sqlx::query("delete from intents where child_playlist_id = $1")
                .bind(done.child.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        // A child that was not touched and not read stays as it is known.
        let learned = done.after.is_some() || !done.closes_intent;
        if let (Some(playlist), true) = (playlist, learned) {
            let snapshot = done.snapshot.as_deref();
            playlist_states::save_contents(&mut transaction, user, playlist, snapshot, done.after.as_deref()).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Every commit of a run carries its fence: who has lost the lock writes nothing.
pub(super) async fn own(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    event: SyncEventId,
    fence: i64,
) -> Result<(), StoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("select 1 from sync_events where id = $1 and fence = $2 and status = 'in_progress'")
            .bind(event.to_string())
            .bind(fence)
            .fetch_optional(&mut **transaction)
            .await?;
    if row.is_some() { Ok(()) } else { Err(StoreError::OwnershipLost) }
}
