//! The pure core: what Headwater knows, without I/O, clock, randomness or any other module of ours.
//! The browser and the server run this very code.

pub mod access;
pub mod backups;
pub mod base_tracks;
pub mod cache;
pub mod capability;
pub mod filter;
pub mod ids;
pub mod insights;
pub mod live_preview;
pub mod me;
pub mod playlist;
pub mod requests;
pub mod rules_file;
pub mod schedule;
pub mod shape;
pub mod sync;
pub mod tag;
pub mod templates;
pub mod theme;
pub mod track;
pub mod webhook;
