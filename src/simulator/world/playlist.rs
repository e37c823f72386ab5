//! A playlist and what can be done to its rows.

use super::row::Row;
use super::snapshot::Snapshots;
use std::ops::Range;
use std::sync::Arc;

/// Rows that a playlist can hold.
pub const ROWS_MAX: usize = 10_000;

/// A playlist.
#[derive(Debug)]
pub struct Playlist {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub owner: String,
    pub public: bool,
    pub collaborative: bool,
    pub rows: Vec<Row>,
    pub snapshots: Snapshots,
}

/// Why rows could not be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsError {
    /// A position outside the list.
    OutOfBounds,
    /// More than [`ROWS_MAX`] rows.
    Full,
}

impl Playlist {
    /// The rows' URIs in order; an unavailable row is the empty text.
    pub fn uris(&self) -> Vec<Arc<str>> {
        self.rows.iter().map(|row| row.uri().cloned().unwrap_or_default()).collect()
    }

    /// Whether somebody may read and change the rows.
    pub fn is_open_to(&self, user: &str) -> bool {
        self.owner == user || self.collaborative
    }

    /// Puts rows before a position, at the end where none is named.
    pub fn insert(&mut self, at: Option<usize>, rows: Vec<Row>) -> Result<(), RowsError> {
        let at = at.unwrap_or(self.rows.len());
        if at > self.rows.len() {
            return Err(RowsError::OutOfBounds);
        }
        if self.rows.len() + rows.len() > ROWS_MAX {
            return Err(RowsError::Full);
        }
        self.rows.splice(at..at, rows);
        Ok(())
    }

    /// Removes every row with one of these URIs and says how many went.
    pub fn remove_all_copies(&mut self, uris: &[String]) -> usize {
        let before = self.rows.len();
        self.rows.retain(|row| row.uri().is_none_or(|uri| !uris.iter().any(|gone| **gone == **uri)));
        before - self.rows.len()
    }

    /// Takes `len` rows from `start` and puts them before what was row `before`.
    pub fn reorder(&mut self, start: usize, before: usize, len: usize) -> Result<(), RowsError> {
        let end = start.checked_add(len).ok_or(RowsError::OutOfBounds)?;
        if len == 0 || end > self.rows.len() || before > self.rows.len() {
            return Err(RowsError::OutOfBounds);
        }
        reorder(&mut self.rows, start..end, before);
        Ok(())
    }
}

/// Moves a range to before a position of the unchanged list; a position inside the range changes nothing.
fn reorder<T>(rows: &mut [T], range: Range<usize>, before: usize) {
    if before < range.start {
        rows[before..range.end].rotate_right(range.len());
    } else if before > range.end {
        rows[range.start..before].rotate_left(range.len());
    }
}

#[cfg(test)]
mod tests {
    use super::reorder;

    fn moved(start: usize, len: usize, before: usize) -> String {
        let mut rows: Vec<char> = "abcdef".chars().collect();
        reorder(&mut rows, start..start + len, before);
        rows.into_iter().collect()
    }

    #[test]
    fn rows_move_to_before_a_position_of_the_old_list() {
        assert_eq!(moved(0, 1, 6), "bcdefa");
        assert_eq!(moved(5, 1, 0), "fabcde");
        assert_eq!(moved(1, 2, 5), "adebcf");
        assert_eq!(moved(3, 2, 1), "adebcf");
        assert_eq!(moved(2, 2, 3), "abcdef");
        assert_eq!(moved(2, 2, 4), "abcdef");
    }

    #[test]
    fn any_move_equals_taking_out_and_putting_back() {
        for start in 0..6 {
            for len in 1..=6 - start {
                for before in 0..=6 {
                    let rows: Vec<char> = "abcdef".chars().collect();
                    let block: Vec<char> = rows[start..start + len].to_vec();
                    let mut naive: Vec<char> = rows.iter().copied().filter(|row| !block.contains(row)).collect();
                    let kept_before = rows[..before].iter().filter(|row| !block.contains(row)).count();
                    naive.splice(kept_before..kept_before, block);
                    assert_eq!(moved(start, len, before), naive.into_iter().collect::<String>());
                }
            }
        }
    }
}
