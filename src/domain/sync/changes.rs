//! What one sync did to one child, song by song.

use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, SyncEventId};
use crate::domain::sync::event::{PreviewChange, PreviewTrack, SyncTrigger};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Two lists told apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListChange {
    /// In the new list's order, each once.
    pub added: Vec<String>,
    /// In the old list's order, each once.
    pub removed: Vec<String>,
    /// Songs in both.
    pub kept: u32,
    /// The songs of both stand in another order.
    pub is_reordered: bool,
}

/// Takes what a child held before a sync and after it.
pub fn list_change(before: &[String], after: &[String]) -> ListChange {
    let (old, new): (HashSet<&String>, HashSet<&String>) = (before.iter().collect(), after.iter().collect());
    let each_once = |list: &[String], other: &HashSet<&String>| {
        let mut seen = HashSet::new();
        list.iter().filter(|uri| !other.contains(uri) && seen.insert(*uri)).cloned().collect::<Vec<_>>()
    };
    let in_both = |list: &[String], other: &HashSet<&String>| {
        let mut seen = HashSet::new();
        list.iter().filter(|uri| other.contains(uri) && seen.insert(*uri)).cloned().collect::<Vec<_>>()
    };
    let (stayed_old, stayed_new) = (in_both(before, &new), in_both(after, &old));
    ListChange {
        added: each_once(after, &old),
        removed: each_once(before, &new),
        kept: u32::try_from(stayed_new.len()).unwrap_or(u32::MAX),
        is_reordered: stayed_old != stayed_new,
    }
}

/// `GET /api/sync-events/{id}/children/{child_id}/changes`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChildChanges {
    pub sync_event_id: SyncEventId,
    pub child_playlist_id: ChildPlaylistId,
    pub base_playlist_id: BasePlaylistId,
    /// Its name at the time.
    pub name: String,
    pub base_name: String,
    pub trigger: SyncTrigger,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// The rules of the time, in words.
    pub filter_sentence: String,
    /// Why there is nothing to tell: the lists are not known, or not kept any more.
    pub unknown: Option<String>,
    /// It may be put back to what it held before.
    pub may_be_restored: bool,
    /// Each with the rule that brought it in; titles are empty where only the URI is known.
    pub added: Vec<PreviewChange>,
    /// Each with what took it out.
    pub removed: Vec<PreviewChange>,
    pub kept: u32,
    pub is_reordered: bool,
    /// What the child held after this sync, in order.
    pub after: Vec<PreviewTrack>,
    /// Reasons are told from the base as it is now and the rules as they were; false: the base could not be read.
    pub has_reasons: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn songs_come_go_stay_and_move() {
        let change = list_change(&words("a b c d"), &words("e c a a f"));
        assert_eq!((change.added, change.removed, change.kept), (words("e f"), words("b d"), 2));
        assert!(change.is_reordered);
        assert!(!list_change(&words("a b c"), &words("a x c")).is_reordered);
    }

    proptest! {
        #[test]
        fn every_song_is_in_exactly_one_part(before in words_of(), after in words_of()) {
            let change = list_change(&before, &after);
            let old: HashSet<_> = before.iter().collect();
            let new: HashSet<_> = after.iter().collect();
            prop_assert_eq!(change.added.len() + change.kept as usize, new.len());
            prop_assert_eq!(change.removed.len() + change.kept as usize, old.len());
            prop_assert!(change.added.iter().all(|uri| new.contains(uri) && !old.contains(uri)));
            prop_assert!(change.removed.iter().all(|uri| old.contains(uri) && !new.contains(uri)));
            prop_assert!(before != after || !change.is_reordered);
        }
    }

    fn words_of() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec("[a-f]", 0..12)
    }
}
