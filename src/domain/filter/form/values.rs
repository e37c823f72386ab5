//! Between what is typed into a row and the filter's JSON, by the field table.

use super::choices::{compares_items, input_of, operators, reduces};
use super::output::OutputForm;
use super::{FilterForm, FormRow};
use crate::domain::filter::duration::{format_duration, parse_duration};
use crate::domain::filter::rule::{Filter, SCHEMA_VERSION};
use crate::domain::ids::is_spotify_id;
use serde_json::{Map, Value, json};

/// What a row asks for beside field and operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// No value.
    Nothing,
    /// Texts separated by commas.
    Texts,
    /// One text, taken as it is.
    Pattern,
    /// A whole number.
    Number,
    /// Two whole numbers.
    Numbers,
    /// A length as M:SS.
    Length,
    /// Two lengths.
    Lengths,
    /// A date, precise to year, month or day.
    Day,
    /// Two dates.
    Days,
    /// A year.
    Year,
    /// A number of days, weeks or months.
    Last,
    /// True or false.
    YesNo,
    /// Two whole numbers, each of which may be left open.
    Counts,
    /// Any of a closed list of (word, label).
    Picks(Vec<(String, String)>),
}

/// Units of "in the last".
pub const UNITS: [(&str, &str); 3] = [("days", "days"), ("weeks", "weeks"), ("months", "months")];
/// Values of "is".
pub const YES_NO: [(&str, &str); 2] = [("true", "yes"), ("false", "no")];

