//! The flat shape: one key per field, each a range, a set or a boolean; all of them must apply.
//!
//! `{"duration_ms": {"min": 60000, "max": 180000}, "genres": {"include": ["rock"], "exclude": ["metal"]},
//! "explicit": false}`

use super::read::escape;
use super::translate::Translation;
use crate::domain::filter::fields::{self, FIELDS, Field, Kind};
use crate::domain::filter::json::nearest;
use crate::domain::filter::rule::Filter;
use serde_json::{Map, Value, json};

/// Names of this shape that differ from the field's.
const ALIASES: &[(&str, &str)] = &[("duration_ms", "duration"), ("genres", "genre"), ("artists", "artist")];
/// What is no field.
const OWN_KEYS: &[&str] = &["name", "description"];
/// A date range that is open at an end reaches to here.
const FIRST_YEAR: &str = "0001";
const LAST_YEAR: &str = "9999";

/// Reads the rules; name and description are read by the caller.
pub fn read(object: &Map<String, Value>) -> (Translation, Filter) {
    let mut flat = Flat::default();
    for (key, value) in object.iter().filter(|(key, _)| !OWN_KEYS.contains(&key.as_str())) {
        let pointer = format!("/{}", escape(key));
        match field_of(key) {
            Some(field) => flat.field(field, value, &pointer),
            None => {
                let names = FIELDS.iter().map(|field| field.id).chain(ALIASES.iter().map(|alias| alias.0));
                let near = nearest(key, names.chain(OWN_KEYS.iter().copied()));
                flat.out.fault(pointer, format!("There is no field {key:?}. {near}").trim_end().to_owned());
            }
        }
    }
    let filter = flat.out.finish("all", flat.rules, Map::new());
    (flat.out, filter)
}

fn field_of(key: &str) -> Option<&'static Field> {
    let id = ALIASES.iter().find(|alias| alias.0 == key).map_or(key, |alias| alias.1);
    fields::find(id)
}

#[derive(Default)]
struct Flat {
    out: Translation,
    rules: Vec<Value>,
}

impl Flat {
    fn field(&mut self, field: &Field, value: &Value, pointer: &str) {
        match field.kind {
            Kind::Number { .. } | Kind::Duration => self.range(field, value, pointer, false),
            Kind::Date | Kind::Instant => self.range(field, value, pointer, true),
            Kind::Boolean => self.rule(field, "is", value.clone(), pointer),
            Kind::Text => self.set(field, value, pointer, ["equals", "not_equals"]),
            Kind::TextList | Kind::Ids | Kind::Set(_) => self.set(field, value, pointer, ["any_of", "none_of"]),
            Kind::Enum(_) => self.set(field, value, pointer, ["is_any_of", "is_none_of"]),
        }
    }

    fn rule(&mut self, field: &Field, op: &str, value: Value, pointer: &str) {
        let ours = format!("/rules/{}", self.rules.len());
        self.out.place(ours.clone(), pointer, false);
        self.out.place(format!("{ours}/value"), pointer, true);
        self.rules.push(json!({"field": field.id, "op": op, "value": value}));
    }

    /// The parts of a range or set by their keys; null is as absent.
    fn parts<'v>(&mut self, value: &'v Value, pointer: &str, keys: [&str; 2]) -> Option<[Option<&'v Value>; 2]> {
        let wanted = format!("This must be an object with {:?}, {:?} or both.", keys[0], keys[1]);
        let Some(object) = value.as_object() else {
            self.out.fault(pointer, wanted);
            return None;
        };
        for key in object.keys().filter(|key| !keys.contains(&key.as_str())) {
            let near = nearest(key, keys.into_iter());
            self.out.fault(format!("{pointer}/{}", escape(key)), format!("Unknown key. {near}{wanted}"));
        }
        let parts = keys.map(|key| object.get(key).filter(|part| !part.is_null()));
        if parts == [None, None] {
            self.out.fault(pointer, wanted);
        }
        Some(parts)
    }

    fn range(&mut self, field: &Field, value: &Value, pointer: &str, is_date: bool) {
        let Some(parts) = self.parts(value, pointer, ["min", "max"]) else { return };
        let at = self.rules.len();
        match (parts, is_date) {
            ([None, None], _) => return,
            ([Some(min), Some(max)], _) => self.rule(field, "between", json!([min, max]), pointer),
            ([Some(min), None], true) => self.rule(field, "between", json!([min, LAST_YEAR]), pointer),
            ([None, Some(max)], true) => self.rule(field, "between", json!([FIRST_YEAR, max]), pointer),
            ([Some(min), None], false) => self.rule(field, "gte", min.clone(), &format!("{pointer}/min")),
            ([None, Some(max)], false) => self.rule(field, "lte", max.clone(), &format!("{pointer}/max")),
        }
        for (end, key) in ["min", "max"].into_iter().enumerate() {
            let theirs = if parts[end].is_some() { format!("{pointer}/{key}") } else { pointer.to_owned() };
            self.out.place(format!("/rules/{at}/value/{end}"), theirs, false);
        }
    }

    fn set(&mut self, field: &Field, value: &Value, pointer: &str, ops: [&str; 2]) {
        let keys = ["include", "exclude"];
        let Some(parts) = self.parts(value, pointer, keys) else { return };
        for ((part, key), op) in parts.into_iter().zip(keys).zip(ops) {
            if let Some(list) = part {
                self.rule(field, op, list.clone(), &format!("{pointer}/{key}"));
            }
        }
    }
}
