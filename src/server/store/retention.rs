//! What is not kept for ever: deleted playlists go after 30 days, contents of old runs after 180 or 50 runs.

use super::{Store, StoreError};
use crate::server::clock;

const DAY_MS: i64 = 86_400_000;
const DELETED_KEPT_DAYS: i64 = 30;
const CONTENTS_KEPT_DAYS: i64 = 180;
/// Runs of a child whose contents are kept.
const CONTENTS_KEPT_RUNS: i64 = 50;
/// Contents that one transaction drops; the next sweep goes on.
const CONTENTS_DROPPED_AT_ONCE: i64 = 500;
/// Spotify's terms allow only temporary caching.
const PAGES_KEPT_DAYS: i64 = 7;

fn days_ago(days: i64) -> String {
    clock::text_of(clock::now_ms() - days * DAY_MS)
}

impl Store {
    /// Removes what has been kept long enough. Sync events keep their names and numbers.
    pub async fn purge(&self) -> Result<(), StoreError> {
        sqlx::query("delete from child_playlists where deleted_at < $1")
            .bind(days_ago(DELETED_KEPT_DAYS))
            .execute(&self.writer)
            .await?;
        sqlx::query("delete from base_pages where created < $1")
            .bind(days_ago(PAGES_KEPT_DAYS))
            .execute(&self.writer)
            .await?;
        sqlx::query(
            "update sync_event_children set uris_before = null, uris_after = null \
             where (uris_before is not null or uris_after is not null) \
             and sync_event_id in (select id from sync_events where started_at < $1)",
        )
        .bind(days_ago(CONTENTS_KEPT_DAYS))
        .execute(&self.writer)
        .await?;
        self.drop_contents_of_old_runs().await
    }

    /// The newest runs of each child that hold contents keep them. Ids of runs are in the order of time.
    async fn drop_contents_of_old_runs(&self) -> Result<(), StoreError> {
        sqlx::query(
            "update sync_event_children set uris_before = null, uris_after = null \
             where (sync_event_id, child_playlist_id) in (\
             select sync_event_id, child_playlist_id from (\
             select sync_event_id, child_playlist_id, \
             row_number() over (partition by child_playlist_id order by sync_event_id desc) as run \
             from sync_event_children where uris_after is not null) where run > $1 limit $2)",
        )
        .bind(CONTENTS_KEPT_RUNS)
        .bind(CONTENTS_DROPPED_AT_ONCE)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}
