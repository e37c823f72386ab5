//! What a rule takes, as sets.

use super::set::{ListWay, Measure, Set, TextWay, Words};
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::dates::{Span, local_day, parse_interval};
use crate::domain::filter::fields::{Field, Kind};
use crate::domain::filter::leaf::strings;
use crate::domain::filter::operators::Op;
use crate::domain::filter::rule::{ItemMatch, Reduce, Rule};
use crate::domain::filter::text::{fold, fold_genre, has_words};
use serde_json::Value as Json;

/// What a rule takes: of the values, and whether it takes a song without one. Dates that are too coarse to lie
/// inside or outside of the set go as missing ones do.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepts {
    pub field: &'static Field,
    pub reduce: Reduce,
    pub present: Set,
    pub missing: bool,
}

/// Fields that every song has.
fn is_never_missing(field: &Field) -> bool {
    matches!(field.id, "duration" | "explicit" | "position" | "version_kind")
}

impl Accepts {
    /// Of a rule; without a context, "in the last 30 days" is no set of days.
    pub fn of(rule: &Rule, context: Option<&EvalContext>) -> Self {
        let asked = rule.when_missing.unwrap_or_else(|| rule.op.default_when_missing());
        let missing = match rule.op {
            Op::IsMissing => true,
            Op::IsPresent => false,
            _ => asked,
        };
        let present = match rule.op {
            Op::IsMissing => Set::empty(),
            Op::IsPresent => Set::full(),
            _ => present(rule, context),
        };
        let missing = missing && !is_never_missing(rule.field);
        Self { field: rule.field, reduce: rule.reduce, present, missing }
    }

    /// What the rule does not take.
    pub fn complement(&self) -> Self {
        let missing = !self.missing && !is_never_missing(self.field);
        Self { present: self.present.complement(), missing, ..self.clone() }
    }

    /// No song at all.
    pub fn is_never(&self) -> bool {
        self.present.is_empty() && !self.missing
    }

    /// Every song.
    pub fn is_always(&self) -> bool {
        self.complement().is_never()
    }

    fn is_about_the_same(&self, other: &Self) -> bool {
        self.field == other.field && self.reduce == other.reduce
    }

    /// Certainly whatever it takes, the other takes.
    pub fn implies(&self, other: &Self) -> bool {
        self.is_about_the_same(other) && (!self.missing || other.missing) && self.present.is_within(&other.present)
    }

    /// Certainly no song is taken by both.
    pub fn excludes(&self, other: &Self) -> bool {
        self.implies(&other.complement())
    }

    /// What both take, where that can be told. Coarse dates are not points: of them only pairs can be judged.
    pub fn and(&self, other: &Self) -> Option<Self> {
        let is_joinable = self.is_about_the_same(other) && self.field.kind != Kind::Date;
        let present = self.present.intersection(&other.present).filter(|_| is_joinable)?;
        Some(Self { present, missing: self.missing && other.missing, ..self.clone() })
    }
}

fn present(rule: &Rule, context: Option<&EvalContext>) -> Set {
    match rule.field.kind {
        Kind::Text => text(rule),
        Kind::Enum(_) => words_set(rule, rule.op == Op::IsAnyOf),
        Kind::Set(kinds) => versions(rule, kinds),
        Kind::TextList | Kind::Ids => list(rule),
        Kind::Number { .. } | Kind::Duration => numbers(rule),
        Kind::Boolean => boolean(rule),
        Kind::Date | Kind::Instant => days(rule, context),
    }
}

fn words(rule: &Rule) -> Words {
    let spell = |text: &str| match rule.field.kind {
        Kind::Ids => text.to_owned(),
        _ if rule.field.id == "genre" => fold_genre(text),
        _ => fold(text),
    };
    strings(rule.value.as_ref()).into_iter().map(spell).collect()
}

fn words_set(rule: &Rule, inside: bool) -> Set {
    Set::Words { words: words(rule), inside }
}

fn text(rule: &Rule) -> Set {
    let related = |how, negated| Set::Text { how, words: words(rule), negated };
    let patterns = |negated| Set::Text {
        how: TextWay::Regex,
        words: strings(rule.value.as_ref()).into_iter().map(str::to_owned).collect(),
        negated,
    };
    match rule.op {
        Op::Equals => words_set(rule, true),
        Op::NotEquals => words_set(rule, false),
        Op::Contains => related(TextWay::Contains, false),
        Op::NotContains => related(TextWay::Contains, true),
        Op::HasWord => related(TextWay::HasWord, false),
        Op::StartsWith => related(TextWay::StartsWith, false),
        Op::EndsWith => related(TextWay::EndsWith, false),
        Op::Regex => patterns(false),
        Op::NotRegex => patterns(true),
        _ => Set::Opaque,
    }
}

