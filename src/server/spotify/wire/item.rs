//! Rows of a playlist: tracks, episodes, local files and nothing at all.

use crate::domain::ids::is_spotify_id;
use crate::domain::sync::diff::Row;
use crate::domain::sync::machine::input::BaseRow;
use crate::domain::track::{FilterableTrack, PartialDate, SkipReason, SkippedRow, TrackArtist};
use crate::server::clock;
use serde::{Deserialize, Deserializer};

/// Asked of base rows: what filters of cost 0 use. Both spellings of the row's key, so that each tier answers.
pub const BASE_FIELDS: &str = "total,items(added_at,added_by(id),is_local,item(TRACK),track(TRACK))";
/// What of a track is used.
pub const TRACK_FIELDS: &str = "type,id,uri,name,duration_ms,explicit,is_local,is_playable,disc_number,track_number,\
external_ids(isrc),popularity,artists(id,name),album(id,name,album_type,total_tracks,release_date,release_date_precision)";
/// Asked of children's rows: what a comparison uses.
pub const CHILD_FIELDS: &str = "total,items(is_local,item(type,uri,is_local),track(type,uri,is_local))";

#[derive(Debug, Deserialize)]
pub struct Item {
    #[serde(default)]
    added_at: Option<String>,
    #[serde(default)]
    added_by: Option<AddedBy>,
    #[serde(default)]
    is_local: bool,
    /// The outer `None`: the key is not there.
    #[serde(default, deserialize_with = "present")]
    item: Option<Option<Media>>,
    /// The older spelling.
    #[serde(default, deserialize_with = "present")]
    track: Option<Option<Media>>,
}

fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<Media>>, D::Error> {
    Option::deserialize(value).map(Some)
}

#[derive(Debug, Deserialize)]
struct AddedBy {
    #[serde(default)]
    id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Media {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    uri: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    duration_ms: u32,
    #[serde(default)]
    explicit: bool,
    #[serde(default)]
    is_local: bool,
    #[serde(default)]
    is_playable: Option<bool>,
    #[serde(default)]
    disc_number: Option<u32>,
    #[serde(default)]
    track_number: Option<u32>,
    #[serde(default)]
    external_ids: Option<ExternalIds>,
    /// Present or not is itself a fact: a tier may withhold it.
    #[serde(default)]
    popularity: Option<u8>,
    #[serde(default)]
    artists: Vec<NamedArtist>,
    #[serde(default)]
    album: Option<Album>,
}

#[derive(Debug, Default, Deserialize)]
struct ExternalIds {
    #[serde(default)]
    isrc: Option<String>,
}

#[derive(Debug, Deserialize)]
struct NamedArtist {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Album {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    album_type: Option<String>,
    #[serde(default)]
    total_tracks: Option<u32>,
    #[serde(default)]
    release_date: Option<String>,
}

impl Item {
    /// Whether the track carries `popularity`; `None` where the row is no track of Spotify's.
    pub fn has_popularity(&self) -> Option<bool> {
        let media = self.media()?;
        (media.kind.as_deref() == Some("track") && !self.local()).then_some(media.popularity.is_some())
    }

    /// Whether it has one of the keys that a song stands under, be it null.
    pub const fn has_key(&self) -> bool {
        self.item.is_some() || self.track.is_some()
    }

    fn media(&self) -> Option<&Media> {
        [&self.item, &self.track].into_iter().flatten().find_map(Option::as_ref)
    }

    fn local(&self) -> bool {
        self.is_local || self.media().is_some_and(|media| media.is_local)
    }

    /// A row of a child: its URI, and whether the API could add it back.
    pub fn into_child_row(self) -> Row {
        let fixed = self.local();
        match self.media().and_then(|media| media.uri.clone()) {
            Some(uri) => Row { uri, fixed },
            None => Row { uri: String::new(), fixed: true },
        }
    }

