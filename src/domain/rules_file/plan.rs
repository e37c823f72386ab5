//! What an import would change: each entry of a file held against the children that are there.

use super::diff::{DiffLine, diff};
use super::document::Entry;
use super::lines::lines_of;
use super::read::{Format, ReadEntry, ReadFile, Remark, is_same_name};
use crate::domain::filter::sentence::sentence;
use crate::domain::ids::ChildPlaylistId;
use crate::domain::playlist::{ChildKind, ChildPlaylist};
use serde::{Deserialize, Serialize};

/// Children that one base can have.
pub const CHILDREN_MAX: usize = 100;

/// What an entry means for the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// No child has this name.
    New,
    /// The child of this name gets other rules, or something else of it changes.
    Changed,
    /// The child of this name says the same already.
    Same,
}

/// One entry of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PlannedEntry {
    /// Where it stands in the file.
    pub pointer: String,
    pub name: String,
    pub change: Change,
    /// The child that it is about; none for a new one.
    pub child_playlist_id: Option<ChildPlaylistId>,
    /// The child's filter now, in plain words.
    pub old_sentence: Option<String>,
    /// The filter of the file, in plain words.
    pub new_sentence: String,
    pub lines: Vec<DiffLine>,
    /// Songs of this base that the new filter takes by itself, where they could be counted at once.
    pub matched: Option<u32>,
}

/// Everything that an import would do, and everything that is in its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ImportPlan {
    pub format: Format,
    pub entries: Vec<PlannedEntry>,
    /// With any of these, nothing can be saved.
    pub faults: Vec<Remark>,
    /// What is taken over with another meaning, or left out without harm.
    pub notes: Vec<Remark>,
    /// Names this plan; saving asks for it, so that nothing is saved unseen.
    pub plan_hash: String,
}

/// An entry that is to be saved, with the child that it changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Save {
    pub entry: Entry,
    pub child: Option<ChildPlaylist>,
}

impl ImportPlan {
    /// Entries that would change something.
    pub fn to_save(&self) -> usize {
        self.entries.iter().filter(|entry| entry.change != Change::Same).count()
    }

    /// Whether it can be saved: no faults, and something to do.
    pub fn is_savable(&self) -> bool {
        self.faults.is_empty() && self.to_save() > 0
    }
}

/// Holds a file against the children of a base. What is to be saved comes beside the plan, in the file's order.
pub fn plan(file: ReadFile, children: &[ChildPlaylist]) -> (ImportPlan, Vec<Save>) {
    let ReadFile { format, entries, mut faults, notes } = file;
    let matched = match_children(&entries, children, &mut faults);
    let mut planned = Vec::with_capacity(entries.len());
    let mut saves = Vec::new();
    for (read, child) in entries.into_iter().zip(matched) {
        let child = child.map(|at| &children[at]);
        let entry = planned_entry(&read, child, children.len());
        if entry.change != Change::Same {
            saves.push(Save { entry: read.entry, child: child.cloned() });
        }
        planned.push(entry);
    }
    check_whole(&planned, &saves, children, &mut faults);
    (ImportPlan { format, entries: planned, faults, notes, plan_hash: String::new() }, saves)
}

/// For each entry the index of the child it is about. Names decide; of several children with one name, the one that
/// says exactly the same, and where that leaves a choice, it is a fault.
fn match_children(entries: &[ReadEntry], children: &[ChildPlaylist], faults: &mut Vec<Remark>) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; entries.len()];
    for (at, read) in entries.iter().enumerate() {
        found[at] = (0..children.len())
            .find(|child| !found.contains(&Some(*child)) && is_same(&read.entry, &children[*child], children.len()));
    }
    for at in 0..entries.len() {
        if found[at].is_some() {
            continue;
        }
        let name = &entries[at].entry.name;
        let free: Vec<usize> = (0..children.len())
            .filter(|child| !found.contains(&Some(*child)) && is_same_name(name, &children[*child].name))
            .collect();
        let rivals = (0..entries.len()).filter(|other| found[*other].is_none());
        let rivals = rivals.filter(|other| is_same_name(name, &entries[*other].entry.name)).count();
        match (free.as_slice(), rivals) {
            ([], _) => {}
            ([only], 1) => found[at] = Some(*only),
            _ => faults.push(Remark::new(
                format!("{}/name", entries[at].pointer),
                format!(
                    "Which child playlist {name:?} means is not clear, as the name is there more than once. Rename one."
                ),
            )),
        }
    }
    found
}

/// Whether a child says what an entry says. An entry without a position leaves the child where it is, one with a
/// position past the last child means the last.
fn is_same(entry: &Entry, child: &ChildPlaylist, children: usize) -> bool {
    entry.name == child.name
        && entry.description == child.description
        && entry.kind == child.kind
        && entry.position.is_none_or(|position| is_place(position, child.position, children))
        && entry.filter == child.filter
}

fn is_place(position: u32, now: u32, children: usize) -> bool {
    position == now || u32::try_from(children).is_ok_and(|children| position >= children && now + 1 == children)
}

fn planned_entry(read: &ReadEntry, child: Option<&ChildPlaylist>, children: usize) -> PlannedEntry {
    let entry = &read.entry;
    let new_lines = lines_of(entry);
    let (change, old_lines) = match child {
        None => (Change::New, Vec::new()),
        Some(child) if is_same(entry, child, children) => (Change::Same, new_lines.clone()),
        Some(child) => (Change::Changed, lines_of(&Entry::from(child))),
    };
    let mut lines = diff(&old_lines, &new_lines);
    let moved = child.zip(entry.position).filter(|(child, position)| !is_place(*position, child.position, children));
    if let Some((child, position)) = moved {
        lines.push(DiffLine {
            mark: super::diff::Mark::Changed,
            depth: 0,
            words: format!("Position {position} in the order"),
            before: Some(format!("Position {} in the order", child.position)),
        });
    }
    PlannedEntry {
        pointer: read.pointer.clone(),
        name: entry.name.clone(),
        change,
        child_playlist_id: child.map(|child| child.id),
        old_sentence: child.map(|child| sentence(&child.filter)),
        new_sentence: sentence(&entry.filter),
        lines,
        matched: None,
    }
}

/// What only the base as a whole can break.
fn check_whole(planned: &[PlannedEntry], saves: &[Save], children: &[ChildPlaylist], faults: &mut Vec<Remark>) {
    let new = saves.iter().filter(|save| save.child.is_none()).count();
    if children.len() + new > CHILDREN_MAX {
        let words = format!(
            "A base has at most {CHILDREN_MAX} child playlists; it has {} and this file would add {new}.",
            children.len()
        );
        faults.push(Remark::new("", words));
    }
    let after = |child: &&ChildPlaylist| {
        let saved = saves.iter().find(|save| save.child.as_ref().is_some_and(|changed| changed.id == child.id));
        saved.map_or(child.kind, |save| save.entry.kind) == ChildKind::Leftovers
    };
    let added = saves.iter().filter(|save| save.child.is_none() && save.entry.kind == ChildKind::Leftovers).count();
    let brings = saves.iter().any(|save| save.entry.kind == ChildKind::Leftovers);
    if brings && children.iter().filter(after).count() + added > 1 {
        let at = planned.iter().rev().find(|entry| {
            saves.iter().any(|save| save.entry.name == entry.name && save.entry.kind == ChildKind::Leftovers)
        });
        let pointer = at.map_or_else(String::new, |entry| format!("{}/kind", entry.pointer));
        faults.push(Remark::new(pointer, "A base has at most one child playlist of kind leftovers."));
    }
}
