//! The pages and what they are made of. Nothing here names the server.

pub mod browser;
pub mod charts;
pub mod components;
pub mod pages;
