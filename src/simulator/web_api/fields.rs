//! The `fields` filter: `total,items(added_at,item(id,!name)),owner.id`.
//!
//! Unknown keys are no error: they are silently missing from the answer, as on Spotify.

use serde_json::{Map, Value};

/// A parsed filter: what is kept, and what is left out.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Fields {
    entries: Vec<Entry>,
}

#[derive(Debug, PartialEq)]
struct Entry {
    excluded: bool,
    key: String,
    /// None keeps the whole value.
    inner: Option<Fields>,
}

/// Nesting that is followed.
const DEPTH_MAX: usize = 16;

impl Fields {
    /// Reads a filter. Unbalanced parentheses are closed where the text ends.
    pub fn parse(text: &str) -> Self {
        Parser { rest: text, depth: 0 }.list()
    }

    /// The part of a value that the filter lets through.
    pub fn project(&self, value: &Value) -> Value {
        match value {
            Value::Object(members) => Value::Object(self.project_members(members)),
            Value::Array(values) => Value::Array(values.iter().map(|value| self.project(value)).collect()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }

    fn project_members(&self, members: &Map<String, Value>) -> Map<String, Value> {
        // With exclusions only, everything else stays.
        let keeps_rest = self.entries.iter().all(|entry| entry.excluded);
        let mut kept = if keeps_rest { members.clone() } else { Map::new() };
        for entry in &self.entries {
            let Some(value) = members.get(&entry.key) else { continue };
            match (entry.excluded, &entry.inner) {
                (true, None) => {
                    kept.remove(&entry.key);
                }
                (true, Some(inner)) => {
                    kept.insert(entry.key.clone(), inner.project(value));
                }
                (false, None) => {
                    kept.insert(entry.key.clone(), value.clone());
                }
                (false, Some(inner)) => merge(&mut kept, &entry.key, inner.project(value)),
            }
        }
        kept
    }
}

/// `owner.id,owner.uri` names one member twice: both parts are kept.
fn merge(kept: &mut Map<String, Value>, key: &str, part: Value) {
    match (kept.get_mut(key), part) {
        (Some(Value::Object(known)), Value::Object(part)) => {
            for (key, value) in part {
                merge(known, &key, value);
            }
        }
        (Some(Value::Array(known)), Value::Array(part)) if known.len() == part.len() => {
            for (known, part) in known.iter_mut().zip(part) {
                if let (Value::Object(known), Value::Object(part)) = (known, part) {
                    known.extend(part);
                }
            }
        }
        (_, part) => {
            kept.insert(key.to_owned(), part);
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl Parser<'_> {
    /// Entries up to the closing parenthesis or the end.
    fn list(&mut self) -> Fields {
        let mut entries = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
            } else if let Some(rest) = self.rest.strip_prefix(')') {
                self.rest = rest;
                return Fields { entries };
            } else if self.rest.is_empty() {
                return Fields { entries };
            } else {
                entries.push(self.entry());
            }
        }
    }

    fn entry(&mut self) -> Entry {
        let excluded = self.rest.starts_with('!');
        self.rest = self.rest.trim_start_matches('!');
        let mut entry = self.path();
        if excluded {
            exclude_leaf(&mut entry);
        }
        entry
    }

    /// `a.b(c,d)`: a dot is a list of one.
    fn path(&mut self) -> Entry {
        let end = self.rest.find([',', '.', '(', ')']).unwrap_or(self.rest.len());
        let (key, rest) = self.rest.split_at(end);
        let key = key.trim().to_owned();
        self.rest = rest;
        let deeper = self.depth < DEPTH_MAX;
        self.depth += 1;
        let inner = if let Some(rest) = self.rest.strip_prefix('.').filter(|_| deeper) {
            self.rest = rest;
            Some(Fields { entries: vec![self.path()] })
        } else if let Some(rest) = self.rest.strip_prefix('(').filter(|_| deeper) {
            self.rest = rest;
            Some(self.list())
        } else {
            self.rest = self.rest.trim_start_matches(['.', '(']);
            None
        };
        self.depth -= 1;
        Entry { excluded: false, key, inner }
    }
}

/// `!a.b` leaves out b of a, not a.
fn exclude_leaf(entry: &mut Entry) {
    entry.excluded = true;
    for inner in entry.inner.iter_mut().flat_map(|inner| &mut inner.entries) {
        exclude_leaf(inner);
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;
    use serde_json::{Value, json};

    fn of(fields: &str) -> Value {
        let playlist = json!({
            "id": "p", "name": "N", "owner": {"id": "o", "uri": "u", "type": "user"},
            "items": {"total": 2, "next": null, "items": [
                {"added_at": "t", "item": {"id": "1", "name": "A", "album": {"id": "a", "name": "AA", "href": "h"}}},
                {"added_at": null, "item": null}
            ]}
        });
        Fields::parse(fields).project(&playlist)
    }

    #[test]
    fn keys_dots_and_parentheses() {
        assert_eq!(of("id,items.total"), json!({"id": "p", "items": {"total": 2}}));
        assert_eq!(of("owner(id,uri)"), json!({"owner": {"id": "o", "uri": "u"}}));
        assert_eq!(of("owner.id,owner.uri"), json!({"owner": {"id": "o", "uri": "u"}}));
        assert_eq!(
            of("items(total,items(added_at,item(id,album(name))))"),
            json!({"items": {"total": 2, "items": [
                {"added_at": "t", "item": {"id": "1", "album": {"name": "AA"}}},
                {"added_at": null, "item": null}]}})
        );
        assert_eq!(
            of("items.items.item.id,items.items.added_at"),
            json!({"items": {"items": [{"item": {"id": "1"}, "added_at": "t"}, {"item": null, "added_at": null}]}})
        );
    }

    #[test]
    fn unknown_keys_are_silently_missing() {
        assert_eq!(of("tracks.total"), json!({}));
        assert_eq!(of("id,nonsense(x,y),items(z)"), json!({"id": "p", "items": {}}));
    }

    #[test]
    fn an_exclamation_mark_leaves_out() {
        assert_eq!(of("!items,!owner"), json!({"id": "p", "name": "N"}));
        assert_eq!(of("!items,!owner.type,!name"), json!({"id": "p", "owner": {"id": "o", "uri": "u"}}));
        assert_eq!(
            of("items(items(item(album(!href,!id))))"),
            json!({"items": {"items": [{"item": {"album": {"name": "AA"}}}, {"item": null}]}})
        );
    }

    #[test]
    fn odd_filters_do_no_harm() {
        assert_eq!(of("owner(id"), json!({"owner": {"id": "o"}}));
        assert_eq!(of("id)),,name"), json!({"id": "p"}));
        assert_eq!(of(" id , name "), json!({"id": "p", "name": "N"}));
        of(&"a(".repeat(100_000));
        of(&"a.".repeat(100_000));
    }
}
