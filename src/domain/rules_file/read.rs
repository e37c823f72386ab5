//! Reading a file of rules: what kind it is, is found out from what it holds.

use super::document::{Entry, MARK};
use super::{flat, nsp};
use crate::domain::filter::json;
use crate::domain::filter::rule::{Filter, SCHEMA_VERSION};
use crate::domain::filter::text::fold;
use crate::domain::playlist::{ChildKind, DESCRIPTION_LEN_MAX, NAME_LEN_MAX, POSITION_MAX};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Entries in one file.
pub const ENTRIES_MAX: usize = 100;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A rules file as Headwater writes it.
    Headwater,
    /// One filter of Headwater, without name.
    Filter,
    /// Ranges and sets by field.
    Flat,
    /// A smart playlist of Navidrome.
    Navidrome,
}

/// Something to say about a place of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Remark {
    /// RFC 6901, as in `/child_playlists/0/filter/rules/1/field`; "" is the whole file.
    pub pointer: String,
    /// What is so, and what is allowed.
    pub detail: String,
}

impl Remark {
    /// Words about a place.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// An entry and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadEntry {
    pub pointer: String,
    pub entry: Entry,
}

/// A file as far as it could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadFile {
    pub format: Format,
    pub entries: Vec<ReadEntry>,
    /// What is wrong: with any of these, nothing of the file may be saved.
    pub faults: Vec<Remark>,
    /// What is taken over with another meaning, or left out without harm.
    pub notes: Vec<Remark>,
}

/// Reads a file. `name` is for files that name nothing themselves.
pub fn read(value: &Value, name: Option<&str>) -> ReadFile {
    let format = format_of(value);
    let mut file = ReadFile { format, entries: Vec::new(), faults: Vec::new(), notes: Vec::new() };
    let Some(object) = value.as_object() else {
        file.faults.push(Remark::new("", "This must be an object: a rules file, a filter or a smart playlist."));
        return file;
    };
    match format {
        Format::Headwater => file.document(object),
        Format::Filter => {
            let filter = file.filter(Some(value), "");
            file.unnamed(None, None, name, filter);
        }
        Format::Flat => {
            let (translation, filter) = flat::read(object);
            file.translated(object, name, "description", translation, filter);
        }
        Format::Navidrome => {
            let (translation, filter) = nsp::read(object);
            file.translated(object, name, "comment", translation, filter);
        }
    }
    file
}

fn format_of(value: &Value) -> Format {
    let has = |keys: &[&str]| keys.iter().any(|key| value.get(key).is_some());
    if has(&["headwater", "child_playlists"]) {
        Format::Headwater
    } else if has(&["schema_version", "rules", "match"]) {
        Format::Filter
    } else if value.as_object().is_some_and(nsp::is_one) {
        Format::Navidrome
    } else {
        Format::Flat
    }
}

impl ReadFile {
    fn fault(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.faults.push(Remark::new(pointer, detail));
    }

    fn keys(&mut self, object: &Map<String, Value>, pointer: &str, allowed: &[&str]) {
        for key in object.keys().filter(|key| !allowed.contains(&key.as_str())) {
            let near = json::nearest(key, allowed.iter().copied());
            let words = format!("Unknown key. {near}Allowed are {}.", allowed.join(", "));
            self.fault(format!("{pointer}/{}", escape(key)), words);
        }
    }

    fn document(&mut self, object: &Map<String, Value>) {
        self.keys(object, "", &["$schema", "headwater", "schema_version", "base_playlist", "child_playlists"]);
        if object.get("headwater").and_then(Value::as_str) != Some(MARK) {
            self.fault("/headwater", format!("This must be {MARK:?}."));
        }
        if object.get("schema_version").and_then(Value::as_u64) != Some(u64::from(SCHEMA_VERSION)) {
            self.fault("/schema_version", "This must be 1, the version that is understood here.");
        }
        self.base(object.get("base_playlist"));
        let Some(entries) = object.get("child_playlists").and_then(Value::as_array) else {
            return self.fault("/child_playlists", "This must be a list of child playlists.");
        };
        if entries.is_empty() || entries.len() > ENTRIES_MAX {
            return self.fault("/child_playlists", format!("A file has 1 to {ENTRIES_MAX} child playlists."));
        }
        for (at, entry) in entries.iter().enumerate() {
            self.entry(entry, format!("/child_playlists/{at}"));
        }
    }

    /// Says where it came from; any base can take it.
    fn base(&mut self, value: Option<&Value>) {
        match value {
            None => {}
            Some(Value::Object(base)) => {
                self.keys(base, "/base_playlist", &["name"]);
                if base.get("name").is_some_and(|name| !name.is_string()) {
                    self.fault("/base_playlist/name", "This must be a text.");
                }
            }
            Some(_) => self.fault("/base_playlist", "This must be an object with a name."),
        }
    }

