//! A row of a base playlist as filters see it.

use serde::{Deserialize, Serialize};

/// An artist of a track. Optional parts are `None` while not fetched, missing or withheld.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TrackArtist {
    /// Spotify id; absent for local files.
    pub id: Option<String>,
    /// Name as Spotify gives it.
    pub name: String,
    /// Genres of the artist; `Some([])` means Spotify says there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genres: Option<Vec<String>>,
    /// 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub popularity: Option<u8>,
    /// Followers in total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followers: Option<u64>,
}

/// A release date with its precision: an interval of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartialDate {
    /// Only the year is known.
    Year(i16),
    /// Year and month (1 to 12).
    Month(i16, u8),
    /// Year, month and day (1 to 31).
    Day(i16, u8, u8),
}

impl PartialDate {
    /// Reads "YYYY", "YYYY-MM" or "YYYY-MM-DD"; "0000" and nonsense are `None`, i.e. missing.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)?;
        if year == 0 {
            return None;
        }
        let year = i16::try_from(year).ok()?;
        let Some(month) = parts.next() else { return Some(Self::Year(year)) };
        let month = u8::try_from(digits(month, 2)?).ok().filter(|m| (1..=12).contains(m))?;
        let Some(day) = parts.next() else { return Some(Self::Month(year, month)) };
        let day = u8::try_from(digits(day, 2)?).ok().filter(|d| (1..=days_in_month(year, month)).contains(d))?;
        parts.next().is_none().then_some(Self::Day(year, month, day))
    }

    /// The year, known at every precision.
    pub const fn year(self) -> i16 {
        match self {
            Self::Year(year) | Self::Month(year, _) | Self::Day(year, _, _) => year,
        }
    }

    /// First and last day of the interval, as days since 1970-01-01.
    pub fn interval(self) -> (i32, i32) {
        match self {
            Self::Year(year) => (days_from_civil(year, 1, 1), days_from_civil(year, 12, 31)),
            Self::Month(year, month) => {
                (days_from_civil(year, month, 1), days_from_civil(year, month, days_in_month(year, month)))
            }
            Self::Day(year, month, day) => {
                let number = days_from_civil(year, month, day);
                (number, number)
            }
        }
    }
}

fn digits(text: &str, len: usize) -> Option<u32> {
    (text.len() == len && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

const fn is_leap(year: i16) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

/// Days of a month in the proleptic Gregorian calendar.
pub const fn days_in_month(year: i16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
pub const fn days_from_civil(year: i16, month: u8, day: u8) -> i32 {
    let y = year as i32 - (month <= 2) as i32;
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let shifted_month = (month as i32 + 9) % 12;
    let doy = (153 * shifted_month + 2) / 5 + day as i32 - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

/// A song of the base playlist, with everything that rules may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FilterableTrack {
    /// Row in the base, counted from 1, skipped rows included.
    pub position: u32,
    /// `spotify:track:<id>`, what is written to children.
    pub uri: String,
    /// Spotify id of the track.
    pub id: String,
    /// Title as Spotify gives it.
    pub title: String,
    /// Artists in Spotify's order; the first is the primary one.
    pub artists: Vec<TrackArtist>,
    /// Spotify id of the album.
    pub album_id: Option<String>,
    /// Album name; may be "" after a takedown.
    pub album: String,
    /// album, single or compilation.
    pub album_type: Option<String>,
    /// Number of tracks of the album.
    pub album_tracks: Option<u32>,
    /// Number on its disc.
    pub track_number: Option<u32>,
    /// Disc number.
    pub disc_number: Option<u32>,
    /// Length in milliseconds.
    pub duration_ms: u32,
    /// `false` also means "not known" at Spotify.
    pub explicit: bool,
    /// Only where the key is present.
    pub is_playable: Option<bool>,
    /// The album's date.
    pub release_date: Option<PartialDate>,
    /// When it was added to the base, milliseconds since 1970 in UTC; null on very old playlists.
    pub added_at_ms: Option<i64>,
    /// Spotify user id of who added it.
    pub added_by: Option<String>,
    /// International Standard Recording Code.
    pub isrc: Option<String>,
    /// 0 to 100.
    pub popularity: Option<u8>,
    /// The person's own tags on it and on its artists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether it is among the person's Liked Songs; `None` while not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liked: Option<bool>,
    /// Ids of the playlists that hold it, among those that rules of this base name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_playlists: Vec<String>,
}

/// Why a row of the base is not evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// A file on the user's disk; the API cannot add it anywhere.
    LocalFile,
    /// A podcast episode.
    Episode,
    /// Spotify sent a row without a track.
    Unavailable,
}

/// A row that is not evaluated, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SkippedRow {
    /// Row in the base, counted from 1.
    pub position: u32,
    /// Title or URI, as far as known.
    pub name: String,
    /// Why.
    pub reason: SkipReason,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_each_precision_are_intervals() {
        assert_eq!(PartialDate::parse("1970-01-01").unwrap().interval(), (0, 0));
        assert_eq!(PartialDate::parse("1970").unwrap().interval(), (0, 364));
        assert_eq!(PartialDate::parse("2000-02").unwrap().interval(), (10_988, 11_016));
        assert_eq!(PartialDate::parse("2026-11-22").unwrap().interval().0, 20_779);
    }

    #[test]
    fn nonsense_is_missing() {
        for text in ["", "0000", "20", "2000-13", "2001-02-29", "2000-1-1", "1999-12-31-1", "abcd"] {
            assert_eq!(PartialDate::parse(text), None, "{text}");
        }
    }
}
