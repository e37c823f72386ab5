//! The HTTP contract, one file per noun: each handler reads, acts, answers.

pub mod auth;
pub mod base_playlists;
pub mod base_tracks;
pub mod cache;
pub mod changes;
pub mod child_playlists;
pub mod explanations;
pub mod extract;
pub mod feeds;
pub mod hand_edits;
pub mod health;
pub mod insights;
pub mod me;
pub mod openapi;
pub mod previews;
pub mod requests;
pub mod restores;
pub mod routing;
pub mod rules_files;
pub mod spotify_playlists;
pub mod sync_batches;
pub mod sync_events;
pub mod sync_streams;
pub mod tags;
pub mod templates;
pub mod webhooks;
