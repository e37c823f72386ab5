//! Tracks, and the two things that can stand in their place.

use super::{MARKETS, Shape, extend};
use crate::simulator::catalogue::Track;
use crate::simulator::world::row::{Episode, LocalFile};
use serde_json::{Value, json};

impl Shape<'_> {
    /// A track without its album, as albums list them.
    pub fn simplified_track(&self, track: &Track) -> Value {
        let mut short = self.identity("track", &track.id);
        let more = json!({
            "artists": self.artist_refs(&track.artists),
            "disc_number": track.disc_number,
            "duration_ms": track.duration_ms,
            "explicit": track.explicit,
            "is_local": false,
            "name": track.name,
            "track_number": track.track_number,
        });
        extend(&mut short, more);
        if self.is_extended() {
            extend(&mut short, json!({ "available_markets": MARKETS, "preview_url": null }));
        }
        if self.market {
            short["is_playable"] = true.into();
        }
        short
    }

    /// The whole track; development mode withholds popularity and markets.
    pub fn track(&self, track: &Track) -> Value {
        let mut whole = self.simplified_track(track);
        extend(&mut whole, json!({ "album": self.album_ref(&track.album), "external_ids": { "isrc": track.isrc } }));
        if self.is_extended() {
            whole["popularity"] = track.popularity.into();
        }
        whole
    }

    /// A file from somebody's disk: the form of a track, with hardly anything in it.
    pub fn local_file(&self, file: &LocalFile) -> Value {
        let mut whole = json!({
            "album": {
                "album_type": null, "artists": [], "external_urls": {}, "href": null, "id": null, "images": [],
                "name": file.album, "release_date": null, "release_date_precision": null, "type": "album", "uri": null,
            },
            "artists": [{
                "external_urls": {}, "href": null, "id": null, "name": file.artist, "type": "artist", "uri": null,
            }],
            "disc_number": 0,
            "duration_ms": u64::from(file.seconds) * 1_000,
            "explicit": false,
            "external_ids": {},
            "external_urls": {},
            "href": null,
            "id": null,
            "is_local": true,
            "name": file.title,
            "track_number": 0,
            "type": "track",
            "uri": &*file.uri,
        });
        if self.is_extended() {
            whole["album"]["available_markets"] = json!([]);
            extend(&mut whole, json!({ "available_markets": [], "popularity": 0, "preview_url": null }));
        }
        whole
    }

    /// An episode with its show.
    pub fn episode(&self, episode: &Episode) -> Value {
        let mut whole = self.identity("episode", &episode.id);
        let more = json!({
            "audio_preview_url": null,
            "description": "An invented episode.",
            "html_description": "<p>An invented episode.</p>",
            "duration_ms": episode.duration_ms,
            "explicit": false,
            "images": self.covers(&episode.id),
            "is_externally_hosted": false,
            "is_playable": true,
            "language": "en",
            "languages": ["en"],
            "name": episode.name,
            "release_date": "2024-02-29",
            "release_date_precision": "day",
            "resume_point": { "fully_played": false, "resume_position_ms": 0 },
            "show": self.show(episode),
        });
        extend(&mut whole, more);
        whole
    }

    fn show(&self, episode: &Episode) -> Value {
        let id = crate::simulator::ids::id_of("show", crate::simulator::ids::hash_of(&episode.show));
        let mut show = self.identity("show", &id);
        let more = json!({
            "available_markets": MARKETS,
            "copyrights": [],
            "description": "An invented show.",
            "html_description": "<p>An invented show.</p>",
            "explicit": false,
            "images": self.covers(&id),
            "is_externally_hosted": false,
            "languages": ["en"],
            "media_type": "audio",
            "name": episode.show,
            "publisher": "Invented Radio",
            "total_episodes": 1,
        });
        extend(&mut show, more);
        show
    }
}