/// "a, b, "c, d"" as its parts: commas separate, quotes hold together.
pub fn split_texts(typed: &str) -> Vec<String> {
    let (mut parts, mut part, mut is_quoted) = (Vec::new(), String::new(), false);
    for letter in typed.chars() {
        match letter {
            '"' if is_quoted || part.trim().is_empty() => is_quoted = !is_quoted,
            ',' | '\n' if !is_quoted => parts.push(std::mem::take(&mut part)),
            _ => part.push(letter),
        }
    }
    parts.push(part);
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// "3:39", "1:02:05", "219" seconds or "3:39.5" as milliseconds.
pub fn read_length(typed: &str) -> Option<u64> {
    let (whole, fraction) = typed.trim().split_once('.').unwrap_or((typed.trim(), ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest: u64 = format!("{fraction:0<3}").parse().ok()?;
    Some(u64::from(parse_duration(whole)?) + rest)
}

/// Milliseconds as M:SS, with the rest of a second only where there is one: nothing is lost by editing.
fn write_length(milliseconds: u64) -> String {
    let (clock, rest) = (format_duration(milliseconds), milliseconds % 1_000);
    if rest == 0 { clock } else { format!("{clock}.{rest:03}") }
}

/// A whole number, or the text as typed: the parser then says what is wrong with it.
fn number(typed: &str) -> Value {
    let typed = typed.trim();
    match (typed.is_empty(), typed.parse::<i64>()) {
        (true, _) => Value::Null,
        (_, Ok(number)) => number.into(),
        (_, Err(_)) => typed.into(),
    }
}

fn length(typed: &str) -> Value {
    match (typed.trim().is_empty(), read_length(typed)) {
        (true, _) => Value::Null,
        (_, Some(length)) => length.into(),
        (_, None) => typed.trim().into(),
    }
}

/// The texts of a row: those taken over, and what is being typed.
pub fn all_texts(row: &FormRow) -> Vec<String> {
    let mut texts = row.values.clone();
    for text in split_texts(&row.value) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

fn value_of(row: &FormRow) -> Option<Value> {
    let (low, high) = (row.value.as_str(), row.to.as_str());
    Some(match input_of(&row.field, &row.op) {
        Input::Nothing => return None,
        Input::Texts => all_texts(row).into(),
        Input::Pattern if row.values.is_empty() => low.into(),
        // Commas belong to patterns: what is typed is one.
        Input::Pattern => {
            row.values.iter().map(String::as_str).chain(Some(low).filter(|low| !low.is_empty())).collect()
        }
        Input::Number | Input::Year => number(low),
        Input::Numbers | Input::Counts => json!([number(low), number(high)]),
        Input::Length => length(low),
        Input::Lengths => json!([length(low), length(high)]),
        Input::Day => low.trim().into(),
        Input::Days => json!([low.trim(), high.trim()]),
        Input::Last => json!({"n": number(low), "unit": if row.unit.is_empty() { "days" } else { &row.unit }}),
        Input::YesNo => (low != "false").into(),
        // Days of the week are numbers, all other closed lists are words.
        Input::Picks(_) if row.op == "weekday_is" => row.picks.iter().map(|pick| number(pick)).collect(),
        Input::Picks(_) => row.picks.clone().into(),
    })
}

/// A rule that waits for its value.
pub fn says_nothing(row: &FormRow) -> bool {
    row.is_blank() && !matches!(input_of(&row.field, &row.op), Input::Nothing | Input::YesNo)
}

fn rule_json(row: &FormRow) -> Value {
    let mut rule = Map::new();
    rule.insert("field".into(), row.field.clone().into());
    rule.insert("op".into(), row.op.clone().into());
    if let Some(value) = value_of(row) {
        rule.insert("value".into(), value);
    }
    if !row.when_missing.is_empty() && judges_missing(&row.op) {
        rule.insert("when_missing".into(), row.when_missing.clone().into());
    }
    if !row.item_match.is_empty() && compares_items(&row.field, &row.op) {
        rule.insert("item_match".into(), row.item_match.clone().into());
    }
    if !row.reduce.is_empty() && reduces(&row.field) {
        rule.insert("reduce".into(), row.reduce.clone().into());
    }
    rule.into()
}

/// Visits the rows as a tree: `rows` from `at` on that are at least this deep.
fn nodes(rows: &[FormRow], at: &mut usize, depth: u8, pointer: &str, pointers: &mut Vec<String>) -> Vec<Value> {
    let mut found = Vec::new();
    while let Some(row) = rows.get(*at).filter(|row| row.depth >= depth) {
        let own = format!("{pointer}/rules/{}", found.len());
        pointers.push(own.clone());
        *at += 1;
        found.push(match row.is_group() {
            true => {
                let inner = nodes(rows, at, row.depth.saturating_add(1), &own, pointers);
                json!({"match": row.group, "rules": inner})
            }
            false => rule_json(row),
        });
    }
    found
}

impl FilterForm {
    fn tree(&self) -> (Vec<Value>, Vec<String>) {
        let mut pointers = Vec::with_capacity(self.rows.len());
        (nodes(&self.rows, &mut 0, 0, "", &mut pointers), pointers)
    }

    /// The place of each row in the filter, as in `/rules/2/rules/0`.
    pub fn pointers(&self) -> Vec<String> {
        self.tree().1
    }

    /// The filter's JSON, as far as the form can say it; what is typed wrong stays as typed, for the parser to name.
    pub fn to_json(&self) -> Value {
        let mode = if self.mode.is_empty() { "all" } else { &self.mode };
        // A tick beside lines that say nothing is meant.
        let is_only_ticked = self.everything && self.rows.iter().all(says_nothing);
        let rules = if is_only_ticked { Vec::new() } else { self.tree().0 };
        let mut filter = json!({"schema_version": SCHEMA_VERSION, "match": mode, "rules": rules});
        if self.everything {
            filter["everything"] = true.into();
        }
        if let Some(output) = self.output.to_json() {
            filter["output"] = output;
        }
        for (key, typed) in [("pins", &self.pins), ("bans", &self.bans)] {
            let uris = track_uris(typed);
            if !uris.is_empty() {
                filter[key] = uris.into();
            }
        }
        filter
    }

    /// The form of a filter.
    pub fn from_filter(filter: &Filter) -> Self {
        let json = serde_json::to_value(filter).unwrap_or_default();
        let mut form = Self {
            mode: text(&json["match"]),
            everything: json["everything"] == Value::Bool(true),
            rows: Vec::new(),
            output: OutputForm::from_output(&filter.output),
            pins: filter.pins.join("\n"),
            bans: filter.bans.join("\n"),
        };
        push_rows(&json["rules"], 0, &mut form.rows);
        form
    }

    /// Takes what is typed over into the row's texts, as when a comma ends it.
    pub fn take_typed(&mut self) {
        for row in self.rows.iter_mut().filter(|row| !row.is_group()) {
            row.take_typed();
        }
    }

    /// Gives rows whose operator does not fit their field the field's first operator.
    pub fn mend(&mut self) {
        for row in self.rows.iter_mut().filter(|row| !row.is_group()) {
            let operators = operators(&row.field);
            if !operators.iter().any(|(op, _)| *op == row.op) {
                operators.first().map_or("", |(op, _)| op).clone_into(&mut row.op);
            }
        }
    }
}

impl FormRow {
    /// Takes what is typed over into the texts, where the row asks for texts.
    pub fn take_typed(&mut self) {
        if input_of(&self.field, &self.op) == Input::Texts {
            self.values = all_texts(self);
            self.value.clear();
        }
    }
}

/// Songs by id, URI or link, one on a line, as URIs; what is none of these stays, for the parser to name.
fn track_uris(typed: &str) -> Vec<String> {
    let mut uris: Vec<String> = Vec::new();
    for part in typed.split([',', '\n', ' ', '\r']).map(str::trim).filter(|part| !part.is_empty()) {
        let uri = track_uri(part).unwrap_or_else(|| part.to_owned());
        if !uris.contains(&uri) {
            uris.push(uri);
        }
    }
    uris
}

fn track_uri(part: &str) -> Option<String> {
    let after_link = part.split_once("open.spotify.com/").and_then(|(_, path)| path.rsplit_once("track/"));
    let id = match after_link {
        Some((_, id)) => id.split(['?', '/', '#']).next()?,
        None => part.strip_prefix("spotify:track:").unwrap_or(part),
    };
    is_spotify_id(id).then(|| format!("spotify:track:{id}"))
}

fn push_rows(rules: &Value, depth: u8, rows: &mut Vec<FormRow>) {
    for rule in rules.as_array().into_iter().flatten() {
        match rule.get("match") {
            Some(mode) => {
                rows.push(FormRow { depth, group: text(mode), ..FormRow::default() });
                push_rows(&rule["rules"], depth.saturating_add(1), rows);
            }
            None => rows.push(row_of(rule, depth)),
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn length_text(value: &Value) -> String {
    value.as_u64().map_or_else(|| text(value), write_length)
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::Null => Vec::new(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => vec![text(value)],
    }
}

fn row_of(rule: &Value, depth: u8) -> FormRow {
    let mut row = FormRow {
        depth,
        field: text(&rule["field"]),
        op: text(&rule["op"]),
        when_missing: text(&rule["when_missing"]),
        item_match: text(&rule["item_match"]),
        reduce: text(&rule["reduce"]),
        ..FormRow::default()
    };
    if row.item_match == "exact" {
        row.item_match.clear();
    }
    let value = &rule["value"];
    match input_of(&row.field, &row.op) {
        Input::Nothing => {}
        Input::Texts => row.values = texts(value),
        Input::Picks(_) => row.picks = texts(value),
        Input::Pattern => {
            row.values = texts(value);
            row.value = row.values.pop().unwrap_or_default();
        }
        Input::Number | Input::Year | Input::Day | Input::YesNo => row.value = text(value),
        Input::Length => row.value = length_text(value),
        Input::Lengths => (row.value, row.to) = (length_text(&value[0]), length_text(&value[1])),
        Input::Numbers | Input::Days | Input::Counts => (row.value, row.to) = (text(&value[0]), text(&value[1])),
        Input::Last => (row.value, row.unit) = (text(&value["n"]), text(&value["unit"])),
    }
    row
}

/// Whether an operator leaves a choice about missing values.
pub fn judges_missing(op: &str) -> bool {
    !matches!(op, "is_missing" | "is_present")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::json;

    #[test]
    fn typed_texts_are_split() {
        let cases: [(&str, &[&str]); 4] = [
            ("rock, grunge ,  soul", &["rock", "grunge", "soul"]),
            (r#""Tyler, The Creator", Björk"#, &["Tyler, The Creator", "Björk"]),
            ("one\ntwo,,", &["one", "two"]),
            (r#"12" mix"#, &[r#"12" mix"#]),
        ];
        for (typed, parts) in cases {
            assert_eq!(split_texts(typed), parts, "{typed}");
        }
        assert!(split_texts(" , ").is_empty());
    }

    #[test]
    fn lengths_keep_their_milliseconds() {
        for ms in [0, 59_000, 219_400, 3_725_001] {
            assert_eq!(read_length(&write_length(ms)), Some(ms));
        }
        assert_eq!(read_length("219"), Some(219_000));
        assert_eq!(read_length("3:39.5"), Some(219_500));
        assert_eq!(read_length("3:39.x"), None);
    }

    #[test]
    fn a_nested_filter_goes_there_and_back() {
        let json = json!({"schema_version": 1, "match": "all", "rules": [
            {"field": "release_year", "op": "between", "value": [1990, 1999]},
            {"match": "any", "rules": [
                {"field": "genre", "op": "any_of", "value": ["rock", "R&B, soul"], "item_match": "has_word"},
                {"match": "none", "rules": [{"field": "version_kind", "op": "any_of", "value": ["live", "demo"]}]},
                {"field": "artist_popularity", "op": "gte", "value": 60, "reduce": "primary"}]},
            {"field": "added_at", "op": "in_last", "value": {"n": 2, "unit": "weeks"}},
            {"field": "added_at", "op": "weekday_is", "value": [6, 7]},
            {"field": "artist", "op": "count", "value": [2, null]},
            {"field": "title", "op": "contains", "value": ["love"], "when_missing": "yes"},
            {"field": "duration", "op": "between", "value": [120_000, 219_400]}]});
        let filter = json::parse(&json).unwrap();
        let form = FilterForm::from_filter(&filter);
        assert_eq!(form.to_json(), json);
        assert_eq!(form.pointers()[3], "/rules/1/rules/1");
        assert_eq!(form.pointers()[4], "/rules/1/rules/1/rules/0");
    }

    #[test]
    fn songs_are_named_in_many_ways() {
        let id = "2XU0oxnq2qxCpomAAuJY8K";
        let uri = format!("spotify:track:{id}");
        for typed in [id, &uri, &format!("https://open.spotify.com/intl-de/track/{id}?si=1"), &format!("{id}\n{uri}")] {
            assert_eq!(track_uris(typed), [uri.as_str()], "{typed}");
        }
        assert_eq!(track_uris("hello"), ["hello"]);
        assert!(track_uris(" \n ").is_empty());
    }

    #[test]
    fn typed_texts_are_taken_over_once() {
        let mut form = FilterForm::first();
        form.rows[0].values = vec!["Björk".into()];
        form.rows[0].value = "Sade, Björk".into();
        assert_eq!(form.to_json()["rules"][0]["value"], json!(["Björk", "Sade"]));
        form.take_typed();
        assert_eq!((form.rows[0].values.len(), form.rows[0].value.as_str()), (2, ""));
    }
}
