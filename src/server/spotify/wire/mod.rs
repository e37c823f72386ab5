//! Spotify's JSON as it comes, converted to the domain at once. Keys may be absent, null or of either spelling.

pub mod item;
pub mod playlist;
pub mod user;

use serde::Deserialize;

/// A page of anything.
#[derive(Debug, Deserialize)]
pub struct Paging<T> {
    pub items: Vec<T>,
    pub total: u32,
}

/// An image of a playlist or album.
#[derive(Debug, Deserialize)]
pub struct Image {
    pub url: String,
}
