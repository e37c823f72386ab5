//! A filter in plain words: "Rock or Grunge, released 1990 to 1999, not live".

use super::dates::{Span, Unit};
use super::duration::format_duration;
use super::fields::Kind;
use super::leaf::strings;
use super::operators::Op;
use super::rule::{Filter, Group, ItemMatch, MatchMode, Node, Rule};
use serde_json::Value;

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// More values than this are counted, not listed.
const LISTED_MAX: usize = 6;

/// The sentence, beginning with a capital, without a full stop.
pub fn sentence(filter: &Filter) -> String {
    if filter.root.rules.is_empty() {
        return if filter.everything { "Every song".into() } else { "No rules yet".into() };
    }
    capital(&group(&filter.root, true))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn group(group: &Group, outermost: bool) -> String {
    let parts: Vec<String> = group.rules.iter().map(node).collect();
    let joined = match (group.mode, parts.len()) {
        (MatchMode::All, _) => parts.join(if outermost { ", " } else { " and " }),
        (MatchMode::Any, _) => parts.join(", or "),
        (MatchMode::None, 1) => return negate(&parts[0]),
        (MatchMode::None, 2) => return format!("neither {} nor {}", parts[0], parts[1]),
        (MatchMode::None, _) => return format!("none of ({})", parts.join("; ")),
    };
    if outermost || parts.len() == 1 { joined } else { format!("({joined})") }
}

/// A sentence of one rule turned round; the common ones read naturally.
fn negate(part: &str) -> String {
    match part.strip_prefix("not ") {
        Some(rest) => rest.to_owned(),
        None => format!("not {part}"),
    }
}

fn node(node: &Node) -> String {
    match node {
        Node::Group(inner) => group(inner, false),
        Node::Rule(rule) => self::rule(rule),
    }
}

fn rule(rule: &Rule) -> String {
    let words = match (rule.field.id, rule.op) {
        (_, Op::IsMissing) => format!("without {}", article(&thing(rule))),
        (_, Op::IsPresent) => format!("with {}", article(&thing(rule))),
        (_, Op::Count) => counted(rule),
        ("explicit", Op::Is) => if is_true(rule) { "explicit" } else { "not explicit" }.to_owned(),
        ("is_playable", Op::Is) => if is_true(rule) { "playable" } else { "not playable" }.to_owned(),
        ("release_year" | "release_date", _) => dated("released", rule),
        ("added_at", _) => dated("added", rule),
        ("duration", _) => duration(rule),
        ("genre" | "version_kind" | "album_type", _) => bare_list(rule),
        ("artist" | "primary_artist", Op::AnyOf | Op::Equals) => format!("by {}", values(rule, "or")),
        ("artist", Op::AllOf) => format!("by {}", values(rule, "and")),
        ("artist", Op::Only) => format!("by nobody but {}", values(rule, "or")),
        ("added_by", Op::AnyOf | Op::Only) => format!("added by {}", values(rule, "or")),
        ("added_by", Op::AllOf) => format!("added by {}", values(rule, "and")),
        ("added_by", Op::NoneOf) => format!("not added by {}", values(rule, "or")),
        ("artist" | "primary_artist", Op::NoneOf | Op::NotEquals) => format!("not by {}", values(rule, "or")),
        _ => format!("{} {}", thing(rule), phrase(rule)),
    };
    match rule.when_missing {
        Some(true) if !rule.op.default_when_missing() => format!("{words} (or not known)"),
        Some(false) if rule.op.default_when_missing() => format!("{words} (and known)"),
        Some(_) | None => words,
    }
}

/// The field as a noun within a sentence.
fn thing(rule: &Rule) -> String {
    match rule.field.id {
        "isrc" => "ISRC".to_owned(),
        "explicit" => "mark as explicit or not".to_owned(),
        "is_playable" => "word on being playable".to_owned(),
        "added_at" => "date added".to_owned(),
        "added_by" => "name of who added it".to_owned(),
        "album_tracks" => "number of songs on the album".to_owned(),
        _ => rule.field.label.to_lowercase(),
    }
}

/// A verb and when; what is not so is said before the verb.
fn dated(verb: &str, rule: &Rule) -> String {
    let when = when(rule);
    when.strip_prefix("not ").map_or_else(|| format!("{verb} {when}"), |rest| format!("not {verb} {rest}"))
}

fn counted(rule: &Rule) -> String {
    let ends = ends(rule);
    let (low, high) = (ends.0.and_then(Value::as_u64), ends.1.and_then(Value::as_u64));
    let noun = |n: u64| if n == 1 { thing(rule) } else { format!("{}s", thing(rule)) };
    match (low, high) {
        (Some(low), Some(high)) if low == high => format!("exactly {low} {}", noun(low)),
        (Some(low), Some(high)) => format!("{low} to {high} {}", noun(high)),
        (Some(low), None) => format!("at least {low} {}", noun(low)),
        (None, Some(high)) => format!("at most {high} {}", noun(high)),
        (None, None) => format!("any number of {}", noun(0)),
    }
}

fn is_true(rule: &Rule) -> bool {
    rule.value.as_ref().and_then(Value::as_bool).unwrap_or_default()
}

fn article(label: &str) -> String {
    let an = label.starts_with(['a', 'e', 'i', 'o', 'u', 'I']);
    format!("{} {label}", if an { "an" } else { "a" })
}

/// Values joined by a word; long lists are counted.
fn values(rule: &Rule, word: &str) -> String {
    let all = strings(rule.value.as_ref());
    let quoted = matches!(rule.field.kind, Kind::Text) && !matches!(rule.op, Op::Equals | Op::NotEquals);
    let show = |text: &&str| match rule.field.kind {
        _ if quoted => format!("“{text}”"),
        Kind::TextList if rule.field.id == "genre" => capital(text),
        _ => (*text).to_owned(),
    };
    let mut shown: Vec<String> = all.iter().take(LISTED_MAX).map(show).collect();
    if all.len() > LISTED_MAX {
        shown.push(format!("{} more", all.len() - LISTED_MAX));
    }
    match shown.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Lists that need no verb: genres, versions, kinds of albums.
fn bare_list(rule: &Rule) -> String {
    let noun = rule.field.label.to_lowercase();
    match rule.op {
        Op::AnyOf | Op::IsAnyOf => values(rule, "or"),
        Op::AllOf => values(rule, "and"),
        Op::NoneOf | Op::IsNoneOf => format!("not {}", values(rule, "or")),
        Op::Only => format!("only {}", values(rule, "or")),
        _ => format!("{noun} {}", phrase(rule)),
    }
}

fn number(value: Option<&Value>) -> String {
    value
        .map_or_else(String::new, |value| value.as_i64().map_or_else(|| value.to_string(), |number| number.to_string()))
}

fn ends(rule: &Rule) -> (Option<&Value>, Option<&Value>) {
    let list = rule.value.as_ref().and_then(Value::as_array);
    (list.and_then(|list| list.first()), list.and_then(|list| list.get(1)))
}

fn date_text(value: Option<&Value>) -> String {
    value.map_or_else(String::new, |value| value.as_str().map_or_else(|| number(Some(value)), str::to_owned))
}

/// Dates and years.
fn when(rule: &Rule) -> String {
    let one = date_text(rule.value.as_ref());
    let (low, high) = ends(rule);
    match rule.op {
        Op::Between | Op::DateBetween => format!("{} to {}", date_text(low), date_text(high)),
        Op::NotBetween => format!("before {} or after {}", date_text(low), date_text(high)),
        Op::Eq | Op::YearIs => format!("in {one}"),
        Op::Ne => format!("not in {one}"),
        Op::Lt | Op::Before => format!("before {one}"),
        Op::Lte => format!("{one} or earlier"),
        Op::Gt | Op::After => format!("after {one}"),
        Op::Gte => format!("{one} or later"),
        Op::InLast => format!("in the last {}", span(rule)),
        Op::NotInLast => format!("not in the last {}", span(rule)),
        Op::WeekdayIs => format!("on a {}", weekdays(rule)),
        _ => phrase(rule),
    }
}

fn span(rule: &Rule) -> String {
    let Some(span) = rule.value.as_ref().and_then(Span::parse) else { return String::new() };
    let unit = match span.unit {
        Unit::Days => "day",
        Unit::Weeks => "week",
        Unit::Months => "month",
    };
    if span.n == 1 { unit.to_owned() } else { format!("{} {unit}s", span.n) }
}

fn weekdays(rule: &Rule) -> String {
    let days = rule.value.as_ref().and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_u64);
    let names: Vec<&str> =
        days.filter_map(|day| WEEKDAYS.get(usize::try_from(day).ok()?.checked_sub(1)?).copied()).collect();
    names.join(" or ")
}

fn duration(rule: &Rule) -> String {
    let time = |value: Option<&Value>| format_duration(value.and_then(Value::as_u64).unwrap_or_default());
    let one = time(rule.value.as_ref());
    let (low, high) = ends(rule);
    match rule.op {
        Op::Between => format!("{} to {} long", time(low), time(high)),
        Op::NotBetween => format!("shorter than {} or longer than {}", time(low), time(high)),
        Op::Eq => format!("exactly {one} long"),
        Op::Ne => format!("not exactly {one} long"),
        Op::Lt => format!("shorter than {one}"),
        Op::Lte => format!("at most {one} long"),
        Op::Gt => format!("longer than {one}"),
        Op::Gte => format!("at least {one} long"),
        _ => phrase(rule),
    }
}

/// Field and operator in words, for everything without words of its own.
fn phrase(rule: &Rule) -> String {
    let (low, high) = ends(rule);
    match rule.op {
        Op::AnyOf | Op::IsAnyOf | Op::Equals => format!("{} {}", matching(rule, "is"), values(rule, "or")),
        Op::AllOf => format!("{} {}", matching(rule, "has"), values(rule, "and")),
        Op::NoneOf | Op::IsNoneOf | Op::NotEquals => format!("{} {}", matching(rule, "is not"), values(rule, "or")),
        Op::Only => format!("only {}", values(rule, "or")),
        Op::Count => counted(rule),
        Op::Between => format!("{} to {}", number(low), number(high)),
        Op::NotBetween => format!("not {} to {}", number(low), number(high)),
        Op::Eq | Op::Ne | Op::Lt | Op::Lte | Op::Gt | Op::Gte => format!(
            "{} {}",
            rule.op.label().trim_start_matches("is ").replace("is", "exactly"),
            number(rule.value.as_ref())
        ),
        Op::Contains | Op::NotContains | Op::HasWord | Op::StartsWith | Op::EndsWith | Op::Regex | Op::NotRegex => {
            format!("{} {}", rule.op.label(), values(rule, "or"))
        }
        Op::Is => if is_true(rule) { "yes" } else { "no" }.to_owned(),
        Op::Before | Op::After | Op::DateBetween | Op::InLast | Op::NotInLast | Op::YearIs | Op::WeekdayIs => {
            when(rule)
        }
        Op::IsMissing | Op::IsPresent => rule.op.label().to_owned(),
    }
}

fn matching<'w>(rule: &Rule, exact: &'w str) -> &'w str {
    match rule.item_match {
        ItemMatch::Exact => exact,
        ItemMatch::Contains if exact == "is not" => "does not contain",
        ItemMatch::Contains => "contains",
        ItemMatch::HasWord if exact == "is not" => "has not the word",
        ItemMatch::HasWord => "has the word",
    }
}
