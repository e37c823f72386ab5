//! One rule made ready: literals folded and sorted, patterns compiled, once per run.

use super::compile::EvalContext;
use super::dates::{self, Span};
use super::evaluate::Verdict;
use super::fields::{Field, Kind};
use super::json::FilterError;
use super::operators::Op;
use super::read::{Reader, Value, reader};
use super::rule::{ItemMatch, Reduce, Rule};
use super::text::{fold_genre, folded, has_words};
use crate::domain::track::FilterableTrack;
use serde_json::Value as Json;
use std::borrow::Cow;

/// A rule that answers fast.
#[derive(Debug)]
pub struct Leaf {
    pub(super) field: &'static Field,
    read: Reader,
    pub(super) reduce: Reduce,
    pub(super) when_missing: bool,
    pub(super) test: Test,
}

#[derive(Debug)]
pub(super) enum Test {
    /// Spotify withholds the field: nothing can be said.
    Withheld,
    Missing,
    Present,
    /// `negated` turns the answer round, but not that of a missing value.
    Text {
        fit: Fit,
        wanted: Vec<String>,
        negated: bool,
    },
    #[cfg(feature = "ssr")]
    Pattern {
        patterns: regex::RegexSet,
        negated: bool,
    },
    List {
        how: ListTest,
        fit: Fit,
        wanted: Vec<String>,
        spelling: Spelling,
    },
    Count {
        low: u64,
        high: u64,
    },
    Number {
        low: i64,
        high: i64,
        negated: bool,
    },
    Boolean(bool),
    Days {
        how: DayTest,
        zone: Vec<(i64, i32)>,
    },
}

/// How a text is compared with a wanted one, both spelled the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Exact,
    Contains,
    HasWord,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum ListTest {
    AnyOf,
    AllOf,
    NoneOf,
    Only,
}

/// How items are folded before they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Id,
    Text,
    Genre,
}

#[derive(Debug)]
pub(super) enum DayTest {
    /// First and last day.
    Within { from: i32, to: i32, negated: bool },
    /// A bit for each day of the week: 1 << 1 is Monday.
    Weekdays(u8),
}

impl Leaf {
    /// Makes a checked rule ready.
    pub fn new(rule: &Rule, context: &EvalContext) -> Result<Self, FilterError> {
        let withheld = rule.field.is_withheld(&context.capabilities);
        let test = if withheld { Test::Withheld } else { test(rule, context)? };
        let when_missing = rule.when_missing.unwrap_or_else(|| rule.op.default_when_missing());
        Ok(Self { field: rule.field, read: reader(rule.field), reduce: rule.reduce, when_missing, test })
    }

    /// What it says of a song.
    pub fn verdict(&self, track: &FilterableTrack) -> Verdict {
        if matches!(self.test, Test::Withheld) {
            return Verdict::Unknown;
        }
        let value = (self.read)(track, self.reduce);
        if value == Value::Missing {
            return match self.test {
                Test::Missing => Verdict::Yes,
                Test::Present => Verdict::No,
                _ => self.when_missing.into(),
            };
        }
        self.test.answer(&value).unwrap_or(self.when_missing).into()
    }
}

pub(super) fn spelling(field: &Field) -> Spelling {
    match field.kind {
        Kind::Ids => Spelling::Id,
        _ if field.id == "genre" => Spelling::Genre,
        _ => Spelling::Text,
    }
}

pub(super) fn spell(text: &str, spelling: Spelling) -> Cow<'_, str> {
    match spelling {
        Spelling::Id => Cow::Borrowed(text),
        Spelling::Text => folded(text),
        Spelling::Genre => Cow::Owned(fold_genre(text)),
    }
}

