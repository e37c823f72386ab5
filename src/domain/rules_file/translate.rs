//! From another shape to our own JSON: rules with a note of where each came from, so that faults point into
//! the file that was given and not into what was made of it.

use super::read::Remark;
use crate::domain::filter::json;
use crate::domain::filter::rule::{Filter, SCHEMA_VERSION};
use serde_json::{Map, Value, json};

/// Where a part of our JSON came from.
#[derive(Debug)]
struct Place {
    ours: String,
    theirs: String,
    /// Whether what is below it has the same shape there, as the items of a list.
    same_below: bool,
}

/// What has been translated so far.
#[derive(Debug, Default)]
pub struct Translation {
    places: Vec<Place>,
    pub faults: Vec<Remark>,
    pub notes: Vec<Remark>,
}

impl Translation {
    /// Something that cannot be taken over.
    pub fn fault(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.faults.push(Remark::new(pointer, detail));
    }

    /// Something that is taken over with another meaning, or left out without harm; each is said once.
    pub fn note(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        let note = Remark::new(pointer, detail);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Remembers that `ours` was made of `theirs`.
    pub fn place(&mut self, ours: impl Into<String>, theirs: impl Into<String>, same_below: bool) {
        self.places.push(Place { ours: ours.into(), theirs: theirs.into(), same_below });
    }

    /// Reads what was made; its faults are added with pointers into the given file.
    pub fn finish(&mut self, mode: &str, rules: Vec<Value>, output: Map<String, Value>) -> Filter {
        let mut filter = json!({"schema_version": SCHEMA_VERSION, "match": mode, "rules": rules});
        if !output.is_empty() {
            filter["output"] = output.into();
        }
        let had_faults = !self.faults.is_empty();
        match json::parse(&filter) {
            Ok(filter) => filter,
            Err(faults) => {
                // A group may be empty because its rules could not be translated; that has been said.
                let real = faults.into_iter().filter(|fault| !(had_faults && fault.pointer.ends_with("/rules")));
                for fault in real {
                    let pointer = self.origin(&fault.pointer);
                    self.fault(pointer, fault.detail);
                }
                Filter::default()
            }
        }
    }

    /// The pointer into the given file for a pointer into ours.
    fn origin(&self, pointer: &str) -> String {
        let below = |place: &&Place| {
            pointer.strip_prefix(place.ours.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match self.places.iter().filter(below).max_by_key(|place| place.ours.len()) {
            Some(place) if place.same_below => format!("{}{}", place.theirs, &pointer[place.ours.len()..]),
            Some(place) => place.theirs.clone(),
            None => String::new(),
        }
    }
}
