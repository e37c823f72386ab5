//! Playlists, listed and whole.

use super::super::page::Window;
use super::rows::Noun;
use super::{Shape, extend};
use crate::simulator::world::playlist::Playlist;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::time::Instant;

/// Rows that come with a playlist.
const ROWS_EMBEDDED: usize = 100;

impl Shape<'_> {
    /// The form in lists: counts in place of rows.
    pub fn simplified_playlist(&self, playlist: &Playlist) -> Value {
        let mut short = self.playlist_head(playlist);
        let count = |noun: Noun| {
            let href = self.href(&format!("playlists/{}/{}", playlist.id, noun.as_str()));
            json!({ "href": href, "total": playlist.rows.len() })
        };
        short["items"] = count(Noun::Items);
        if self.look.has_old_keys() {
            short["tracks"] = count(Noun::Tracks);
        }
        short
    }

    /// The whole playlist with its first rows, as far as this user may see them.
    pub fn playlist(&self, playlist: &Playlist, viewer: &str, params: &BTreeMap<String, String>) -> Value {
        let mut whole = self.playlist_head(playlist);
        let params: BTreeMap<String, String> = params
            .iter()
            .filter(|(name, _)| *name != "fields")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let window = Window { offset: 0, limit: ROWS_EMBEDDED };
        if playlist.is_open_to(viewer) {
            whole["items"] = self.rows(playlist, Noun::Items, window, &params);
        }
        if self.is_extended() || (self.look.twin_keys && playlist.is_open_to(viewer)) {
            whole["tracks"] = self.rows(playlist, Noun::Tracks, window, &params);
        }
        if self.is_extended() {
            whole["followers"] = json!({ "href": null, "total": 0 });
        }
        whole
    }

    fn playlist_head(&self, playlist: &Playlist) -> Value {
        let mut head = self.identity("playlist", &playlist.id);
        let snapshot = playlist.snapshots.seen(Instant::now(), self.world.snapshot_lag);
        let more = json!({
            "collaborative": playlist.collaborative,
            "description": playlist.description.as_deref().unwrap_or_default(),
            "images": self.playlist_images(playlist),
            "name": playlist.name,
            "owner": self.owner(&playlist.owner),
            "primary_color": null,
            "public": playlist.public,
            "snapshot_id": snapshot,
        });
        extend(&mut head, more);
        head
    }

    fn playlist_images(&self, playlist: &Playlist) -> Value {
        match (playlist.rows.is_empty(), self.look.null_images) {
            (false, _) => json!([self.cover(&playlist.id, None)]),
            (true, false) => json!([]),
            (true, true) => Value::Null,
        }
    }

    fn owner(&self, id: &str) -> Value {
        let mut owner = self.user(id);
        owner["display_name"] = self.world.user(id).map(|user| user.display_name.clone()).into();
        owner
    }
}
