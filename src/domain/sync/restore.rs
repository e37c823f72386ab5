//! Putting a child back to what it held before a sync: what of the record can be put back at all.

use serde::{Deserialize, Serialize};

/// A recorded list, told apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restorable {
    /// What the child is to hold, in order, repeated songs included.
    pub target: Vec<String>,
    /// Rows that no program can add to a playlist: local files and items that Spotify showed as nothing.
    pub lost: u32,
}

/// Takes the URIs that were recorded of a child, in order; gives those that Spotify's API can add.
pub fn restorable(recorded: Vec<String>) -> Restorable {
    let len = recorded.len();
    let target: Vec<String> = recorded.into_iter().filter(|uri| is_addable(uri)).collect();
    let lost = u32::try_from(len - target.len()).unwrap_or(u32::MAX);
    Restorable { target, lost }
}

/// `POST /playlists/{id}/items` takes URIs of tracks and episodes only.
fn is_addable(uri: &str) -> bool {
    ["spotify:track:", "spotify:episode:"].iter().any(|kind| uri.starts_with(kind))
}

/// Why a child cannot be put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotRestorable {
    /// The sync did not come to it, or did not look into it.
    NotLookedInto,
    /// Its contents of that time are not kept any more.
    NotKept,
    /// It is no child playlist any more.
    Deleted,
}

impl NotRestorable {
    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotLookedInto => "This sync did not look into it, so what it held then is not known.",
            Self::NotKept => {
                "What it held before this sync is not kept any more: contents are kept for 180 days or 50 syncs."
            }
            Self::Deleted => "It is no child playlist of this base playlist any more.",
        }
    }
}

/// What putting back would do to one child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChildRestore {
    pub child_playlist_id: crate::domain::ids::ChildPlaylistId,
    /// Its name at the time of the sync.
    pub name: String,
    /// Why it cannot be put back; then all numbers are 0.
    pub refused: Option<NotRestorable>,
    /// Songs that it held before the sync.
    pub total: u32,
    /// Songs that would come back, go and stay, counted from what was last seen in it.
    pub added: u32,
    pub removed: u32,
    pub kept: u32,
    /// Local files and unavailable rows that no program can put back.
    pub lost: u32,
    /// Write requests, as far as can be known.
    pub requests: u32,
    pub first_added: Vec<crate::domain::sync::event::PreviewTrack>,
    pub first_removed: Vec<crate::domain::sync::event::PreviewTrack>,
}

/// `GET /api/sync-events/{id}/restore`: what *Put back* would do. Nothing is asked of Spotify for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RestorePreview {
    pub sync_event_id: crate::domain::ids::SyncEventId,
    pub base_playlist_id: crate::domain::ids::BasePlaylistId,
    pub base_name: String,
    /// RFC 3339, UTC: when the sync began, before which they held this.
    pub started_at: String,
    pub children: Vec<ChildRestore>,
    /// Requests of the whole run.
    pub requests: u32,
    /// A schedule would write the filters' songs again.
    pub is_scheduled: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_program_can_add_is_left_out_and_counted() {
        let recorded = ["spotify:track:1", "", "spotify:episode:2", "spotify:local:a:b:c:1", "spotify:track:1"];
        let found = restorable(recorded.map(str::to_owned).to_vec());
        assert_eq!(found.target, ["spotify:track:1", "spotify:episode:2", "spotify:track:1"]);
        assert_eq!(found.lost, 2);
    }
}
