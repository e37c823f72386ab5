//! Whether a value is what its operator asks for; said in words that tell what was allowed.

use super::dates::{Span, parse_interval};
use super::fields::{Field, Kind};
#[cfg(feature = "ssr")]
use super::leaf::{pattern_set, strings};
use super::operators::{Op, Shape};
use super::text::fold_genre;
use crate::domain::ids::is_spotify_id;
use serde_json::Value;

/// Values in a list.
pub const VALUES_MAX: usize = 200;
/// Characters in a value, patterns included.
pub const VALUE_LEN_MAX: usize = 200;

/// Checks a value; the error carries a pointer below the value and words.
pub fn check_value(field: &Field, op: Op, value: Option<&Value>) -> Result<(), (String, String)> {
    let here = |words: &str| Err((String::new(), words.to_owned()));
    let Some(value) = value else {
        return if op.shape() == Shape::Nothing {
            Ok(())
        } else {
            here(&format!("A value is needed: {}.", wanted(field, op)))
        };
    };
    let fits = match op.shape() {
        Shape::Nothing => return here(&format!("{} takes no value.", op.id())),
        Shape::Texts if value.is_string() => return text(value, "").and_then(|()| pattern(op, value, "")),
        Shape::Texts => return list(field, op, value),
        Shape::List => return list(field, op, value),
        Shape::Number => number_in(field, value),
        Shape::Range => return range(field, op, value),
        Shape::CountRange => return count_range(field, op, value),
        Shape::Date => parse_interval(value).is_some(),
        Shape::DateRange => return date_range(field, op, value),
        Shape::Span => Span::parse(value).is_some(),
        Shape::Year => value.as_i64().is_some_and(|year| (1000..=9999).contains(&year)),
        Shape::Weekdays => weekdays(value),
        Shape::Boolean => value.is_boolean(),
    };
    if fits { Ok(()) } else { here(&format!("This value does not fit: {}.", wanted(field, op))) }
}

/// What an operator wants, in words.
fn wanted(field: &Field, op: Op) -> String {
    let number = match field.kind {
        Kind::Number { min, max } => format!("an integer from {min} to {max}"),
        Kind::Duration => "milliseconds as an integer, as 180000 for 3:00".to_owned(),
        _ => "an integer".to_owned(),
    };
    match op.shape() {
        Shape::Nothing => "no value".to_owned(),
        Shape::Texts => "a text, or a list of texts of which any may apply".to_owned(),
        Shape::List => match field.kind {
            Kind::Set(words) | Kind::Enum(words) => format!("a list of {}", words.join(", ")),
            _ => "a list of texts".to_owned(),
        },
        Shape::Number => number,
        Shape::Range => format!("[low, high], each {number}"),
        Shape::CountRange => "[low, high] of a count, null is open".to_owned(),
        Shape::Date => "a date as \"YYYY\", \"YYYY-MM\" or \"YYYY-MM-DD\"".to_owned(),
        Shape::DateRange => "two dates, each as \"YYYY\", \"YYYY-MM\" or \"YYYY-MM-DD\"".to_owned(),
        Shape::Span => {
            "{\"n\": 30, \"unit\": \"days\"}, with unit days, weeks or months and n from 1 to 36500".to_owned()
        }
        Shape::Year => "a year as an integer, as 1994".to_owned(),
        Shape::Weekdays => "a list of weekdays, 1 (Monday) to 7".to_owned(),
        Shape::Boolean => "true or false".to_owned(),
    }
}

fn text(value: &Value, pointer: &str) -> Result<(), (String, String)> {
    let Some(text) = value.as_str() else { return Err((pointer.to_owned(), "This must be a text.".to_owned())) };
    if text.trim().is_empty() {
        return Err((pointer.to_owned(), "A text must not be empty.".to_owned()));
    }
    if text.chars().count() > VALUE_LEN_MAX {
        return Err((pointer.to_owned(), format!("A text has at most {VALUE_LEN_MAX} characters.")));
    }
    Ok(())
}

#[cfg(feature = "ssr")]
fn pattern(op: Op, value: &Value, pointer: &str) -> Result<(), (String, String)> {
    if !matches!(op, Op::Regex | Op::NotRegex) {
        return Ok(());
    }
    pattern_set(&strings(Some(value))).map(drop).map_err(|error| {
        (
            pointer.to_owned(),
            format!("This is no usable pattern: {}.", error.to_string().replace('\n', " ").trim_end_matches('.')),
        )
    })
}

