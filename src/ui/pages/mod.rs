//! One file per page.

pub mod account;
pub mod base_playlist;
pub mod child_playlist;
pub mod history;
pub mod home;
pub mod not_found;
pub mod playlists;
pub mod privacy;
pub mod setup;
pub mod sync_event;
pub mod tags;
