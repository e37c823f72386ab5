//! The table of fields: one row each. Validation, evaluation, the builder, the sentence and the documentation
//! are derived from it.

use crate::domain::capability::Capabilities;

/// Kind of a field's value; decides its operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    TextList,
    /// Spotify ids, never folded.
    Ids,
    /// Several words of a closed list.
    Set(&'static [&'static str]),
    /// One word of a closed list.
    Enum(&'static [&'static str]),
    /// An integer within bounds.
    Number {
        min: i64,
        max: i64,
    },
    /// Milliseconds, shown as M:SS.
    Duration,
    Boolean,
    /// A day, month or year.
    Date,
    /// A moment.
    Instant,
}

/// What a field costs in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// The playlist items carry it.
    Zero,
    /// The artists must be fetched.
    Artist,
    /// Another call must be made.
    Lookup,
}

/// Where a group of fields stands in the builder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Song,
    Artist,
    Album,
    Playlist,
}

/// A row of the table.
#[derive(Debug)]
pub struct Field {
    /// As in JSON.
    pub id: &'static str,
    /// For people.
    pub label: &'static str,
    pub section: Section,
    pub kind: Kind,
    pub cost: Cost,
    /// Whether Spotify delivers it to this app; `None`: always.
    pub delivered: Option<fn(&Capabilities) -> bool>,
    /// One sentence.
    pub help: &'static str,
    /// A rule on it, as JSON.
    pub example: &'static str,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Field {
    /// Whether Spotify withholds it from this app.
    pub fn is_withheld(&self, capabilities: &Capabilities) -> bool {
        self.delivered.is_some_and(|delivered| !delivered(capabilities))
    }
}

const ALBUM_TYPES: &[&str] = &["album", "single", "compilation"];
const VERSION_KINDS: &[&str] =
    &["live", "remix", "acoustic", "remaster", "demo", "instrumental", "karaoke", "cover", "edit", "radio", "original"];
const COUNT: Kind = Kind::Number { min: 0, max: 100_000 };
const SCORE: Kind = Kind::Number { min: 0, max: 100 };

macro_rules! field {
    ($id:literal, $label:literal, $section:ident, $kind:expr, $cost:ident, $delivered:expr, $help:literal, $example:literal) => {
        Field {
            id: $id,
            label: $label,
            section: Section::$section,
            kind: $kind,
            cost: Cost::$cost,
            delivered: $delivered,
            help: $help,
            example: $example,
        }
    };
}