/// Lists with one item at most are words; of longer ones only relations are known.
fn list(rule: &Rule) -> Set {
    let is_single = matches!(rule.field.id, "track_id" | "album_id" | "added_by");
    let words = words(rule);
    let related = |how, words, negated| Set::List { how, items: rule.item_match, words, negated };
    match rule.op {
        Op::Count if is_single => {
            if count_range(rule).0 <= 1 && 1 <= count_range(rule).1 {
                Set::full()
            } else {
                Set::empty()
            }
        }
        Op::Count => Set::numbers((1, i64::MAX), vec![count_range(rule)]).measured(Measure::Count),
        Op::AllOf if is_single && rule.item_match == ItemMatch::Exact && words.len() > 1 => Set::empty(),
        Op::NoneOf if is_single && rule.item_match == ItemMatch::Exact => Set::Words { words, inside: false },
        Op::AnyOf | Op::AllOf | Op::Only if is_single && rule.item_match == ItemMatch::Exact => {
            Set::Words { words, inside: true }
        }
        Op::NoneOf => related(ListWay::AnyOf, words, true),
        Op::AllOf if words.len() > 1 => related(ListWay::AllOf, words, false),
        Op::AnyOf | Op::AllOf => related(ListWay::AnyOf, words, false),
        Op::Only => related(ListWay::Only, words, false),
        _ => Set::Opaque,
    }
}

fn count_range(rule: &Rule) -> (i64, i64) {
    let end = |at: usize| rule.value.as_ref().and_then(|value| value.get(at)).and_then(Json::as_i64);
    (end(0).unwrap_or(0), end(1).unwrap_or(i64::MAX))
}

/// Kinds as bits: any of them together, but "original", the last, stands alone.
fn versions(rule: &Rule, kinds: &[&str]) -> Set {
    let original = 1_i64 << (kinds.len() - 1);
    let fits = |wanted: &String| -> i64 {
        let is_meant = |kind: &str| match rule.item_match {
            ItemMatch::Exact => kind == wanted,
            ItemMatch::Contains => kind.contains(wanted.as_str()),
            ItemMatch::HasWord => has_words(kind, wanted),
        };
        kinds.iter().enumerate().filter(|(_, kind)| is_meant(kind)).map(|(bit, _)| 1 << bit).sum()
    };
    let wanted: Vec<i64> = words(rule).iter().map(fits).collect();
    let union = wanted.iter().fold(0, |all, bits| all | bits);
    let (low, high) = count_range(rule);
    let takes = |song: i64| match rule.op {
        Op::AnyOf => song & union != 0,
        Op::NoneOf => song & union == 0,
        Op::AllOf => wanted.iter().all(|bits| song & bits != 0),
        Op::Only => song & !union == 0,
        Op::Count => (low..=high).contains(&i64::from(song.count_ones())),
        _ => false,
    };
    Set::numbers((1, original), (1..=original).filter(|song| takes(*song)).map(|song| (song, song)).collect())
}

/// What Spotify can say, which is not what a rule may ask.
fn universe(field: &Field) -> (i64, i64) {
    match field.id {
        "popularity" | "artist_popularity" => (0, 100),
        "release_year" => (1, 9_999),
        "artist_followers" => (0, i64::MAX),
        "position" => (1, u32::MAX.into()),
        _ => (0, u32::MAX.into()),
    }
}

fn numbers(rule: &Rule) -> Set {
    let one = rule.value.as_ref().and_then(Json::as_i64).unwrap_or_default();
    let end = |at: usize| rule.value.as_ref().and_then(|value| value.get(at)).and_then(Json::as_i64);
    let range = |low, high| Set::numbers(universe(rule.field), vec![(low, high)]);
    let between = || match (end(0), end(1)) {
        (Some(low), Some(high)) => range(low, high),
        (_, _) => Set::Opaque,
    };
    match rule.op {
        Op::Eq => range(one, one),
        Op::Ne => range(one, one).complement(),
        Op::Lt => range(i64::MIN, one.saturating_sub(1)),
        Op::Lte => range(i64::MIN, one),
        Op::Gt => range(one.saturating_add(1), i64::MAX),
        Op::Gte => range(one, i64::MAX),
        Op::Between => between(),
        Op::NotBetween => between().complement(),
        _ => Set::Opaque,
    }
}

fn boolean(rule: &Rule) -> Set {
    let wanted = i64::from(rule.value.as_ref().and_then(Json::as_bool).unwrap_or_default());
    Set::numbers((0, 1), vec![(wanted, wanted)])
}

fn days(rule: &Rule, context: Option<&EvalContext>) -> Set {
    let value = rule.value.as_ref();
    let end =
        |value: Option<&Json>| value.and_then(parse_interval).map(|(first, last)| (i64::from(first), i64::from(last)));
    let at = |at: usize| end(value.and_then(|value| value.get(at)));
    let (first, last) = (i64::from(i32::MIN), i64::from(i32::MAX));
    let since = || {
        let today = context.map(|context| local_day(context.now_ms, &context.zone))?;
        value.and_then(Span::parse).map(|span| (i64::from(span.first_day(today)), last))
    };
    let range = match rule.op {
        Op::Before => end(value).map(|(day, _)| (first, day - 1)),
        Op::After => end(value).map(|(_, day)| (day + 1, last)),
        Op::DateBetween => at(0).zip(at(1)).map(|(from, to)| (from.0, to.1)),
        Op::YearIs => value.and_then(Json::as_i64).and_then(|year| end(Some(&Json::String(year.to_string())))),
        Op::InLast | Op::NotInLast => since(),
        _ => None,
    };
    let set = range.map_or(Set::Opaque, |range| Set::numbers((first, last), vec![range]));
    if rule.op == Op::NotInLast { set.complement() } else { set }
}
