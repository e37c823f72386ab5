//! One rule made ready: literals folded, sets built, patterns compiled, once per run.

use super::compile::EvalContext;
use super::dates::{self, Span};
use super::evaluate::Verdict;
use super::fields::{Field, Kind};
use super::json::FilterError;
use super::operators::Op;
use super::read::Value;
use super::rule::{ItemMatch, Reduce, Rule};
use super::text::{fold_genre, folded, has_words};
use crate::domain::track::FilterableTrack;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::HashSet;

/// A rule that answers fast.
#[derive(Debug)]
pub struct Leaf {
    field: &'static Field,
    reduce: Reduce,
    when_missing: Verdict,
    test: Test,
}

#[derive(Debug)]
enum Test {
    /// Spotify withholds the field: nothing can be said.
    Withheld,
    Missing,
    Present,
    /// `negated` turns the answer round, but not that of a missing value.
    Text {
        how: TextTest,
        negated: bool,
    },
    List {
        how: ListTest,
        wanted: Vec<String>,
        set: HashSet<String>,
        items: ItemMatch,
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
    Enum {
        set: HashSet<String>,
        negated: bool,
    },
    Days {
        how: DayTest,
        zone: Vec<(i64, i32)>,
    },
}

#[derive(Debug)]
enum TextTest {
    Equals(HashSet<String>),
    Contains(Vec<String>),
    HasWord(Vec<String>),
    StartsWith(Vec<String>),
    EndsWith(Vec<String>),
    #[cfg(feature = "ssr")]
    Regex(regex::RegexSet),
}

#[derive(Debug, Clone, Copy)]
enum ListTest {
    AnyOf,
    AllOf,
    NoneOf,
    Only,
}

/// How items are folded before they are compared.
#[derive(Debug, Clone, Copy)]
enum Spelling {
    Id,
    Text,
    Genre,
}

#[derive(Debug)]
enum DayTest {
    Before(i32),
    After(i32),
    Within(i32, i32),
    Since { first: i32, negated: bool },
    Weekdays(Vec<u8>),
}

impl Leaf {
    /// Makes a checked rule ready.
    pub fn new(rule: &Rule, context: &EvalContext) -> Result<Self, FilterError> {
        let withheld = rule.field.is_withheld(&context.capabilities);
        let test = if withheld { Test::Withheld } else { test(rule, context)? };
        let when_missing = rule.when_missing.unwrap_or_else(|| rule.op.default_when_missing());
        Ok(Self { field: rule.field, reduce: rule.reduce, when_missing: when_missing.into(), test })
    }

