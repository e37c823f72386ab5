//! Several bases that sync one after the other, with one summary.

use crate::domain::ids::{BasePlaylistId, SyncBatchId};
use crate::domain::sync::event::{SyncEvent, SyncStatus, SyncWord};
use serde::{Deserialize, Serialize};

/// Bases of one batch at most: as many as a person can have.
pub const BASES_MAX: usize = 100;

/// One base of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SyncBatchItem {
    pub base_playlist_id: BasePlaylistId,
    /// Its name at the time.
    pub base_name: String,
    /// Its sync, once its turn has come.
    pub sync_event: Option<SyncEvent>,
    /// Why there is none.
    pub problem: Option<String>,
}

impl SyncBatchItem {
    /// The word of its sync; *Queued* before its turn, *Cancelled* where nothing was started.
    pub fn word(&self) -> SyncWord {
        match (&self.sync_event, &self.problem) {
            (Some(event), _) => event.word(),
            (None, None) => SyncWord::Queued,
            (None, Some(_)) => SyncWord::Cancelled,
        }
    }

    /// Whether nothing more will happen.
    pub fn is_over(&self) -> bool {
        match &self.sync_event {
            Some(event) => event.status != SyncStatus::InProgress,
            None => self.problem.is_some(),
        }
    }
}

/// Bases in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SyncBatch {
    pub id: SyncBatchId,
    pub items: Vec<SyncBatchItem>,
    /// All of it.
    pub summary: SyncBatchSummary,
    /// RFC 3339, UTC.
    pub created: String,
}

/// What became of all of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SyncBatchSummary {
    pub is_over: bool,
    pub queued: u32,
    pub syncing: u32,
    pub done: u32,
    pub partly_done: u32,
    pub failed: u32,
    /// With those that could not be started.
    pub cancelled: u32,
    /// Songs, over all children.
    pub added: u32,
    pub removed: u32,
    pub requests: u32,
    pub requests_saved: u32,
}

/// Adds up what the items say.
pub fn summary(items: &[SyncBatchItem]) -> SyncBatchSummary {
    let mut sum = SyncBatchSummary { is_over: items.iter().all(SyncBatchItem::is_over), ..SyncBatchSummary::default() };
    for item in items {
        match item.word() {
            SyncWord::Queued => sum.queued += 1,
            SyncWord::Syncing => sum.syncing += 1,
            SyncWord::Done => sum.done += 1,
            SyncWord::PartlyDone => sum.partly_done += 1,
            SyncWord::Failed => sum.failed += 1,
            SyncWord::Cancelled => sum.cancelled += 1,
        }
        let Some(event) = &item.sync_event else { continue };
        sum.requests = sum.requests.saturating_add(event.actual_api_requests);
        sum.requests_saved = sum.requests_saved.saturating_add(event.cached_api_requests);
        for child in &event.children {
            sum.added = sum.added.saturating_add(child.added);
            sum.removed = sum.removed.saturating_add(child.removed);
        }
    }
    sum
}
