//! Playlists: the simplified and the full object.

use super::Image;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::machine::input::{LibraryEntry, PlaylistSeen};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct Playlist {
    pub id: PlaylistId,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub collaborative: bool,
    #[serde(default)]
    pub public: Option<bool>,
    #[serde(default)]
    pub owner: Option<Owner>,
    #[serde(default)]
    pub images: Option<Vec<Image>>,
    #[serde(default)]
    pub snapshot_id: Option<String>,
    #[serde(default)]
    items: Option<Total>,
    /// The older spelling, still sent by some tiers.
    #[serde(default)]
    tracks: Option<Total>,
}

#[derive(Debug, Deserialize)]
pub struct Owner {
    pub id: String,
    #[serde(default)]
    pub display_name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Total {
    #[serde(default)]
    total: Option<u32>,
}

impl Playlist {
    pub fn total(&self) -> Option<u32> {
        self.items.as_ref().or(self.tracks.as_ref()).and_then(|rows| rows.total)
    }

    pub fn image_url(&self) -> Option<String> {
        self.images.as_ref()?.first().map(|image| image.url.clone())
    }

    pub fn name(&self) -> String {
        self.name.clone().unwrap_or_default()
    }

    pub fn seen(&self) -> PlaylistSeen {
        PlaylistSeen {
            snapshot: self.snapshot_id.clone().unwrap_or_default(),
            name: self.name(),
            total: self.total(),
            image_url: self.image_url(),
        }
    }

    pub fn into_entry(self) -> LibraryEntry {
        LibraryEntry { seen: self.seen(), id: self.id }
    }
}

/// The answer to every write of items.
#[derive(Debug, Deserialize)]
pub struct Snapshot {
    #[serde(default)]
    pub snapshot_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_spelling_and_missing_parts_are_read() {
        let id = "37i9dQZF1DXcBWIGoYBM5M";
        for (json, total) in [
            (format!(r#"{{"id":"{id}","name":"A","images":null,"items":{{"total":3}}}}"#), Some(3)),
            (format!(r#"{{"id":"{id}","name":null,"tracks":{{"total":4}}}}"#), Some(4)),
            (format!(r#"{{"id":"{id}"}}"#), None),
        ] {
            let playlist: Playlist = serde_json::from_str(&json).unwrap();
            assert_eq!(playlist.total(), total);
            assert_eq!(playlist.image_url(), None);
        }
    }
}
