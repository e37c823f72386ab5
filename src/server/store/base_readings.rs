//! What runs of a base read in the playlists that its rules name.

use super::pressed::{press_rows, unpress_rows};
use super::{Store, StoreError};
use crate::domain::ids::{BasePlaylistId, PlaylistId, UserId};
use crate::domain::sync::diff::Row;
use crate::domain::sync::machine::input::KnownContents;
use crate::server::clock;

impl Store {
    /// What was last read in a playlist for a base.
    pub async fn find_base_reading(
        &self,
        user: UserId,
        base: BasePlaylistId,
        playlist: &PlaylistId,
    ) -> Result<Option<KnownContents>, StoreError> {
        let row: Option<(String, Vec<u8>)> = sqlx::query_as(
            "select snapshot_id, rows from base_readings \
             where user_id = $1 and base_playlist_id = $2 and spotify_playlist_id = $3",
        )
        .bind(user.to_string())
        .bind(base.to_string())
        .bind(playlist.as_str())
        .fetch_optional(&self.reader)
        .await?;
        row.map(|(snapshot, blob)| Ok(KnownContents { snapshot, rows: unpress_rows(&blob)? })).transpose()
    }

    /// Remembers what was read in a playlist for a base.
    pub async fn save_base_reading(
        &self,
        user: UserId,
        base: BasePlaylistId,
        playlist: &PlaylistId,
        snapshot: &str,
        rows: &[Row],
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into base_readings (user_id, base_playlist_id, spotify_playlist_id, snapshot_id, rows, updated) \
             values ($1, $2, $3, $4, $5, $6) on conflict do update set snapshot_id = excluded.snapshot_id, \
             rows = excluded.rows, updated = excluded.updated",
        )
        .bind(user.to_string())
        .bind(base.to_string())
        .bind(playlist.as_str())
        .bind(snapshot)
        .bind(press_rows(rows)?)
        .bind(clock::now_text())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Forgets what was read for a base in playlists that its rules no longer name (`named`: a JSON list of ids).
    pub async fn forget_base_readings(
        &self,
        user: UserId,
        base: BasePlaylistId,
        named: &[PlaylistId],
    ) -> Result<(), StoreError> {
        sqlx::query(
            "delete from base_readings where user_id = $1 and base_playlist_id = $2 \
             and spotify_playlist_id not in (select value from json_each($3))",
        )
        .bind(user.to_string())
        .bind(base.to_string())
        .bind(super::to_json(&named)?)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}
