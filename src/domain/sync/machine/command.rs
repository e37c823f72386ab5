//! What the machine asks the driver to do.

use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::ids::{ChildPlaylistId, PlaylistId};
use crate::domain::sync::diff::{Row, WriteKind};
use crate::domain::sync::event::{ChildOutcome, Progress, SyncOutcome, SyncPhase, SyncStatus};
use crate::domain::sync::hands::HandEdit;
use crate::domain::sync::machine::checkpoint::BasePage;
use crate::domain::sync::machine::input::{ArtistMeta, PlaylistSeen};
use crate::domain::track::SkippedRow;

/// Names a command that is answered, so that answers may come in any order. Never used twice in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestNo(pub u64);

/// One request to the Web API. 401 is the client's affair: refresh once, repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// `GET /me/playlists?limit=50&offset=`, answered by `Answer::Library`.
    LibraryPage { offset: u32 },
    /// `GET /playlists/{id}?fields=…`, answered by `Answer::Snapshot`.
    PlaylistSnapshot { playlist: PlaylistId },
    /// `GET /playlists/{id}/items?limit=50&offset=`, answered by `Answer::BasePage`.
    BaseItems { playlist: PlaylistId, offset: u32 },
    /// The same with fewer fields, answered by `Answer::ChildPage`.
    ChildItems { playlist: PlaylistId, offset: u32 },
    /// `GET /artists?ids=`, at most 50, answered by `Answer::Artists`.
    ArtistBatch { ids: Vec<String> },
    /// `GET /artists/{id}`, answered by `Answer::Artists` with one.
    Artist { id: String },
    /// `GET /me/library/contains?uris=`, at most 40, answered by `Answer::Contained`.
    LibraryContains { uris: Vec<String> },
    /// `PUT /playlists/{id}/items` with at most 100 URIs: replaces everything.
    PutItems { playlist: PlaylistId, uris: Vec<String> },
    /// `POST /playlists/{id}/items` with at most 100 URIs; no position: at the end.
    PostItems { playlist: PlaylistId, uris: Vec<String>, position: Option<u32> },
    /// `DELETE /playlists/{id}/items` with at most 100 URIs; removes every copy.
    DeleteItems { playlist: PlaylistId, uris: Vec<String> },
    /// `PUT /playlists/{id}/items` that moves a block.
    MoveItems { playlist: PlaylistId, range_start: u32, insert_before: u32, range_length: u32 },
}

impl Request {
    /// Whether it changes a playlist; all writes are answered by `Answer::Written`.
    pub const fn is_write(&self) -> bool {
        match self {
            Self::PutItems { .. } | Self::PostItems { .. } | Self::DeleteItems { .. } | Self::MoveItems { .. } => true,
            Self::LibraryPage { .. }
            | Self::PlaylistSnapshot { .. }
            | Self::BaseItems { .. }
            | Self::ChildItems { .. }
            | Self::ArtistBatch { .. }
            | Self::Artist { .. }
            | Self::LibraryContains { .. } => false,
        }
    }

    /// The playlist whose items it reads or writes.
    pub const fn playlist(&self) -> Option<&PlaylistId> {
        match self {
            Self::BaseItems { playlist, .. }
            | Self::ChildItems { playlist, .. }
            | Self::PutItems { playlist, .. }
            | Self::PostItems { playlist, .. }
            | Self::DeleteItems { playlist, .. }
            | Self::MoveItems { playlist, .. } => Some(playlist),
            Self::LibraryPage { .. }
            | Self::PlaylistSnapshot { .. }
            | Self::ArtistBatch { .. }
            | Self::Artist { .. }
            | Self::LibraryContains { .. } => None,
        }
    }

    /// Whether sending it again cannot do more than sending it once.
    pub const fn is_idempotent(&self) -> bool {
        !matches!(self, Self::PostItems { .. } | Self::MoveItems { .. })
    }
}

/// What the run writes down. `Intent`, `ChildDone` and `Finished` must be on disk before they are answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Commit {
    /// A step of the run began.
    Phase { phase: SyncPhase, progress: Progress },
    /// What the library says of the base and the children of this run (names follow renames on Spotify).
    PlaylistsSeen { base: Option<PlaylistSeen>, children: Vec<ChildSeen>, library_total: Option<u32> },
    /// Pages of the base that were read since the last such commit, at the snapshot seen before the first of them.
    BasePages { snapshot: String, pages: Vec<BasePage> },
    /// The pages so far do not fit together; they are read again.
    BasePagesForgotten,
    /// The base was read: rows that are evaluated, and those that are not, with the reason.
    BaseRead { tracks: u32, skipped: Vec<SkippedRow> },
    /// A playlist that a rule names was read, at this snapshot.
    PlaylistRead { playlist: PlaylistId, snapshot: String, rows: Vec<Row> },
    /// A child was read, at this snapshot.
    ChildRead { child: ChildPlaylistId, snapshot: String, rows: Vec<Row> },
    /// Promise P3: what a child holds and what it shall hold, before its first write.
    /// Comes a second time for the same child when its writes turn out to be of another kind.
    Intent(Intent),
    /// A child is finished, well or not. Closes its intent if `closes_intent`.
    ChildDone(ChildDone),
    /// The last commit: statistics, status and the release of the lock, in one transaction.
    Finished(Finished),
}

