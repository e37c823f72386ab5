//! The JSON form, version 1: read with pointers for every fault, written so that it reads back the same.

use super::check::check_value;
use super::fields::{self, ANNOUNCED, FIELDS, Field, Kind};
use super::operators::{self, Op, operators_of};
use super::output::Output;
use super::rule::{Filter, Group, ItemMatch, MatchMode, Node, Reduce, Rule, SCHEMA_VERSION};
use crate::domain::ids::is_spotify_id;
use serde_json::{Map, Value, json};

/// Groups within groups, the outermost included.
pub const DEPTH_MAX: usize = 5;
/// Rules in a filter.
pub const RULES_MAX: usize = 100;
/// Pinned, and banned, songs each.
pub const PINS_MAX: usize = 500;

/// A fault, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {detail}")]
pub struct FilterError {
    /// RFC 6901, relative to the filter, as in `/rules/0/value`.
    pub pointer: String,
    /// What is wrong and what is allowed.
    pub detail: String,
}

impl FilterError {
    /// A fault at a place.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// Reads a filter, or says everything that is wrong with it.
pub fn parse(value: &Value) -> Result<Filter, Vec<FilterError>> {
    let mut reader = Reader::default();
    let filter = reader.filter(value);
    if reader.faults.is_empty() { Ok(filter) } else { Err(reader.faults) }
}

#[derive(Default)]
struct Reader {
    faults: Vec<FilterError>,
    rules: usize,
}

impl Reader {
    fn fault(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.faults.push(FilterError::new(pointer, detail));
    }

    fn object<'v>(&mut self, value: &'v Value, pointer: &str, allowed: &[&str]) -> Option<&'v Map<String, Value>> {
        let Some(object) = value.as_object() else {
            self.fault(pointer, "This must be an object.");
            return None;
        };
        for key in object.keys().filter(|key| !allowed.contains(&key.as_str())) {
            let near = nearest(key, allowed.iter().copied());
            self.fault(
                format!("{pointer}/{}", escape(key)),
                format!("Unknown key. {near}Allowed are {}.", allowed.join(", ")),
            );
        }
        Some(object)
    }

    fn filter(&mut self, value: &Value) -> Filter {
        const KEYS: &[&str] = &["schema_version", "match", "rules", "everything", "output", "pins", "bans"];
        let Some(object) = self.object(value, "", KEYS) else { return Filter::default() };
        if object.get("schema_version").and_then(Value::as_u64) != Some(u64::from(SCHEMA_VERSION)) {
            self.fault("/schema_version", "This must be 1, the version that is understood here.");
        }
        let everything = match object.get("everything") {
            None => false,
            Some(value) => value.as_bool().unwrap_or_else(|| {
                self.fault("/everything", "This must be true or false.");
                false
            }),
        };
        let root = self.group(object, "", 1, everything);
        if everything && !root.rules.is_empty() {
            self.fault("/everything", "This is for a filter without rules; leave it out where there are rules.");
        }
        let output = object.get("output").map_or_else(Output::default, |value| match Output::parse(value) {
            Ok(output) => output,
            Err(faults) => {
                self.faults.extend(faults);
                Output::default()
            }
        });
        Filter {
            root,
            everything,
            output,
            pins: self.uris(object.get("pins"), "/pins"),
            bans: self.uris(object.get("bans"), "/bans"),
        }
    }

    fn group(&mut self, object: &Map<String, Value>, pointer: &str, depth: usize, may_be_empty: bool) -> Group {
        let mode = match object.get("match") {
            None if pointer.is_empty() => MatchMode::All,
            value => value.and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_else(|| {
                self.fault(format!("{pointer}/match"), "This must be all, any or none.");
                MatchMode::All
            }),
        };
        let here = format!("{pointer}/rules");
        let Some(rules) = object.get("rules").and_then(Value::as_array) else {
            self.fault(here, "This must be a list of rules and groups.");
            return Group { mode, rules: Vec::new() };
        };
        if depth > DEPTH_MAX {
            self.fault(pointer, format!("Groups go at most {DEPTH_MAX} deep."));
            return Group { mode, rules: Vec::new() };
        }
        if rules.is_empty() && !may_be_empty {
            let detail = "There are no rules. Add one, or say \"everything\": true for every song.";
            self.fault(here.clone(), if pointer.is_empty() { detail } else { "A group needs at least one rule." });
        }
        let rules = rules
            .iter()
            .enumerate()
            .filter_map(|(at, value)| self.node(value, &format!("{here}/{at}"), depth))
            .collect();
        Group { mode, rules }
    }

    fn node(&mut self, value: &Value, pointer: &str, depth: usize) -> Option<Node> {
        let is_group = value.get("rules").is_some() || value.get("match").is_some();
        if is_group {
            let object = self.object(value, pointer, &["match", "rules"])?;
            return Some(Node::Group(self.group(object, pointer, depth + 1, false)));
        }
        self.rules += 1;
        if self.rules == RULES_MAX + 1 {
            self.fault(pointer, format!("A filter has at most {RULES_MAX} rules."));
        }
        self.rule(value, pointer).map(Node::Rule)
    }

    fn rule(&mut self, value: &Value, pointer: &str) -> Option<Rule> {
        let keys = &["field", "op", "value", "when_missing", "item_match", "reduce"];
        let object = self.object(value, pointer, keys)?;
        let field = self.field(object.get("field"), &format!("{pointer}/field"))?;
        let op = self.op(field, object.get("op"), &format!("{pointer}/op"))?;
        let value = object.get("value");
        if let Err((below, detail)) = check_value(field, op, value) {
            self.fault(format!("{pointer}/value{below}"), detail);
        }
        let list = matches!(field.kind, Kind::TextList | Kind::Ids | Kind::Set(_)) && op != Op::Count;
        let by_artist = matches!(field.id, "artist_popularity" | "artist_followers");
        Some(Rule {
            field,
            op,
            value: value.cloned(),
            when_missing: self.when_missing(object.get("when_missing"), pointer),
            item_match: self.word(
                object.get("item_match"),
                &format!("{pointer}/item_match"),
                list,
                "exact, contains or has_word, and only on lists",
            ),
            reduce: self.word(
                object.get("reduce"),
                &format!("{pointer}/reduce"),
                by_artist,
                "max, min or primary, and only on artist_popularity and artist_followers",
            ),
        })
    }

    fn field(&mut self, value: Option<&Value>, pointer: &str) -> Option<&'static Field> {
        let Some(id) = value.and_then(Value::as_str) else {
            self.fault(pointer, "A rule needs a field.");
            return None;
        };
        let found = fields::find(id);
        if found.is_none() && ANNOUNCED.contains(&id) {
            self.fault(pointer, format!("The field {id:?} is not available yet."));
        } else if found.is_none() {
            let near = nearest(id, FIELDS.iter().map(|field| field.id));
            self.fault(pointer, format!("There is no field {id:?}. {near}").trim().to_owned());
        }
        found
    }

    fn op(&mut self, field: &Field, value: Option<&Value>, pointer: &str) -> Option<Op> {
        let id = value.and_then(Value::as_str).unwrap_or_default();
        let found = operators::operator_of(field.kind, id);
        if found.is_none() {
            let allowed: Vec<&str> = operators_of(field.kind).iter().map(|op| op.id()).collect();
            let near = nearest(id, allowed.iter().copied());
            self.fault(
                pointer,
                format!("{} has no operator {id:?}. {near}Allowed are {}.", field.label, allowed.join(", ")),
            );
        }
        found
    }

    fn when_missing(&mut self, value: Option<&Value>, pointer: &str) -> Option<bool> {
        match value.map(Value::as_str) {
            None => None,
            Some(Some("yes")) => Some(true),
            Some(Some("no")) => Some(false),
            Some(_) => {
                self.fault(format!("{pointer}/when_missing"), "This must be yes or no.");
                None
            }
        }
    }

    fn word<T: Default + serde::de::DeserializeOwned>(
        &mut self,
        value: Option<&Value>,
        pointer: &str,
        allowed: bool,
        words: &str,
    ) -> T {
        let Some(value) = value else { return T::default() };
        serde_json::from_value(value.clone()).ok().filter(|_| allowed).unwrap_or_else(|| {
            self.fault(pointer, format!("This must be {words}."));
            T::default()
        })
    }

    fn uris(&mut self, value: Option<&Value>, pointer: &str) -> Vec<String> {
        let Some(value) = value else { return Vec::new() };
        let Some(list) = value.as_array().filter(|list| list.len() <= PINS_MAX) else {
            self.fault(pointer, format!("This must be a list of at most {PINS_MAX} track URIs."));
            return Vec::new();
        };
        let mut uris = Vec::with_capacity(list.len());
        for (at, value) in list.iter().enumerate() {
            match value.as_str().filter(|uri| uri.strip_prefix("spotify:track:").is_some_and(is_spotify_id)) {
                Some(uri) => uris.push(uri.to_owned()),
                None => self.fault(
                    format!("{pointer}/{at}"),
                    "This must be a track URI, as spotify:track:2XU0oxnq2qxCpomAAuJY8K.",
                ),
            }
        }
        uris
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// "Did you mean …?" where something is near.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    const NEAR: f64 = 0.6;
    let scored = known.map(|known| (strsim::normalized_damerau_levenshtein(word, known), known));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(score, _)| *score >= NEAR);
    best.map(|(_, known)| format!("Did you mean {known:?}? ")).unwrap_or_default()
}

