//! What the machine is told: the frozen start of a run, and events.

use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::filter::rule::Filter;
use crate::domain::ids::{ChildPlaylistId, PlaylistId};
use crate::domain::playlist::{ChildKind, Routing};
use crate::domain::sync::diff::{Row, WriteKind};
use crate::domain::sync::event::SyncEventChild;
use crate::domain::sync::hands::Hands;
use crate::domain::sync::machine::checkpoint::Checkpoint;
use crate::domain::sync::machine::command::{Request, RequestNo};
use crate::domain::tag::TagBook;
use crate::domain::track::{FilterableTrack, SkippedRow};
use serde::{Deserialize, Serialize};

/// Everything a run starts from; nothing else reaches it but events.
#[derive(Debug, Clone, PartialEq)]
pub struct RunInput {
    pub base: BaseInput,
    /// All children of the base, in position order.
    pub children: Vec<ChildInput>,
    pub routing: Routing,
    /// Playlists that rules of active children name, each once.
    pub playlists: Vec<NamedPlaylist>,
    /// The person's tags; empty where no filter asks for them.
    pub tags: TagBook,
    /// What Spotify delivers, as last probed.
    pub capabilities: Capabilities,
    pub mode: ApiMode,
    /// The frozen "now" of the run, milliseconds since 1970 in UTC.
    pub now_ms: i64,
    /// The user's time zone as `EvalContext` takes it.
    pub zone: Vec<(i64, i32)>,
    /// Playlists in the user's library, as last seen: chooses between pages and single reads.
    pub library_total: Option<u32>,
    /// Seeds the jitter.
    pub seed: u64,
    pub limits: Limits,
    /// What the last run verified, for the cheap exit; `None`: never take it.
    pub last_run: Option<LastRun>,
    /// What the run that this one continues had read.
    pub checkpoint: Option<Checkpoint>,
}

/// The base of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseInput {
    pub playlist: PlaylistId,
    pub name: String,
    /// Its snapshot as the last run verified it.
    pub verified_snapshot: Option<String>,
}

/// A playlist that rules name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPlaylist {
    pub playlist: PlaylistId,
    /// What a run of this base read in it, and at which snapshot.
    pub known: Option<KnownContents>,
}

/// One child of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct ChildInput {
    pub id: ChildPlaylistId,
    pub name: String,
    /// `None` while it is not made on Spotify: outside syncs.
    pub playlist: Option<PlaylistId>,
    pub filter: Filter,
    pub kind: ChildKind,
    pub active: bool,
    /// Whether this run writes it; an unselected child still takes part in the routing.
    pub selected: bool,
    /// What it holds, if verified, and at which snapshot.
    pub known: Option<KnownContents>,
    /// What an interrupted run left.
    pub open_intent: Option<OpenIntent>,
    /// Linked with contents and never written by us: its first removal is always held.
    pub adopted_never_written: bool,
    /// The user changed its filter since it was last written: promise P5 does not hold it.
    pub filter_changed: bool,
    /// The plan that the user confirmed.
    pub confirmed_plan_hash: Option<String>,
    /// What is done with changes that were made by hand.
    pub hands: Hands,
    /// What it is put back to, whatever its filter says. Either all selected children of a run have one, or none.
    pub restored_to: Option<Vec<String>>,
}

/// Verified contents of a playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownContents {
    pub snapshot: String,
    pub rows: Vec<Row>,
}

/// An intent whose child was not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIntent {
    /// What the child held before the interrupted run.
    pub old: Vec<Row>,
    /// What it was to hold.
    pub new: Vec<String>,
    /// How it was being written.
    pub kind: WriteKind,
}

/// What the last run of this base left, for the exit after the cheap question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// `filters_hash` is the same now.
    pub same_filters: bool,
    /// First instant at which a relative date may change a verdict; `None`: never.
    pub valid_until_ms: Option<i64>,
    /// It completed for all children of this run, each of them updated, unchanged, or in `left`.
    pub without_problem: bool,
    /// Children that it left as they are.
    pub left: Vec<SyncEventChild>,
}

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest `Retry-After` that is waited for, seconds.
    pub max_rate_limit_wait_s: u64,
    /// Give up at the first fault instead of waiting and repeating.
    pub fail_fast: bool,
    /// Read each written child back.
    pub read_back: bool,
    /// Fetches at a time, at least 1.
    pub concurrency: usize,
}

