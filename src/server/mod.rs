//! Everything that only the server does.

pub mod adapt;
pub mod backups;
pub mod clock;
pub mod config;
pub mod csv_file;
pub mod error;
pub mod feed;
pub mod figures;
pub mod import_drafts;
pub mod instance;
pub mod jobs;
pub mod middleware;
pub mod operations;
pub mod problem;
pub mod rest;
pub mod seal;
pub mod secret_key;
pub mod session_contents;
pub mod spotify;
pub mod state;
pub mod store;
pub mod sync;
pub mod warming;
pub mod webhooks;