impl Commit {
    /// Whether the machine waits for `Event::Committed` before it goes on.
    pub const fn is_durable(&self) -> bool {
        matches!(self, Self::Intent(_) | Self::ChildDone(_) | Self::Finished(_))
    }
}

/// What the library says of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildSeen {
    pub child: ChildPlaylistId,
    pub seen: PlaylistSeen,
}

/// The stored old and new contents of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub child: ChildPlaylistId,
    /// What it held before this run (before the interrupted run, if that left an intent open).
    pub old: Vec<Row>,
    /// What it shall hold, in order.
    pub new: Vec<String>,
    pub kind: WriteKind,
    pub plan_hash: String,
}

/// The result of one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildDone {
    pub child: ChildPlaylistId,
    pub outcome: ChildOutcome,
    /// Songs that it should hold.
    pub matched: u32,
    pub added: u32,
    pub removed: u32,
    pub kept: u32,
    /// Write requests sent for it, repeats included.
    pub requests: u32,
    pub plan_hash: Option<String>,
    /// What went wrong, how the child was left, what to do.
    pub error: Option<String>,
    /// Songs that were changed by hand against its rules.
    pub hand_edits: Vec<HandEdit>,
    /// What it held before this run; `None`: not looked into.
    pub before: Option<Vec<Row>>,
    /// What it holds now, for sure; `None`: not looked into, or left midway.
    pub after: Option<Vec<Row>>,
    /// The snapshot at which `after` was verified or written.
    pub snapshot: Option<String>,
    /// Whether `after` is Old or New, so that no intent stays open. False: the child may be mixed.
    pub closes_intent: bool,
}

/// How the run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    pub status: SyncStatus,
    pub outcome: SyncOutcome,
    pub error_message: Option<String>,
    /// When Spotify will answer again, milliseconds since 1970 in UTC.
    pub retry_at_ms: Option<i64>,
    /// The connection needs a new sign-in.
    pub reconnect_needed: bool,
    pub tracks_processed: u32,
    pub tracks_skipped: u32,
    /// `Fetch` commands given, repeats included (the client may have sent more after a 401).
    pub requests: u32,
    /// Artist ids asked of the cache, and found there.
    pub artists_asked: u32,
    pub artists_found: u32,
    /// Requests that the cache made unnecessary in the mode of this run.
    pub cached_api_requests: u32,
    /// The base's snapshot that the next run may trust; `None` when its pages did not fit together
    /// or the base was not read to the end.
    pub base_snapshot: Option<String>,
    /// What Spotify delivered, as far as this run met it.
    pub capabilities: Capabilities,
    /// The mode at the end; a refused batch turns `Extended` into `Development`.
    pub mode: ApiMode,
}

impl Finished {
    /// Ids found / ids asked, `None` when nothing was asked.
    pub fn cache_hit_rate(&self) -> Option<f64> {
        (self.artists_asked > 0).then(|| f64::from(self.artists_found) / f64::from(self.artists_asked))
    }
}

/// Why the machine sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SleepReason {
    /// Spotify asked all to wait; nothing is sent meanwhile.
    RateLimited,
    /// Before a failed request is sent again.
    Backoff,
    /// Before a child is read that was written: Spotify shows writes late.
    Settling,
}

/// One thing for the driver to do. Only `Fetch`es run concurrently.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Answered by `Event::Fetched`.
    Fetch { no: RequestNo, request: Request },
    /// Ask the cache, in this order, without duplicates. Answered by `Event::ArtistsFound`.
    LookUpArtists { ids: Vec<String> },
    /// Store in the cache; `absent` are ids that Spotify does not know. Not answered.
    KeepArtists { found: Vec<ArtistMeta>, absent: Vec<String> },
    /// Answered by `Event::Committed`, in the order given.
    Commit { no: RequestNo, commit: Commit },
    /// Answered by `Event::Woke` after `ms`.
    Sleep { no: RequestNo, ms: u64, reason: SleepReason },
    /// Progress within the phase; `waiting_until_ms` while Spotify makes us wait. Not answered; may be merged.
    Heartbeat { phase: SyncPhase, progress: Progress, waiting_until_ms: Option<i64> },
    /// Nothing more will come. The driver stops.
    Done,
}
