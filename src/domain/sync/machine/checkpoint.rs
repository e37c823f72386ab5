//! What a run has read, written down as it comes, so that a run that goes on where this one stopped asks for none of
//! it again.

use super::command::Commit;
use super::input::BaseRow;
use super::run::Run;
use crate::domain::sync::batch::PAGE_LEN_MAX;
use serde::{Deserialize, Serialize};

/// Pages that are kept back until they are written down together: a crash loses fewer than this, and those on their
/// way. More often would cost a sync of the disk for each page.
pub const UNSAVED_PAGES_MAX: usize = 4;

/// One page of the base.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BasePage {
    pub offset: u32,
    /// Rows of the whole base, as this page says.
    pub total: u32,
    /// The key was there on every track.
    pub popularity_present: bool,
    pub rows: Vec<BaseRow>,
}

/// What the run that this one continues had read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checkpoint {
    /// The base's snapshot before its first page.
    pub snapshot: String,
    pub pages: Vec<BasePage>,
}

impl Checkpoint {
    /// Its pages in order, if they are of a base that still stands at `snapshot` and begin with the first one:
    /// without that nobody knows how many there are.
    pub fn pages_at(mut self, snapshot: Option<&str>) -> Vec<BasePage> {
        self.pages.sort_by_key(|page| page.offset);
        self.pages.dedup_by_key(|page| page.offset);
        let total = self.pages.first().filter(|first| first.offset == 0).map(|first| first.total);
        let usable = total.is_some() && snapshot == Some(self.snapshot.as_str());
        self.pages.retain(|page| usable && (page.offset == 0 || total.is_some_and(|total| page.offset < total)));
        self.pages.retain(|page| page.offset.is_multiple_of(PAGE_LEN_MAX));
        self.pages
    }
}

impl Run {
    /// Keeps a page that was read, and writes them down when enough have come.
    pub fn keep_page(&mut self, page: BasePage) {
        self.unsaved.push(page);
        if self.unsaved.len() >= UNSAVED_PAGES_MAX {
            self.save_pages();
        }
    }

    /// Writes down what was kept back.
    pub fn save_pages(&mut self) {
        let pages = std::mem::take(&mut self.unsaved);
        if let (false, Some(snapshot)) = (pages.is_empty(), self.base_snapshot.clone()) {
            self.commit(Commit::BasePages { snapshot, pages });
        }
    }

    /// The pages did not fit together: none of them is worth keeping.
    pub fn forget_pages(&mut self) {
        self.unsaved.clear();
        self.commit(Commit::BasePagesForgotten);
    }
}
