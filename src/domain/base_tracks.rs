//! The songs of a base on their way to the browser: everything that a preview needs, so that it needs no request.

use super::capability::Capabilities;
use super::filter::compile::EvalContext;
use super::track::FilterableTrack;
use serde::{Deserialize, Serialize};

/// `GET /api/base-playlists/{id}/tracks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BaseTracks {
    /// Spotify's name for this state of the playlist.
    pub snapshot_id: String,
    /// When this was made, in milliseconds since 1970 in UTC: what relative dates count from.
    pub now_ms: i64,
    /// The person's time zone: offsets in seconds, each from its instant (milliseconds) on.
    pub zone: Vec<(i64, i32)>,
    /// What Spotify delivers to this app.
    pub capabilities: Capabilities,
    /// Whether genres, popularity and followers of the artists are among it, as far as Spotify delivers them.
    pub with_artists: bool,
    /// Rows that are not evaluated: local files, episodes, songs that are gone.
    pub skipped: u32,
    /// Songs in the base's order.
    pub tracks: Vec<FilterableTrack>,
    /// Indexes into `tracks` of what children before the one asked about take; nothing where it may take all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<u32>,
}

impl BaseTracks {
    /// What filters are judged by.
    pub fn context(&self) -> EvalContext {
        EvalContext { now_ms: self.now_ms, zone: self.zone.clone(), capabilities: self.capabilities }
    }
}

/// A name for an ordered list of songs, the same on both sides: 16 hexadecimal digits (FNV-1a, 64 bits).
pub fn fingerprint(uris: &[String]) -> String {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let bytes = uris.iter().flat_map(|uri| uri.bytes().chain(*b"\n"));
    format!("{:016x}", bytes.fold(START, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_order_and_cuts() {
        let of = |uris: &[&str]| fingerprint(&uris.iter().map(|uri| (*uri).to_owned()).collect::<Vec<_>>());
        // Empty input gives the offset basis, as the authors of FNV publish it.
        assert_eq!(of(&[]), "cbf29ce484222325");
        assert_ne!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["ab"]), of(&["a", "b"]));
    }
}
