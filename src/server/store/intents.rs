//! Intents: what a child held and shall hold, on disk before its first write.

use super::pressed::{press, press_rows, unpress, unpress_rows};
use super::sync_event_children::own;
use super::{Store, StoreError};
use crate::domain::ids::{ChildPlaylistId, SyncEventId, UserId};
use crate::domain::sync::diff::WriteKind;
use crate::domain::sync::machine::command::Intent;
use crate::domain::sync::machine::input::OpenIntent;
use crate::server::clock;

const fn kind_word(kind: WriteKind) -> &'static str {
    match kind {
        WriteKind::Nothing => "nothing",
        WriteKind::Put => "put",
        WriteKind::Edits => "edits",
        WriteKind::Replace => "replace",
    }
}

fn kind_of(word: &str) -> Result<WriteKind, StoreError> {
    match word {
        "nothing" => Ok(WriteKind::Nothing),
        "put" => Ok(WriteKind::Put),
        "edits" => Ok(WriteKind::Edits),
        "replace" => Ok(WriteKind::Replace),
        other => Err(StoreError::Unreadable(format!("unknown kind of write {other:?}"))),
    }
}

impl Store {
    /// Stores an intent within a run that this process still owns. An older one of the child is replaced.
    pub async fn save_intent(&self, event: SyncEventId, fence: i64, intent: &Intent) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        own(&mut transaction, event, fence).await?;
        sqlx::query(
            "insert into intents (child_playlist_id, sync_event_id, write_kind, old_rows, new_uris, created) \
             values ($1, $2, $3, $4, $5, $6) on conflict do update set sync_event_id = excluded.sync_event_id, \
             write_kind = excluded.write_kind, old_rows = excluded.old_rows, new_uris = excluded.new_uris, \
             created = excluded.created",
        )
        .bind(intent.child.to_string())
        .bind(event.to_string())
        .bind(kind_word(intent.kind))
        .bind(press_rows(&intent.old)?)
        .bind(press(&intent.new)?)
        .bind(clock::now_text())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The open intent of a child of this person.
    pub async fn find_intent(&self, user: UserId, child: ChildPlaylistId) -> Result<Option<OpenIntent>, StoreError> {
        let row: Option<(String, Vec<u8>, Vec<u8>)> =
            sqlx::query_as("select i.write_kind, i.old_rows, i.new_uris from intents i join child_playlists c on c.id = i.child_playlist_id \
             where c.user_id = $1 and i.child_playlist_id = $2")
                .bind(user.to_string())
                .bind(child.to_string())
                .fetch_optional(&self.writer)
                .await?;
        row.map(|(kind, old, new)| {
            Ok(OpenIntent { kind: kind_of(&kind)?, old: unpress_rows(&old)?, new: unpress(&new)? })
        })
        .transpose()
    }
}
