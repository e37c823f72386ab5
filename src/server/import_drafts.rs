//! Files that people have sent to be checked, kept in memory until they are saved: without scripts a file cannot
//! travel in an address.

use crate::domain::ids::UserId;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Files kept at a time, each of at most `FILE_LEN_MAX`; the oldest gives way.
const KEPT_MAX: usize = 32;
/// Bytes of a file.
pub const FILE_LEN_MAX: usize = 1024 * 1024;
const KEPT_FOR: Duration = Duration::from_secs(3_600);

/// A file with the name for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportDraft {
    pub text: String,
    /// For files that name no playlist; may be empty.
    pub name: String,
}

#[derive(Debug)]
struct Kept {
    id: String,
    user: UserId,
    draft: ImportDraft,
    kept_at: Instant,
}

/// All of them; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct ImportDrafts(Arc<Mutex<VecDeque<Kept>>>);

impl ImportDrafts {
    /// Keeps a file and gives the name by which its owner finds it.
    pub fn keep(&self, user: UserId, draft: ImportDraft) -> String {
        let id = Uuid::now_v7().to_string();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|old| old.kept_at.elapsed() < KEPT_FOR);
        if kept.len() >= KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back(Kept { id: id.clone(), user, draft, kept_at: Instant::now() });
        id
    }

    /// The file of that name, if it is this person's.
    pub fn find(&self, user: UserId, id: &str) -> Option<ImportDraft> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut own = kept.iter().filter(|kept| kept.user == user && kept.kept_at.elapsed() < KEPT_FOR);
        own.find(|kept| kept.id == id).map(|kept| kept.draft.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_owner_alone_and_the_oldest_gives_way() {
        let drafts = ImportDrafts::default();
        let (me, other) = (UserId::from_uuid(Uuid::from_u128(1)), UserId::from_uuid(Uuid::from_u128(2)));
        let draft = ImportDraft { text: "{}".into(), name: String::new() };
        let first = drafts.keep(me, draft.clone());
        assert_eq!(drafts.find(me, &first), Some(draft.clone()));
        assert_eq!(drafts.find(other, &first), None);
        for _ in 0..KEPT_MAX {
            drafts.keep(other, draft.clone());
        }
        assert_eq!(drafts.find(me, &first), None);
    }
}