/// What the driver tells the machine.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Answers `Command::Fetch`. `now_ms` is the clock when the answer was there.
    Fetched { no: RequestNo, result: Result<Answer, Fault>, now_ms: i64 },
    /// Answers `Command::LookUpArtists`: those found. A cache that is down found none.
    ArtistsFound { found: Vec<ArtistMeta> },
    /// Answers `Command::Commit`.
    Committed { no: RequestNo },
    /// Answers `Command::Sleep`.
    Woke { no: RequestNo, now_ms: i64 },
    /// The user wants it to stop: at the next safe point.
    CancelRequested,
    /// The lease is lost or a commit was refused: stop at once, no further writes or commits.
    OwnershipLost,
}

/// A good answer, converted from Spotify's JSON.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A page of the library; null entries are dropped. `total` counts all pages.
    Library {
        entries: Vec<LibraryEntry>,
        total: u32,
    },
    Snapshot(PlaylistSeen),
    /// Each row of the page, in order, none dropped. `popularity_present`: the key was there on every track.
    BasePage {
        rows: Vec<BaseRow>,
        total: u32,
        popularity_present: bool,
    },
    /// Each row of the page, in order, none dropped.
    ChildPage {
        rows: Vec<Row>,
        total: u32,
    },
    /// Artists that Spotify knows; nulls are dropped.
    Artists(Vec<ArtistMeta>),
    /// Of each URI asked, in order, whether it is liked.
    Contained(Vec<bool>),
    Written {
        snapshot: Option<String>,
    },
}

impl Answer {
    /// Whether this is the kind of answer that the request has.
    pub const fn fits(&self, request: &Request) -> bool {
        match self {
            Self::Library { .. } => matches!(request, Request::LibraryPage { .. }),
            Self::Snapshot(_) => matches!(request, Request::PlaylistSnapshot { .. }),
            Self::BasePage { .. } => matches!(request, Request::BaseItems { .. }),
            Self::ChildPage { .. } => matches!(request, Request::ChildItems { .. }),
            Self::Artists(_) => matches!(request, Request::ArtistBatch { .. } | Request::Artist { .. }),
            Self::Contained(truths) => {
                matches!(request, Request::LibraryContains { uris } if uris.len() == truths.len())
            }
            Self::Written { .. } => request.is_write(),
        }
    }
}

/// A playlist of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryEntry {
    pub id: PlaylistId,
    pub seen: PlaylistSeen,
}

/// What Spotify says of a playlist as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaylistSeen {
    pub snapshot: String,
    pub name: String,
    pub total: Option<u32>,
    pub image_url: Option<String>,
}

/// A row of the base. Positions are set by the machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BaseRow {
    Track(Box<FilterableTrack>),
    Skipped(SkippedRow),
}

/// What filters need of an artist; `None` = the key was not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtistMeta {
    pub id: String,
    pub genres: Option<Vec<String>>,
    pub popularity: Option<u8>,
    pub followers: Option<u64>,
}

/// A request that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// Spotify's words or the transport's, for the record; without tokens, queries or bodies.
    pub message: String,
}

/// What a fault means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// 429; `quota`: with reason `QUOTA_EXCEEDED`. Nothing was done.
    RateLimited { retry_after_s: Option<u64>, quota: bool },
    /// The connection has ended; the user must sign in again.
    ReconnectNeeded,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// Another 4xx. Nothing was done.
    Rejected { status: u16 },
    /// 5xx, timeout, reset. Of a write: nobody knows whether it was done.
    Transient { status: Option<u16> },
    /// Truncated or of wrong types. Of a write: nobody knows whether it was done.
    Malformed,
}
