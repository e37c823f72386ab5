//! What Spotify or the way to it can answer instead of what was asked for.

/// A request to Spotify that did not succeed. Never carries tokens, queries or bodies.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SpotifyError {
    /// 429.
    #[error("Spotify asks this app to slow down")]
    RateLimited { retry_after_s: Option<u64>, quota: bool },
    /// The refresh token is no longer accepted.
    #[error("Spotify no longer accepts our permission; sign in again")]
    ReconnectNeeded,
    /// 403.
    #[error("Spotify refuses: {message}")]
    Forbidden { message: String },
    /// 404.
    #[error("Spotify does not know this")]
    NotFound,
    /// Another 4xx.
    #[error("Spotify answered {status}: {message}")]
    Rejected { status: u16, message: String },
    /// 5xx.
    #[error("Spotify answered {status}")]
    Server { status: u16 },
    /// Timeout, reset, no connection.
    #[error("Spotify could not be reached: {0}")]
    Transport(&'static str),
    /// Truncated, too large or of wrong types.
    #[error("Spotify's answer could not be read: {0}")]
    Malformed(String),
    /// A fault of ours while keeping tokens.
    #[error("tokens could not be kept: {0}")]
    Tokens(String),
}

impl SpotifyError {
    /// Whether the same request may succeed later without anybody doing anything.
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Server { .. } | Self::Transport(_) | Self::Malformed(_) => true,
            Self::ReconnectNeeded
            | Self::Forbidden { .. }
            | Self::NotFound
            | Self::Rejected { .. }
            | Self::Tokens(_) => false,
        }
    }
}

/// Says what kind of transport fault it was, without the URL that reqwest's own words would carry.
pub fn transport(error: &reqwest::Error) -> SpotifyError {
    if error.is_timeout() {
        SpotifyError::Transport("no answer in time")
    } else if error.is_connect() {
        SpotifyError::Transport("no connection")
    } else if error.is_decode() || error.is_body() {
        SpotifyError::Transport("the answer broke off")
    } else {
        SpotifyError::Transport("the connection broke off")
    }
}