/// Strings of a value: one, or a list.
pub(super) fn strings(value: Option<&Json>) -> Vec<&str> {
    match value {
        Some(Json::String(one)) => vec![one],
        Some(Json::Array(many)) => many.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

fn numbers(value: Option<&Json>) -> Vec<Option<i64>> {
    value.and_then(Json::as_array).map(|list| list.iter().map(Json::as_i64).collect()).unwrap_or_default()
}

fn test(rule: &Rule, context: &EvalContext) -> Result<Test, FilterError> {
    let value = rule.value.as_ref();
    let text = |fit, negated| Ok(Test::Text { fit, wanted: wanted(rule, Spelling::Text), negated });
    let number = || value.and_then(Json::as_i64).unwrap_or_default();
    let range = |low, high, negated| Ok(Test::Number { low, high, negated });
    let bounds = || match numbers(value).as_slice() {
        [low, high] => (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    match rule.op {
        Op::IsMissing => Ok(Test::Missing),
        Op::IsPresent => Ok(Test::Present),
        Op::Equals | Op::IsAnyOf => text(Fit::Exact, false),
        Op::NotEquals | Op::IsNoneOf => text(Fit::Exact, true),
        Op::Contains => text(Fit::Contains, false),
        Op::NotContains => text(Fit::Contains, true),
        Op::HasWord => text(Fit::HasWord, false),
        Op::StartsWith => text(Fit::StartsWith, false),
        Op::EndsWith => text(Fit::EndsWith, false),
        Op::Regex => pattern(&strings(value), false),
        Op::NotRegex => pattern(&strings(value), true),
        Op::AnyOf => Ok(list(rule, ListTest::AnyOf)),
        Op::AllOf => Ok(list(rule, ListTest::AllOf)),
        Op::NoneOf => Ok(list(rule, ListTest::NoneOf)),
        Op::Only => Ok(list(rule, ListTest::Only)),
        Op::Count => {
            let (low, high) = bounds();
            Ok(Test::Count { low: low.max(0).unsigned_abs(), high: high.max(0).unsigned_abs() })
        }
        Op::Eq => range(number(), number(), false),
        Op::Ne => range(number(), number(), true),
        Op::Lt => range(i64::MIN, number().saturating_sub(1), false),
        Op::Lte => range(i64::MIN, number(), false),
        Op::Gt => range(number().saturating_add(1), i64::MAX, false),
        Op::Gte => range(number(), i64::MAX, false),
        Op::Between => range(bounds().0, bounds().1, false),
        Op::NotBetween => range(bounds().0, bounds().1, true),
        Op::Is => Ok(Test::Boolean(value.and_then(Json::as_bool).unwrap_or_default())),
        Op::Before | Op::After | Op::DateBetween | Op::InLast | Op::NotInLast | Op::YearIs | Op::WeekdayIs => {
            Ok(Test::Days { how: days(rule, context), zone: context.zone.clone() })
        }
    }
}

/// The literals of a rule, spelled, in order and each once, so that an exact one is found by halving.
fn wanted(rule: &Rule, spelling: Spelling) -> Vec<String> {
    let mut wanted: Vec<String> =
        strings(rule.value.as_ref()).into_iter().map(|text| spell(text, spelling).into_owned()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

fn list(rule: &Rule, how: ListTest) -> Test {
    let spelling = spelling(rule.field);
    let fit = match rule.item_match {
        ItemMatch::Exact => Fit::Exact,
        ItemMatch::Contains => Fit::Contains,
        ItemMatch::HasWord => Fit::HasWord,
    };
    Test::List { how, fit, wanted: wanted(rule, spelling), spelling }
}

fn days(rule: &Rule, context: &EvalContext) -> DayTest {
    let value = rule.value.as_ref();
    let interval = |value: Option<&Json>| value.and_then(dates::parse_interval).unwrap_or((i32::MAX, i32::MIN));
    let within = |from, to| DayTest::Within { from, to, negated: false };
    let since = |negated| {
        let today = dates::local_day(context.now_ms, &context.zone);
        let from = value.and_then(Span::parse).map_or(i32::MAX, |span| span.first_day(today));
        DayTest::Within { from, to: i32::MAX, negated }
    };
    match rule.op {
        Op::Before => within(i32::MIN, interval(value).0.saturating_sub(1)),
        Op::After => within(interval(value).1.saturating_add(1), i32::MAX),
        Op::NotInLast => since(true),
        Op::InLast => since(false),
        Op::YearIs => {
            let year = value.and_then(Json::as_i64).unwrap_or_default().to_string();
            let (first, last) = interval(Some(&Json::String(year)));
            within(first, last)
        }
        Op::WeekdayIs => {
            let days = value.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_u64);
            DayTest::Weekdays(days.filter(|day| *day < 8).fold(0, |mask, day| mask | 1 << day))
        }
        _ => {
            let ends = value.and_then(Json::as_array);
            within(interval(ends.and_then(|ends| ends.first())).0, interval(ends.and_then(|ends| ends.get(1))).1)
        }
    }
}

#[cfg(feature = "ssr")]
fn pattern(patterns: &[&str], negated: bool) -> Result<Test, FilterError> {
    pattern_set(patterns)
        .map(|patterns| Test::Pattern { patterns, negated })
        .map_err(|error| FilterError::new("", format!("This pattern cannot be used: {error}.")))
}

/// Patterns as they run: without regard to case unless one says otherwise, bounded in memory. What the check of a
/// filter lets in, a sync can use, because both come here.
#[cfg(feature = "ssr")]
pub(super) fn pattern_set(patterns: &[&str]) -> Result<regex::RegexSet, regex::Error> {
    const SIZE_MAX: usize = 1 << 20;
    regex::RegexSetBuilder::new(patterns).case_insensitive(true).size_limit(SIZE_MAX).build()
}

/// The browser has no pattern engine of ours: 500 KB for one operator would be too much.
#[cfg(not(feature = "ssr"))]
fn pattern(_patterns: &[&str], _negated: bool) -> Result<Test, FilterError> {
    Err(FilterError::new("", "Patterns are judged by the server."))
}

impl Test {
    /// `None`: the value does not decide, as a year does not decide about a day within it.
    fn answer(&self, value: &Value<'_>) -> Option<bool> {
        match (self, value) {
            (Self::Present, _) => Some(true),
            (Self::Missing | Self::Withheld, _) => Some(false),
            (Self::Text { fit, wanted, negated }, Value::Text(text)) => {
                Some(fit.any(&folded(text), wanted) != *negated)
            }
            #[cfg(feature = "ssr")]
            (Self::Pattern { patterns, negated }, Value::Text(text)) => Some(patterns.is_match(text) != *negated),
            (Self::List { how, fit, wanted, spelling }, Value::Texts(list)) => {
                let list: Vec<Cow<'_, str>> = list.iter().map(|item| spell(item, *spelling)).collect();
                Some(how.answer(*fit, wanted, &list))
            }
            (Self::Count { low, high }, Value::Texts(list)) => Some((*low..=*high).contains(&(list.len() as u64))),
            (Self::Number { low, high, negated }, Value::Number(number)) => {
                Some((low <= number && number <= high) != *negated)
            }
            (Self::Boolean(wanted), Value::Boolean(value)) => Some(wanted == value),
            (Self::Days { how, zone: _ }, Value::Days(first, last)) => how.answer(*first, *last),
            (Self::Days { how, zone }, Value::Instant(instant)) => {
                let day = dates::local_day(*instant, zone);
                how.answer(day, day)
            }
            // The table gives each kind its own operators: no other pair exists.
            (_, _) => Some(false),
        }
    }
}

impl Fit {
    fn one(self, text: &str, wanted: &str) -> bool {
        match self {
            Self::Exact => text == wanted,
            Self::Contains => text.contains(wanted),
            Self::HasWord => has_words(text, wanted),
            Self::StartsWith => text.starts_with(wanted),
            Self::EndsWith => text.ends_with(wanted),
        }
    }

    /// Any of those wanted, which are sorted.
    fn any(self, text: &str, wanted: &[String]) -> bool {
        match self {
            Self::Exact => wanted.binary_search_by(|wanted| wanted.as_str().cmp(text)).is_ok(),
            Self::Contains | Self::HasWord | Self::StartsWith | Self::EndsWith => {
                wanted.iter().any(|wanted| self.one(text, wanted))
            }
        }
    }
}

impl ListTest {
    fn answer(self, fit: Fit, wanted: &[String], list: &[Cow<'_, str>]) -> bool {
        match self {
            Self::AnyOf => list.iter().any(|item| fit.any(item, wanted)),
            Self::NoneOf => !list.iter().any(|item| fit.any(item, wanted)),
            Self::Only => list.iter().all(|item| fit.any(item, wanted)),
            Self::AllOf => wanted.iter().all(|wanted| list.iter().any(|item| fit.one(item, wanted))),
        }
    }
}

impl DayTest {
    /// Over an interval of days: it lies wholly on one side, or it does not decide.
    pub(super) fn answer(&self, first: i32, last: i32) -> Option<bool> {
        match self {
            Self::Within { from, to, negated } if *from <= first && last <= *to => Some(!negated),
            Self::Within { from, to, negated } => (last < *from || *to < first).then_some(*negated),
            Self::Weekdays(days) => (first == last).then(|| days >> dates::weekday(first) & 1 == 1),
        }
    }
}