    fn entry(&mut self, value: &Value, pointer: String) {
        let Some(object) = value.as_object() else { return self.fault(pointer, "This must be an object.") };
        self.keys(object, &pointer, &["name", "description", "kind", "position", "filter"]);
        let before = self.faults.len();
        let entry = Entry {
            name: self.name(object.get("name"), &format!("{pointer}/name")),
            description: self.description(object.get("description"), &format!("{pointer}/description")),
            kind: self.kind(object.get("kind"), &format!("{pointer}/kind")),
            position: self.position(object.get("position"), &format!("{pointer}/position")),
            filter: self.filter(object.get("filter"), &format!("{pointer}/filter")),
        };
        if self.faults.len() == before {
            self.entries.push(ReadEntry { pointer, entry });
        }
    }

    fn filter(&mut self, value: Option<&Value>, pointer: &str) -> Filter {
        let Some(value) = value else {
            self.fault(pointer, "A filter is needed.");
            return Filter::default();
        };
        json::parse(value).unwrap_or_else(|faults| {
            let here = faults.into_iter().map(|fault| Remark::new(format!("{pointer}{}", fault.pointer), fault.detail));
            self.faults.extend(here);
            Filter::default()
        })
    }

    fn name(&mut self, value: Option<&Value>, pointer: &str) -> String {
        let name = value.and_then(Value::as_str).unwrap_or("").trim();
        let len = name.chars().count();
        if len == 0 || len > NAME_LEN_MAX || name.chars().any(char::is_control) {
            self.fault(pointer, format!("A name has 1 to {NAME_LEN_MAX} characters and no line breaks."));
        }
        name.to_owned()
    }

    fn description(&mut self, value: Option<&Value>, pointer: &str) -> String {
        let Some(value) = value.filter(|value| !value.is_null()) else { return String::new() };
        let text = value.as_str().map(str::trim);
        let fits = |text: &&str| text.chars().count() <= DESCRIPTION_LEN_MAX && !text.chars().any(char::is_control);
        text.filter(fits).map(str::to_owned).unwrap_or_else(|| {
            let words = format!("A description is a text of at most {DESCRIPTION_LEN_MAX} characters, no line breaks.");
            self.fault(pointer, words);
            String::new()
        })
    }

    fn kind(&mut self, value: Option<&Value>, pointer: &str) -> ChildKind {
        let Some(value) = value else { return ChildKind::default() };
        serde_json::from_value(value.clone()).unwrap_or_else(|_| {
            self.fault(pointer, "This must be filter or leftovers.");
            ChildKind::default()
        })
    }

    fn position(&mut self, value: Option<&Value>, pointer: &str) -> Option<u32> {
        let value = value.filter(|value| !value.is_null())?;
        let position = value.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= POSITION_MAX);
        if position.is_none() {
            self.fault(pointer, format!("A position is an integer from 0 to {POSITION_MAX}."));
        }
        position
    }

    /// A file of another shape, with the keys that it has for name and description.
    fn translated(
        &mut self,
        object: &Map<String, Value>,
        name: Option<&str>,
        description_key: &str,
        translation: super::translate::Translation,
        filter: Filter,
    ) {
        self.faults.extend(translation.faults);
        self.notes.extend(translation.notes);
        let description = object.get(description_key).map(|value| (value, format!("/{description_key}")));
        self.unnamed(object.get("name"), description, name, filter);
    }

    /// The one entry of a file that is no list of entries.
    fn unnamed(
        &mut self,
        name: Option<&Value>,
        description: Option<(&Value, String)>,
        given: Option<&str>,
        filter: Filter,
    ) {
        let given = given.map(str::trim).filter(|given| !given.is_empty()).map(Value::from);
        let description = description.map_or_else(String::new, |(value, at)| self.description(Some(value), &at));
        let name = match name.or(given.as_ref()) {
            Some(name) => self.name(Some(name), "/name"),
            None => {
                self.fault("/name", "This file names no playlist. Say the name beside it, or add a \"name\".");
                String::new()
            }
        };
        if self.faults.is_empty() {
            let entry = Entry { name, description, kind: ChildKind::Filter, position: None, filter };
            self.entries.push(ReadEntry { pointer: String::new(), entry });
        }
    }
}

/// A key as part of a JSON pointer.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Whether two names are the same but for case, marks and spaces.
pub fn is_same_name(a: &str, b: &str) -> bool {
    fold(a) == fold(b)
}
