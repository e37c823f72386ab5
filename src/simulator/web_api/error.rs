//! Spotify's error answers.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

/// Everything that the Web API refuses with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simulator) enum ApiError {
    MissingToken,
    InvalidToken,
    ExpiredToken,
    /// Not on the app's list of users.
    NotRegistered,
    /// The gateway's refusal: a removed path, or somebody else's playlist.
    Forbidden,
    InsufficientScope,
    BadRequest(String),
    NotFound,
    NoSuchService,
    /// More rows than a playlist can hold.
    Full,
    /// A write that names a song that is no more.
    DeadUri,
    RateLimited {
        retry_after: u64,
    },
    QuotaSpent {
        retry_after: Option<u64>,
    },
}

impl ApiError {
    pub fn bad(message: &str) -> Self {
        Self::BadRequest(message.to_owned())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::MissingToken => unauthorized("missing_token", "Missing/invalid/expired access token"),
            Self::InvalidToken => unauthorized("invalid_token", "Missing/invalid/expired access token"),
            Self::ExpiredToken => unauthorized("invalid_token", "The access token expired"),
            Self::NotRegistered => plain(
                StatusCode::FORBIDDEN,
                "Check settings on developer.spotify.com/dashboard, the user may not be registered.",
            ),
            Self::Forbidden => gateway(),
            Self::InsufficientScope => plain(StatusCode::FORBIDDEN, "Insufficient client scope"),
            Self::BadRequest(message) => plain(StatusCode::BAD_REQUEST, &message),
            Self::NotFound => plain(StatusCode::NOT_FOUND, "Resource not found"),
            Self::NoSuchService => plain(StatusCode::NOT_FOUND, "Service not found"),
            Self::Full => plain(StatusCode::FORBIDDEN, "Playlist size limit reached"),
            Self::DeadUri => plain(StatusCode::BAD_GATEWAY, "Bad gateway."),
            Self::RateLimited { retry_after } => {
                wait(plain(StatusCode::TOO_MANY_REQUESTS, "API rate limit exceeded"), Some(retry_after))
            }
            Self::QuotaSpent { retry_after } => {
                let error = json!({ "status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED" });
                wait((StatusCode::TOO_MANY_REQUESTS, Json(json!({ "error": error }))).into_response(), retry_after)
            }
        }
    }
}

/// The usual body for a status that a fault script names without a body.
pub(in crate::simulator) fn usual(status: StatusCode) -> Response {
    match status {
        StatusCode::UNAUTHORIZED => ApiError::ExpiredToken.into_response(),
        StatusCode::FORBIDDEN => gateway(),
        StatusCode::NOT_FOUND => ApiError::NotFound.into_response(),
        StatusCode::TOO_MANY_REQUESTS => plain(status, "API rate limit exceeded"),
        other if other.is_client_error() || other.is_server_error() => {
            plain(other, other.canonical_reason().unwrap_or("Error"))
        }
        other => other.into_response(),
    }
}

fn plain(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "error": { "status": status.as_u16(), "message": message } }))).into_response()
}

/// The odd spacing is the real gateway's.
fn gateway() -> Response {
    let body = r#"{"error": {"status": 403, "message": "Forbidden" } }"#;
    (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn unauthorized(code: &str, message: &str) -> Response {
    let mut response = plain(StatusCode::UNAUTHORIZED, message);
    let challenge = format!(r#"Bearer realm="spotify", error="{code}", error_description="{message}""#);
    if let Ok(value) = HeaderValue::try_from(challenge) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

fn wait(mut response: Response, seconds: Option<u64>) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
