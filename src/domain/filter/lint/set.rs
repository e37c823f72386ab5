//! Sets of values that a rule takes, exact enough to say what holds for every song and never more.

use crate::domain::filter::rule::ItemMatch;
use crate::domain::filter::text::has_words;
use std::collections::BTreeSet;

/// Folded words.
pub type Words = BTreeSet<String>;

/// The values of a field, missing ones apart, that a rule takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Set {
    /// Whole numbers within a universe, as ordered ranges that do not touch.
    Numbers { of: Measure, within: (i64, i64), ranges: Vec<(i64, i64)> },
    /// A text that is one of these, or (`inside` false) none of these.
    Words { words: Words, inside: bool },
    /// A text that stands in a relation to one of these.
    Text { how: TextWay, words: Words, negated: bool },
    /// A list that stands in a relation to these.
    List { how: ListWay, items: ItemMatch, words: Words, negated: bool },
    /// Nothing is known of it.
    Opaque,
}

/// What the numbers of a set count: sets of different measures say nothing of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The value itself.
    Value,
    /// How many items a list has.
    Count,
}

/// Relations of a text to words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextWay {
    Contains,
    HasWord,
    StartsWith,
    EndsWith,
    /// Patterns, as they are written.
    Regex,
}

/// Relations of a list to words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListWay {
    AnyOf,
    AllOf,
    Only,
}

impl Set {
    /// Every value.
    pub fn full() -> Self {
        Self::numbers((0, 0), vec![(0, 0)])
    }

    /// No value.
    pub fn empty() -> Self {
        Self::numbers((0, 0), Vec::new())
    }

    /// Numbers in any order of ranges; what lies outside of the universe is dropped.
    pub fn numbers(within: (i64, i64), ranges: Vec<(i64, i64)>) -> Self {
        let mut cut: Vec<(i64, i64)> = ranges
            .into_iter()
            .map(|(low, high)| (low.max(within.0), high.min(within.1)))
            .filter(|(low, high)| low <= high)
            .collect();
        cut.sort_unstable();
        let mut ranges: Vec<(i64, i64)> = Vec::with_capacity(cut.len());
        for (low, high) in cut {
            match ranges.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                Some(_) | None => ranges.push((low, high)),
            }
        }
        Self::Numbers { of: Measure::Value, within, ranges }
    }

    /// Certainly no value.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Numbers { ranges, .. } => ranges.is_empty(),
            Self::Words { words, inside } => *inside && words.is_empty(),
            Self::Text { .. } | Self::List { .. } | Self::Opaque => false,
        }
    }

    /// Certainly every value.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Numbers { within, ranges, .. } => ranges.as_slice() == [*within],
            Self::Words { words, inside } => !inside && words.is_empty(),
            Self::Text { .. } | Self::List { .. } | Self::Opaque => false,
        }
    }

    /// All values that are not in it.
    pub fn complement(&self) -> Self {
        match self.clone() {
            Self::Numbers { of, within, ranges } => Self::Numbers { of, within, ranges: gaps(within, &ranges) },
            Self::Words { words, inside } => Self::Words { words, inside: !inside },
            Self::Text { how, words, negated } => Self::Text { how, words, negated: !negated },
            Self::List { how, items, words, negated } => Self::List { how, items, words, negated: !negated },
            Self::Opaque => Self::Opaque,
        }
    }

    /// Certainly each value of it is in the other.
    pub fn is_within(&self, other: &Self) -> bool {
        self.is_empty() || other.is_full() || part_of(self, other) || part_of(&other.complement(), &self.complement())
    }

    /// Values in both, where that can be told.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a.is_full() || b.is_empty() => Some(b.clone()),
            (a, b) if b.is_full() || a.is_empty() => Some(a.clone()),
            (Self::Numbers { of, within, ranges }, Self::Numbers { of: also, within: same, ranges: others })
                if of == also && within == same =>
            {
                let both = ranges
                    .iter()
                    .flat_map(|(low, high)| others.iter().map(move |(from, to)| (*low.max(from), *high.min(to))));
                Some(Self::numbers(*within, both.collect()).measured(*of))
            }
            (Self::Words { words, inside: true }, Self::Words { words: others, inside }) => {
                let kept = words.iter().filter(|word| others.contains(*word) == *inside);
                Some(Self::Words { words: kept.cloned().collect(), inside: true })
            }
            (Self::Words { inside: false, .. }, Self::Words { inside: true, .. }) => other.intersection(self),
            (Self::Words { words, .. }, Self::Words { words: others, .. }) => {
                Some(Self::Words { words: words.union(others).cloned().collect(), inside: false })
            }
            (_, _) => None,
        }
    }

    /// The same with another measure.
    pub fn measured(self, of: Measure) -> Self {
        match self {
            Self::Numbers { within, ranges, .. } => Self::Numbers { of, within, ranges },
            other => other,
        }
    }
}

