//! What differs between two entries, line by line.

use super::lines::Line;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Kept,
    Added,
    Removed,
    /// About the same field, but saying another thing.
    Changed,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DiffLine {
    pub mark: Mark,
    /// 0 is outermost.
    pub depth: u8,
    /// What the line says: now for a removed one, later for all others.
    pub words: String,
    /// What a changed line says now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

impl DiffLine {
    fn new(mark: Mark, line: &Line) -> Self {
        Self { mark, depth: line.depth, words: line.words.clone(), before: None }
    }
}

/// The difference, in the order of the new lines, with removed ones where they stood.
pub fn diff(old: &[Line], new: &[Line]) -> Vec<DiffLine> {
    let common = common_lengths(old, new);
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && is_same(&old[i], &new[j]) {
            out.push(DiffLine::new(Mark::Kept, &new[j]));
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        while i < old.len() || j < new.len() {
            if i < old.len() && j < new.len() && is_same(&old[i], &new[j]) {
                break;
            }
            if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
                gone.push(&old[i]);
                i += 1;
            } else {
                come.push(&new[j]);
                j += 1;
            }
        }
        out.extend(paired(&gone, &come));
    }
    out
}

fn is_same(a: &Line, b: &Line) -> bool {
    a.depth == b.depth && a.about == b.about && a.exact == b.exact
}

/// Length of the longest common run of lines from each pair of places on.
fn common_lengths(old: &[Line], new: &[Line]) -> Vec<Vec<usize>> {
    let mut lengths = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i][j] = if is_same(&old[i], &new[j]) {
                lengths[i + 1][j + 1] + 1
            } else {
                lengths[i + 1][j].max(lengths[i][j + 1])
            };
        }
    }
    lengths
}

/// Lines that go and lines that come at one place: those about the same are one changed line.
fn paired(gone: &[&Line], come: &[&Line]) -> Vec<DiffLine> {
    let mut taken = vec![false; gone.len()];
    let mut later = Vec::new();
    for line in come {
        let twin =
            (0..gone.len()).find(|&at| !taken[at] && gone[at].about == line.about && gone[at].depth == line.depth);
        match twin {
            Some(at) => {
                taken[at] = true;
                later.push(changed(gone[at], line));
            }
            None => later.push(DiffLine::new(Mark::Added, line)),
        }
    }
    let removed = gone.iter().zip(&taken).filter(|(_, taken)| !**taken);
    removed.map(|(line, _)| DiffLine::new(Mark::Removed, line)).chain(later).collect()
}

fn changed(old: &Line, new: &Line) -> DiffLine {
    let mut words = new.words.clone();
    // Long lists are counted in words: say what comes and goes.
    if let Some(moved) = moved_values(&old.exact, &new.exact).filter(|_| old.words == new.words) {
        words = format!("{words} ({moved})");
    }
    DiffLine { mark: Mark::Changed, depth: new.depth, words, before: Some(old.words.clone()) }
}

fn moved_values(old: &Value, new: &Value) -> Option<String> {
    let list = |value: &Value| value.get("value").unwrap_or(value).as_array().cloned();
    let (old, new) = (list(old)?, list(new)?);
    let only = |a: &[Value], b: &[Value]| {
        let named = a.iter().filter(|value| !b.contains(value));
        named.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect::<Vec<_>>()
    };
    let (come, gone) = (only(&new, &old), only(&old, &new));
    let said = [("with ", come), ("without ", gone)].into_iter().filter(|(_, values)| !values.is_empty());
    let parts: Vec<String> = said.map(|(word, values)| format!("{word}{}", values.join(", "))).collect();
    Some(if parts.is_empty() { "in another order".to_owned() } else { parts.join("; ") })
}
