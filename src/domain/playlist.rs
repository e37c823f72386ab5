//! Base and child playlists, and the playlists that a person could choose from.

use super::filter::rule::Filter;
use super::filter::sentence::sentence;
use super::ids::{BasePlaylistId, ChildPlaylistId, PlaylistId, SyncEventId, UserId};
use super::schedule::Schedule;
use super::sync::event::SyncEvent;
use super::sync::hands::HandPolicy;
use serde::{Deserialize, Serialize};

/// Characters in a Spotify name, at least one.
pub const NAME_LEN_MAX: usize = 100;
/// Characters in a description.
pub const DESCRIPTION_LEN_MAX: usize = 300;
/// Children count their order from 0 to here.
pub const POSITION_MAX: u32 = 1_000;

/// How songs are shared out among the children of one base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Routing {
    /// A song may go to several children.
    #[default]
    Overlap,
    /// A song goes to the first child, by position, that takes it.
    FirstMatch,
}

/// What fills a child playlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChildKind {
    /// Its own filter.
    #[default]
    Filter,
    /// What no other active child took.
    Leftovers,
}

/// What a child holds, in plain words.
pub fn child_sentence(kind: ChildKind, filter: &Filter) -> String {
    match (kind, filter.everything) {
        (ChildKind::Filter, _) => sentence(filter),
        (ChildKind::Leftovers, true) => "Every song that no other child playlist takes".to_owned(),
        (ChildKind::Leftovers, false) => {
            format!("Songs that no other child playlist takes, of these: {}", sentence(filter))
        }
    }
}

/// The playlist that songs come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BasePlaylist {
    pub id: BasePlaylistId,
    pub user_id: UserId,
    /// Its name on Spotify.
    pub name: String,
    pub spotify_playlist_id: PlaylistId,
    pub spotify_url: String,
    /// Expires within a day at Spotify; refreshed whenever playlists are listed.
    pub image_url: Option<String>,
    /// Rows on Spotify, as last seen.
    pub track_total: Option<u32>,
    pub is_active: bool,
    pub routing: Routing,
    /// When it syncs by itself.
    pub schedule: Option<Schedule>,
    pub child_count: u32,
    /// The running sync, if any: while present, base and children are locked.
    pub active_sync: Option<SyncEventId>,
    /// The newest finished sync.
    pub last_sync_event: Option<SyncEvent>,
    /// RFC 3339, UTC.
    pub created: String,
    /// RFC 3339, UTC.
    pub updated: String,
}

/// What a playlist held when it was linked as a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Adopted {
    /// Rows in it.
    pub items: u32,
    /// Rows that the API could not add back; they are never removed.
    pub local_files: u32,
}

/// A playlist that Headwater fills.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChildPlaylist {
    pub id: ChildPlaylistId,
    pub user_id: UserId,
    pub base_playlist_id: BasePlaylistId,
    pub name: String,
    pub description: String,
    pub kind: ChildKind,
    /// Absent for the moment between our row and its creation on Spotify.
    pub spotify_playlist_id: Option<PlaylistId>,
    pub spotify_url: Option<String>,
    /// What Spotify reports; privacy is not promised.
    pub public: Option<bool>,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub filter: Filter,
    /// The filter in plain words.
    pub filter_sentence: String,
    /// What syncs do with songs that were changed by hand in Spotify.
    pub hand_policy: HandPolicy,
    pub is_active: bool,
    /// Order among the children, from 0.
    pub position: u32,
    pub track_total: Option<u32>,
    pub adopted: Option<Adopted>,
    /// RFC 3339, UTC.
    pub created: String,
    /// RFC 3339, UTC.
    pub updated: String,
}

/// A playlist of the user's library that could become a base or a child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SpotifyPlaylist {
    pub id: PlaylistId,
    pub name: String,
    /// Display name of its owner.
    pub owner: String,
    /// Rows, where Spotify says.
    pub total: Option<u32>,
    pub image_url: Option<String>,
    /// Whether it can become a base.
    pub selectable: bool,
    /// Why not.
    pub reason: Option<String>,
}

/// A page of a list; `next` is an opaque cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// A page of the user's library, paged as Spotify pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SpotifyPlaylistPage {
    pub items: Vec<SpotifyPlaylist>,
    pub total: u32,
    /// Offset of the next page.
    pub next: Option<u32>,
}
