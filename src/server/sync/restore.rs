//! Runs that put children back to what an earlier run recorded of them.

use crate::domain::ids::{ChildPlaylistId, SyncEventId};
use crate::domain::sync::batch::{WRITE_LEN_MAX, chunk_count, page_count};
use crate::domain::sync::plan::Cost;
use crate::domain::sync::restore::restorable;
use crate::server::store::restores::RecordedChild;
use serde_json::json;
use std::collections::BTreeMap;

/// What is put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreOrder {
    /// The event before which the children held what they are to hold again.
    pub event: SyncEventId,
    pub targets: BTreeMap<ChildPlaylistId, Vec<String>>,
    /// Pauses the children, so that the next sync leaves them so.
    pub pauses: bool,
}

impl RestoreOrder {
    /// Of those of these children that `wanted` names and whose contents are known.
    pub fn new(event: SyncEventId, recorded: Vec<RecordedChild>, wanted: &[ChildPlaylistId], pauses: bool) -> Self {
        let wanted = recorded.into_iter().filter(|child| child.is_there && wanted.contains(&child.id));
        let targets = wanted.filter_map(|child| Some((child.id, restorable(child.before?).target))).collect();
        Self { event, targets, pauses }
    }

    /// Requests of the run as far as they can be known before it.
    pub fn expected(&self, library_total: Option<u32>) -> Cost {
        let children = u32::try_from(self.targets.len()).unwrap_or(u32::MAX);
        let pages = library_total.map_or(1, page_count).max(1);
        let write = |target: &Vec<String>| chunk_count(target.len(), WRITE_LEN_MAX).max(1);
        let writes = u32::try_from(self.targets.values().map(write).sum::<usize>()).unwrap_or(u32::MAX);
        Cost { snapshots: pages.min(children), writes, ..Cost::default() }
    }

    /// As it is written down with the event: *Resume* and *Retry* read it again.
    pub fn frozen(&self) -> serde_json::Value {
        json!({ "event": self.event })
    }
}

/// The event whose children a stopped run was putting back, if it was one of these.
pub fn restored_event(frozen: &serde_json::Value) -> Option<SyncEventId> {
    SyncEventId::parse(frozen["restore"]["event"].as_str()?).ok()
}
