//! Artists.

use super::{Shape, extend};
use crate::simulator::catalogue::Artist;
use crate::simulator::config::WithheldGenres;
use serde_json::{Value, json};
use std::sync::Arc;

impl Shape<'_> {
    /// The short form on tracks and albums.
    pub fn artist_refs(&self, artists: &[Arc<Artist>]) -> Value {
        artists
            .iter()
            .map(|artist| {
                let mut short = self.identity("artist", &artist.id);
                short["name"] = artist.name.clone().into();
                short
            })
            .collect()
    }

    /// The whole artist; development mode withholds genres, popularity and followers.
    pub fn artist(&self, artist: &Artist) -> Value {
        let mut whole = self.identity("artist", &artist.id);
        extend(&mut whole, json!({ "name": artist.name, "images": self.covers(&artist.id) }));
        if self.is_extended() {
            let more = json!({
                "genres": artist.genres,
                "popularity": artist.popularity,
                "followers": { "href": null, "total": artist.followers },
            });
            extend(&mut whole, more);
            return whole;
        }
        match self.look.withheld_genres {
            WithheldGenres::Absent => {}
            WithheldGenres::Null => whole["genres"] = Value::Null,
            WithheldGenres::Never => whole["genres"] = artist.genres.clone().into(),
            WithheldGenres::Empty => whole["genres"] = json!([]),
        }
        whole
    }
}
