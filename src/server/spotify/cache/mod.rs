//! Metadata kept between syncs, in layers. Whatever fails here is a miss and a counted warning, never a failed sync.

pub mod artists;
pub mod codec;
pub mod entry;
pub mod flights;
pub mod keys;
pub mod layer;
pub mod memory;
pub mod redis;
pub mod sqlite;
pub mod tally;
pub mod tiered;
pub mod ttl;