/// The table.
#[rustfmt::skip]
pub static FIELDS: &[Field] = &[
    field!("title", "Title", Song, Kind::Text, Zero, None, "The title of the song.", r#"{"field": "title", "op": "contains", "value": "love"}"#),
    field!("version_kind", "Version", Song, Kind::Set(VERSION_KINDS), Zero, None, "Live, remix and so on, as the title says in brackets or after a dash.", r#"{"field": "version_kind", "op": "none_of", "value": ["live", "karaoke"]}"#),
    field!("duration", "Duration", Song, Kind::Duration, Zero, None, "Length of the song.", r#"{"field": "duration", "op": "lte", "value": 180000}"#),
    field!("explicit", "Explicit", Song, Kind::Boolean, Zero, None, "Marked as explicit; \"no\" also means that nobody said.", r#"{"field": "explicit", "op": "is", "value": false}"#),
    field!("popularity", "Popularity", Song, SCORE, Zero, Some(|c| c.popularity), "0 to 100, as Spotify counts it.", r#"{"field": "popularity", "op": "gte", "value": 50}"#),
    field!("is_playable", "Playable", Song, Kind::Boolean, Zero, None, "Whether it can be played, where Spotify says so.", r#"{"field": "is_playable", "op": "is", "value": true}"#),
    field!("isrc", "ISRC", Song, Kind::Text, Zero, None, "International Standard Recording Code.", r#"{"field": "isrc", "op": "starts_with", "value": "GB"}"#),
    field!("track_id", "Song id", Song, Kind::Ids, Zero, None, "Spotify's id of the song.", r#"{"field": "track_id", "op": "any_of", "value": ["2XU0oxnq2qxCpomAAuJY8K"]}"#),
    field!("artist", "Artist", Artist, Kind::TextList, Zero, None, "Each artist of the song by itself.", r#"{"field": "artist", "op": "any_of", "value": ["Björk"]}"#),
    field!("primary_artist", "Primary artist", Artist, Kind::Text, Zero, None, "The first artist of the song.", r#"{"field": "primary_artist", "op": "equals", "value": "Björk"}"#),
    field!("artist_id", "Artist id", Artist, Kind::Ids, Zero, None, "Spotify's ids of the artists.", r#"{"field": "artist_id", "op": "any_of", "value": ["2NjfBq1NflQcKSeiDooVjY"]}"#),
    field!("genre", "Genre", Artist, Kind::TextList, Artist, Some(|c| c.genre), "Genres of all its artists; often empty.", r#"{"field": "genre", "op": "any_of", "value": ["rock"], "item_match": "has_word"}"#),
    field!("artist_popularity", "Artist popularity", Artist, SCORE, Artist, Some(|c| c.artist_popularity), "0 to 100; of the most popular artist unless `reduce` says min or primary.", r#"{"field": "artist_popularity", "op": "gte", "value": 60, "reduce": "primary"}"#),
    field!("artist_followers", "Artist followers", Artist, Kind::Number { min: 0, max: 10_000_000_000 }, Artist, Some(|c| c.artist_followers), "Followers of the most followed artist unless `reduce` says min or primary.", r#"{"field": "artist_followers", "op": "lt", "value": 100000}"#),
    field!("album", "Album", Album, Kind::Text, Zero, None, "Name of the album.", r#"{"field": "album", "op": "contains", "value": "greatest hits"}"#),
    field!("album_type", "Album type", Album, Kind::Enum(ALBUM_TYPES), Zero, None, "Album, single or compilation.", r#"{"field": "album_type", "op": "is_any_of", "value": ["album"]}"#),
    field!("album_id", "Album id", Album, Kind::Ids, Zero, None, "Spotify's id of the album.", r#"{"field": "album_id", "op": "any_of", "value": ["0UywfDKYlyiu1b38DRrzYD"]}"#),
    field!("album_tracks", "Songs on the album", Album, COUNT, Zero, None, "How many songs the album has.", r#"{"field": "album_tracks", "op": "gte", "value": 5}"#),
    field!("track_number", "Number on the disc", Album, COUNT, Zero, None, "Where the song stands on its disc.", r#"{"field": "track_number", "op": "eq", "value": 1}"#),
    field!("disc_number", "Disc", Album, COUNT, Zero, None, "Which disc of the album.", r#"{"field": "disc_number", "op": "eq", "value": 1}"#),
    field!("release_year", "Release year", Album, Kind::Number { min: 1000, max: 9999 }, Zero, None, "Year of the album, which may be a reissue.", r#"{"field": "release_year", "op": "between", "value": [1990, 1999]}"#),
    field!("release_date", "Release date", Album, Kind::Date, Zero, None, "Date of the album; a year or a month alone counts as the whole of it.", r#"{"field": "release_date", "op": "after", "value": "2020-06"}"#),
    field!("added_at", "Added", Playlist, Kind::Instant, Zero, None, "When the song came into the base playlist.", r#"{"field": "added_at", "op": "in_last", "value": {"n": 30, "unit": "days"}}"#),
    field!("added_by", "Added by", Playlist, Kind::Ids, Zero, None, "Spotify user id of who added it.", r#"{"field": "added_by", "op": "any_of", "value": ["smedjan"]}"#),
    field!("position", "Position", Playlist, COUNT, Zero, None, "Row in the base playlist, counted from 1.", r#"{"field": "position", "op": "lte", "value": 100}"#),
    field!("liked", "Liked", Playlist, Kind::Boolean, Lookup, Some(|c| c.liked), "Whether it is among your Liked Songs.", r#"{"field": "liked", "op": "is", "value": true}"#),
    field!("in_playlist", "In playlist", Playlist, Kind::Ids, Lookup, None, "Other playlists that hold it; write their links, URIs or ids.", r#"{"field": "in_playlist", "op": "none_of", "value": ["37i9dQZF1DXcBWIGoYBM5M"]}"#),
    field!("tag", "Tag", Playlist, Kind::TextList, Zero, None, "Your own tags on the song and on its artists.", r#"{"field": "tag", "op": "any_of", "value": ["Gym"]}"#),
];

/// The row of an id.
pub fn find(id: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.id == id)
}

/// The documentation of all fields, as Markdown.
pub fn markdown() -> String {
    super::markdown::page()
}
