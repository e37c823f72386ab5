//! The record of one sync as everyone sees it: API, pages, command line.

use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, SyncEventId, UserId};
use crate::domain::sync::diff::WriteKind;
use crate::domain::sync::progress::{RunProgress, TimeLeft};
use crate::domain::sync::resume::ResumePoint;
use serde::{Deserialize, Serialize};

macro_rules! word_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word used in database, API and logs.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// Reads that word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

word_enum!(/// The contract of the founding document: one of three.
    SyncStatus { InProgress = "in_progress", Completed = "completed", Failed = "failed" });

word_enum!(/// Where a running sync is.
SyncPhase {
    Queued = "queued", Retrieving = "retrieving", Enriching = "enriching",
    Routing = "routing", Writing = "writing", Done = "done",
});

word_enum!(/// How a sync ended.
SyncOutcome {
    /// All children updated or unchanged.
    Full = "full",
    /// Nothing was written.
    NoChange = "no_change",
    /// Some children were skipped, held or failed.
    Partial = "partial",
    /// None finished.
    None = "none",
    /// Stopped by the user.
    Cancelled = "cancelled",
});

word_enum!(/// What started a sync.
SyncTrigger {
    Manual = "manual", Retry = "retry", Resume = "resume", Schedule = "schedule",
    Change = "change", Batch = "batch", Restore = "restore", Api = "api",
});

word_enum!(/// What happened to one child.
ChildOutcome {
    /// It already held what it should.
    Unchanged = "unchanged",
    /// It was written and holds what it should.
    Updated = "updated",
    /// A write failed; `error` says how it was left.
    Failed = "failed",
    /// A write failed and the old contents were put back.
    RolledBack = "rolled_back",
    /// It was not touched; `error` says why.
    Skipped = "skipped",
    /// It waits for a confirmation.
    Held = "held",
});

word_enum!(/// The six words for people (`ux.md`, "Words").
SyncWord {
    Queued = "Queued", Syncing = "Syncing", Done = "Done",
    PartlyDone = "Partly done", Failed = "Failed", Cancelled = "Cancelled",
});

/// Steps done of steps known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Progress {
    pub done: u32,
    pub total: u32,
}

/// The result of one child in one sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SyncEventChild {
    pub child_playlist_id: ChildPlaylistId,
    /// Its name at the time.
    pub name: String,
    /// `null` while it has not been reached.
    pub outcome: Option<ChildOutcome>,
    /// Songs that it should hold.
    pub matched: u32,
    pub added: u32,
    pub removed: u32,
    pub kept: u32,
    /// Write requests sent for it.
    pub requests: u32,
    /// Names this very result, for a confirmation.
    pub plan_hash: Option<String>,
    /// What went wrong, how the child was left, what to do.
    pub error: Option<String>,
}

/// One sync.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SyncEvent {
    pub id: SyncEventId,
    pub user_id: UserId,
    pub base_playlist_id: BasePlaylistId,
    /// Name of the base at the time.
    pub base_name: String,
    pub child_playlist_ids: Vec<ChildPlaylistId>,
    pub status: SyncStatus,
    pub phase: SyncPhase,
    pub outcome: Option<SyncOutcome>,
    pub trigger: SyncTrigger,
    pub resumes: Option<SyncEventId>,
    /// The sync before which the children held what this run puts back.
    pub restores: Option<SyncEventId>,
    /// RFC 3339, UTC.
    pub started_at: String,
    pub completed_at: Option<String>,
    pub error_message: Option<String>,
    /// RFC 3339, UTC: when Spotify will answer again.
    pub retry_at: Option<String>,
    pub tracks_processed: u32,
    pub tracks_skipped: u32,
    pub total_api_requests: u32,
    /// 0 to 1; null when nothing was asked of the cache.
    pub cache_hit_rate: Option<f64>,
    pub cached_api_requests: u32,
    pub actual_api_requests: u32,
    /// Steps of the phase.
    pub progress: Progress,
    /// Of the whole run; it never falls, and is 100 only when it completed.
    pub percent: u32,
    /// Seconds left as a range, while running.
    pub time_left: Option<TimeLeft>,
    /// The middle of that range.
    pub estimated_seconds: Option<u32>,
    /// RFC 3339, UTC: until when Spotify makes it wait.
    pub waiting_until: Option<String>,
    /// Where it stopped, if *Resume* can go on there; an edit of base or children since is found out by *Resume*.
    pub resume: Option<ResumePoint>,
    /// RFC 3339, UTC: when it goes on by itself.
    pub resumes_at: Option<String>,
    pub children: Vec<SyncEventChild>,
    pub created: String,
    pub updated: String,
}

impl SyncEvent {
    /// Adds the result of a child.
    pub fn add_child(&mut self, child: SyncEventChild) {
        if let Some(point) = &mut self.resume {
            let finished = matches!(child.outcome, Some(ChildOutcome::Updated | ChildOutcome::Unchanged));
            point.children_total += 1;
            point.children_finished += u32::from(finished);
        }
        self.children.push(child);
    }

    /// Where it is, as far as the record says.
    pub fn run_progress(&self) -> RunProgress {
        RunProgress {
            phase: self.phase,
            steps: self.progress,
            percent: self.percent,
            time_left: self.time_left,
            waiting_until: self.waiting_until.clone(),
            stopping: false,
            requests: self.total_api_requests,
            cache_asked: 0,
            cache_found: 0,
        }
    }

