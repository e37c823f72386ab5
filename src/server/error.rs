//! What can go wrong on the server, and the one place where it becomes words and a status.

use super::seal::SealError;
use super::spotify::error::SpotifyError;
use super::store::StoreError;
use crate::domain::filter::json::FilterError;
use crate::error::{AppError, ErrorCode, FieldError};
use crate::server::clock;

/// Keeps its source for the log; people see `AppError`.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Said already.
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Spotify(#[from] SpotifyError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("session: {0}")]
    Session(String),
}

impl From<ServerError> for AppError {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::App(error) => error,
            ServerError::Store(error) => from_store(error),
            ServerError::Spotify(error) => from_spotify(&error),
            ServerError::Seal(error) => internal(&error),
            error @ ServerError::Session(_) => internal(&error),
        }
    }
}

/// The same words for an absent id and another person's.
pub fn not_found() -> AppError {
    AppError::new(ErrorCode::NotFound, "There is nothing here that belongs to you.").hint("It may have been deleted.")
}

fn from_store(error: StoreError) -> AppError {
    match error {
        StoreError::NotFound => not_found(),
        StoreError::SyncRunning => sync_running(None),
        StoreError::InUse(why) => {
            AppError::new(ErrorCode::Conflict, sentence(why)).hint("Choose another playlist. Nothing was changed.")
        }
        error @ (StoreError::OwnershipLost
        | StoreError::ScheduleTaken
        | StoreError::BatchTaken
        | StoreError::Unreadable(_)
        | StoreError::Database(_)
        | StoreError::Migration(_)
        | StoreError::Settings(_)) => internal(&error),
    }
}

/// 409 for whatever a running sync locks.
pub fn sync_running(event: Option<String>) -> AppError {
    let mut error = AppError::new(
        ErrorCode::SyncRunning,
        "A sync of this base playlist is running; until it ends, it and its children are locked. Nothing was changed.",
    )
    .hint("Wait for the sync to end, or cancel it.");
    error.sync_event_id = event;
    error.retry_after_s = Some(5);
    error
}

/// 409 until the person signs in again.
pub fn reconnect_needed() -> AppError {
    AppError::new(
        ErrorCode::ReconnectNeeded,
        "Spotify no longer accepts our permission to act for you. Nothing is lost.",
    )
    .hint("Sign in again to go on.")
}

fn from_spotify(error: &SpotifyError) -> AppError {
    let retry = "Try again in a moment.";
    match error {
        SpotifyError::ReconnectNeeded => reconnect_needed(),
        SpotifyError::RateLimited { retry_after_s, .. } => {
            let hint = match retry_after_s.and_then(|seconds| i64::try_from(seconds).ok()) {
                Some(seconds @ 60..) => {
                    let again = clock::text_of(clock::now_ms() + seconds.min(86_400) * 1_000);
                    format!("Try again after {} UTC on {}.", &again[11..16], &again[..10])
                }
                _ => "Try again in a moment.".to_owned(),
            };
            let mut app =
                AppError::new(ErrorCode::SpotifyUnavailable, "Spotify asks this app to wait. Nothing was changed.")
                    .hint(hint);
            app.retry_after_s = retry_after_s.and_then(|seconds| u32::try_from(seconds).ok());
            app
        }
        SpotifyError::Forbidden { message } => {
            AppError::new(ErrorCode::Invalid, format!("Spotify does not allow this: {message}. Nothing was changed."))
                .hint("Choose a playlist that you own or collaborate on.")
        }
        SpotifyError::NotFound => {
            AppError::new(ErrorCode::Invalid, "Spotify does not know this playlist. Nothing was changed.")
        }
        SpotifyError::Rejected { status, message } => AppError::new(
            ErrorCode::Invalid,
            format!("Spotify refused the request ({status}: {message}). Nothing was changed."),
        ),
        SpotifyError::Server { .. } | SpotifyError::Transport(_) | SpotifyError::Malformed(_) => {
            AppError::new(ErrorCode::SpotifyUnavailable, format!("{error}.")).hint(retry)
        }
        SpotifyError::Tokens(_) => internal(error),
    }
}

/// Logged here, once; people get no details of our inside.
fn internal(error: &dyn std::error::Error) -> AppError {
    tracing::error!(%error, "a fault on our side");
    AppError::new(ErrorCode::Internal, "Something failed on our side.")
        .hint("Try again; if it stays, look at the server's log.")
}

/// Faults of a filter, with pointers below `prefix` (as in `/filter`).
pub fn invalid_filter(prefix: &str, faults: Vec<FilterError>) -> AppError {
    let errors: Vec<FieldError> = faults
        .into_iter()
        .map(|fault| FieldError { pointer: format!("{prefix}{}", fault.pointer), detail: fault.detail })
        .collect();
    let mut error = AppError::new(ErrorCode::Invalid, "The filter has a fault. Nothing was saved.");
    error.hint = errors.first().map(|first| first.detail.clone());
    error.errors = errors;
    error
}

/// The one table from code to HTTP status.
pub const fn status_of(code: ErrorCode) -> u16 {
    match code {
        ErrorCode::BadRequest => 400,
        ErrorCode::SignedOut => 401,
        ErrorCode::Forbidden => 403,
        ErrorCode::NotFound => 404,
        ErrorCode::Conflict | ErrorCode::SyncRunning | ErrorCode::ReconnectNeeded => 409,
        ErrorCode::PreconditionFailed => 412,
        ErrorCode::TooLarge => 413,
        ErrorCode::UnsupportedMediaType => 415,
        ErrorCode::Invalid => 422,
        ErrorCode::TooManyRequests => 429,
        ErrorCode::Internal => 500,
        ErrorCode::SpotifyUnavailable | ErrorCode::Unavailable => 503,
    }
}

/// What the status is called.
pub const fn title_of(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "Bad request",
        ErrorCode::SignedOut => "Not signed in",
        ErrorCode::Forbidden => "Forbidden",
        ErrorCode::NotFound => "Not found",
        ErrorCode::Conflict => "Already in use",
        ErrorCode::SyncRunning => "A sync is running",
        ErrorCode::ReconnectNeeded => "Sign in again",
        ErrorCode::PreconditionFailed => "Changed in the meantime",
        ErrorCode::TooLarge => "Too large",
        ErrorCode::UnsupportedMediaType => "Send JSON",
        ErrorCode::Invalid => "Not acceptable as it is",
        ErrorCode::TooManyRequests => "Too many requests",
        ErrorCode::Internal => "A fault on our side",
        ErrorCode::SpotifyUnavailable => "Spotify does not answer",
        ErrorCode::Unavailable => "Not available now",
    }
}

fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}
