//! Keys of the cache: typed, and made into text in one place.

use crate::domain::cache::CacheKind;
use crate::domain::ids::UserId;

/// What a value belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CacheKey {
    /// The same for everybody.
    Track(String),
    /// The same for everybody.
    Artist(String),
    /// The same for everybody.
    Album(String),
    /// Private to a person.
    PlaylistItems { user: UserId, playlist: String },
}

impl CacheKey {
    /// The key of a shared kind, for people who delete by id; `None` for private kinds, which need a person.
    pub fn shared(kind: CacheKind, id: &str) -> Option<Self> {
        match kind {
            CacheKind::Track => Some(Self::Track(id.to_owned())),
            CacheKind::Artist => Some(Self::Artist(id.to_owned())),
            CacheKind::Album => Some(Self::Album(id.to_owned())),
            CacheKind::PlaylistItems => None,
        }
    }

    /// What is kept under it.
    pub const fn kind(&self) -> CacheKind {
        match self {
            Self::Track(_) => CacheKind::Track,
            Self::Artist(_) => CacheKind::Artist,
            Self::Album(_) => CacheKind::Album,
            Self::PlaylistItems { .. } => CacheKind::PlaylistItems,
        }
    }

    /// Whose it is; `None` for shared kinds.
    pub const fn owner(&self) -> Option<UserId> {
        match self {
            Self::Track(_) | Self::Artist(_) | Self::Album(_) => None,
            Self::PlaylistItems { user, .. } => Some(*user),
        }
    }

    /// The text under which every layer keeps it.
    pub fn text(&self) -> String {
        match self {
            Self::Track(id) | Self::Artist(id) | Self::Album(id) => format!("{}{id}", prefix(self.kind(), None)),
            Self::PlaylistItems { user, playlist } => format!("{}{playlist}", prefix(self.kind(), Some(*user))),
        }
    }
}

/// What all keys of a kind, or of a person's part of it, begin with. A new shape of values is a new version.
pub fn prefix(kind: CacheKind, owner: Option<UserId>) -> String {
    match owner {
        None => format!("spotify:{}:v1:", kind.name()),
        Some(user) => format!("spotify:{}:v1:{user}:", kind.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "019401a0-0000-7000-8000-000000000001";

    #[test]
    fn keys_name_kind_version_and_owner() {
        let user = UserId::parse(USER).unwrap();
        let cases = [
            (CacheKey::Track("t".into()), "spotify:track:v1:t".to_owned()),
            (CacheKey::Artist("a".into()), "spotify:artist:v1:a".to_owned()),
            (CacheKey::Album("b".into()), "spotify:album:v1:b".to_owned()),
            (CacheKey::PlaylistItems { user, playlist: "p".into() }, format!("spotify:playlist_items:v1:{USER}:p")),
        ];
        for (key, text) in cases {
            assert_eq!(key.text(), text);
            assert!(text.starts_with(&prefix(key.kind(), key.owner())));
        }
    }

    #[test]
    fn a_private_kind_has_no_shared_key() {
        for kind in CacheKind::ALL {
            assert_eq!(CacheKind::parse(kind.name()), Some(kind));
            assert_eq!(CacheKey::shared(kind, "x").is_none(), kind == CacheKind::PlaylistItems);
        }
    }
}