    /// The one word for people.
    pub fn word(&self) -> SyncWord {
        sync_word(self.status, self.phase, self.outcome)
    }
}

/// Derives the one word that pages and command line show.
pub fn sync_word(status: SyncStatus, phase: SyncPhase, outcome: Option<SyncOutcome>) -> SyncWord {
    match (status, outcome) {
        (SyncStatus::InProgress, _) if phase == SyncPhase::Queued => SyncWord::Queued,
        (SyncStatus::InProgress, _) => SyncWord::Syncing,
        (_, Some(SyncOutcome::Partial)) => SyncWord::PartlyDone,
        (_, Some(SyncOutcome::Cancelled)) => SyncWord::Cancelled,
        (SyncStatus::Completed, _) => SyncWord::Done,
        (SyncStatus::Failed, _) => SyncWord::Failed,
    }
}

/// `GET /api/base-playlists/{id}/sync-status`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SyncState {
    pub active: bool,
    pub event: Option<SyncEvent>,
    /// Operations that answer 409 meanwhile.
    pub locked_operations: Vec<String>,
    pub estimated_seconds: Option<u32>,
    pub last_event: Option<SyncEvent>,
}

/// One of the first songs of a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PreviewTrack {
    pub uri: String,
    pub title: String,
    pub artists: Vec<String>,
    pub album: String,
    pub duration_ms: u32,
}

/// A song that would come or go, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PreviewChange {
    /// Title and artists are empty for a song that left the base: only its URI is known.
    pub track: PreviewTrack,
    /// In words.
    pub reason: String,
}

/// What would become of one child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PreviewVerdict {
    /// It holds what it should.
    Unchanged,
    /// It would be written.
    Write,
    /// It waits for a confirmation of `plan_hash`.
    Held,
    /// It would be left as it is.
    Skipped,
    /// It cannot be written as its filter is.
    Failed,
}

/// Requests of a sync by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RequestKinds {
    /// Asking whether anything changed.
    pub snapshots: u32,
    /// Pages of the base.
    pub base_pages: u32,
    /// Artists that no cache knows.
    pub artists: u32,
    /// Liked Songs, and pages of playlists that rules name.
    pub lookups: u32,
    /// Pages of children whose contents are not known.
    pub child_reads: u32,
    /// Writes to the children.
    pub writes: u32,
}

/// What a sync would cost if nothing were cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UncachedCost {
    pub requests: u32,
    pub seconds: u32,
}

/// What a sync would do to one child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChildPreview {
    /// `null` for a child that is not saved yet.
    pub child_playlist_id: Option<ChildPlaylistId>,
    pub name: Option<String>,
    pub matched: u32,
    pub added: u32,
    pub removed: u32,
    pub kept: u32,
    /// Songs that cannot be judged because Spotify withholds a field.
    pub unknown: u32,
    pub plan_hash: String,
    /// Names the songs that it should hold and their order; the same in browser and server.
    pub fingerprint: String,
    /// Total length of the matched songs.
    pub duration_ms: u64,
    pub first_tracks: Vec<PreviewTrack>,
    pub verdict: PreviewVerdict,
    /// Why it waits for a confirmation.
    pub held: Option<String>,
    /// Why it would be left as it is, or cannot be written.
    pub skipped: Option<String>,
    /// How it would be written: "put" is one request with the whole list, "replace" rewrites it in full.
    pub write_kind: Option<WriteKind>,
    /// Write requests.
    pub requests: u32,
    pub first_added: Vec<PreviewChange>,
    pub first_removed: Vec<PreviewChange>,
}

/// `POST /api/base-playlists/{id}/preview`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Preview {
    pub children: Vec<ChildPreview>,
    /// Songs that no active child takes.
    pub unrouted: u32,
    /// Songs that two or more children take.
    pub overlaps: u32,
    /// Rows that are not evaluated.
    pub skipped: u32,
    /// Songs of the base that were evaluated.
    pub total: u32,
    /// Requests that a sync would send now.
    pub requests: u32,
    /// Seconds that these would take.
    pub seconds: u32,
    /// The requests by kind.
    pub request_kinds: RequestKinds,
    pub without_cache: UncachedCost,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_derived_by_one_function() {
        use SyncOutcome as O;
        use SyncStatus as S;
        let cases = [
            (S::InProgress, SyncPhase::Queued, None, "Queued"),
            (S::InProgress, SyncPhase::Writing, None, "Syncing"),
            (S::Completed, SyncPhase::Done, Some(O::Full), "Done"),
            (S::Completed, SyncPhase::Done, Some(O::NoChange), "Done"),
            (S::Completed, SyncPhase::Done, Some(O::Partial), "Partly done"),
            (S::Failed, SyncPhase::Done, Some(O::Partial), "Partly done"),
            (S::Failed, SyncPhase::Done, Some(O::None), "Failed"),
            (S::Failed, SyncPhase::Done, Some(O::Cancelled), "Cancelled"),
        ];
        for (status, phase, outcome, word) in cases {
            assert_eq!(sync_word(status, phase, outcome).as_str(), word);
        }
    }
}
