//! The signed-in person, as the API and the pages show them.

use super::capability::{ApiMode, Capabilities};
use super::ids::UserId;
use serde::{Deserialize, Serialize};

/// Whether Spotify still accepts our tokens for this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// Tokens work.
    Ok,
    /// Consent expired or was withdrawn; nothing is lost, signing in again mends it.
    ReconnectNeeded,
}

/// `GET /api/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Me {
    /// Our id.
    pub id: UserId,
    /// Spotify's user id.
    pub spotify_user_id: String,
    /// Name to show; falls back to the Spotify user id.
    pub display_name: String,
    /// State of the connection to Spotify.
    pub connection: Connection,
    /// RFC 3339; refresh tokens end six months after consent.
    pub consent_expires_at: String,
    /// What the app may use.
    pub api_mode: ApiMode,
    /// Which optional fields Spotify delivers.
    pub capabilities: Capabilities,
    /// IANA name; UTC until the browser reports one.
    pub time_zone: String,
    /// Whether this is the built-in simulator.
    pub demo: bool,
}

/// What a visitor can do here, signed in or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupState {
    /// The built-in simulator stands in for Spotify.
    pub demo: bool,
    /// A client id is set.
    pub configured: bool,
    /// What must be registered at Spotify, exactly.
    pub redirect_uri: String,
    pub public_url: String,
}
