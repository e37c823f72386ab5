//! How far a value is from matching a rule. What is told is tried first, so that it is true.

use super::seen::day;
use super::{DistanceUnit, NearMiss, rule_words};
use crate::domain::filter::check::check_value;
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::dates::{Span, Unit, civil_from_days, local_day, parse_interval};
use crate::domain::filter::duration::format_duration;
use crate::domain::filter::evaluate::Verdict;
use crate::domain::filter::fields::Kind;
use crate::domain::filter::leaf::Leaf;
use crate::domain::filter::operators::Op;
use crate::domain::filter::read::Value;
use crate::domain::filter::rule::Rule;
use crate::domain::track::FilterableTrack;
use serde_json::{Value as Json, json};

const SECOND_MS: i64 = 1_000;

/// A distance and the value of the rule that would take the song.
type Candidate = Option<(i64, DistanceUnit, Json)>;

/// For a rule that says no; `None` where there is no distance to tell or no value of the rule would help.
pub fn near_miss(rule: &Rule, value: &Value<'_>, track: &FilterableTrack, context: &EvalContext) -> Option<NearMiss> {
    let (distance, unit, told) = match value {
        Value::Number(number) => from_number(rule, *number),
        Value::Texts(list) if rule.op == Op::Count => from_count(rule, i64::try_from(list.len()).ok()?),
        Value::Days(first, last) => from_days(rule, *first, *last, context),
        Value::Instant(instant) => {
            let day = local_day(*instant, &context.zone);
            from_days(rule, day, day, context)
        }
        Value::Missing | Value::Text(_) | Value::Texts(_) | Value::Boolean(_) => None,
    }?;
    let changed = Rule { value: Some(told.clone()), when_missing: None, ..rule.clone() };
    check_value(changed.field, changed.op, changed.value.as_ref()).ok()?;
    let matches = Leaf::new(&changed, context).ok()?.verdict(track) == Verdict::Yes;
    let words = format!("{}: would match with “{}”", amount(rule, distance, unit), uncapital(&rule_words(&changed)));
    matches.then_some(NearMiss { words, distance, unit, value: told })
}

fn one(rule: &Rule) -> Option<i64> {
    rule.value.as_ref()?.as_i64()
}

fn two(rule: &Rule) -> Option<(&Json, &Json)> {
    match rule.value.as_ref()?.as_array()?.as_slice() {
        [low, high] => Some((low, high)),
        _ => None,
    }
}

fn from_number(rule: &Rule, seen: i64) -> Candidate {
    let is_length = rule.field.kind == Kind::Duration;
    // Lengths are shown and typed in whole seconds: what is told must also hold when it is typed.
    let step = if is_length { SECOND_MS } else { 1 };
    let down = |number: i64| number.div_euclid(step) * step;
    let up = |number: i64| (number + step - 1).div_euclid(step) * step;
    let unit = match rule.field.id {
        _ if is_length => DistanceUnit::Milliseconds,
        "release_year" => DistanceUnit::Years,
        _ => DistanceUnit::Number,
    };
    let (distance, told) = match rule.op {
        Op::Gte => (seen - one(rule)?, json!(down(seen))),
        Op::Gt => (seen - one(rule)? - 1, json!(down(seen - 1))),
        Op::Lte => (seen - one(rule)?, json!(up(seen))),
        Op::Lt => (seen - one(rule)? + 1, json!(up(seen + 1))),
        Op::Eq => (seen - one(rule)?, json!(seen)),
        Op::Between => {
            let (low, high) = two(rule)?;
            match (seen - low.as_i64()?, seen - high.as_i64()?) {
                (below, _) if below < 0 => (below, json!([down(seen), high])),
                (_, above) => (above, json!([low, up(seen)])),
            }
        }
        _ => return None,
    };
    Some((distance, unit, told))
}

fn from_count(rule: &Rule, seen: i64) -> Candidate {
    let (low, high) = two(rule)?;
    match low.as_i64().map(|low| seen - low) {
        Some(few) if few < 0 => Some((few, DistanceUnit::Items, json!([seen, high]))),
        Some(_) | None => Some((seen - high.as_i64()?, DistanceUnit::Items, json!([low, seen]))),
    }
}

/// The seen interval of days lies wholly outside of what the rule asks for.
fn from_days(rule: &Rule, first: i32, last: i32, context: &EvalContext) -> Candidate {
    let value = rule.value.as_ref()?;
    let days = |distance: i32, told: Json| Some((i64::from(distance), DistanceUnit::Days, told));
    match rule.op {
        Op::Before => days(last - parse_interval(value)?.0 + 1, json!(day(last + 1))),
        Op::After => days(first - parse_interval(value)?.1 - 1, json!(day(first - 1))),
        Op::DateBetween => {
            let (from, to) = two(rule)?;
            let (start, end) = (parse_interval(from)?.0, parse_interval(to)?.1);
            if last < start {
                days(last - start, json!([day(first), to]))
            } else {
                days(first - end, json!([from, day(last)]))
            }
        }
        Op::InLast | Op::NotInLast => {
            let today = local_day(context.now_ms, &context.zone);
            let start = Span::parse(value)?.first_day(today);
            if rule.op == Op::InLast {
                days(last - start, span(today - first, value))
            } else {
                days(first - start + 1, span(today - last - 1, value))
            }
        }
        Op::YearIs => {
            let year = i64::from(civil_from_days(first).0);
            Some((year - value.as_i64()?, DistanceUnit::Years, json!(year)))
        }
        _ => None,
    }
}

/// So many days as a span, in the rule's own unit where that is exact.
fn span(days: i32, like: &Json) -> Json {
    let weeks = Span::parse(like).is_some_and(|span| span.unit == Unit::Weeks) && days % 7 == 0;
    if weeks { json!({"n": days / 7, "unit": "weeks"}) } else { json!({"n": days, "unit": "days"}) }
}

/// As in "8 s too long".
fn amount(rule: &Rule, distance: i64, unit: DistanceUnit) -> String {
    let far = distance.unsigned_abs();
    let many = |noun: &str| if far == 1 { format!("1 {noun}") } else { format!("{far} {noun}s") };
    let (amount, above, below) = match unit {
        DistanceUnit::Milliseconds => (length(far), "long", "short"),
        DistanceUnit::Days => (many("day"), "late", "early"),
        DistanceUnit::Years => (many("year"), "late", "early"),
        DistanceUnit::Items => (far.to_string(), "many", "few"),
        DistanceUnit::Number if rule.field.id == "position" => (many("row"), "low down", "high up"),
        DistanceUnit::Number => (far.to_string(), "high", "low"),
    };
    format!("{amount} too {}", if distance > 0 { above } else { below })
}

fn length(ms: u64) -> String {
    match ms {
        0..1_000 => "less than a second".to_owned(),
        1_000..60_000 => format!("{} s", ms.div_ceil(1_000)),
        _ => format_duration(ms.div_ceil(1_000) * 1_000),
    }
}

fn uncapital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
