//! Smart playlists of Navidrome (`.nsp`): `{"all": [{"is": {"genre": "Rock"}}, {"any": […]}], "sort": "-year",
//! "limit": 100}`. What cannot be said here is named; nothing is guessed and nothing left out in silence.

use super::nsp_fields::{Theirs, lookup, names};
use super::read::escape;
use super::translate::Translation;
use crate::domain::filter::fields::{self, Kind};
use crate::domain::filter::json::nearest;
use crate::domain::filter::rule::Filter;
use serde_json::{Map, Value, json};

const KEYS: &[&str] = &["name", "comment", "all", "any", "sort", "order", "limit", "public"];
const OPERATORS: &[&str] = &[
    "is",
    "isNot",
    "gt",
    "lt",
    "contains",
    "notContains",
    "startsWith",
    "endsWith",
    "inTheRange",
    "before",
    "after",
    "inTheLast",
    "notInTheLast",
    "inPlaylist",
    "notInPlaylist",
];
/// Deeper groups are refused by our own limit; this one only keeps a hostile file from exhausting the stack.
const DEPTH_MAX: usize = 16;

/// Whether a file looks like one.
pub fn is_one(object: &Map<String, Value>) -> bool {
    object.keys().any(|key| is(key, "all") || is(key, "any"))
}

fn is(key: &str, word: &str) -> bool {
    key.eq_ignore_ascii_case(word)
}

/// Reads the rules, order and limit; name and comment are read by the caller.
pub fn read(object: &Map<String, Value>) -> (Translation, Filter) {
    let mut nsp = Nsp::default();
    for key in object.keys().filter(|key| !KEYS.contains(&key.as_str()) && !is(key, "all") && !is(key, "any")) {
        let near = nearest(key, KEYS.iter().copied());
        nsp.0.fault(format!("/{}", escape(key)), format!("Unknown key. {near}Allowed are {}.", KEYS.join(", ")));
    }
    if object.contains_key("public") {
        nsp.0.note("/public", "Who may see a playlist is said at Spotify; this is left out.");
    }
    let heads: Vec<&String> = object.keys().filter(|key| is(key, "all") || is(key, "any")).collect();
    let mut rules = Vec::new();
    let mut mode = "all";
    if let [head] = heads.as_slice() {
        mode = if is(head, "any") { "any" } else { "all" };
        nsp.0.place("/rules", format!("/{head}"), false);
        rules = nsp.list(&object[head.as_str()], &format!("/{head}"), "/rules", 1);
    } else {
        nsp.0.fault("", "There must be either \"all\" or \"any\" at the top, not both.");
    }
    let output = nsp.output(object);
    let filter = nsp.0.finish(mode, rules, output);
    (nsp.0, filter)
}

#[derive(Default)]
struct Nsp(Translation);

impl Nsp {
    /// Rules of a group; `ours` is where they will stand.
    fn list(&mut self, value: &Value, pointer: &str, ours: &str, depth: usize) -> Vec<Value> {
        let mut rules = Vec::new();
        let Some(items) = value.as_array() else {
            self.0.fault(pointer, "This must be a list of rules, each as {\"is\": {\"genre\": \"Rock\"}}.");
            return rules;
        };
        if depth > DEPTH_MAX {
            self.0.fault(pointer, "Groups go at most 5 deep.");
            return rules;
        }
        for (at, item) in items.iter().enumerate() {
            let here = format!("{pointer}/{at}");
            let Some(object) = item.as_object().filter(|object| object.len() == 1) else {
                self.0.fault(here, "This must be an object with one operator, as {\"is\": {\"genre\": \"Rock\"}}.");
                continue;
            };
            for (word, operand) in object {
                let (theirs, ours) = (format!("{here}/{}", escape(word)), format!("{ours}/{}", rules.len()));
                rules.extend(self.node(word, operand, &theirs, &ours, depth));
            }
        }
        rules
    }

