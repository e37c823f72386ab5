//! Makes columns, from the table of fields alone.

use super::super::bits::Bits;
use super::super::fields::{Field, Kind};
use super::super::leaf::{Spelling, spell, spelling};
use super::super::read::{Value, reader};
use super::super::rule::Reduce;
use super::texts::Texts;
use super::{Cells, Column, Songs};
use crate::domain::track::FilterableTrack;

/// One field of all songs.
pub fn column(tracks: &[FilterableTrack], field: &Field, reduce: Reduce) -> Column {
    let values = Values { tracks, field, reduce };
    let mut missing = Bits::none(tracks.len());
    let cells = match field.kind {
        Kind::Text | Kind::Enum(_) => values.texts(&mut missing),
        Kind::TextList | Kind::Ids | Kind::Set(_) => values.lists(&mut missing),
        Kind::Number { .. } | Kind::Duration => Cells::Numbers(values.numbers(&mut missing)),
        Kind::Boolean => values.booleans(&mut missing),
        Kind::Date => values.days(&mut missing),
        Kind::Instant => Cells::Instants(values.numbers(&mut missing)),
    };
    Column { missing, cells }
}

/// Which rows are the same song.
pub fn songs(tracks: &[FilterableTrack]) -> Songs {
    let mut uris = Texts::default();
    let codes = tracks.iter().map(|track| uris.intern(&track.uri)).collect();
    Songs { uris, codes }
}

/// Where the values of a column come from.
struct Values<'t> {
    tracks: &'t [FilterableTrack],
    field: &'t Field,
    reduce: Reduce,
}

impl Values<'_> {
    fn each(&self, mut take: impl FnMut(usize, Value<'_>)) {
        let read = reader(self.field);
        self.tracks.iter().enumerate().for_each(|(row, track)| take(row, read(track, self.reduce)));
    }

    fn texts(&self, missing: &mut Bits) -> Cells {
        let mut speller = Speller::new(self.field);
        let mut codes = vec![u32::MAX; self.tracks.len()];
        self.each(|row, value| match value {
            Value::Text(text) => codes[row] = speller.code(&text),
            _ => missing.insert(row),
        });
        let after_last = speller.texts.len() as u32;
        codes.iter_mut().for_each(|code| *code = after_last.min(*code));
        Cells::Texts { texts: speller.texts, codes }
    }

    fn lists(&self, missing: &mut Bits) -> Cells {
        let mut speller = Speller::new(self.field);
        let (mut codes, mut owners) = (Vec::new(), Vec::new());
        self.each(|row, value| match value {
            Value::Texts(items) => {
                codes.extend(items.iter().map(|item| speller.code(item)));
                owners.resize(codes.len(), row as u32);
            }
            _ => missing.insert(row),
        });
        Cells::Lists { texts: speller.texts, codes, owners }
    }

    fn numbers(&self, missing: &mut Bits) -> Vec<i64> {
        let mut cells = vec![0; self.tracks.len()];
        self.each(|row, value| match value {
            Value::Number(number) | Value::Instant(number) => cells[row] = number,
            _ => missing.insert(row),
        });
        cells
    }

    fn booleans(&self, missing: &mut Bits) -> Cells {
        let mut cells = Bits::none(self.tracks.len());
        self.each(|row, value| match value {
            Value::Boolean(yes) => cells.insert_if(row, yes),
            _ => missing.insert(row),
        });
        Cells::Booleans(cells)
    }

    fn days(&self, missing: &mut Bits) -> Cells {
        let mut cells = vec![(0, 0); self.tracks.len()];
        self.each(|row, value| match value {
            Value::Days(first, last) => cells[row] = (first, last),
            _ => missing.insert(row),
        });
        Cells::Days(cells)
    }
}

/// Spells each distinct text once.
struct Speller {
    spelling: Spelling,
    raw: Texts,
    /// The number of each raw text once it is spelled.
    spelled: Vec<u32>,
    texts: Texts,
}

impl Speller {
    fn new(field: &Field) -> Self {
        Self { spelling: spelling(field), raw: Texts::default(), spelled: Vec::new(), texts: Texts::default() }
    }

    fn code(&mut self, text: &str) -> u32 {
        if self.spelling == Spelling::Id {
            return self.texts.intern(text);
        }
        let raw = self.raw.intern(text) as usize;
        if raw == self.spelled.len() {
            self.spelled.push(self.texts.intern(&spell(text, self.spelling)));
        }
        self.spelled[raw]
    }
}