    /// What it says of a song.
    pub fn verdict(&self, track: &FilterableTrack) -> Verdict {
        if matches!(self.test, Test::Withheld) {
            return Verdict::Unknown;
        }
        let value = (self.field.read)(track, self.reduce);
        if value == Value::Missing {
            return match self.test {
                Test::Missing => Verdict::Yes,
                Test::Present => Verdict::No,
                _ => self.when_missing,
            };
        }
        self.test.answer(&value).map_or(self.when_missing, Verdict::from)
    }
}

fn spelling(field: &Field) -> Spelling {
    match field.kind {
        Kind::Ids => Spelling::Id,
        _ if field.id == "genre" => Spelling::Genre,
        _ => Spelling::Text,
    }
}

fn spell(text: &str, spelling: Spelling) -> Cow<'_, str> {
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
    let texts = || strings(value).into_iter().map(|text| folded(text).into_owned()).collect::<Vec<_>>();
    let text = |how, negated| Ok(Test::Text { how, negated });
    let number = || value.and_then(Json::as_i64).unwrap_or_default();
    let range = |low, high, negated| Ok(Test::Number { low, high, negated });
    let bounds = || match numbers(value).as_slice() {
        [low, high] => (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    match rule.op {
        Op::IsMissing => Ok(Test::Missing),
        Op::IsPresent => Ok(Test::Present),
        Op::Equals => text(TextTest::Equals(texts().into_iter().collect()), false),
        Op::NotEquals => text(TextTest::Equals(texts().into_iter().collect()), true),
        Op::Contains => text(TextTest::Contains(texts()), false),
        Op::NotContains => text(TextTest::Contains(texts()), true),
        Op::HasWord => text(TextTest::HasWord(texts()), false),
        Op::StartsWith => text(TextTest::StartsWith(texts()), false),
        Op::EndsWith => text(TextTest::EndsWith(texts()), false),
        Op::Regex => text(pattern(&strings(value))?, false),
        Op::NotRegex => text(pattern(&strings(value))?, true),
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
        Op::IsAnyOf => Ok(Test::Enum { set: texts().into_iter().collect(), negated: false }),
        Op::IsNoneOf => Ok(Test::Enum { set: texts().into_iter().collect(), negated: true }),
        Op::Before | Op::After | Op::DateBetween | Op::InLast | Op::NotInLast | Op::YearIs | Op::WeekdayIs => {
            Ok(Test::Days { how: days(rule, context), zone: context.zone.clone() })
        }
    }
}

fn list(rule: &Rule, how: ListTest) -> Test {
    let spelling = spelling(rule.field);
    let wanted: Vec<String> =
        strings(rule.value.as_ref()).into_iter().map(|text| spell(text, spelling).into_owned()).collect();
    let set = wanted.iter().cloned().collect();
    Test::List { how, wanted, set, items: rule.item_match, spelling }
}

fn days(rule: &Rule, context: &EvalContext) -> DayTest {
    let value = rule.value.as_ref();
    let interval = |value: Option<&Json>| value.and_then(dates::parse_interval).unwrap_or((i32::MAX, i32::MIN));
    let since = |negated| {
        let today = dates::local_day(context.now_ms, &context.zone);
        DayTest::Since { first: value.and_then(Span::parse).map_or(i32::MAX, |span| span.first_day(today)), negated }
    };
    match rule.op {
        Op::Before => DayTest::Before(interval(value).0),
        Op::After => DayTest::After(interval(value).1),
        Op::NotInLast => since(true),
        Op::InLast => since(false),
        Op::YearIs => {
            let year = value.and_then(Json::as_i64).unwrap_or_default().to_string();
            let (first, last) = interval(Some(&Json::String(year)));
            DayTest::Within(first, last)
        }
        Op::WeekdayIs => {
            let days = value.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_u64);
            DayTest::Weekdays(days.filter_map(|day| u8::try_from(day).ok()).collect())
        }
        _ => {
            let ends = value.and_then(Json::as_array);
            DayTest::Within(
                interval(ends.and_then(|ends| ends.first())).0,
                interval(ends.and_then(|ends| ends.get(1))).1,
            )
        }
    }
}

#[cfg(feature = "ssr")]
fn pattern(patterns: &[&str]) -> Result<TextTest, FilterError> {
    pattern_set(patterns)
        .map(TextTest::Regex)
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
fn pattern(_patterns: &[&str]) -> Result<TextTest, FilterError> {
    Err(FilterError::new("", "Patterns are judged by the server."))
}

impl Test {
    /// `None`: the value does not decide, as a year does not decide about a day within it.
    fn answer(&self, value: &Value<'_>) -> Option<bool> {
        match (self, value) {
            (Self::Present, _) => Some(true),
            (Self::Missing | Self::Withheld, _) => Some(false),
            (Self::Text { how, negated }, Value::Text(text)) => Some(how.answer(text) != *negated),
            (Self::List { how, wanted, set, items, spelling }, Value::Texts(list)) => {
                Some(list_answer(*how, wanted, set, *items, *spelling, list))
            }
            (Self::Count { low, high }, Value::Texts(list)) => Some((*low..=*high).contains(&(list.len() as u64))),
            (Self::Number { low, high, negated }, Value::Number(number)) => {
                Some((low <= number && number <= high) != *negated)
            }
            (Self::Boolean(wanted), Value::Boolean(value)) => Some(wanted == value),
            (Self::Enum { set, negated }, Value::Text(text)) => Some(set.contains(folded(text).as_ref()) != *negated),
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

impl TextTest {
    fn answer(&self, text: &str) -> bool {
        #[cfg(feature = "ssr")]
        if let Self::Regex(patterns) = self {
            return patterns.is_match(text);
        }
        let text = folded(text);
        match self {
            Self::Equals(set) => set.contains(text.as_ref()),
            Self::Contains(wanted) => wanted.iter().any(|wanted| text.contains(wanted.as_str())),
            Self::HasWord(wanted) => wanted.iter().any(|wanted| has_words(&text, wanted)),
            Self::StartsWith(wanted) => wanted.iter().any(|wanted| text.starts_with(wanted.as_str())),
            Self::EndsWith(wanted) => wanted.iter().any(|wanted| text.ends_with(wanted.as_str())),
            #[cfg(feature = "ssr")]
            Self::Regex(patterns) => patterns.is_match(&text),
        }
    }
}

fn list_answer(
    how: ListTest,
    wanted: &[String],
    set: &HashSet<String>,
    items: ItemMatch,
    spelling: Spelling,
    list: &[Cow<'_, str>],
) -> bool {
    let list: Vec<Cow<'_, str>> = list.iter().map(|item| spell(item, spelling)).collect();
    let fits = |item: &str, wanted: &str| match items {
        ItemMatch::Exact => item == wanted,
        ItemMatch::Contains => item.contains(wanted),
        ItemMatch::HasWord => has_words(item, wanted),
    };
    let wanted_item = |item: &Cow<'_, str>| match items {
        ItemMatch::Exact => set.contains(item.as_ref()),
        ItemMatch::Contains | ItemMatch::HasWord => wanted.iter().any(|wanted| fits(item, wanted)),
    };
    match how {
        ListTest::AnyOf => list.iter().any(wanted_item),
        ListTest::NoneOf => !list.iter().any(wanted_item),
        ListTest::Only => list.iter().all(wanted_item),
        ListTest::AllOf => wanted.iter().all(|wanted| list.iter().any(|item| fits(item, wanted))),
    }
}

impl DayTest {
    /// Over an interval of days: it lies wholly on one side, or it does not decide.
    fn answer(&self, first: i32, last: i32) -> Option<bool> {
        match self {
            Self::Before(day) if last < *day => Some(true),
            Self::Before(day) => (first >= *day).then_some(false),
            Self::After(day) if first > *day => Some(true),
            Self::After(day) => (last <= *day).then_some(false),
            Self::Within(from, to) if *from <= first && last <= *to => Some(true),
            Self::Within(from, to) => (last < *from || *to < first).then_some(false),
            Self::Since { first: from, negated } if first >= *from => Some(!negated),
            Self::Since { first: from, negated } => (last < *from).then_some(*negated),
            Self::Weekdays(days) => (first == last).then(|| days.contains(&dates::weekday(first))),
        }
    }
}
