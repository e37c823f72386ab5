//! What survives a crash: verified contents, open intents, the cache, and the record.

use super::super::checkpoint::Checkpoint;
use super::super::command::{ChildDone, Commit, Finished};
use super::super::input::{ArtistMeta, ChildInput, KnownContents, NamedPlaylist, OpenIntent};
use crate::domain::sync::event::SyncStatus;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default)]
pub struct Store {
    pub children: Vec<ChildInput>,
    pub cache: BTreeMap<String, ArtistMeta>,
    pub base_snapshot: Option<String>,
    pub playlists: Vec<NamedPlaylist>,
    pub library_total: Option<u32>,
    /// Of the newest run.
    pub done: Vec<ChildDone>,
    pub finished: Option<Finished>,
    pub skipped: usize,
    pub checkpoint: Option<Checkpoint>,
}

impl Store {
    pub fn keep(&mut self, commit: &Commit) {
        match commit {
            Commit::Phase { .. } => {}
            Commit::PlaylistsSeen { library_total, .. } => self.library_total = library_total.or(self.library_total),
            Commit::BaseRead { skipped, .. } => self.skipped = skipped.len(),
            Commit::BasePages { snapshot, pages } => {
                let kept = self.checkpoint.get_or_insert_default();
                if kept.snapshot != *snapshot {
                    *kept = Checkpoint { snapshot: snapshot.clone(), pages: Vec::new() };
                }
                kept.pages.retain(|old| pages.iter().all(|page| page.offset != old.offset));
                kept.pages.extend(pages.iter().cloned());
            }
            Commit::BasePagesForgotten => self.checkpoint = None,
            Commit::ChildRead { child, snapshot, rows } => {
                let child = self.children.iter_mut().find(|one| one.id == *child).unwrap();
                child.known = Some(KnownContents { snapshot: snapshot.clone(), rows: rows.clone() });
            }
            Commit::PlaylistRead { playlist, snapshot, rows } => {
                let known = KnownContents { snapshot: snapshot.clone(), rows: rows.clone() };
                let named = self.playlists.iter_mut().find(|named| named.playlist == *playlist).unwrap();
                named.known = Some(known);
            }
            Commit::Intent(intent) => {
                let child = self.children.iter_mut().find(|child| child.id == intent.child).unwrap();
                let (old, new) = (intent.old.clone(), intent.new.clone());
                child.open_intent = Some(OpenIntent { old, new, kind: intent.kind });
            }
            Commit::ChildDone(done) => self.child_done(done),
            Commit::Finished(finished) => {
                assert!(self.finished.is_none(), "a finished event never changes");
                self.base_snapshot.clone_from(&finished.base_snapshot);
                if finished.status == SyncStatus::Completed {
                    self.checkpoint = None;
                }
                self.finished = Some(finished.clone());
            }
        }
    }

    fn child_done(&mut self, done: &ChildDone) {
        let child = self.children.iter_mut().find(|child| child.id == done.child).unwrap();
        if let (Some(rows), Some(snapshot)) = (done.after.clone(), done.snapshot.clone()) {
            child.known = Some(KnownContents { snapshot, rows });
        }
        if done.closes_intent {
            child.open_intent = None;
        }
        self.done.push(done.clone());
    }
}
