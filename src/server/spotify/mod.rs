//! The frugal client of Spotify's Web API and accounts service. Only `wire` knows Spotify's JSON.

pub mod breakers;
pub mod cache;
pub mod catalogue;
pub mod circuit;
pub mod client;
mod counts;
pub mod error;
pub mod gate;
pub mod items;
pub mod oauth;
pub mod observe;
pub mod playlists;
pub mod probe;
pub mod redis_link;
pub mod tokens;
mod wire;
