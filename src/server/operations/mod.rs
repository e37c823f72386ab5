//! What a signed-in person can do, once for both faces: the HTTP contract and the server functions.
//! Each is read, check, act, answer.

pub mod base_playlists;
pub mod base_tracks;
pub mod checks;
pub mod child_playlists;
pub mod me;
pub mod preview;
pub mod routing;
pub mod rules_files;
pub mod setup;
pub mod spotify_playlists;
pub mod sync_events;
pub mod templates;

use crate::server::store::users::User;

/// Who asks.
pub type CurrentUser = User;
