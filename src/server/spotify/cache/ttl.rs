//! How long values may be used.

use crate::domain::cache::CacheKind;
use crate::server::config::Config;
use std::time::Duration;

/// Unknown ids are asked again after an hour.
const ABSENT: Duration = Duration::from_secs(3_600);
/// Entries of one batch do not all expire in one moment.
const JITTER: f64 = 0.10;

/// Times to live by kind.
#[derive(Debug, Clone, Copy)]
pub struct Ttls {
    pub track: Duration,
    pub artist: Duration,
    pub album: Duration,
    pub playlist: Duration,
}

impl Ttls {
    /// As set.
    pub const fn new(config: &Config) -> Self {
        Self {
            track: config.cache_ttl_track,
            artist: config.cache_ttl_artist,
            album: config.cache_ttl_album,
            playlist: config.cache_ttl_playlist,
        }
    }

    /// Milliseconds that a value may be used. `chance` is drawn evenly from 0 to 1.
    pub fn draw_ms(&self, kind: CacheKind, is_absent: bool, chance: f64) -> i64 {
        let ttl = match kind {
            CacheKind::Track => self.track,
            CacheKind::Artist => self.artist,
            CacheKind::Album => self.album,
            CacheKind::PlaylistItems => self.playlist,
        };
        let ttl = if is_absent { ttl.min(ABSENT) } else { ttl };
        let ms = ttl.as_millis() as f64 * (1.0 - JITTER + 2.0 * JITTER * chance);
        ms as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);
    const TTLS: Ttls =
        Ttls { track: Duration::from_secs(1), artist: HOUR.saturating_mul(100), album: HOUR, playlist: HOUR };

    #[test]
    fn times_spread_by_a_tenth_and_absent_ids_live_an_hour() {
        let hour = 3_600_000;
        assert_eq!(TTLS.draw_ms(CacheKind::Artist, false, 0.0), 90 * hour);
        assert_eq!(TTLS.draw_ms(CacheKind::Artist, false, 0.5), 100 * hour);
        assert_eq!(TTLS.draw_ms(CacheKind::Artist, false, 1.0), 110 * hour);
        assert_eq!(TTLS.draw_ms(CacheKind::Artist, true, 0.5), hour);
        assert_eq!(TTLS.draw_ms(CacheKind::Track, true, 0.5), 1_000);
    }
}
