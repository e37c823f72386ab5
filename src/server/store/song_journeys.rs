//! Looking for one song in what syncs kept of the children of a base.

use super::pressed::holds;
use super::{Store, StoreError, id_of};
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, SyncEventId, UserId};
use crate::domain::sync::song_journey::Sighting;
use futures::TryStreamExt;

/// Results of children that are looked through, the newest first.
pub const LOOKED_THROUGH: usize = 1_000;

impl Store {
    /// Sightings of a song in the children of a base of a person, the newest first.
    pub async fn list_sightings(
        &self,
        user: UserId,
        base: BasePlaylistId,
        uri: &str,
    ) -> Result<Vec<Sighting>, StoreError> {
        type Row = (String, String, String, String, Option<Vec<u8>>, Option<Vec<u8>>);
        let mut rows = sqlx::query_as::<_, Row>(
            "select e.id, e.started_at, c.child_playlist_id, c.name, c.uris_before, c.uris_after \
             from sync_events e join sync_event_children c on c.sync_event_id = e.id \
             where e.user_id = $1 and e.base_playlist_id = $2 and (c.uris_before is not null or c.uris_after is not null) \
             order by e.started_at desc, e.id desc limit $3",
        )
        .bind(user.to_string())
        .bind(base.to_string())
        .bind(i64::try_from(LOOKED_THROUGH).unwrap_or(i64::MAX))
        .fetch(&self.reader);
        let mut found = Vec::new();
        // One at a time: all together may be hundreds of megabytes.
        while let Some((event, started_at, child, name, before, after)) = rows.try_next().await? {
            let is_in = |blob: Option<Vec<u8>>| blob.map(|blob| holds(&blob, uri)).transpose();
            found.push(Sighting {
                sync_event_id: id_of(SyncEventId::parse, &event)?,
                started_at,
                child_playlist_id: id_of(ChildPlaylistId::parse, &child)?,
                name,
                before: is_in(before)?,
                after: is_in(after)?,
            });
            tokio::task::yield_now().await;
        }
        Ok(found)
    }
}
