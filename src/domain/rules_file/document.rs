//! The rules file, version 1: a whole base or one of its children, as JSON in a stable order.
//!
//! `{"headwater": "rules", "schema_version": 1, "base_playlist": {"name"}, "child_playlists": [{"name",
//! "description", "kind", "position", "filter"}]}`. Written pretty, so that it can be kept under version control.

use crate::domain::filter::rule::{Filter, SCHEMA_VERSION};
use crate::domain::playlist::{ChildKind, ChildPlaylist};
use serde::Serialize;

/// What `headwater` says in such a file.
pub const MARK: &str = "rules";
/// Where the description of the file is served.
pub const SCHEMA_PATH: &str = "/api/schemas/rules-v1.json";

/// What a file says of one child playlist.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    pub name: String,
    pub description: String,
    pub kind: ChildKind,
    /// Order among the children, from 0; absent: at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    pub filter: Filter,
}

impl From<&ChildPlaylist> for Entry {
    fn from(child: &ChildPlaylist) -> Self {
        Self {
            name: child.name.clone(),
            description: child.description.clone(),
            kind: child.kind,
            position: Some(child.position),
            filter: child.filter.clone(),
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    headwater: &'static str,
    schema_version: u8,
    base_playlist: Base<'a>,
    child_playlists: Vec<Entry>,
}

#[derive(Serialize)]
struct Base<'a> {
    name: &'a str,
}

/// The text of a file, ending with a line break; children in their order.
pub fn write(base_name: &str, children: &[ChildPlaylist]) -> String {
    let mut ordered: Vec<&ChildPlaylist> = children.iter().collect();
    ordered.sort_by_key(|child| child.position);
    let document = Document {
        headwater: MARK,
        schema_version: SCHEMA_VERSION,
        base_playlist: Base { name: base_name },
        child_playlists: ordered.into_iter().map(Entry::from).collect(),
    };
    // Strings, numbers and trees of them always have a JSON form.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// A name for the file: letters and digits of the playlist's name, in ASCII, as some systems want.
pub fn file_name(name: &str) -> String {
    let plain: String =
        name.chars().map(|char| if char.is_ascii_alphanumeric() { char.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let stem = if words.is_empty() { "playlist".to_owned() } else { words.join("-") };
    format!("{}.headwater.json", stem.chars().take(60).collect::<String>())
}
