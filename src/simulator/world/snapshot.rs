//! A playlist's version, and the older one that reads may still see.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// The versions of one playlist; the last is the newest.
#[derive(Debug)]
pub struct Snapshots {
    playlist: String,
    version: u64,
    /// Newest last, with the instant it was made; never empty.
    recent: VecDeque<(Instant, String)>,
}

impl Snapshots {
    pub fn new(playlist: &str, now: Instant) -> Self {
        let first = text_of(playlist, 1);
        Self { playlist: playlist.to_owned(), version: 1, recent: VecDeque::from([(now, first)]) }
    }

    /// Makes a new version and gives it.
    pub fn advance(&mut self, now: Instant, lag: Duration) -> String {
        self.version += 1;
        let text = text_of(&self.playlist, self.version);
        self.recent.push_back((now, text.clone()));
        while self.recent.get(1).is_some_and(|(at, _)| now.saturating_duration_since(*at) >= lag) {
            self.recent.pop_front();
        }
        text
    }

    /// The version that a read sees now: the newest that is at least `lag` old, else the oldest known.
    pub fn seen(&self, now: Instant, lag: Duration) -> &str {
        let settled = self.recent.iter().rev().find(|(at, _)| now.saturating_duration_since(*at) >= lag);
        settled.or(self.recent.front()).map_or("", |(_, text)| text)
    }

    /// The newest version.
    pub fn newest(&self) -> &str {
        self.recent.back().map_or("", |(_, text)| text)
    }

    /// Whether a text names a version that this playlist has or had.
    pub fn knows(&self, snapshot: &str) -> bool {
        let Ok(bytes) = STANDARD.decode(snapshot) else { return false };
        let text = String::from_utf8_lossy(&bytes);
        let version = text.split(',').next().and_then(|number| number.parse::<u64>().ok());
        version.is_some_and(|version| {
            (1..=self.version).contains(&version) && text_of(&self.playlist, version) == snapshot
        })
    }
}

/// Looks like Spotify's: base64 of the version, a comma and a hash.
fn text_of(playlist: &str, version: u64) -> String {
    let hash = Sha256::digest(format!("{playlist}/{version}"));
    let hex: String = hash.iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    STANDARD.encode(format!("{version},{hex}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lag_behind_and_then_catch_up() {
        let lag = Duration::from_secs(30);
        let start = Instant::now();
        let mut snapshots = Snapshots::new("p", start);
        let first = snapshots.newest().to_owned();
        let second = snapshots.advance(start + Duration::from_secs(60), lag);
        let third = snapshots.advance(start + Duration::from_secs(70), lag);
        assert_eq!(snapshots.newest(), third);
        assert_eq!(snapshots.seen(start + Duration::from_secs(71), lag), first);
        assert_eq!(snapshots.seen(start + Duration::from_secs(90), lag), second);
        assert_eq!(snapshots.seen(start + Duration::from_secs(100), lag), third);
        assert_eq!(snapshots.seen(start + Duration::from_secs(71), Duration::ZERO), third);
    }

    #[test]
    fn only_its_own_versions_are_known() {
        let now = Instant::now();
        let mut snapshots = Snapshots::new("p", now);
        let first = snapshots.newest().to_owned();
        assert!(!snapshots.knows(&text_of("p", 2)));
        snapshots.advance(now, Duration::ZERO);
        assert!(snapshots.knows(&first) && snapshots.knows(&text_of("p", 2)));
        assert!(!snapshots.knows(&text_of("other", 1)) && !snapshots.knows("nonsense"));
    }
}