    fn node(&mut self, word: &str, operand: &Value, pointer: &str, ours: &str, depth: usize) -> Option<Value> {
        if is(word, "all") || is(word, "any") {
            self.0.place(ours, pointer, false);
            let rules = self.list(operand, pointer, &format!("{ours}/rules"), depth + 1);
            return Some(json!({"match": word.to_lowercase(), "rules": rules}));
        }
        let Some(op) = OPERATORS.iter().find(|op| is(op, word)) else {
            let near = nearest(word, OPERATORS.iter().copied().chain(["all", "any"]));
            let words = format!("There is no operator {word:?}. {near}Allowed are {}.", OPERATORS.join(", "));
            self.0.fault(pointer, words);
            return None;
        };
        if op.ends_with("laylist") {
            self.0.fault(pointer, "Which other playlist holds a song cannot be asked for yet.");
            return None;
        }
        let Some((name, value)) = operand.as_object().filter(|map| map.len() == 1).and_then(|map| map.iter().next())
        else {
            self.0.fault(pointer, format!("This must be an object with one field, as {{{word:?}: {{\"title\": …}}}}."));
            return None;
        };
        let pointer = format!("{pointer}/{}", escape(name));
        let id = self.field(name, &pointer)?;
        self.0.place(ours, pointer.clone(), false);
        self.0.place(format!("{ours}/value"), pointer.clone(), true);
        self.rule(op, name, id, value, &pointer)
    }

    /// Our id of a field of theirs, or a fault.
    fn field(&mut self, name: &str, pointer: &str) -> Option<&'static str> {
        match lookup(name) {
            Theirs::Ours(id, note) => {
                if let Some(note) = note {
                    self.0.note(pointer, note);
                }
                return Some(id);
            }
            Theirs::Absent(reason) => self.0.fault(pointer, format!("{name} cannot be taken over: {reason}")),
            Theirs::Unknown => {
                let near = nearest(&name.to_lowercase(), names());
                let words = format!("There is no field {name:?} that is known here. {near}");
                self.0.fault(pointer, words.trim_end().to_owned());
            }
        }
        None
    }

    fn rule(&mut self, op: &str, name: &str, id: &'static str, value: &Value, pointer: &str) -> Option<Value> {
        let kind = fields::find(id)?.kind;
        let made = match (name.to_lowercase().as_str(), kind) {
            ("compilation", _) => compilation(op, value),
            ("explicitstatus", _) => explicit(op, value),
            (_, Kind::Text) => text(op, value),
            (_, Kind::TextList | Kind::Ids | Kind::Set(_)) => list(op, value),
            (_, Kind::Enum(_)) => word_of(op, value),
            (_, Kind::Number { .. }) => number(op, value.clone()),
            (_, Kind::Duration) => number(op, milliseconds(value)),
            (_, Kind::Date | Kind::Instant) => date(op, value),
            (_, Kind::Boolean) => None,
        };
        let Some(mut rule) = made else {
            self.0.fault(pointer, refusal(op, name, kind));
            return None;
        };
        rule["field"] = id.into();
        Some(rule)
    }

    fn output(&mut self, object: &Map<String, Value>) -> Map<String, Value> {
        let mut output = Map::new();
        let limit = object.get("limit").filter(|limit| !limit.is_null() && limit.as_i64() != Some(0));
        if let Some(limit) = limit {
            self.0.place("/output", "/limit", false);
            match limit.as_u64() {
                Some(_) => drop(output.insert("limit".into(), json!({"tracks": limit}))),
                None => self.0.fault("/limit", "This must be how many songs at most."),
            }
        }
        let reversed = self.is_reversed(object.get("order"));
        match object.get("sort").map(|sort| (sort, sort.as_str())) {
            None if limit.is_some() => {
                self.0.note("/limit", "Without \"sort\", Navidrome counts by title; here the base's order is kept.");
            }
            None => {}
            Some((_, Some(sort))) => drop(output.insert("sort".into(), self.sort(sort, reversed).into())),
            Some((_, None)) => self.0.fault("/sort", "This must be a text, as \"-year,title\"."),
        }
        self.0.place("/output/sort", "/sort", false);
        output
    }

    fn is_reversed(&mut self, order: Option<&Value>) -> bool {
        match order.map(|order| order.as_str().unwrap_or_default().to_lowercase()).as_deref() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => {
                self.0.fault("/order", "This must be asc or desc.");
                false
            }
        }
    }

    /// `"-year,title"`; `order: desc` turns each round.
    fn sort(&mut self, sort: &str, reversed: bool) -> Vec<Value> {
        let mut keys = Vec::new();
        for part in sort.split(',').map(str::trim) {
            let (name, down) = match part.strip_prefix('-') {
                Some(name) => (name, true),
                None => (part.strip_prefix('+').unwrap_or(part), false),
            };
            if ["compilation", "explicitstatus"].contains(&name.to_lowercase().as_str()) {
                self.0.fault("/sort", format!("{name} is no order here."));
            } else if let Some(id) = self.field(name.trim(), "/sort") {
                keys.push(json!({"field": id, "dir": if down == reversed { "asc" } else { "desc" }}));
            }
        }
        keys
    }
}

