//! One rule on all songs: each distinct value is decided once, then every song looks its value up.

use super::super::bits::Bits;
use super::super::columns::texts::Texts;
use super::super::columns::{Cells, Column, Columns};
use super::super::leaf::{DayTest, Fit, Leaf, ListTest, Test};
#[cfg(feature = "ssr")]
use super::super::read::Value;
use super::Truth;

/// What a rule says of all songs.
#[derive(Debug, Clone)]
pub struct Answer {
    pub truth: Truth,
    /// Songs of which a missing value decided.
    pub missing: Bits,
}

/// Answers a rule.
pub fn answer(leaf: &Leaf, columns: &Columns<'_>) -> Answer {
    let len = columns.len();
    if matches!(leaf.test, Test::Withheld) {
        let truth = Truth { yes: Bits::none(len), maybe: Bits::all(len) };
        return Answer { truth, missing: Bits::none(len) };
    }
    let column = columns.column(leaf.field, leaf.reduce);
    let mut missing = column.missing.clone();
    let yes = match &leaf.test {
        Test::Missing => return decided(missing),
        Test::Present => {
            missing.not();
            return decided(missing);
        }
        Test::Days { how, zone } => days(leaf, how, zone, column, columns, &mut missing),
        #[cfg(feature = "ssr")]
        Test::Pattern { patterns, negated } => turned(matching(patterns, leaf, columns), *negated),
        test => plain(test, column, columns.len()),
    };
    Answer { truth: Truth::known(with_missing(yes, &missing, leaf.when_missing)), missing }
}

/// Whether a value is there is never decided by its absence.
fn decided(yes: Bits) -> Answer {
    Answer { missing: Bits::none(yes.len()), truth: Truth::known(yes) }
}

fn with_missing(mut yes: Bits, missing: &Bits, when_missing: bool) -> Bits {
    if when_missing {
        yes.or(missing);
    } else {
        yes.and_not(missing);
    }
    yes
}

/// Answers where the value decides whenever there is one.
fn plain(test: &Test, column: &Column, len: usize) -> Bits {
    match (test, &column.cells) {
        (Test::Text { fit, wanted, negated }, Cells::Texts { texts, codes }) => {
            turned(look_up(codes, &marked(texts, *fit, wanted)), *negated)
        }
        (Test::List { how, fit, wanted, spelling: _ }, Cells::Lists { texts, codes, owners }) => {
            Items { texts, codes, owners, len }.answer(*how, *fit, wanted)
        }
        (Test::Count { low, high }, Cells::Lists { owners, .. }) => {
            let mut counts = vec![0_u64; len];
            owners.iter().for_each(|row| counts[*row as usize] += 1);
            Bits::of(&counts, |count| (*low..=*high).contains(count))
        }
        (Test::Number { low, high, negated }, Cells::Numbers(numbers)) => {
            turned(Bits::of(numbers, |number| (*low <= *number) & (*number <= *high)), *negated)
        }
        (Test::Boolean(wanted), Cells::Booleans(yes)) => turned(yes.clone(), !wanted),
        // The table gives each kind its own operators: no other pair exists.
        (_, _) => Bits::none(len),
    }
}

fn turned(mut bits: Bits, turn: bool) -> Bits {
    if turn {
        bits.not();
    }
    bits
}

/// The texts that fit any of those wanted, and one place more for the missing one.
fn marked(texts: &Texts, fit: Fit, wanted: &[String]) -> Bits {
    let mut marked = Bits::none(texts.len() + 1);
    wanted.iter().for_each(|wanted| texts.mark(fit, wanted, &mut marked));
    marked
}

fn look_up(codes: &[u32], marked: &Bits) -> Bits {
    if marked.is_none() {
        return Bits::none(codes.len());
    }
    let mut rows = marked.rows();
    match (rows.next(), rows.next()) {
        (Some(only), None) => Bits::of(codes, |code| *code == only as u32),
        _ => Bits::of(codes, |code| marked.has(*code as usize)),
    }
}

/// Patterns run on texts as they are, not as they are folded: each distinct one once.
#[cfg(feature = "ssr")]
fn matching(patterns: &regex::RegexSet, leaf: &Leaf, columns: &Columns<'_>) -> Bits {
    let (mut raw, mut matched) = (Texts::default(), Vec::new());
    let mut yes = Bits::none(columns.len());
    let read = super::super::read::reader(leaf.field);
    for (row, track) in columns.tracks().iter().enumerate() {
        let Value::Text(text) = read(track, leaf.reduce) else { continue };
        let code = raw.intern(&text) as usize;
        if code == matched.len() {
            matched.push(patterns.is_match(&text));
        }
        yes.insert_if(row, matched[code]);
    }
    yes
}

/// The items of a list field.
struct Items<'c> {
    texts: &'c Texts,
    codes: &'c [u32],
    owners: &'c [u32],
    len: usize,
}

impl Items<'_> {
    fn answer(&self, how: ListTest, fit: Fit, wanted: &[String]) -> Bits {
        let marked = || marked(self.texts, fit, wanted);
        match how {
            ListTest::AnyOf => self.having(&marked()),
            ListTest::NoneOf => turned(self.having(&marked()), true),
            ListTest::Only => {
                let mut others = marked();
                others.not();
                turned(self.having(&others), true)
            }
            ListTest::AllOf => self.having_all(fit, wanted),
        }
    }

    /// Songs that have a marked item. Each item writes into its song's bit: no branch, however long the lists.
    fn having(&self, marked: &Bits) -> Bits {
        let mut rows = Bits::none(self.len);
        if marked.is_none() {
            return rows;
        }
        for (code, row) in self.codes.iter().zip(self.owners) {
            rows.insert_if(*row as usize, marked.has(*code as usize));
        }
        rows
    }

    fn having_all(&self, fit: Fit, wanted: &[String]) -> Bits {
        let mut rows = Bits::all(self.len);
        for one in wanted {
            if rows.is_none() {
                break;
            }
            rows.and(&self.having(&marked(self.texts, fit, std::slice::from_ref(one))));
        }
        rows
    }
}

/// A day by itself is never too coarse. The case is chosen once, not for each day.
fn whole_days(days: &[i32], how: &DayTest) -> Bits {
    match how {
        DayTest::Within { from, to, negated } => turned(Bits::of(days, |day| (from <= day) & (day <= to)), *negated),
        DayTest::Weekdays(_) => Bits::of(days, |day| how.answer(*day, *day) == Some(true)),
    }
}

/// Besides, songs whose date is too coarse to decide are put among the missing ones.
fn days(
    leaf: &Leaf,
    how: &DayTest,
    zone: &[(i64, i32)],
    column: &Column,
    columns: &Columns<'_>,
    missing: &mut Bits,
) -> Bits {
    match &column.cells {
        Cells::Days(days) => {
            missing.or(&Bits::of(days, |(first, last)| how.answer(*first, *last).is_none()));
            Bits::of(days, |(first, last)| how.answer(*first, *last) == Some(true))
        }
        Cells::Instants(instants) => {
            let days = columns.local_days(leaf.field, instants, zone);
            whole_days(&days, how)
        }
        Cells::Texts { .. } | Cells::Lists { .. } | Cells::Numbers(_) | Cells::Booleans(_) => Bits::none(columns.len()),
    }
}