#[cfg(not(feature = "ssr"))]
fn pattern(_op: Op, _value: &Value, _pointer: &str) -> Result<(), (String, String)> {
    Ok(())
}

/// A genre of signs alone folds to nothing, which would be contained in every genre.
fn names_something(field: &Field, item: &Value) -> bool {
    field.id != "genre" || !fold_genre(item.as_str().unwrap_or_default()).is_empty()
}

fn list(field: &Field, op: Op, value: &Value) -> Result<(), (String, String)> {
    let Some(items) = value.as_array() else {
        return Err((String::new(), format!("This value does not fit: {}.", wanted(field, op))));
    };
    if items.is_empty() || items.len() > VALUES_MAX {
        return Err((String::new(), format!("A list has 1 to {VALUES_MAX} values.")));
    }
    for (at, item) in items.iter().enumerate() {
        let pointer = format!("/{at}");
        text(item, &pointer)?;
        pattern(op, item, &pointer)?;
        if !names_something(field, item) {
            return Err((pointer, "A genre needs a letter or a digit.".to_owned()));
        }
        if matches!(field.id, "track_id" | "artist_id" | "album_id" | "in_playlist")
            && !is_spotify_id(item.as_str().unwrap_or_default())
        {
            return Err((pointer, "This must be a Spotify id of 22 letters and digits.".to_owned()));
        }
        if let Kind::Set(words) | Kind::Enum(words) = field.kind
            && !words.contains(&item.as_str().unwrap_or_default())
        {
            return Err((pointer, format!("Not known here; allowed are {}.", words.join(", "))));
        }
    }
    // Patterns that are small each may be too large together.
    pattern(op, value, "")
}

fn number_in(field: &Field, value: &Value) -> bool {
    let (min, max) = match field.kind {
        Kind::Number { min, max } => (min, max),
        _ => (0, i64::from(u32::MAX)),
    };
    value.as_i64().is_some_and(|number| (min..=max).contains(&number))
}

fn pair<'v>(field: &Field, op: Op, value: &'v Value) -> Result<(&'v Value, &'v Value), (String, String)> {
    match value.as_array().map(Vec::as_slice) {
        Some([low, high]) => Ok((low, high)),
        Some(_) | None => Err((String::new(), format!("This value does not fit: {}.", wanted(field, op)))),
    }
}

fn reversed<T: PartialOrd>(low: T, high: T) -> Result<(), (String, String)> {
    if low <= high {
        Ok(())
    } else {
        Err((String::new(), "The range is reversed: the first value must not be above the second.".to_owned()))
    }
}

fn range(field: &Field, op: Op, value: &Value) -> Result<(), (String, String)> {
    let (low, high) = pair(field, op, value)?;
    for (at, end) in [low, high].into_iter().enumerate() {
        if !number_in(field, end) {
            return Err((format!("/{at}"), format!("This value does not fit: {}.", wanted(field, op))));
        }
    }
    reversed(low.as_i64(), high.as_i64())
}

fn count_range(field: &Field, op: Op, value: &Value) -> Result<(), (String, String)> {
    let (low, high) = pair(field, op, value)?;
    let fits = |end: &Value| end.is_null() || end.as_u64().is_some_and(|n| n <= 1_000);
    if !fits(low) || !fits(high) || (low.is_null() && high.is_null()) {
        return Err((String::new(), format!("This value does not fit: {}.", wanted(field, op))));
    }
    reversed(low.as_u64().unwrap_or(0), high.as_u64().unwrap_or(u64::MAX))
}

fn date_range(field: &Field, op: Op, value: &Value) -> Result<(), (String, String)> {
    let (low, high) = pair(field, op, value)?;
    let end = |at: usize, value: &Value| {
        parse_interval(value)
            .ok_or_else(|| (format!("/{at}"), format!("This value does not fit: {}.", wanted(field, op))))
    };
    reversed(end(0, low)?.0, end(1, high)?.1)
}

fn weekdays(value: &Value) -> bool {
    let day = |value: &Value| value.as_u64().is_some_and(|day| (1..=7).contains(&day));
    value.as_array().is_some_and(|days| !days.is_empty() && days.len() <= 7 && days.iter().all(day))
}