/// Writes a filter.
pub fn write(filter: &Filter) -> Value {
    let mut object = Map::new();
    object.insert("schema_version".into(), SCHEMA_VERSION.into());
    object.insert("match".into(), json!(filter.root.mode));
    object.insert("rules".into(), filter.root.rules.iter().map(write_node).collect());
    if filter.everything {
        object.insert("everything".into(), true.into());
    }
    if filter.output != Output::default() {
        object.insert("output".into(), filter.output.write());
    }
    for (key, uris) in [("pins", &filter.pins), ("bans", &filter.bans)] {
        if !uris.is_empty() {
            object.insert(key.into(), json!(uris));
        }
    }
    object.into()
}

fn write_node(node: &Node) -> Value {
    match node {
        Node::Group(group) => {
            json!({ "match": group.mode, "rules": group.rules.iter().map(write_node).collect::<Vec<_>>() })
        }
        Node::Rule(rule) => write_rule(rule),
    }
}

fn write_rule(rule: &Rule) -> Value {
    let mut object = Map::new();
    object.insert("field".into(), rule.field.id.into());
    object.insert("op".into(), rule.op.id().into());
    if let Some(value) = &rule.value {
        object.insert("value".into(), value.clone());
    }
    if let Some(missing) = rule.when_missing {
        object.insert("when_missing".into(), if missing { "yes" } else { "no" }.into());
    }
    if rule.item_match != ItemMatch::default() {
        object.insert("item_match".into(), json!(rule.item_match));
    }
    if rule.reduce != Reduce::default() {
        object.insert("reduce".into(), json!(rule.reduce));
    }
    object.into()
}
