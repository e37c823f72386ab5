//! What syncs and listings learn about a playlist, apart from the rows that the lock protects.

use super::pressed::{press_rows, unpress_rows};
use super::{Store, StoreError, count};
use crate::domain::ids::{PlaylistId, UserId};
use crate::domain::sync::diff::Row;
use crate::server::clock;

/// A playlist as last seen.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub name: Option<String>,
    pub image_url: Option<String>,
    pub track_total: Option<u32>,
}

/// Contents that were verified at a snapshot.
#[derive(Debug, Clone)]
pub struct VerifiedContents {
    pub snapshot_id: String,
    pub rows: Vec<Row>,
}

/// Id, name, cover and rows of a playlist.
type SeenRow = (String, Option<String>, Option<String>, Option<i64>);

impl Store {
    /// Remembers name, cover and total where they are known.
    pub async fn save_seen(&self, user: UserId, playlist: &PlaylistId, seen: &Seen) -> Result<(), StoreError> {
        sqlx::query(
            "insert into playlist_states (user_id, spotify_playlist_id, name, image_url, track_total, updated) \
             values ($1, $2, $3, $4, $5, $6) on conflict do update set name = coalesce(excluded.name, name), \
             image_url = coalesce(excluded.image_url, image_url), \
             track_total = coalesce(excluded.track_total, track_total), updated = excluded.updated",
        )
        .bind(user.to_string())
        .bind(playlist.as_str())
        .bind(&seen.name)
        .bind(&seen.image_url)
        .bind(seen.track_total)
        .bind(clock::now_text())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The snapshot of a playlist that the last good sync verified.
    pub async fn find_snapshot(&self, user: UserId, playlist: &PlaylistId) -> Result<Option<String>, StoreError> {
        let row: Option<(Option<String>,)> =
            sqlx::query_as("select snapshot_id from playlist_states where user_id = $1 and spotify_playlist_id = $2")
                .bind(user.to_string())
                .bind(playlist.as_str())
                .fetch_optional(&self.reader)
                .await?;
        Ok(row.and_then(|(snapshot,)| snapshot))
    }

    /// Remembers the snapshot of a base that a sync has read.
    pub async fn save_snapshot(
        &self,
        user: UserId,
        playlist: &PlaylistId,
        snapshot: Option<&str>,
        total: u32,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into playlist_states (user_id, spotify_playlist_id, snapshot_id, track_total, updated) \
             values ($1, $2, $3, $4, $5) on conflict do update set snapshot_id = excluded.snapshot_id, \
             track_total = excluded.track_total, updated = excluded.updated",
        )
        .bind(user.to_string())
        .bind(playlist.as_str())
        .bind(snapshot)
        .bind(total)
        .bind(clock::now_text())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Contents of a playlist, where they were verified at a snapshot.
    pub async fn find_contents(
        &self,
        user: UserId,
        playlist: &PlaylistId,
    ) -> Result<Option<VerifiedContents>, StoreError> {
        let row: Option<(Option<String>, Option<Vec<u8>>)> = sqlx::query_as(
            "select snapshot_id, rows from playlist_states where user_id = $1 and spotify_playlist_id = $2",
        )
        .bind(user.to_string())
        .bind(playlist.as_str())
        .fetch_optional(&self.reader)
        .await?;
        let Some((Some(snapshot_id), Some(blob))) = row else { return Ok(None) };
        Ok(Some(VerifiedContents { snapshot_id, rows: unpress_rows(&blob)? }))
    }

    /// Totals of playlists of a person, for cards.
    pub async fn list_seen(&self, user: UserId) -> Result<Vec<(String, Seen)>, StoreError> {
        let rows: Vec<SeenRow> = sqlx::query_as(
            "select spotify_playlist_id, name, image_url, track_total from playlist_states where user_id = $1",
        )
        .bind(user.to_string())
        .fetch_all(&self.reader)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(id, name, image_url, total)| (id, Seen { name, image_url, track_total: total.map(count) }))
            .collect())
    }
}

impl Store {
    /// Remembers what a playlist is known to hold outside of a run: one that was just made holds nothing.
    pub async fn save_known_contents(
        &self,
        user: UserId,
        playlist: &PlaylistId,
        snapshot: &str,
        rows: &[Row],
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        save_contents(&mut transaction, user, playlist, Some(snapshot), Some(rows)).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Remembers verified contents within the transaction that records the child's result.
pub(super) async fn save_contents(
    transaction: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    user: UserId,
    playlist: &PlaylistId,
    snapshot: Option<&str>,
    rows: Option<&[Row]>,
) -> Result<(), StoreError> {
    let blob = rows.map(press_rows).transpose()?;
    sqlx::query(
        "insert into playlist_states (user_id, spotify_playlist_id, snapshot_id, rows, track_total, updated) \
         values ($1, $2, $3, $4, $5, $6) on conflict do update set snapshot_id = excluded.snapshot_id, \
         rows = excluded.rows, track_total = coalesce(excluded.track_total, track_total), updated = excluded.updated",
    )
    .bind(user.to_string())
    .bind(playlist.as_str())
    .bind(snapshot)
    .bind(blob)
    .bind(rows.map(|rows| i64::try_from(rows.len()).unwrap_or(i64::MAX)))
    .bind(clock::now_text())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
