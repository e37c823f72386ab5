//! Why a sync failed, in few words: read from what its record says, which is written for people.

use serde::{Deserialize, Serialize};

/// A cause of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureCause {
    TooManyRequests,
    QuotaSpent,
    SignInEnded,
    NotAllowed,
    NotThere,
    SpotifyFailed,
    NoAnswer,
    Interrupted,
    Other,
}

/// What stands in a message, and the cause that it tells. The first that fits holds.
const SIGNS: [(&str, FailureCause); 9] = [
    ("(429, quota spent", FailureCause::QuotaSpent),
    ("(429, ", FailureCause::TooManyRequests),
    ("the connection to Spotify has ended", FailureCause::SignInEnded),
    ("(403", FailureCause::NotAllowed),
    ("(404", FailureCause::NotThere),
    ("(no answer", FailureCause::NoAnswer),
    ("(unreadable answer", FailureCause::SpotifyFailed),
    ("(5", FailureCause::SpotifyFailed),
    ("nterrupted", FailureCause::Interrupted),
];

impl FailureCause {
    /// The cause that an error message of a sync names.
    pub fn of(message: &str) -> Self {
        SIGNS.iter().find(|(sign, _)| message.contains(sign)).map_or(Self::Other, |(_, cause)| *cause)
    }

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::TooManyRequests => "Spotify asked to wait for long",
            Self::QuotaSpent => "Spotify's quota was spent",
            Self::SignInEnded => "The connection to Spotify had ended",
            Self::NotAllowed => "Spotify did not allow it",
            Self::NotThere => "A playlist was not there any more",
            Self::SpotifyFailed => "Spotify failed",
            Self::NoAnswer => "Spotify did not answer",
            Self::Interrupted => "Interrupted by a restart",
            Self::Other => "Something else; its page says what",
        }
    }
}
