//! What the pages ask of the server: one file per noun, bodies of a few lines.
//! The same functions are calls on the server and requests in the browser.

pub mod access;
pub mod base_playlists;
pub mod cache;
pub mod changes;
pub mod child_draft;
pub mod child_playlists;
pub mod flash;
pub mod hand_edits;
pub mod insights;
pub mod me;
pub mod previews;
pub mod restores;
pub mod routing;
pub mod rules_files;
pub mod schedules;
pub mod setup;
pub mod songs;
pub mod spotify_playlists;
pub mod sync_batches;
pub mod sync_events;
pub mod tags;
pub mod templates;
pub mod webhooks;
pub mod wire;
