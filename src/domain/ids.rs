//! Identifiers. Ours are UUIDs; Spotify's are 22 characters of base62. They never mix.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// An id that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind} id")]
pub struct InvalidId {
    /// What kind of id was expected, in words.
    pub kind: &'static str,
}

macro_rules! our_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Reads the hyphenated form of a UUID.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId { kind: $kind })
            }
            /// Wraps a UUID that the caller has made (the domain draws no random numbers).
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

our_id!(/// A person who signed in.
    UserId, "user");
our_id!(/// A base playlist: where songs come from.
    BasePlaylistId, "base playlist");
our_id!(/// A child playlist: what Headwater fills.
    ChildPlaylistId, "child playlist");
our_id!(/// One sync, its record and its lock.
    SyncEventId, "sync event");
our_id!(/// Several syncs that were asked for together.
    SyncBatchId, "sync batch");

/// Spotify's id of a playlist, track, artist or album: `^[0-9A-Za-z]{22}$`
/// (Web API concepts, "Spotify URIs and IDs").
pub fn is_spotify_id(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The Spotify id of a playlist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct PlaylistId(String);

impl PlaylistId {
    /// Accepts the bare id, `spotify:playlist:<id>` or a link to open.spotify.com.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let text = text.trim();
        let bare = text
            .strip_prefix("spotify:playlist:")
            .or_else(|| text.split_once("open.spotify.com/playlist/").map(|(_, rest)| rest))
            .unwrap_or(text);
        let bare = bare.split(['?', '/', '#']).next().unwrap_or(bare);
        if is_spotify_id(bare) { Ok(Self(bare.to_owned())) } else { Err(InvalidId { kind: "Spotify playlist" }) }
    }
    /// The bare id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Where a person opens it.
    pub fn url(&self) -> String {
        format!("https://open.spotify.com/playlist/{}", self.0)
    }
}

impl TryFrom<String> for PlaylistId {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        Self::parse(&text)
    }
}

impl From<PlaylistId> for String {
    fn from(id: PlaylistId) -> Self {
        id.0
    }
}

impl fmt::Display for PlaylistId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_id_is_read_from_id_uri_and_link() {
        let id = "37i9dQZF1DXcBWIGoYBM5M";
        for text in
            [id.to_owned(), format!("spotify:playlist:{id}"), format!("https://open.spotify.com/playlist/{id}?si=1")]
        {
            assert_eq!(PlaylistId::parse(&text).unwrap().as_str(), id);
        }
        for bad in ["", "short", "37i9dQZF1DXcBWIGoYBM5!", "../../../../etc/passwd0"] {
            assert!(PlaylistId::parse(bad).is_err(), "{bad}");
        }
    }
}
