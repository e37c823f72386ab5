//! What a run says when something did not work: the step, the child, the kind of request, the status,
//! how the child was left, and what *Retry* will do.

use super::command::Request;
use super::input::{Fault, FaultKind};
use super::traffic::Failure;
use crate::domain::ids::PlaylistId;

/// How a child was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Not written at all, or put back.
    AsItWas,
    /// Either old or new: one request whose answer was lost.
    OldOrNew,
    /// Midway by edits.
    MidwayByEdits,
    /// Midway through a rewriting in full.
    MidwayRewritten,
}

impl Left {
    const fn words(self) -> &'static str {
        match self {
            Self::AsItWas => "It holds what it held before.",
            Self::OldOrNew => "It holds either what it held before or what it should hold.",
            Self::MidwayByEdits => "It holds a mix of old and new songs; no song that stays is missing.",
            Self::MidwayRewritten => "It holds only a part of its songs.",
        }
    }
}

/// Whether only a new sign-in helps.
pub fn needs_sign_in(failure: &Failure) -> bool {
    failure.fault.kind == FaultKind::ReconnectNeeded
}

/// A run that stopped in `step`.
pub fn run_stopped(step: &str, failure: &Failure, now_ms: i64, finished: usize, total: usize) -> String {
    let left = match finished {
        0 => "No child playlist was finished.".to_owned(),
        _ => format!("{finished} of {total} child playlists were finished; the others keep what they held."),
    };
    format!("{}: {}. {left} {}", capitalized(step), cause(failure), advice(failure, now_ms))
}

/// A run in which children failed.
pub fn some_failed(failed: usize, total: usize, first: &str) -> String {
    match (failed, total) {
        (_, 1) => first.to_owned(),
        _ => format!("{failed} of {total} child playlists failed. {first}"),
    }
}

/// A run that the user stopped.
pub fn cancelled(finished: usize, total: usize) -> String {
    format!(
        "Cancelled. {finished} of {total} child playlists were finished; the others keep what they held. \
         Retry does the rest."
    )
}

/// A child that could not be written to the end.
pub fn child_failed(name: &str, failure: &Failure, left: Left, now_ms: i64) -> String {
    let (cause, left, advice) = (cause(failure), left.words(), advice(failure, now_ms));
    format!("Writing “{name}”: {cause}. {left} {advice}")
}

/// A child that was being written when the run stopped because of another one.
pub fn child_stopped(name: &str, failure: &Failure, left: Left, now_ms: i64) -> String {
    let (cause, left, advice) = (cause(failure), left.words(), advice(failure, now_ms));
    format!("Writing “{name}” stopped with another child playlist: there {cause}. {left} {advice}")
}

/// A child that got its stored contents back.
pub fn rolled_back(name: &str, failure: &Failure) -> String {
    format!(
        "Writing “{name}”: {}. What it held before was put back; dates added are new. Retry writes it again.",
        cause(failure)
    )
}

/// A child that could not be read.
pub fn child_unread(name: &str, failure: &Failure) -> String {
    format!("Reading “{name}”: {}. It was not written. Retry reads it again.", cause(failure))
}

/// A child whose pages did not fit together twice.
pub fn child_changes(name: &str) -> String {
    format!("Reading “{name}”: it changed while it was read, twice. It was not written. Retry reads it again.")
}

/// A child whose writes were undone again and again by somebody else.
pub fn child_contested(name: &str) -> String {
    format!(
        "Writing “{name}”: it keeps changing while it is written; somebody else may be editing it. It holds a mix \
         of old and new songs. Retry reads it and writes the difference."
    )
}

/// Songs that Spotify refuses to take.
pub fn left_out(uris: &[String]) -> String {
    let songs = if uris.len() == 1 { "song was" } else { "songs were" };
    format!("{} {songs} left out because Spotify fails whenever they are added: {}.", uris.len(), uris.join(", "))
}

fn cause(failure: &Failure) -> String {
    let what = request_words(&failure.request);
    let tries = match failure.tries {
        0 | 1 => String::new(),
        tries => format!(" after {tries} tries"),
    };
    format!("{what} failed{tries} ({})", fault_words(&failure.fault))
}

/// A playlist that a rule names cannot be read.
pub fn playlist_unreadable(playlist: &PlaylistId) -> String {
    format!(
        "Cannot judge: a rule names the playlist {}, which Spotify does not give to you any more. It was not written. \
         Change the rule, or get the playlist back.",
        playlist.url()
    )
}

const fn request_words(request: &Request) -> &'static str {
    match request {
        Request::LibraryPage { .. } => "listing your playlists",
        Request::PlaylistSnapshot { .. } => "asking for a playlist",
        Request::BaseItems { .. } => "reading the base playlist's songs",
        Request::ChildItems { .. } => "reading the child playlist's songs",
        Request::ArtistBatch { .. } | Request::Artist { .. } => "reading artists",
        Request::LibraryContains { .. } => "asking for your Liked Songs",
        Request::PutItems { .. } => "replacing the songs",
        Request::PostItems { .. } => "adding songs",
        Request::DeleteItems { .. } => "removing songs",
        Request::MoveItems { .. } => "moving songs",
    }
}

fn fault_words(fault: &Fault) -> String {
    let status = match fault.kind {
        FaultKind::RateLimited { quota: true, .. } => "429, quota spent".to_owned(),
        FaultKind::RateLimited { quota: false, .. } => "429, too many requests".to_owned(),
        FaultKind::ReconnectNeeded => return "the connection to Spotify has ended".to_owned(),
        FaultKind::Forbidden => "403".to_owned(),
        FaultKind::NotFound => "404".to_owned(),
        FaultKind::Rejected { status } | FaultKind::Transient { status: Some(status) } => status.to_string(),
        FaultKind::Transient { status: None } => "no answer".to_owned(),
        FaultKind::Malformed => "unreadable answer".to_owned(),
    };
    if fault.message.is_empty() { status } else { format!("{status}: {}", fault.message) }
}

fn advice(failure: &Failure, now_ms: i64) -> String {
    if let Some(retry_at_ms) = failure.retry_at_ms {
        let wait = duration_words(retry_at_ms.saturating_sub(now_ms));
        return format!("Spotify answers again in {wait}; Retry then does the rest.");
    }
    match failure.fault.kind {
        FaultKind::ReconnectNeeded => "Sign in again, then Retry does the rest.".to_owned(),
        FaultKind::Forbidden => "Check that the playlist is still yours; Retry does the rest.".to_owned(),
        FaultKind::NotFound => "Check that the playlist still exists; Retry does the rest.".to_owned(),
        FaultKind::RateLimited { .. }
        | FaultKind::Rejected { .. }
        | FaultKind::Transient { .. }
        | FaultKind::Malformed => "Retry does the rest.".to_owned(),
    }
}

fn duration_words(ms: i64) -> String {
    let minutes = (ms.max(0) + 59_999) / 60_000;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A child whose hands-policy is not "rules" and that differs right after a write.
pub fn changed_just_now(name: &str) -> String {
    format!(
        "“{name}” was written less than a minute ago and shows other songs now. Whether somebody changed it or Spotify \
         is late cannot be told yet, so it was left as it is. The next sync looks again."
    )
}
