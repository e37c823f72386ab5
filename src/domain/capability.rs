//! What Spotify delivers to this app. Since 2026 apps in development mode no longer get batch reads
//! and several fields; a withheld field is *unknown*, never 0 or empty.

use serde::{Deserialize, Serialize};

/// Whether the app may use the batch reads and sees all fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApiMode {
    /// Extended quota: batch reads and all fields.
    Extended,
    /// Development mode: single reads, fields withheld.
    Development,
}

/// Which optional fields Spotify delivers. `true` = delivered; `false` = withheld from this app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Capabilities {
    /// `popularity` of tracks.
    pub popularity: bool,
    /// `popularity` of artists.
    pub artist_popularity: bool,
    /// `followers.total` of artists.
    pub artist_followers: bool,
    /// `genres` of artists.
    pub genre: bool,
    /// Which songs are liked; withheld where the person did not allow it.
    #[serde(default = "allowed")]
    pub liked: bool,
}

/// Until Spotify refuses.
const fn allowed() -> bool {
    true
}

impl Capabilities {
    /// Everything delivered, as for an app in extended quota.
    pub const ALL: Self =
        Self { popularity: true, artist_popularity: true, artist_followers: true, genre: true, liked: true };
    /// Everything withheld, as for an app registered in 2026.
    pub const NONE: Self =
        Self { popularity: false, artist_popularity: false, artist_followers: false, genre: false, liked: false };
}
