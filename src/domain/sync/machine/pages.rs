//! The pages of one playlist: asked for all at once after the first, put back in order, and read once
//! more, once only, when they do not fit together.

use crate::domain::sync::batch;
use std::collections::BTreeMap;

/// Rows on their way in.
#[derive(Debug, Clone, PartialEq)]
pub struct Pages<T> {
    pages: BTreeMap<u32, (Vec<T>, u32)>,
    first_reading: Option<Vec<T>>,
}

/// What to do after a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading<T> {
    /// Ask for the pages at these offsets.
    Ask(Vec<u32>),
    /// Others are still on their way.
    Wait,
    /// All are there. `whole`: they fit together, so that they show one state of the playlist.
    Complete { rows: Vec<T>, whole: bool },
}

impl<T: PartialEq> Pages<T> {
    /// Nothing read yet; the first page is at offset 0.
    pub const fn new() -> Self {
        Self { pages: BTreeMap::new(), first_reading: None }
    }

    /// Takes one page. `repeats` tells from the pages in order whether a row came twice.
    pub fn take(&mut self, offset: u32, rows: Vec<T>, total: u32, repeats: fn(&[&[T]]) -> bool) -> Reading<T> {
        self.pages.insert(offset, (rows, total));
        if offset == 0 && total > batch::PAGE_LEN_MAX {
            return Reading::Ask(batch::pages(total));
        }
        let first_total = self.pages.get(&0).map_or(0, |(_, total)| *total);
        if self.pages.len() < batch::page_count(first_total) as usize {
            return Reading::Wait;
        }
        let fit = self.fit_together(first_total);
        let repeats = repeats(&self.in_order());
        let len = self.pages.values().map(|(rows, _)| rows.len()).sum();
        let pages = std::mem::take(&mut self.pages).into_values();
        // Growing by doubling would hold up to three times as much for a moment.
        let mut rows = Vec::with_capacity(len);
        pages.for_each(|(page, _)| rows.extend(page));
        match self.first_reading.take() {
            None if !fit || repeats => {
                self.first_reading = Some(rows);
                Reading::Ask(vec![0])
            }
            None => Reading::Complete { rows, whole: true },
            // What shows up twice in both readings is really there twice.
            Some(first) => Reading::Complete { whole: fit && (!repeats || first == rows), rows },
        }
    }

    fn fit_together(&self, first_total: u32) -> bool {
        self.pages.iter().all(|(&offset, (rows, total))| {
            let expected = total.saturating_sub(offset).min(batch::PAGE_LEN_MAX);
            *total == first_total && rows.len() == expected as usize
        })
    }

    fn in_order(&self) -> Vec<&[T]> {
        self.pages.values().map(|(rows, _)| rows.as_slice()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never(_: &[&[u32]]) -> bool {
        false
    }

    fn page(offset: u32, total: u32) -> Vec<u32> {
        (offset..total.min(offset + 50)).collect()
    }

    #[test]
    fn pages_are_put_back_in_order() {
        let mut pages = Pages::new();
        assert_eq!(pages.take(0, page(0, 120), 120, never), Reading::Ask(vec![50, 100]));
        assert_eq!(pages.take(100, page(100, 120), 120, never), Reading::Wait);
        let rows = (0..120).collect();
        assert_eq!(pages.take(50, page(50, 120), 120, never), Reading::Complete { rows, whole: true });
    }

    #[test]
    fn a_total_that_changes_or_a_short_page_is_read_again_once_only() {
        for (rows, total) in [(page(50, 61), 61), (page(50, 59), 60)] {
            let mut pages = Pages::new();
            assert_eq!(pages.take(0, page(0, 60), 60, never), Reading::Ask(vec![50]));
            assert_eq!(pages.take(50, rows.clone(), total, never), Reading::Ask(vec![0]));
            assert_eq!(pages.take(0, page(0, 60), 60, never), Reading::Ask(vec![50]));
            let reading = pages.take(50, rows, total, never);
            assert!(matches!(reading, Reading::Complete { whole: false, .. }), "{reading:?}");
        }
    }

    #[test]
    fn a_row_that_comes_twice_in_both_readings_is_there_twice() {
        let twice = |pages: &[&[u32]]| pages[1].contains(&pages[0][0]);
        let (first, second, other) = (page(0, 52), vec![0, 7], vec![0, 8]);
        for (again, whole) in [(second.clone(), true), (other, false)] {
            let mut pages = Pages::new();
            assert_eq!(pages.take(0, first.clone(), 52, twice), Reading::Ask(vec![50]));
            assert_eq!(pages.take(50, second.clone(), 52, twice), Reading::Ask(vec![0]));
            assert_eq!(pages.take(0, first.clone(), 52, twice), Reading::Ask(vec![50]));
            let rows = [first.clone(), again.clone()].concat();
            assert_eq!(pages.take(50, again, 52, twice), Reading::Complete { rows, whole });
        }
    }

    #[test]
    fn an_empty_playlist_is_one_page() {
        let empty = Reading::Complete { rows: Vec::new(), whole: true };
        assert_eq!(Pages::<u32>::new().take(0, Vec::new(), 0, never), empty);
    }
}
