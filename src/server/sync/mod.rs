//! Carrying out what the pure machine decides.

pub mod base_reads;
pub mod cron;
pub mod driver;
pub mod fetch;
pub mod hands;
pub mod hints;
pub mod live;
pub mod lookups;
pub mod recover;
pub mod restore;
pub mod resume;
pub mod running;
pub mod scheduled;
pub mod start;
pub mod sync_batches;
pub mod watched;
pub mod zone;
