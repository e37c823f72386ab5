//! What a signed-in person can do, once for both faces: the HTTP contract and the server functions.
//! Each is read, check, act, answer.

pub mod base_playlists;
pub mod base_tracks;
pub mod cache;
pub mod changes;
pub mod checks;
pub mod child_playlists;
pub mod explanations;
pub mod feeds;
pub mod hand_edits;
pub mod insights;
pub mod known_songs;
pub mod known_values;
pub mod me;
pub mod named_playlists;
pub mod personal_tokens;
pub mod preview;
pub mod restores;
pub mod routed_base;
pub mod routing;
pub mod rules_files;
pub mod schedules;
pub mod sessions;
pub mod setup;
pub mod song_journeys;
pub mod songs;
pub mod spotify_playlists;
pub mod sync_batches;
pub mod sync_events;
pub mod sync_streams;
pub mod tags;
pub mod templates;
pub mod webhooks;

use crate::server::store::users::User;

/// Who asks.
pub type CurrentUser = User;
