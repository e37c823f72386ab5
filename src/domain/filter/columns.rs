//! The songs of a base, field by field: what filters are judged on when there are many songs.
//!
//! Built from the table of fields, each column when a rule first asks for it. A text is folded once and kept once,
//! however many songs have it.

mod build;
mod search;
pub mod texts;

use super::bits::Bits;
use super::dates;
use super::fields::{FIELDS, Field};
use super::rule::Reduce;
use crate::domain::track::FilterableTrack;
use std::borrow::Cow;
use std::sync::OnceLock;
use texts::Texts;

const REDUCES: usize = 3;

/// The songs of a base and the columns made of them so far.
#[derive(Debug)]
pub struct Columns<'t> {
    tracks: Cow<'t, [FilterableTrack]>,
    /// One for each field and way to reduce.
    fields: Vec<OnceLock<Column>>,
    songs: OnceLock<Songs>,
    days: OnceLock<ZoneDays>,
}

/// Offsets of a zone, and the local days of `added_at`-like columns in it: (field, days).
type ZoneDays = (Vec<(i64, i32)>, Vec<OnceLock<Vec<i32>>>);

/// One field of all songs, in the base's order.
#[derive(Debug)]
pub struct Column {
    /// Songs that have no value.
    pub missing: Bits,
    pub cells: Cells,
}

/// The values of a column. What stands where a value is missing is never looked at.
#[derive(Debug)]
pub enum Cells {
    /// A number of `texts` for each song; a missing one has the number after the last.
    Texts {
        texts: Texts,
        codes: Vec<u32>,
    },
    /// The items of all songs in one row: their numbers, and the song that each belongs to.
    Lists {
        texts: Texts,
        codes: Vec<u32>,
        owners: Vec<u32>,
    },
    Numbers(Vec<i64>),
    Booleans(Bits),
    /// First and last day.
    Days(Vec<(i32, i32)>),
    /// Milliseconds since 1970 in UTC.
    Instants(Vec<i64>),
}

impl Column {
    /// A number for each song that sorts as the values do: texts as they are spelled, lists by their first item.
    /// What it says of a missing value means nothing.
    pub fn order(&self) -> Vec<i64> {
        let places = |texts: &Texts| texts.places().iter().map(|place| i64::from(*place)).collect::<Vec<i64>>();
        match &self.cells {
            Cells::Texts { texts, codes } => {
                let places = places(texts);
                codes.iter().map(|code| places.get(*code as usize).copied().unwrap_or_default()).collect()
            }
            Cells::Lists { texts, codes, owners } => {
                let (places, mut order) = (places(texts), vec![0; self.missing.len()]);
                codes.iter().zip(owners).rev().for_each(|(code, row)| order[*row as usize] = places[*code as usize]);
                order
            }
            Cells::Numbers(numbers) | Cells::Instants(numbers) => numbers.clone(),
            Cells::Booleans(yes) => (0..yes.len()).map(|row| i64::from(yes.has(row))).collect(),
            Cells::Days(days) => days.iter().map(|(first, _)| i64::from(*first)).collect(),
        }
    }
}

/// Rows that are the same song have the same number.
#[derive(Debug)]
pub struct Songs {
    pub uris: Texts,
    /// The number of each row.
    pub codes: Vec<u32>,
}

impl<'t> Columns<'t> {
    /// Takes the songs of a base in its order, borrowed or for good.
    pub fn new(tracks: impl Into<Cow<'t, [FilterableTrack]>>) -> Self {
        let fields = (0..FIELDS.len() * REDUCES).map(|_| OnceLock::new()).collect();
        Self { tracks: tracks.into(), fields, songs: OnceLock::new(), days: OnceLock::new() }
    }

    /// The songs.
    pub fn tracks(&self) -> &[FilterableTrack] {
        &self.tracks
    }

    /// How many songs there are.
    pub fn len(&self) -> usize {
        self.tracks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    /// A field's column, made now if nothing asked for it before.
    pub fn column(&self, field: &'static Field, reduce: Reduce) -> &Column {
        self.fields[index(field) * REDUCES + reduce as usize].get_or_init(|| build::column(&self.tracks, field, reduce))
    }

    /// Which rows are the same song.
    pub fn songs(&self) -> &Songs {
        self.songs.get_or_init(|| build::songs(&self.tracks))
    }

    /// Local days of a column of instants. A base is its owner's, so there is one zone, and its days are kept.
    pub fn local_days(&self, field: &'static Field, instants: &[i64], zone: &[(i64, i32)]) -> Cow<'_, [i32]> {
        let days = || instants.iter().map(|instant| dates::local_day(*instant, zone)).collect::<Vec<i32>>();
        let (kept_zone, kept) =
            self.days.get_or_init(|| (zone.to_vec(), FIELDS.iter().map(|_| OnceLock::new()).collect()));
        if kept_zone == zone { Cow::Borrowed(kept[index(field)].get_or_init(days)) } else { Cow::Owned(days()) }
    }
}

/// Row of a field in the table.
pub fn index(field: &'static Field) -> usize {
    let same = |row: &Field| std::ptr::eq(row, field);
    FIELDS.iter().position(same).or_else(|| FIELDS.iter().position(|row| row == field)).unwrap_or_default()
}

impl Songs {
    /// The songs of some URIs; those that the base does not hold are left out.
    pub fn of(&self, uris: &[String]) -> Bits {
        let mut songs = Bits::none(self.uris.len());
        uris.iter().filter_map(|uri| self.uris.find(uri)).for_each(|song| songs.insert(song as usize));
        songs
    }

    /// The rows of some songs.
    pub fn rows(&self, songs: &Bits) -> Bits {
        if songs.is_none() {
            return Bits::none(self.codes.len());
        }
        Bits::of(&self.codes, |song| songs.has(*song as usize))
    }
}
