//! Requests to the Web API by what they ask for: limits and quotas of Spotify's are told by endpoint.

use serde::{Deserialize, Serialize};

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EndpointGroup {
    /// `/me`.
    Profile,
    /// `/me/playlists`, `/me/library`: what the person has.
    Library,
    /// `/playlists/{id}`: names and snapshots, making playlists.
    Playlists,
    /// Reading `/playlists/{id}/items`.
    ItemsRead,
    /// Writing them.
    ItemsWrite,
    /// `/artists`.
    Artists,
    /// Everything else.
    Other,
}

impl EndpointGroup {
    /// All groups, in the order in which they are shown.
    pub const ALL: [Self; 7] =
        [Self::Profile, Self::Library, Self::Playlists, Self::ItemsRead, Self::ItemsWrite, Self::Artists, Self::Other];

    /// Of a method and a path below the API's URL, as in `GET` and `/me/playlists`.
    pub fn of(method: &str, path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match (method, parts.as_slice()) {
            ("GET", ["me"]) => Self::Profile,
            ("POST", ["me" | "users", .., "playlists"]) => Self::Playlists,
            (_, ["me", ..]) => Self::Library,
            (_, ["playlists", _]) => Self::Playlists,
            ("GET", ["playlists", _, "items" | "tracks"]) => Self::ItemsRead,
            (_, ["playlists", _, "items" | "tracks"]) => Self::ItemsWrite,
            (_, ["artists", ..]) => Self::Artists,
            _ => Self::Other,
        }
    }

    /// The name in the database and in figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Library => "library",
            Self::Playlists => "playlists",
            Self::ItemsRead => "items_read",
            Self::ItemsWrite => "items_write",
            Self::Artists => "artists",
            Self::Other => "other",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}

/// Requests of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct GroupRequests {
    pub group: EndpointGroup,
    pub requests: u64,
}

/// Spotify has said not to ask for this before a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OpenBreaker {
    pub group: EndpointGroup,
    /// When it closes, as RFC 3339 in UTC: from then on Spotify is asked again.
    pub closes_at: String,
    /// Whether a quota is spent; else Spotify has asked the whole app to wait.
    pub is_quota: bool,
}

/// What this installation has asked of Spotify, for everybody together: Spotify's limit is the app's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RequestReport {
    /// Most requests in any 30 seconds, right now: less than set for a while after Spotify refused one.
    pub per_30_seconds: u32,
    /// As set.
    pub per_30_seconds_set: u32,
    /// Groups that Spotify does not answer for a while.
    pub open_breakers: Vec<OpenBreaker>,
    /// Of the last 24 hours, by whole hours of UTC, in the order of [`EndpointGroup::ALL`].
    pub last_24_hours: Vec<GroupRequests>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_that_is_sent_has_its_group() {
        for (method, path, group) in [
            ("GET", "/me", EndpointGroup::Profile),
            ("GET", "/me/playlists", EndpointGroup::Library),
            ("GET", "/me/library/contains", EndpointGroup::Library),
            ("PUT", "/me/library", EndpointGroup::Library),
            ("POST", "/me/playlists", EndpointGroup::Playlists),
            ("GET", "/playlists/x", EndpointGroup::Playlists),
            ("PUT", "/playlists/x", EndpointGroup::Playlists),
            ("GET", "/playlists/x/items", EndpointGroup::ItemsRead),
            ("POST", "/playlists/x/items", EndpointGroup::ItemsWrite),
            ("DELETE", "/playlists/x/tracks", EndpointGroup::ItemsWrite),
            ("GET", "/artists", EndpointGroup::Artists),
            ("GET", "/artists/x", EndpointGroup::Artists),
            ("GET", "/albums/x", EndpointGroup::Other),
        ] {
            assert_eq!(EndpointGroup::of(method, path), group, "{method} {path}");
        }
        assert!(EndpointGroup::ALL.iter().all(|group| EndpointGroup::parse(group.name()) == Some(*group)));
    }
}