    /// A row of a base. Positions are set by whoever knows the page.
    pub fn into_base_row(self) -> BaseRow {
        let local = self.local();
        let (added_at, added_by) = (self.added_at, self.added_by);
        let Some(media) = self.item.flatten().or(self.track.flatten()) else {
            return skipped("unavailable".into(), SkipReason::Unavailable);
        };
        let name = media.name.clone().or_else(|| media.uri.clone()).unwrap_or_default();
        if local {
            return skipped(name, SkipReason::LocalFile);
        }
        if media.kind.as_deref().is_some_and(|kind| kind != "track") {
            return skipped(name, SkipReason::Episode);
        }
        match media.into_track(added_at, added_by) {
            Some(track) => BaseRow::Track(Box::new(track)),
            None => skipped(name, SkipReason::Unavailable),
        }
    }
}

fn skipped(name: String, reason: SkipReason) -> BaseRow {
    BaseRow::Skipped(SkippedRow { position: 0, name, reason })
}

impl Media {
    fn into_track(self, added_at: Option<String>, added_by: Option<AddedBy>) -> Option<FilterableTrack> {
        let id = self.id.filter(|id| is_spotify_id(id))?;
        let album = self.album;
        Some(FilterableTrack {
            position: 0,
            uri: self.uri?,
            id,
            title: self.name.unwrap_or_default(),
            artists: self.artists.into_iter().map(NamedArtist::into_artist).collect(),
            album_id: album.as_ref().and_then(|album| album.id.clone()),
            album: album.as_ref().and_then(|album| album.name.clone()).unwrap_or_default(),
            album_type: album.as_ref().and_then(|album| album.album_type.clone()),
            album_tracks: album.as_ref().and_then(|album| album.total_tracks),
            track_number: self.track_number,
            disc_number: self.disc_number,
            duration_ms: self.duration_ms,
            explicit: self.explicit,
            is_playable: self.is_playable,
            release_date: album.and_then(|album| album.release_date).and_then(|text| PartialDate::parse(&text)),
            added_at_ms: added_at.and_then(|text| clock::parse_ms(&text)),
            added_by: added_by.and_then(|user| user.id).filter(|id| !id.is_empty()),
            isrc: self.external_ids.and_then(|ids| ids.isrc),
            popularity: self.popularity,
            ..FilterableTrack::default()
        })
    }
}

impl NamedArtist {
    fn into_artist(self) -> TrackArtist {
        TrackArtist { id: self.id, name: self.name.unwrap_or_default(), ..TrackArtist::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(json: &str) -> Item {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_track_is_read_under_either_key() {
        for key in ["item", "track"] {
            let row = item(&format!(
                r#"{{"added_at":"2020-01-01T00:00:00Z","added_by":{{"id":""}},"{key}":{{"type":"track","id":"2XU0oxnq2qxCpomAAuJY8K",
                "uri":"spotify:track:2XU0oxnq2qxCpomAAuJY8K","name":"A","duration_ms":1,"explicit":true,
                "artists":[{{"id":null,"name":"B"}}],"album":{{"name":"C","release_date":"1999-05"}}}}}}"#
            ));
            assert_eq!(row.has_popularity(), Some(false));
            let BaseRow::Track(track) = row.into_base_row() else { panic!("{key}") };
            assert_eq!(track.release_date, Some(PartialDate::Month(1999, 5)));
            assert_eq!(track.added_by, None);
            assert_eq!(track.popularity, None);
        }
    }

    #[test]
    fn what_is_no_track_is_skipped_with_a_reason() {
        let cases = [
            (r#"{"item":null}"#, SkipReason::Unavailable),
            (
                r#"{"is_local":true,"item":{"type":"track","id":null,"uri":"spotify:local:a:b:c:1","name":"x"}}"#,
                SkipReason::LocalFile,
            ),
            (
                r#"{"item":{"type":"episode","id":"2XU0oxnq2qxCpomAAuJY8K","uri":"spotify:episode:x","name":"x"}}"#,
                SkipReason::Episode,
            ),
            (r#"{"item":{"type":"track","id":null,"name":"x"}}"#, SkipReason::Unavailable),
        ];
        for (json, reason) in cases {
            let BaseRow::Skipped(row) = item(json).into_base_row() else { panic!("{json}") };
            assert_eq!(row.reason, reason, "{json}");
        }
        assert!(item(r#"{"item":null}"#).into_child_row().fixed);
        assert!(!item(r#"{"item":{"type":"episode","uri":"spotify:episode:x"}}"#).into_child_row().fixed);
    }
}
