//! One file per page.

pub mod account;
pub mod base_playlist;
pub mod cache;
pub mod child_changes;
pub mod child_playlist;
pub mod field_docs;
pub mod hands;
pub mod history;
pub mod home;
pub mod import_rules;
pub mod insights;
pub mod lazy;
pub mod not_found;
pub mod plan;
pub mod playlists;
pub mod privacy;
pub mod restore;
pub mod routing;
pub mod schedule;
pub mod setup;
pub mod song;
pub mod songs;
pub mod sync_batch;
pub mod sync_event;
pub mod tags;
pub mod templates;
