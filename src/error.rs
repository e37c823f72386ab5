//! `AppError`: the one error that crosses the wire, to the API as problem+json and to the pages.

use serde::{Deserialize, Serialize};

/// The closed list of what can go wrong, as programs see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    BadRequest,
    SignedOut,
    Forbidden,
    NotFound,
    Conflict,
    SyncRunning,
    ReconnectNeeded,
    PreconditionFailed,
    TooLarge,
    UnsupportedMediaType,
    Invalid,
    TooManyRequests,
    SpotifyUnavailable,
    Internal,
    Unavailable,
}

/// One thing wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// RFC 6901, as in `/filter/rules/0/value`; "" is the whole document.
    pub pointer: String,
    /// What is wrong and what is allowed.
    pub detail: String,
}

/// What happened, what was changed already, and what to do: the same words everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
pub struct AppError {
    pub code: ErrorCode,
    /// What happened and what was changed already.
    pub detail: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The running sync, for `sync_running`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_event_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Seconds, where waiting helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}

impl AppError {
    /// An error with a code and what happened.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), hint: None, sync_event_id: None, errors: Vec::new(), retry_after_s: None }
    }
    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
    /// An error at one place of the document that was sent.
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut error = Self::new(ErrorCode::Invalid, detail.clone());
        error.errors.push(FieldError { pointer: pointer.into(), detail });
        error
    }
}

impl leptos::server_fn::error::FromServerFnError for AppError {
    type Encoder = leptos::server_fn::codec::JsonEncoding;

    fn from_server_fn_error(value: leptos::prelude::ServerFnErrorErr) -> Self {
        use leptos::prelude::ServerFnErrorErr as E;
        match value {
            E::Request(_) | E::Response(_) => {
                Self::new(ErrorCode::Unavailable, "The server could not be reached. Nothing was changed.")
                    .hint("Try again in a moment.")
            }
            E::Args(_) | E::MissingArg(_) | E::Deserialization(_) | E::Serialization(_) => {
                Self::new(ErrorCode::BadRequest, "The form could not be read. Nothing was changed.")
                    .hint("Reload the page and try again.")
            }
            E::Registration(_) | E::UnsupportedRequestMethod(_) | E::MiddlewareError(_) | E::ServerError(_) => {
                Self::new(ErrorCode::Internal, "Something failed on our side.")
                    .hint("Try again; if it stays, look at the server's log.")
            }
        }
    }
}