fn refusal(op: &str, name: &str, kind: Kind) -> String {
    match (kind, op) {
        (Kind::TextList, "startsWith" | "endsWith") => {
            format!("{op} on {name} cannot be taken over: a song may have several; contains asks for any part.")
        }
        _ => format!("{op} with this value on {name} cannot be taken over: the field here has nothing like it."),
    }
}

fn made(op: &str, value: impl Into<Value>) -> Option<Value> {
    Some(json!({"op": op, "value": value.into()}))
}

fn text(op: &str, value: &Value) -> Option<Value> {
    let op = match op {
        "is" => "equals",
        "isNot" => "not_equals",
        "contains" => "contains",
        "notContains" => "not_contains",
        "startsWith" => "starts_with",
        "endsWith" => "ends_with",
        _ => return None,
    };
    value.as_str().and_then(|text| made(op, text))
}

fn list(op: &str, value: &Value) -> Option<Value> {
    let (op, item_match) = match op {
        "is" => ("any_of", None),
        "isNot" => ("none_of", None),
        "contains" => ("any_of", Some("contains")),
        "notContains" => ("none_of", Some("contains")),
        _ => return None,
    };
    let mut rule = made(op, vec![value.as_str()?])?;
    if let Some(item_match) = item_match {
        rule["item_match"] = item_match.into();
    }
    Some(rule)
}

fn word_of(op: &str, value: &Value) -> Option<Value> {
    let op = match op {
        "is" => "is_any_of",
        "isNot" => "is_none_of",
        _ => return None,
    };
    made(op, vec![value.as_str()?.to_lowercase()])
}

fn number(op: &str, value: Value) -> Option<Value> {
    let op = match op {
        "is" => "eq",
        "isNot" => "ne",
        "gt" | "after" => "gt",
        "lt" | "before" => "lt",
        "inTheRange" => "between",
        _ => return None,
    };
    made(op, value)
}

/// Navidrome counts seconds. What is no whole number of milliseconds is left as it is, and refused later.
fn milliseconds(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(milliseconds).collect(),
        Value::Number(number) => {
            let exact = number.as_f64().map(|seconds| seconds * 1_000.0).filter(|ms| ms.fract() == 0.0);
            exact.filter(|ms| ms.abs() < 1e15).map_or_else(|| value.clone(), |ms| Value::from(ms as i64))
        }
        other => other.clone(),
    }
}

fn date(op: &str, value: &Value) -> Option<Value> {
    match op {
        "before" | "lt" => made("before", value.clone()),
        "after" | "gt" => made("after", value.clone()),
        "inTheRange" => made("between", value.clone()),
        // A day, a month or a year as a whole.
        "is" => made("between", vec![value.clone(), value.clone()]),
        "inTheLast" => made("in_last", json!({"n": value, "unit": "days"})),
        // Navidrome counts songs without a date as "not in the last".
        "notInTheLast" => {
            Some(json!({"op": "not_in_last", "value": {"n": value, "unit": "days"}, "when_missing": "yes"}))
        }
        _ => None,
    }
}

fn compilation(op: &str, value: &Value) -> Option<Value> {
    let op = match (op, value.as_bool()?) {
        ("is", true) | ("isNot", false) => "is_any_of",
        ("is", false) | ("isNot", true) => "is_none_of",
        _ => return None,
    };
    made(op, vec!["compilation"])
}

/// "e" is explicit; "c" (a cleaned version) is something that Spotify does not say.
fn explicit(op: &str, value: &Value) -> Option<Value> {
    value.as_str().filter(|status| *status == "e")?;
    match op {
        "is" => made("is", true),
        "isNot" => made("is", false),
        _ => None,
    }
}
