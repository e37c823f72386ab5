//! Rows of a playlist: tracks, episodes, local files and nothing at all.

use crate::domain::ids::is_spotify_id;
use crate::domain::sync::diff::Row;
use crate::domain::sync::machine::input::BaseRow;
use crate::domain::track::{FilterableTrack, PartialDate, SkipReason, SkippedRow, TrackArtist};
use crate::server::clock;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// Asked of base rows: what filters of cost 0 use. `KEY` is what the song stands under, `TRACK` what of it is used.
pub const BASE_FIELDS: &str = "total,items(added_at,added_by(id),is_local,KEY(TRACK))";
/// What of a track is used.
pub const TRACK_FIELDS: &str = "type,id,uri,name,duration_ms,explicit,is_local,is_playable,disc_number,track_number,\
external_ids(isrc),popularity,artists(id,name),album(id,name,album_type,total_tracks,release_date)";
/// Asked of children's rows: what a comparison uses.
pub const CHILD_FIELDS: &str = "total,items(is_local,KEY(type,uri,is_local))";

/// A text that is only looked at, where it stands in the answer if it has no escapes.
#[derive(Debug, Deserialize)]
struct Glance<'a>(#[serde(borrow)] Cow<'a, str>);

/// A row of a playlist.
#[derive(Debug, Deserialize)]
pub struct Item<'a> {
    #[serde(default, borrow)]
    added_at: Option<Glance<'a>>,
    #[serde(default)]
    added_by: Option<AddedBy>,
    #[serde(default)]
    is_local: bool,
    /// The outer `None`: the key is not there.
    #[serde(default, borrow, deserialize_with = "present")]
    item: Option<Option<Media<'a>>>,
    /// The older spelling.
    #[serde(default, borrow, deserialize_with = "present")]
    track: Option<Option<Media<'a>>>,
}

fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<Media<'de>>>, D::Error> {
    Option::deserialize(value).map(Some)
}

#[derive(Debug, Deserialize)]
struct AddedBy {
    #[serde(default)]
    id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Media<'a> {
    #[serde(default, borrow, rename = "type")]
    kind: Option<Glance<'a>>,
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
    #[serde(default, borrow)]
    album: Option<Album<'a>>,
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

#[derive(Debug, Default, Deserialize)]
struct Album<'a> {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    album_type: Option<String>,
    #[serde(default)]
    total_tracks: Option<u32>,
    #[serde(default, borrow)]
    release_date: Option<Glance<'a>>,
}

impl Glance<'_> {
    fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'a> Item<'a> {
    /// Whether the track carries `popularity`; `None` where the row is no track of Spotify's.
    pub fn has_popularity(&self) -> Option<bool> {
        let media = self.media()?;
        (media.is_track() == Some(true) && !self.local()).then_some(media.popularity.is_some())
    }

    /// Whether it has one of the keys that a song stands under, be it null.
    pub const fn has_key(&self) -> bool {
        self.item.is_some() || self.track.is_some()
    }

    fn media(&self) -> Option<&Media<'a>> {
        [&self.item, &self.track].into_iter().flatten().find_map(Option::as_ref)
    }

    fn local(&self) -> bool {
        self.is_local || self.media().is_some_and(|media| media.is_local)
    }

    fn into_media(self) -> Option<Media<'a>> {
        self.item.flatten().or(self.track.flatten())
    }

    /// A row of a child: its URI, and whether the API could add it back.
    pub fn into_child_row(self) -> Row {
        let fixed = self.local();
        match self.into_media().and_then(|media| media.uri) {
            Some(uri) => Row { uri, fixed },
            None => Row { uri: String::new(), fixed: true },
        }
    }

    /// A row of a base. Positions are set by whoever knows the page.
    pub fn into_base_row(mut self) -> BaseRow {
        let local = self.local();
        let added_at_ms = self.added_at.take().and_then(|text| clock::parse_ms(text.as_str()));
        let added_by = self.added_by.take().and_then(|user| user.id).filter(|id| !id.is_empty());
        let Some(media) = self.into_media() else {
            return skipped("unavailable".into(), SkipReason::Unavailable);
        };
        let reason = match media.is_track() {
            _ if local => SkipReason::LocalFile,
            Some(false) => SkipReason::Episode,
            Some(true) | None if media.is_complete() => {
                let track = FilterableTrack { added_at_ms, added_by, ..media.into_track() };
                return BaseRow::Track(Box::new(track));
            }
            Some(true) | None => SkipReason::Unavailable,
        };
        skipped(media.name.or(media.uri).unwrap_or_default(), reason)
    }
}

fn skipped(name: String, reason: SkipReason) -> BaseRow {
    BaseRow::Skipped(SkippedRow { position: 0, name, reason })
}

impl Media<'_> {
    /// `None` where Spotify does not say what it is.
    fn is_track(&self) -> Option<bool> {
        self.kind.as_ref().map(|kind| kind.as_str() == "track")
    }

    /// Whether it has what every song of Spotify's has.
    fn is_complete(&self) -> bool {
        self.uri.is_some() && self.id.as_deref().is_some_and(is_spotify_id)
    }

    fn into_track(self) -> FilterableTrack {
        let album = self.album.unwrap_or_default();
        FilterableTrack {
            uri: self.uri.unwrap_or_default(),
            id: self.id.unwrap_or_default(),
            title: self.name.unwrap_or_default(),
            artists: self.artists.into_iter().map(NamedArtist::into_artist).collect(),
            album_id: album.id,
            album: album.name.unwrap_or_default(),
            album_type: album.album_type,
            album_tracks: album.total_tracks,
            track_number: self.track_number,
            disc_number: self.disc_number,
            duration_ms: self.duration_ms,
            explicit: self.explicit,
            is_playable: self.is_playable,
            release_date: album.release_date.and_then(|text| PartialDate::parse(text.as_str())),
            isrc: self.external_ids.and_then(|ids| ids.isrc),
            popularity: self.popularity,
            ..FilterableTrack::default()
        }
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

    fn item(json: &str) -> Item<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_track_is_read_under_either_key() {
        for key in ["item", "track"] {
            let json = format!(
                r#"{{"added_at":"2020-01-01T00:00:00Z","added_by":{{"id":""}},"{key}":{{"type":"track","id":"2XU0oxnq2qxCpomAAuJY8K",
                "uri":"spotify:track:2XU0oxnq2qxCpomAAuJY8K","name":"A","duration_ms":1,"explicit":true,
                "artists":[{{"id":null,"name":"B"}}],"album":{{"name":"C","release_date":"1999-05"}}}}}}"#
            );
            let row = item(&json);
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
