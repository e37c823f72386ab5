//! The slow and plain reading of a filter: walks the tree and folds every text at each comparison. It is the
//! yardstick of the property tests and of the bench, written without looking at the fast one.

use super::compile::EvalContext;
use super::dates::{Span, local_day, parse_interval, weekday};
use super::evaluate::Verdict;
use super::fields::{self, Kind};
use super::operators::Op;
use super::read::{Value, reader};
use super::rule::{Filter, Group, ItemMatch, MatchMode, Node, Rule};
use super::text::{fold, fold_genre, has_words};
use crate::domain::track::FilterableTrack;
use serde_json::Value as Json;

/// What a filter says of a song.
pub fn verdict(filter: &Filter, track: &FilterableTrack, context: &EvalContext) -> Verdict {
    let verdict =
        if filter.root.rules.is_empty() { filter.everything.into() } else { group(&filter.root, track, context) };
    let withheld = |field: &fields::Field| field.delivered.is_some_and(|delivered| !delivered(&context.capabilities));
    let unordered = filter.output.sort.iter().filter_map(|key| fields::find(&key.field)).any(withheld);
    if unordered && verdict == Verdict::Yes { Verdict::Unknown } else { verdict }
}

fn group(group_: &Group, track: &FilterableTrack, context: &EvalContext) -> Verdict {
    let verdicts: Vec<Verdict> = group_
        .rules
        .iter()
        .map(|node| match node {
            Node::Group(inner) => group(inner, track, context),
            Node::Rule(one) => rule(one, track, context),
        })
        .collect();
    let has = |wanted| verdicts.contains(&wanted);
    match group_.mode {
        MatchMode::All if has(Verdict::No) => Verdict::No,
        MatchMode::All if has(Verdict::Unknown) => Verdict::Unknown,
        MatchMode::All => Verdict::Yes,
        MatchMode::Any if has(Verdict::Yes) => Verdict::Yes,
        MatchMode::Any if has(Verdict::Unknown) => Verdict::Unknown,
        MatchMode::Any => Verdict::No,
        MatchMode::None if has(Verdict::Yes) => Verdict::No,
        MatchMode::None if has(Verdict::Unknown) => Verdict::Unknown,
        MatchMode::None => Verdict::Yes,
    }
}

fn rule(rule: &Rule, track: &FilterableTrack, context: &EvalContext) -> Verdict {
    if rule.field.delivered.is_some_and(|delivered| !delivered(&context.capabilities)) {
        return Verdict::Unknown;
    }
    let missing = rule.when_missing.unwrap_or(rule.op == Op::NoneOf);
    let value = reader(rule.field)(track, rule.reduce);
    let json = rule.value.clone().unwrap_or(Json::Null);
    let answer = match (&value, rule.op) {
        (Value::Missing, Op::IsMissing) => Some(true),
        (Value::Missing, Op::IsPresent) => Some(false),
        (Value::Missing, _) => None,
        (_, Op::IsMissing) => Some(false),
        (_, Op::IsPresent) => Some(true),
        (Value::Text(text), op) => Some(texts(op, text, &list(&json))),
        (Value::Texts(items), Op::Count) => {
            let n = items.len() as u64;
            Some(json[0].as_u64().is_none_or(|low| low <= n) && json[1].as_u64().is_none_or(|high| n <= high))
        }
        (Value::Texts(items), op) => Some(lists(rule, op, items, &list(&json))),
        (Value::Number(number), op) => Some(numbers(op, *number, &json)),
        (Value::Boolean(value), _) => Some(json.as_bool() == Some(*value)),
        (Value::Days(first, last), op) => days(op, *first, *last, &json, context),
        (Value::Instant(ms), op) => {
            let day = local_day(*ms, &context.zone);
            days(op, day, day, &json, context)
        }
    };
    answer.unwrap_or(missing).into()
}

