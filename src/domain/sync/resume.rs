//! Whether a stopped run can go on, and whether it does so by itself.

use crate::domain::sync::event::SyncStatus;
use serde::{Deserialize, Serialize};

/// Where a stopped run stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ResumePoint {
    /// Pages of the base that need not be read again, if it did not change meanwhile.
    pub pages_read: u32,
    /// Pages of the base; 0 while none was read.
    pub pages_total: u32,
    /// Children that are finished.
    pub children_finished: u32,
    pub children_total: u32,
}

impl ResumePoint {
    /// What going on will do, in words.
    pub fn words(self) -> String {
        let Self { pages_read, pages_total, children_finished, children_total } = self;
        let at = match (children_finished, pages_read) {
            (0, 0) => return "Resume starts this sync again with the same filters.".to_owned(),
            (0, _) => format!("{pages_read} of {pages_total} pages are read"),
            (_, 0) => format!("{children_finished} of {children_total} child playlists are finished"),
            (_, _) => format!(
                "{pages_read} of {pages_total} pages are read, {children_finished} of {children_total} child playlists are finished"
            ),
        };
        format!("Resume goes on where it stopped: {at}.")
    }
}

/// What decides over going on with a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Continued {
    pub status: SyncStatus,
    /// Another run of the same base was started after it.
    pub has_newer: bool,
    /// Base or children were edited after it began.
    pub is_edited: bool,
}

/// Why a run cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotResumable {
    Running,
    Completed,
    Newer,
    Edited,
}

impl NotResumable {
    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Running => "This sync is still running, so there is nothing to resume.",
            Self::Completed => "This sync has completed, so there is nothing to resume.",
            Self::Newer => "A newer sync of this base playlist was started since. Resume or retry that one.",
            Self::Edited => {
                "The base playlist or its children were edited since this sync began, so what it had begun no longer fits. \
                 Start a new sync."
            }
        }
    }
}

/// Whether a run can go on.
pub const fn check(run: Continued) -> Result<(), NotResumable> {
    match run.status {
        SyncStatus::InProgress => Err(NotResumable::Running),
        SyncStatus::Completed => Err(NotResumable::Completed),
        SyncStatus::Failed if run.has_newer => Err(NotResumable::Newer),
        SyncStatus::Failed if run.is_edited => Err(NotResumable::Edited),
        SyncStatus::Failed => Ok(()),
    }
}

/// A failed run that is to go on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub run: Continued,
    /// Milliseconds since 1970 in UTC.
    pub resume_at_ms: i64,
    /// Runs that it continues, one after another.
    pub resumed_before: u32,
    /// Its person's connection to Spotify works.
    pub is_connected: bool,
}

/// What to do with it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automatic {
    Resume,
    Wait,
    /// It goes on only when somebody asks for it.
    GiveUp,
}

/// Decides over a failed run; at most `resumes_max` runs of one chain go on by themselves.
pub const fn automatic(waiting: Waiting, resumes_max: u32, now_ms: i64) -> Automatic {
    if check(waiting.run).is_err() || waiting.resumed_before >= resumes_max || !waiting.is_connected {
        return Automatic::GiveUp;
    }
    if now_ms < waiting.resume_at_ms { Automatic::Wait } else { Automatic::Resume }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOPPED: Continued = Continued { status: SyncStatus::Failed, has_newer: false, is_edited: false };

    #[test]
    fn only_the_newest_failed_run_of_an_unedited_base_can_go_on() {
        let cases = [
            (STOPPED, Ok(())),
            (Continued { status: SyncStatus::InProgress, ..STOPPED }, Err(NotResumable::Running)),
            (Continued { status: SyncStatus::Completed, ..STOPPED }, Err(NotResumable::Completed)),
            (Continued { has_newer: true, ..STOPPED }, Err(NotResumable::Newer)),
            (Continued { is_edited: true, ..STOPPED }, Err(NotResumable::Edited)),
            (Continued { has_newer: true, is_edited: true, ..STOPPED }, Err(NotResumable::Newer)),
        ];
        for (run, expected) in cases {
            assert_eq!(check(run), expected, "{run:?}");
        }
    }

    #[test]
    fn a_run_goes_on_by_itself_when_it_is_due_and_not_for_ever() {
        let due = Waiting { run: STOPPED, resume_at_ms: 1_000, resumed_before: 0, is_connected: true };
        let newer = Continued { has_newer: true, ..STOPPED };
        let edited = Continued { is_edited: true, ..STOPPED };
        let cases = [
            (due, Automatic::Resume),
            (Waiting { resume_at_ms: 1_001, ..due }, Automatic::Wait),
            (Waiting { resumed_before: 2, ..due }, Automatic::Resume),
            (Waiting { resumed_before: 3, ..due }, Automatic::GiveUp),
            (Waiting { resumed_before: 3, resume_at_ms: 1_001, ..due }, Automatic::GiveUp),
            (Waiting { is_connected: false, ..due }, Automatic::GiveUp),
            (Waiting { run: newer, ..due }, Automatic::GiveUp),
            (Waiting { run: edited, ..due }, Automatic::GiveUp),
        ];
        for (waiting, expected) in cases {
            assert_eq!(automatic(waiting, 3, 1_000), expected, "{waiting:?}");
        }
        assert_eq!(automatic(due, 0, 1_000), Automatic::GiveUp, "switched off");
    }

    #[test]
    fn words_say_what_is_there() {
        let point = ResumePoint { pages_read: 120, pages_total: 200, children_finished: 0, children_total: 5 };
        assert_eq!(point.words(), "Resume goes on where it stopped: 120 of 200 pages are read.");
        let later = ResumePoint { pages_read: 200, children_finished: 2, ..point };
        assert!(later.words().contains("2 of 5 child playlists are finished"), "{}", later.words());
        let nothing = ResumePoint { pages_read: 0, pages_total: 0, ..point };
        assert!(nothing.words().contains("starts this sync again"));
    }
}
