//! Telling another program when a sync has ended.

pub mod address;
pub mod deliver;
pub mod sign;
