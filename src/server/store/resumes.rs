//! Runs that stopped, and whether they may go on.

use super::{Store, StoreError, count, from_json, id_of};
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, SyncEventId, UserId};
use crate::domain::sync::event::SyncStatus;
use crate::server::clock;

/// Runs that are looked at in one sweep.
const DUE_MAX: i64 = 50;
/// A chain is not followed further: nobody lets more runs of it go on by themselves.
const CHAIN_LEN_MAX: i64 = 100;

/// A run as the one that continues it must know it.
#[derive(Debug, Clone)]
pub struct ContinuedRun {
    pub base: BasePlaylistId,
    pub status: SyncStatus,
    pub has_newer: bool,
    pub children: Vec<ChildPlaylistId>,
    /// Filters, routing, time zone and confirmed plans, as fixed at its start.
    pub frozen: serde_json::Value,
}

/// A failed run that is to go on by itself.
#[derive(Debug, Clone, Copy)]
pub struct DueResume {
    pub user: UserId,
    pub id: SyncEventId,
    /// Milliseconds since 1970 in UTC.
    pub resume_at_ms: i64,
    /// Runs that it continues, one after another.
    pub resumed_before: u32,
    pub has_newer: bool,
}

impl Store {
    /// A run of this person, for the one that continues it.
    pub async fn get_continued(&self, user: UserId, id: SyncEventId) -> Result<ContinuedRun, StoreError> {
        let (base, status, newer, children, frozen): (String, String, bool, String, String) = sqlx::query_as(
            "select e.base_playlist_id, e.status, exists (select 1 from sync_events n \
             where n.base_playlist_id = e.base_playlist_id and (n.started_at, n.id) > (e.started_at, e.id)), \
             e.child_playlist_ids, e.frozen from sync_events e where e.user_id = $1 and e.id = $2",
        )
        .bind(user.to_string())
        .bind(id.to_string())
        .fetch_one(&self.writer)
        .await?;
        let status =
            SyncStatus::parse(&status).ok_or_else(|| StoreError::Unreadable(format!("unknown status {status:?}")))?;
        Ok(ContinuedRun {
            base: id_of(BasePlaylistId::parse, &base)?,
            status,
            has_newer: newer,
            children: from_json(&children)?,
            frozen: from_json(&frozen)?,
        })
    }

    /// Failed runs of all people whose time to go on has come.
    pub async fn list_due_resumes(&self) -> Result<Vec<DueResume>, StoreError> {
        let rows: Vec<(String, String, i64, i64, bool)> = sqlx::query_as(
            "select e.user_id, e.id, e.resume_at_ms, \
             (with recursive chain (id, depth) as (select e.resumes, 1 where e.resumes is not null union all \
             select c.resumes, chain.depth + 1 from chain join sync_events c on c.id = chain.id \
             where c.resumes is not null and chain.depth < $2) select count(*) from chain), \
             exists (select 1 from sync_events n where n.base_playlist_id = e.base_playlist_id \
             and (n.started_at, n.id) > (e.started_at, e.id)) \
             from sync_events e where e.resume_at_ms <= $1 and e.status = 'failed' order by e.resume_at_ms limit $3",
        )
        .bind(clock::now_ms())
        .bind(CHAIN_LEN_MAX)
        .bind(DUE_MAX)
        .fetch_all(&self.writer)
        .await?;
        rows.into_iter()
            .map(|(user, id, resume_at_ms, before, has_newer)| {
                let (user, id) = (id_of(UserId::parse, &user)?, id_of(SyncEventId::parse, &id)?);
                Ok(DueResume { user, id, resume_at_ms, resumed_before: count(before), has_newer })
            })
            .collect()
    }

    /// A failed run goes on only when somebody asks for it.
    pub async fn forget_resume(&self, user: UserId, id: SyncEventId) -> Result<(), StoreError> {
        sqlx::query("update sync_events set resume_at_ms = null where user_id = $1 and id = $2")
            .bind(user.to_string())
            .bind(id.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
