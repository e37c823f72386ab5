//! Rows of a playlist, and pages of them.

use super::super::page::Window;
use super::{Shape, extend};
use crate::simulator::world::playlist::Playlist;
use crate::simulator::world::row::{Medium, Row};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The noun in the path that was asked for: `items`, or the old `tracks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Noun {
    Items,
    Tracks,
}

impl Noun {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Tracks => "tracks",
        }
    }
}

impl Shape<'_> {
    /// A page of rows.
    pub fn rows(&self, playlist: &Playlist, noun: Noun, window: Window, params: &BTreeMap<String, String>) -> Value {
        let shown = window.part(&playlist.rows).iter().map(|row| self.row(row)).collect();
        let href = self.href(&format!("playlists/{}/{}", playlist.id, noun.as_str()));
        window.page(&href, params, playlist.rows.len(), shown)
    }

    fn row(&self, row: &Row) -> Value {
        let medium = self.medium(&row.medium);
        let mut shown = json!({
            "added_at": row.added_at.map(|at| at.to_string()),
            "added_by": row.added_by.as_deref().map(|user| self.user(user)),
            "is_local": matches!(row.medium, Medium::Local(_)),
            "primary_color": null,
            "video_thumbnail": { "url": null },
        });
        if self.look.has_old_keys() {
            shown["track"] = medium.clone();
        }
        shown["item"] = medium;
        shown
    }

    /// Null where nothing is left, and for an episode that was not asked for.
    fn medium(&self, medium: &Medium) -> Value {
        match medium {
            Medium::Track(track) => {
                let mut whole = self.track(track);
                extend(&mut whole, json!({ "episode": false, "track": true }));
                whole
            }
            Medium::Local(file) => self.local_file(file),
            Medium::Episode(episode) if self.episodes => self.episode(episode),
            Medium::Episode(_) | Medium::Gone => Value::Null,
        }
    }
}
