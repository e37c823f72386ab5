//! What the cache says of itself, as the API and the pages show it.

use serde::{Deserialize, Serialize};

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CacheKind {
    Track,
    Artist,
    Album,
    /// Private to a person.
    PlaylistItems,
}

impl CacheKind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Track, Self::Artist, Self::Album, Self::PlaylistItems];

    /// The name in keys, addresses and figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Artist => "artist",
            Self::Album => "album",
            Self::PlaylistItems => "playlist_items",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Where entries lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CacheLayer {
    Memory,
    Sqlite,
    Redis,
}

impl CacheLayer {
    /// The name in figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Redis => "redis",
        }
    }
}

/// Uses of one kind since this server started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CacheKindFigures {
    pub kind: CacheKind,
    /// Ids asked for and found, also those known to be absent from Spotify.
    pub hits: u64,
    /// Ids asked for and not found.
    pub misses: u64,
    /// Values written over ones that were still held.
    pub refreshes: u64,
    /// Ages of all hits in milliseconds, added up; divided by `hits` it is the mean age.
    pub age_at_hit_sum_ms: u64,
    /// Requests to Spotify that were not sent because of hits.
    pub requests_avoided: u64,
}

/// What one layer holds of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CacheKindSize {
    pub kind: CacheKind,
    pub entries: u64,
    /// Keys and values as they are stored, without the layer's own overhead.
    pub bytes: u64,
}

/// How one layer does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CacheLayerFigures {
    pub layer: CacheLayer,
    /// `false`: it failed last and is left alone for a moment; everything is a miss meanwhile.
    pub is_healthy: bool,
    /// Failures and unreadable entries since this server started; each was a miss, none failed a sync.
    pub warnings: u64,
    /// What went wrong last, in words.
    pub last_warning: Option<String>,
    /// `None`: it could not be asked.
    pub sizes: Option<Vec<CacheKindSize>>,
}

/// The whole cache: kinds in the order of [`CacheKind::ALL`], layers from the nearest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CacheFigures {
    pub kinds: Vec<CacheKindFigures>,
    pub layers: Vec<CacheLayerFigures>,
}

/// What became of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CacheDeleted {
    /// Entries removed from the layer that keeps them longest.
    pub entries: u64,
    /// `false`: that layer did not answer; what it holds lives until it expires.
    pub is_complete: bool,
}

/// What the cache spared one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RunSaving {
    pub sync_event_id: String,
    pub base_name: String,
    pub started_at: String,
    /// Requests that it sent.
    pub requests: u32,
    /// Requests that the cache made needless.
    pub requests_saved: u32,
    /// What those would have taken at this server's pace, in seconds.
    pub seconds_saved: u32,
}

/// `GET /api/cache`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CacheReport {
    #[serde(flatten)]
    pub figures: CacheFigures,
    /// This person's artists are being fetched ahead right now.
    pub is_warming: bool,
    /// What the last such fetching did, in words; nothing since this server started: `None`.
    pub last_warming: Option<String>,
    /// This person's latest runs, newest first.
    pub runs: Vec<RunSaving>,
}
