//! What syncs recorded of children, for putting them back.

use super::pressed::{unpress, unpress_rows};
use super::{Store, StoreError, id_of};
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, SyncEventId, UserId};
use crate::domain::sync::event::ChildOutcome;
use crate::server::clock;

/// One child of an event.
#[derive(Debug, Clone)]
pub struct RecordedChild {
    pub id: ChildPlaylistId,
    /// Its name at the time.
    pub name: String,
    pub outcome: Option<ChildOutcome>,
    /// URIs that it held before the event, in order; `None` where that is not known or not kept any more.
    pub before: Option<Vec<String>>,
    /// URIs that it held after the event, for sure.
    pub after: Option<Vec<String>>,
    /// It still is a child playlist, with a playlist on Spotify.
    pub is_there: bool,
}

type RecordRow = (String, String, Option<String>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, bool);

fn read(row: RecordRow) -> Result<RecordedChild, StoreError> {
    let (id, name, outcome, before, after, intended_from, is_there) = row;
    let list = |blob: Option<Vec<u8>>| blob.map(|blob| unpress::<Vec<String>>(&blob)).transpose();
    let before = match (list(before)?, intended_from) {
        (Some(before), _) => Some(before),
        // The run was killed while it wrote: its intent says what was there.
        (None, Some(blob)) => Some(unpress_rows(&blob)?.into_iter().map(|row| row.uri).collect()),
        (None, None) => None,
    };
    Ok(RecordedChild {
        id: id_of(ChildPlaylistId::parse, &id)?,
        name,
        outcome: outcome.as_deref().and_then(ChildOutcome::parse),
        before,
        after: list(after)?,
        is_there,
    })
}

impl Store {
    /// What an event of this person recorded of its children, in their order; empty if it is not theirs.
    pub async fn list_recorded(&self, user: UserId, event: SyncEventId) -> Result<Vec<RecordedChild>, StoreError> {
        let rows: Vec<RecordRow> = sqlx::query_as(
            "select r.child_playlist_id, r.name, r.outcome, r.uris_before, r.uris_after, i.old_rows, \
             c.id is not null and c.spotify_playlist_id is not null \
             from sync_events e join sync_event_children r on r.sync_event_id = e.id \
             left join child_playlists c on c.id = r.child_playlist_id and c.user_id = e.user_id and c.deleted_at is null \
             left join intents i on i.child_playlist_id = r.child_playlist_id and i.sync_event_id = e.id \
             where e.user_id = $1 and e.id = $2 order by r.ordinal",
        )
        .bind(user.to_string())
        .bind(event.to_string())
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter().map(read).collect()
    }
}

/// Pauses children, before the run that puts them back takes the lock.
pub(super) async fn pause(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    user: UserId,
    base: BasePlaylistId,
    children: &[ChildPlaylistId],
) -> Result<(), StoreError> {
    for child in children {
        sqlx::query(
            "update child_playlists set is_active = 0, updated = $4 \
             where user_id = $1 and base_playlist_id = $2 and id = $3 and is_active = 1 and deleted_at is null",
        )
        .bind(user.to_string())
        .bind(base.to_string())
        .bind(child.to_string())
        .bind(clock::now_text())
        .execute(&mut **transaction)
        .await?;
        super::child_playlists::mark_siblings_changed(transaction, user, *child).await?;
    }
    Ok(())
}
