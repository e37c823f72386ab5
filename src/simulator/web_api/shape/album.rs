//! Albums.

use super::super::page::Window;
use super::{MARKETS, Shape, extend};
use crate::simulator::catalogue::Album;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Tracks of an album that come with it.
const TRACKS_EMBEDDED: usize = 50;

impl Shape<'_> {
    /// The short form on tracks.
    pub fn album_ref(&self, album: &Album) -> Value {
        let mut short = self.identity("album", &album.id);
        let more = json!({
            "album_type": album.album_type.as_str(),
            "artists": self.artist_refs(&album.artists),
            "images": self.covers(&album.id),
            "name": album.name,
            "release_date": album.release_date,
            "release_date_precision": album.release_date_precision,
            "total_tracks": album.total_tracks,
        });
        extend(&mut short, more);
        if self.is_extended() {
            short["available_markets"] = json!(MARKETS);
        }
        short
    }

    /// The whole album with its first tracks; development mode withholds label, popularity and markets.
    pub fn album(&self, album: &Album) -> Value {
        let mut whole = self.album_ref(album);
        let tracks = self.world.catalogue.album_tracks(&album.id);
        let window = Window { offset: 0, limit: TRACKS_EMBEDDED };
        let shown = window.part(&tracks).iter().map(|track| self.simplified_track(track)).collect();
        let href = self.href(&format!("albums/{}/tracks", album.id));
        let more = json!({
            "copyrights": [{ "text": format!("(P) {}", album.label), "type": "P" }],
            "external_ids": { "upc": format!("{:012}", crate::simulator::ids::hash_of(&album.id) % 1_000_000_000_000) },
            "genres": [],
            "tracks": window.page(&href, &BTreeMap::new(), tracks.len(), shown),
        });
        extend(&mut whole, more);
        if self.is_extended() {
            extend(&mut whole, json!({ "label": album.label, "popularity": album.popularity }));
        }
        whole
    }
}
