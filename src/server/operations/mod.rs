//! What a signed-in person can do, once for both faces: the HTTP contract and the server functions.
//! Each is read, check, act, answer.

pub mod base_playlists;
pub mod checks;
pub mod child_playlists;
pub mod explanations;
pub mod me;
pub mod preview;
pub mod routed_base;
pub mod setup;
pub mod songs;
pub mod spotify_playlists;
pub mod sync_events;

use crate::server::store::users::User;

/// Who asks.
pub type CurrentUser = User;