fn gaps(within: (i64, i64), ranges: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut found = Vec::new();
    let mut next = Some(within.0);
    for (low, high) in ranges {
        if let Some(from) = next.filter(|from| from < low) {
            found.push((from, low - 1));
        }
        next = high.checked_add(1);
    }
    found.extend(next.filter(|from| *from <= within.1).map(|from| (from, within.1)));
    found
}

/// One direction of [`Set::is_within`]; the other is that of the complements.
fn part_of(a: &Set, b: &Set) -> bool {
    match (a, b) {
        (Set::Numbers { .. }, Set::Numbers { .. }) => a.intersection(b).is_some_and(|both| both == *a),
        (Set::Words { words, inside: true }, Set::Words { words: others, inside }) => {
            words.iter().all(|word| others.contains(word) == *inside)
        }
        (Set::Words { words, inside: true }, Set::Text { how, words: wanted, negated }) => {
            *how != TextWay::Regex && words.iter().all(|text| text_fits(*how, text, wanted) != *negated)
        }
        (Set::Text { how, words, negated: false }, Set::Text { how: other, words: wanted, negated: false }) => {
            text_implies(*how, words, *other, wanted)
        }
        (
            Set::List { how, items, words, negated: false },
            Set::List { how: other, items: same, words: wanted, negated },
        ) if items == same => match negated {
            false => list_implies(*how, words, *other, wanted),
            true => *items == ItemMatch::Exact && list_excludes(*how, words, *other, wanted),
        },
        (_, _) => false,
    }
}

/// Whether a folded text stands in the relation; never asked of patterns.
fn text_fits(how: TextWay, text: &str, wanted: &Words) -> bool {
    wanted.iter().any(|wanted| match how {
        TextWay::Contains => text.contains(wanted.as_str()),
        TextWay::HasWord => has_words(text, wanted),
        TextWay::StartsWith => text.starts_with(wanted.as_str()),
        TextWay::EndsWith => text.ends_with(wanted.as_str()),
        TextWay::Regex => false,
    })
}

fn text_implies(how: TextWay, words: &Words, other: TextWay, wanted: &Words) -> bool {
    use TextWay::{Contains, EndsWith, StartsWith};
    match (how, other) {
        (a, b) if a == b && words.is_subset(wanted) => true,
        (Contains | StartsWith | EndsWith, Contains) | (StartsWith, StartsWith) | (EndsWith, EndsWith) => {
            words.iter().all(|word| text_fits(other, word, wanted))
        }
        (_, _) => false,
    }
}

/// A list that is present has at least one item.
fn list_implies(how: ListWay, words: &Words, other: ListWay, wanted: &Words) -> bool {
    use ListWay::{AllOf, AnyOf, Only};
    match (how, other) {
        (AnyOf, AnyOf) | (Only, Only | AnyOf) => words.is_subset(wanted),
        (AllOf, AllOf) => wanted.is_subset(words),
        (AllOf, AnyOf) => !words.is_disjoint(wanted),
        (AnyOf, AllOf | Only) | (Only, AllOf) | (AllOf, Only) => false,
    }
}

/// Whether no list does both, where items are compared as a whole.
fn list_excludes(how: ListWay, words: &Words, other: ListWay, wanted: &Words) -> bool {
    use ListWay::{AllOf, AnyOf, Only};
    match (how, other) {
        (Only, Only | AnyOf) | (AnyOf, Only) => words.is_disjoint(wanted),
        (AllOf, Only) => !words.is_subset(wanted),
        (Only, AllOf) => !wanted.is_subset(words),
        (AnyOf | AllOf, AnyOf | AllOf) => false,
    }
}
