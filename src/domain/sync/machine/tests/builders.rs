//! Small makers of ids, rows and filters.

use crate::domain::filter::rule::Filter;
use crate::domain::ids::{ChildPlaylistId, PlaylistId};
use crate::domain::sync::diff::Row;
use crate::domain::track::{FilterableTrack, TrackArtist};
use serde_json::json;
use uuid::Uuid;

/// SplitMix64, so that a seed is a whole world.
pub struct Dice(pub u64);

impl Dice {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    /// True in `percent` of all cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index as u64 + 1) as usize);
        }
    }
}

pub fn playlist(name: &str) -> PlaylistId {
    PlaylistId::parse(&format!("{name:0>22}")).unwrap()
}

pub fn child_id(number: u64) -> ChildPlaylistId {
    ChildPlaylistId::from_uuid(Uuid::from_u128(u128::from(number) + 1))
}

pub fn uri(number: u64) -> String {
    format!("spotify:track:{number:022}")
}

pub fn songs(numbers: impl IntoIterator<Item = u64>) -> Vec<Row> {
    numbers.into_iter().map(|number| Row::song(uri(number))).collect()
}

pub fn uris(rows: &[Row]) -> Vec<String> {
    rows.iter().filter(|row| !row.fixed).map(|row| row.uri.clone()).collect()
}

/// Its title holds one letter for each word of `letters`; its artist is `artist`.
pub fn track(number: u64, letters: &str, artist: u64) -> FilterableTrack {
    FilterableTrack {
        uri: uri(number),
        id: format!("{number:022}"),
        title: letters.to_owned(),
        artists: vec![TrackArtist { id: Some(artist_id(artist)), name: "Artist".to_owned(), ..TrackArtist::default() }],
        duration_ms: 180_000,
        added_at_ms: Some(1_577_836_800_000 + number as i64 * 3_600_000),
        ..FilterableTrack::default()
    }
}

pub fn artist_id(number: u64) -> String {
    format!("artist{number:016}")
}

fn one_rule(field: &str, op: &str, value: serde_json::Value) -> Filter {
    let rule = json!({"field": field, "op": op, "value": value});
    serde_json::from_value(json!({"schema_version": 1, "match": "all", "rules": [rule]})).unwrap()
}

pub fn title_has(letters: &str) -> Filter {
    one_rule("title", "contains", json!(letters))
}

pub fn genre_is(genre: &str) -> Filter {
    one_rule("genre", "any_of", json!([genre]))
}
