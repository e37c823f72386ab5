//! The signed-in user, and artists.

use crate::domain::sync::machine::input::ArtistMeta;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct User {
    pub id: String,
    #[serde(default)]
    pub account_id: Option<String>,
    #[serde(default)]
    pub display_name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Artist {
    pub id: String,
    #[serde(default)]
    genres: Option<Vec<String>>,
    #[serde(default)]
    popularity: Option<u8>,
    #[serde(default)]
    followers: Option<Followers>,
}

#[derive(Debug, Deserialize)]
struct Followers {
    #[serde(default)]
    total: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub struct Artists {
    pub artists: Vec<Option<Artist>>,
}

impl Artist {
    pub fn into_meta(self) -> ArtistMeta {
        ArtistMeta {
            id: self.id,
            genres: self.genres,
            popularity: self.popularity,
            followers: self.followers.and_then(|followers| followers.total),
        }
    }
}
