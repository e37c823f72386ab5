//! The value that a rule saw, in words and as JSON.

use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::dates::{civil_from_days, local_day};
use crate::domain::filter::duration::format_duration;
use crate::domain::filter::fields::{Field, Kind};
use crate::domain::filter::read::Value;
use serde_json::{Value as Json, json};

const DAY_MS: i64 = 86_400_000;

/// For people; days in the person's time zone.
pub fn words(field: &Field, value: &Value<'_>, context: &EvalContext) -> String {
    match value {
        Value::Missing => "none known".to_owned(),
        Value::Text(text) => text.clone().into_owned(),
        Value::Texts(list) => list.join(", "),
        Value::Number(number) if field.kind == Kind::Duration => format_duration(number.unsigned_abs()),
        Value::Number(number) => number.to_string(),
        Value::Boolean(value) => if *value { "yes" } else { "no" }.to_owned(),
        Value::Days(first, last) => interval(*first, *last),
        Value::Instant(instant) => day(local_day(*instant, &context.zone)),
    }
}

/// For programs; moments as RFC 3339 in UTC.
pub fn json(value: &Value<'_>) -> Option<Json> {
    match value {
        Value::Missing => None,
        Value::Text(text) => Some(json!(text)),
        Value::Texts(list) => Some(json!(list)),
        Value::Number(number) => Some(json!(number)),
        Value::Boolean(value) => Some(json!(value)),
        Value::Days(first, last) => Some(json!(interval(*first, *last))),
        Value::Instant(instant) => Some(json!(rfc3339(*instant))),
    }
}

/// A day as YYYY-MM-DD.
pub fn day(days: i32) -> String {
    let (year, month, day) = civil_from_days(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A date with the precision that its interval tells.
fn interval(first: i32, last: i32) -> String {
    if first == last {
        return day(first);
    }
    let ((year, month, _), (_, last_month, _)) = (civil_from_days(first), civil_from_days(last));
    if month == last_month { format!("{year:04}-{month:02}") } else { format!("{year:04}") }
}

fn rfc3339(instant_ms: i64) -> String {
    let days = i32::try_from(instant_ms.div_euclid(DAY_MS)).unwrap_or(i32::MAX);
    let seconds = instant_ms.rem_euclid(DAY_MS) / 1_000;
    format!("{}T{:02}:{:02}:{:02}Z", day(days), seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
