//! What a simulator is started with.

use super::catalogue::Catalogue;
use super::faults::FaultScript;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// What Spotify lets an app do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// An app registered today: no batches, fields withheld, the new paths only.
    #[default]
    Development,
    /// Extended quota: everything, the old paths and keys beside the new ones.
    Extended,
}

/// How `/authorize` chooses a user when the request names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignIn {
    /// With one user straight back with a code, with more a page of buttons.
    #[default]
    Auto,
    /// Always the page of buttons.
    Buttons,
}

/// The form in which development mode withholds an artist's genres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WithheldGenres {
    #[default]
    Absent,
    Null,
    Empty,
    /// They are delivered, one artist a request.
    Never,
}

/// Requests allowed per endpoint group in a rolling day; a group that is not named has no quota.
///
/// Groups: `me`, `playlists`, `items`, `library`, `tracks`, `artists`, `albums`.
#[derive(Debug, Clone, Default)]
pub struct Quota {
    pub requests_per_day: BTreeMap<String, u32>,
    /// Seconds in `Retry-After`; none sends no header.
    pub retry_after: Option<u64>,
}

/// How much the journal keeps before it forgets the oldest.
#[derive(Debug, Clone, Copy)]
pub struct JournalLimits {
    pub requests: usize,
    /// Sum of the lengths of all recorded playlist states.
    pub state_uris: usize,
}

impl Default for JournalLimits {
    fn default() -> Self {
        Self { requests: 200_000, state_uris: 4_000_000 }
    }
}

/// Everything a simulator can be told at the start.
#[derive(Debug, Clone)]
pub struct SimulatorConfig {
    pub mode: Mode,
    pub catalogue: Catalogue,
    /// Accounts that exist from the start, each with the catalogue's playlists.
    pub users: usize,
    /// Waited before each answer.
    pub latency: Duration,
    /// The rolling limiter, per client id; none means no limit.
    pub requests_per_30s: Option<u32>,
    pub quota: Option<Quota>,
    pub faults: FaultScript,
    /// The one registered redirect URI; on a loopback IP literal any port is accepted.
    pub redirect_uri: String,
    /// Whether a refresh answers with a new refresh token and revokes the old one.
    pub refresh_rotates: bool,
    /// For how long reads show the snapshot from before a write.
    pub snapshot_lag: Duration,
    /// Absolute base of `href`, `next` and image links, without a slash at the end; may be set later.
    pub public_url: String,
    /// Base of cover images where it differs from `public_url`; may be a path.
    pub covers_url: Option<String>,
    pub sign_in: SignIn,
    /// The one accepted client id; none accepts any.
    pub client_id: Option<String>,
    pub token_lifetime: Duration,
    /// From the original consent; refreshing does not prolong it.
    pub refresh_lifetime: Duration,
    pub code_lifetime: Duration,
    pub withheld_genres: WithheldGenres,
    /// Development mode also sends the old keys `tracks` and `track`, as seen from March to August 2026.
    pub twin_keys: bool,
    /// An empty playlist's `images` are null instead of `[]`.
    pub null_images: bool,
    /// `public: false` on create is obeyed. Real Spotify was seen to ignore it.
    pub honour_private: bool,
    /// The instant that the built-in playlists' dates end at; none means the start.
    pub now: Option<Timestamp>,
    pub journal: JournalLimits,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            mode: Mode::Development,
            catalogue: Catalogue::built_in(),
            users: 1,
            latency: Duration::ZERO,
            requests_per_30s: None,
            quota: None,
            faults: FaultScript::default(),
            redirect_uri: "http://127.0.0.1/auth/callback".into(),
            refresh_rotates: false,
            snapshot_lag: Duration::ZERO,
            public_url: String::new(),
            covers_url: None,
            sign_in: SignIn::Auto,
            client_id: None,
            token_lifetime: Duration::from_secs(3_600),
            refresh_lifetime: Duration::from_secs(180 * 86_400),
            code_lifetime: Duration::from_secs(600),
            withheld_genres: WithheldGenres::Absent,
            twin_keys: false,
            null_images: false,
            honour_private: true,
            now: None,
            journal: JournalLimits::default(),
        }
    }
}
