//! Values of fields, read from a song.

use super::fields::Field;
use super::rule::Reduce;
use super::version_kind::version_kinds;
use crate::domain::track::{FilterableTrack, TrackArtist};
use std::borrow::Cow;

/// What a song holds for a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'t> {
    /// The song has none.
    Missing,
    Text(Cow<'t, str>),
    Texts(Vec<Cow<'t, str>>),
    Number(i64),
    Boolean(bool),
    /// First and last day, since 1970-01-01.
    Days(i32, i32),
    /// Milliseconds since 1970 in UTC.
    Instant(i64),
}

/// Reads one field of a song.
pub type Reader = for<'t> fn(&'t FilterableTrack, Reduce) -> Value<'t>;

/// What reads a field: to be asked for once, before many songs.
pub fn reader(field: &Field) -> Reader {
    READERS.iter().find(|(id, _)| *id == field.id).map_or(|_, _| Value::Missing, |(_, reader)| *reader)
}

fn text(value: &str) -> Value<'_> {
    if value.is_empty() { Value::Missing } else { Value::Text(Cow::Borrowed(value)) }
}

fn maybe_text(value: &Option<String>) -> Value<'_> {
    value.as_deref().map_or(Value::Missing, text)
}

fn maybe_number<'t>(value: Option<impl Into<i64>>) -> Value<'t> {
    value.map_or(Value::Missing, |number| Value::Number(number.into()))
}

fn texts<'t>(values: impl Iterator<Item = &'t str>) -> Value<'t> {
    let list: Vec<Cow<'t, str>> = values.filter(|value| !value.is_empty()).map(Cow::Borrowed).collect();
    if list.is_empty() { Value::Missing } else { Value::Texts(list) }
}

fn reduced<'t>(track: &'t FilterableTrack, reduce: Reduce, number: impl Fn(&TrackArtist) -> Option<i64>) -> Value<'t> {
    let numbers = track.artists.iter().filter_map(&number);
    maybe_number(match reduce {
        Reduce::Max => numbers.max(),
        Reduce::Min => numbers.min(),
        Reduce::Primary => track.artists.first().and_then(number),
    })
}

macro_rules! readers {
    ($($name:ident = |$track:ident, $reduce:pat_param| $body:expr;)+) => {
        $(fn $name($track: &FilterableTrack, $reduce: Reduce) -> Value<'_> { $body })+

        /// By the field's id. Apart from the table of fields, so that pages that show fields need not load what
        /// reads songs.
        static READERS: &[(&str, Reader)] = &[$((stringify!($name), $name),)+];
    };
}

readers! {
    title = |track, _| text(&track.title);
    version_kind = |track, _| Value::Texts(version_kinds(&track.title).into_iter().map(Cow::Borrowed).collect());
    duration = |track, _| Value::Number(track.duration_ms.into());
    explicit = |track, _| Value::Boolean(track.explicit);
    popularity = |track, _| maybe_number(track.popularity);
    is_playable = |track, _| track.is_playable.map_or(Value::Missing, Value::Boolean);
    isrc = |track, _| maybe_text(&track.isrc);
    track_id = |track, _| texts(std::iter::once(track.id.as_str()));
    artist = |track, _| texts(track.artists.iter().map(|artist| artist.name.as_str()));
    primary_artist = |track, _| track.artists.first().map_or(Value::Missing, |artist| text(&artist.name));
    artist_id = |track, _| texts(track.artists.iter().filter_map(|artist| artist.id.as_deref()));
    genre = |track, _| texts(track.artists.iter().filter_map(|artist| artist.genres.as_ref()).flatten().map(String::as_str));
    artist_popularity = |track, reduce| reduced(track, reduce, |artist| artist.popularity.map(i64::from));
    artist_followers = |track, reduce| reduced(track, reduce, |artist| artist.followers.and_then(|n| i64::try_from(n).ok()));
    album = |track, _| text(&track.album);
    album_type = |track, _| maybe_text(&track.album_type);
    album_id = |track, _| texts(track.album_id.as_deref().into_iter());
    album_tracks = |track, _| maybe_number(track.album_tracks);
    track_number = |track, _| maybe_number(track.track_number);
    disc_number = |track, _| maybe_number(track.disc_number);
    release_year = |track, _| maybe_number(track.release_date.map(|date| date.year()));
    release_date = |track, _| track.release_date.map_or(Value::Missing, |date| { let (first, last) = date.interval(); Value::Days(first, last) });
    added_at = |track, _| track.added_at_ms.map_or(Value::Missing, Value::Instant);
    added_by = |track, _| texts(track.added_by.as_deref().into_iter());
    position = |track, _| Value::Number(track.position.into());
    liked = |track, _| track.liked.map_or(Value::Missing, Value::Boolean);
    in_playlist = |track, _| texts(track.in_playlists.iter().map(String::as_str));
    tag = |track, _| texts(track.tags.iter().map(String::as_str));
}

#[cfg(test)]
mod tests {
    use super::READERS;
    use crate::domain::filter::fields::FIELDS;

    #[test]
    fn each_field_is_read_and_nothing_else() {
        let fields: Vec<&str> = FIELDS.iter().map(|field| field.id).collect();
        let readers: Vec<&str> = READERS.iter().map(|(id, _)| *id).collect();
        assert_eq!(fields, readers);
    }
}