fn list(json: &Json) -> Vec<String> {
    match json {
        Json::String(text) => vec![text.clone()],
        Json::Array(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn texts(op: Op, text: &str, wanted: &[String]) -> bool {
    let any = |fits: &dyn Fn(&str, &str) -> bool| wanted.iter().any(|wanted| fits(&fold(text), &fold(wanted)));
    match op {
        Op::Equals | Op::IsAnyOf => any(&|text, wanted| text == wanted),
        Op::NotEquals | Op::IsNoneOf => !any(&|text, wanted| text == wanted),
        Op::Contains => any(&|text, wanted| text.contains(wanted)),
        Op::NotContains => !any(&|text, wanted| text.contains(wanted)),
        Op::HasWord => any(&has_words),
        Op::StartsWith => any(&|text, wanted| text.starts_with(wanted)),
        Op::EndsWith => any(&|text, wanted| text.ends_with(wanted)),
        Op::Regex => pattern(text, wanted),
        Op::NotRegex => !pattern(text, wanted),
        _ => false,
    }
}

#[cfg(feature = "ssr")]
fn pattern(text: &str, wanted: &[String]) -> bool {
    let one = |wanted: &String| regex::RegexBuilder::new(wanted).case_insensitive(true).build().ok();
    wanted.iter().filter_map(one).any(|pattern| pattern.is_match(text))
}

#[cfg(not(feature = "ssr"))]
fn pattern(_text: &str, _wanted: &[String]) -> bool {
    false
}

fn lists(rule: &Rule, op: Op, items: &[std::borrow::Cow<'_, str>], wanted: &[String]) -> bool {
    let spell = |text: &str| match rule.field.kind {
        Kind::Ids => text.to_owned(),
        _ if rule.field.id == "genre" => fold_genre(text),
        _ => fold(text),
    };
    let fits = |item: &str, wanted: &str| match rule.item_match {
        ItemMatch::Exact => spell(item) == spell(wanted),
        ItemMatch::Contains => spell(item).contains(&spell(wanted)),
        ItemMatch::HasWord => has_words(&spell(item), &spell(wanted)),
    };
    let is_wanted = |item: &str| wanted.iter().any(|wanted| fits(item, wanted));
    match op {
        Op::AnyOf => items.iter().any(|item| is_wanted(item)),
        Op::NoneOf => items.iter().all(|item| !is_wanted(item)),
        Op::Only => items.iter().all(|item| is_wanted(item)),
        Op::AllOf => wanted.iter().all(|wanted| items.iter().any(|item| fits(item, wanted))),
        _ => false,
    }
}

fn numbers(op: Op, number: i64, json: &Json) -> bool {
    let one = json.as_i64().unwrap_or(0);
    let inside = || json[0].as_i64().unwrap_or(0) <= number && number <= json[1].as_i64().unwrap_or(0);
    match op {
        Op::Eq => number == one,
        Op::Ne => number != one,
        Op::Lt => number < one,
        Op::Lte => number <= one,
        Op::Gt => number > one,
        Op::Gte => number >= one,
        Op::Between => inside(),
        Op::NotBetween => !inside(),
        _ => false,
    }
}

fn days(op: Op, first: i32, last: i32, json: &Json, context: &EvalContext) -> Option<bool> {
    // Every day of the interval is asked; they must agree.
    let each = |fits: &dyn Fn(i32) -> bool| {
        let yes = (first..=last).filter(|day| fits(*day)).count();
        let all = (last - first + 1) as usize;
        if yes == all { Some(true) } else { (yes == 0).then_some(false) }
    };
    match op {
        Op::Before => parse_interval(json).and_then(|(day, _)| each(&|d| d < day)),
        Op::After => parse_interval(json).and_then(|(_, day)| each(&|d| d > day)),
        Op::DateBetween => {
            let (from, to) = (parse_interval(&json[0])?.0, parse_interval(&json[1])?.1);
            each(&|d| from <= d && d <= to)
        }
        Op::YearIs => {
            let (from, to) = parse_interval(&Json::String(json.as_i64()?.to_string()))?;
            each(&|d| from <= d && d <= to)
        }
        Op::InLast | Op::NotInLast => {
            let from = Span::parse(json)?.first_day(local_day(context.now_ms, &context.zone));
            each(&|d| (d >= from) == (op == Op::InLast))
        }
        Op::WeekdayIs if first == last => {
            Some(json.as_array()?.iter().any(|day| day.as_u64() == Some(weekday(first).into())))
        }
        _ => None,
    }
}
