//! The JSON Schema of a rules file (draft 2020-12), made from the table of fields.
//!
//! A schema cannot say everything: that a range is not reversed, that a day exists, that a file has at most 100 rules
//! in all. Reading the file checks those too.

use super::document::{MARK, SCHEMA_PATH};
use super::read::ENTRIES_MAX;
use crate::domain::filter::check::{VALUE_LEN_MAX, VALUES_MAX};
use crate::domain::filter::fields::{FIELDS, Field, Kind};
use crate::domain::filter::json::{DEPTH_MAX, PINS_MAX, RULES_MAX};
use crate::domain::filter::operators::{Op, Shape, operators_of};
use crate::domain::filter::output::{MINUTES_MAX, SORT_KEYS_MAX, TRACKS_MAX};
use crate::domain::filter::rule::SCHEMA_VERSION;
use crate::domain::playlist::{DESCRIPTION_LEN_MAX, NAME_LEN_MAX, POSITION_MAX};
use serde_json::{Map, Value, json};

const DATE: &str = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$";
const ONE_LINE: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";

/// The schema as text, ending with a line break.
pub fn text() -> String {
    serde_json::to_string_pretty(&schema()).unwrap_or_default() + "\n"
}

/// The schema.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_PATH,
        "title": "Headwater rules",
        "description": "Rules of one base playlist, or of one of its child playlists.",
        "type": "object",
        "required": ["headwater", "schema_version", "child_playlists"],
        "additionalProperties": false,
        "properties": {
            "$schema": {"type": "string"},
            "headwater": {"const": MARK},
            "schema_version": {"const": SCHEMA_VERSION},
            "base_playlist": {
                "description": "Where the file came from; any base can take it.",
                "type": "object",
                "additionalProperties": false,
                "properties": {"name": {"type": "string"}}
            },
            "child_playlists": {
                "type": "array", "minItems": 1, "maxItems": ENTRIES_MAX, "items": {"$ref": "#/$defs/child_playlist"}
            }
        },
        "$defs": definitions()
    })
}

fn definitions() -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("child_playlist".into(), child_playlist());
    all.insert("filter".into(), filter());
    for depth in 2..=DEPTH_MAX {
        all.insert(format!("group_{depth}"), group(depth));
    }
    all.insert("rule".into(), rule());
    all.insert("output".into(), output());
    all
}

fn child_playlist() -> Value {
    json!({
        "type": "object",
        "required": ["name", "filter"],
        "additionalProperties": false,
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": NAME_LEN_MAX, "pattern": ONE_LINE},
            "description": {"type": "string", "maxLength": DESCRIPTION_LEN_MAX, "pattern": ONE_LINE},
            "kind": {"enum": ["filter", "leftovers"], "default": "filter"},
            "position": {"type": "integer", "minimum": 0, "maximum": POSITION_MAX},
            "filter": {"$ref": "#/$defs/filter"}
        }
    })
}

fn match_mode() -> Value {
    json!({"enum": ["all", "any", "none"]})
}

/// What may stand in a group at a depth.
fn nodes(depth: usize) -> Value {
    let rule = json!({"$ref": "#/$defs/rule"});
    if depth == DEPTH_MAX {
        return json!({"type": "array", "maxItems": RULES_MAX, "items": rule});
    }
    let group = format!("#/$defs/group_{}", depth + 1);
    json!({
        "type": "array",
        "maxItems": RULES_MAX,
        "items": {
            "if": {"type": "object", "anyOf": [{"required": ["rules"]}, {"required": ["match"]}]},
            "then": {"$ref": group},
            "else": rule
        }
    })
}

fn group(depth: usize) -> Value {
    json!({
        "type": "object",
        "required": ["match", "rules"],
        "additionalProperties": false,
        "properties": {"match": match_mode(), "rules": {"allOf": [nodes(depth), {"minItems": 1}]}}
    })
}

fn filter() -> Value {
    let uris = json!({
        "type": "array", "maxItems": PINS_MAX,
        "items": {"type": "string", "pattern": "^spotify:track:[0-9A-Za-z]{22}$"}
    });
    json!({
        "type": "object",
        "required": ["schema_version", "rules"],
        "additionalProperties": false,
        "properties": {
            "schema_version": {"const": SCHEMA_VERSION},
            "match": match_mode(),
            "rules": nodes(1),
            "everything": {"type": "boolean"},
            "output": {"$ref": "#/$defs/output"},
            "pins": uris,
            "bans": uris
        },
        "if": {"required": ["everything"], "properties": {"everything": {"const": true}}},
        "then": {"properties": {"rules": {"maxItems": 0}}},
        "else": {"properties": {"rules": {"minItems": 1}}}
    })
}

fn output() -> Value {
    let fields: Vec<&str> = FIELDS.iter().map(|field| field.id).collect();
    let up_to = |most: u32| json!({"type": "integer", "minimum": 1, "maximum": most});
    let limit = |unit: &str, most: u32| json!({"type": "object", "required": [unit], "additionalProperties": false, "properties": {unit: up_to(most)}});
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "sort": {
                "type": "array", "maxItems": SORT_KEYS_MAX,
                "items": {
                    "type": "object",
                    "required": ["field"],
                    "additionalProperties": false,
                    "properties": {"field": {"enum": fields}, "dir": {"enum": ["asc", "desc"]}}
                }
            },
            "limit": {"anyOf": [limit("tracks", TRACKS_MAX), limit("minutes", MINUTES_MAX), {"type": "null"}]},
            "max_per_artist": {"type": ["integer", "null"], "minimum": 1, "maximum": u32::MAX},
            "dedupe": {"enum": ["id", "isrc", "isrc_then_name"]}
        }
    })
}

fn rule() -> Value {
    let fields: Vec<&str> = FIELDS.iter().map(|field| field.id).collect();
    let described: Vec<String> = FIELDS.iter().map(|field| format!("{}: {}", field.id, field.help)).collect();
    json!({
        "type": "object",
        "required": ["field", "op"],
        "additionalProperties": false,
        "properties": {
            "field": {"enum": fields, "description": described.join(" ")},
            "op": {"type": "string"},
            "value": true,
            "when_missing": {"enum": ["no", "yes"]},
            "item_match": {"enum": ["exact", "contains", "has_word"]},
            "reduce": {"enum": ["max", "min", "primary"]}
        },
        "allOf": families().into_iter().map(|family| family_rule(&family)).collect::<Vec<_>>()
    })
}

/// Fields with the same values and options: one condition serves all of them.
fn families() -> Vec<Vec<&'static Field>> {
    let mut families: Vec<Vec<&'static Field>> = Vec::new();
    for field in FIELDS {
        let alike =
            |known: &&mut Vec<&'static Field>| known[0].kind == field.kind && has_reduce(known[0]) == has_reduce(field);
        match families.iter_mut().find(alike) {
            Some(family) => family.push(field),
            None => families.push(vec![field]),
        }
    }
    families
}

fn has_reduce(field: &Field) -> bool {
    matches!(field.id, "artist_popularity" | "artist_followers")
}

fn family_rule(family: &[&'static Field]) -> Value {
    let ids: Vec<&str> = family.iter().map(|field| field.id).collect();
    let ops = operators_of(family[0].kind);
    let words: Vec<&str> = ops.iter().map(|op| op.id()).collect();
    let mut shapes: Vec<(Shape, Vec<Op>)> = Vec::new();
    for op in ops {
        match shapes.iter_mut().find(|(shape, _)| *shape == op.shape()) {
            Some((_, alike)) => alike.push(*op),
            None => shapes.push((op.shape(), vec![*op])),
        }
    }
    let mut all: Vec<Value> = shapes.iter().map(|(shape, ops)| shape_rule(family[0], *shape, ops)).collect();
    let is_list = matches!(family[0].kind, Kind::TextList | Kind::Ids | Kind::Set(_));
    if !is_list {
        all.push(json!({"properties": {"item_match": false}}));
    } else {
        let count = json!({"properties": {"op": {"const": Op::Count.id()}}});
        all.push(json!({"if": count, "then": {"properties": {"item_match": false}}}));
    }
    if !has_reduce(family[0]) {
        all.push(json!({"properties": {"reduce": false}}));
    }
    json!({
        "if": {"properties": {"field": {"enum": ids}}},
        "then": {"properties": {"op": {"enum": words}}, "allOf": all}
    })
}

fn shape_rule(field: &Field, shape: Shape, ops: &[Op]) -> Value {
    let words: Vec<&str> = ops.iter().map(|op| op.id()).collect();
    let then = match value(field, shape) {
        None => json!({"properties": {"value": false}}),
        Some(value) => json!({"required": ["value"], "properties": {"value": value}}),
    };
    json!({"if": {"properties": {"op": {"enum": words}}}, "then": then})
}

/// What the value of an operator looks like; `None`: there is none.
fn value(field: &Field, shape: Shape) -> Option<Value> {
    let text = json!({"type": "string", "minLength": 1, "maxLength": VALUE_LEN_MAX, "pattern": "\\S"});
    let list = |item: Value| json!({"type": "array", "minItems": 1, "maxItems": VALUES_MAX, "items": item});
    let pair = |item: Value| json!({"type": "array", "minItems": 2, "maxItems": 2, "items": item});
    let date = json!({"type": "string", "pattern": DATE});
    let number = match field.kind {
        Kind::Number { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        _ => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
    };
    Some(match shape {
        Shape::Nothing => return None,
        Shape::Texts => json!({"anyOf": [text, list(text.clone())]}),
        Shape::List => match field.kind {
            Kind::Set(words) | Kind::Enum(words) => list(json!({"enum": words})),
            _ => list(text),
        },
        Shape::Number => number,
        Shape::Range => pair(number),
        Shape::CountRange => pair(json!({"type": ["integer", "null"], "minimum": 0, "maximum": 1_000})),
        Shape::Date => date,
        Shape::DateRange => pair(date),
        Shape::Span => json!({
            "type": "object",
            "required": ["n", "unit"],
            "additionalProperties": false,
            "properties": {
                "n": {"type": "integer", "minimum": 1, "maximum": 36_500},
                "unit": {"enum": ["days", "weeks", "months"]}
            }
        }),
        Shape::Year => json!({"type": "integer", "minimum": 1_000, "maximum": 9_999}),
        Shape::Weekdays => {
            json!({"type": "array", "minItems": 1, "maxItems": 7, "items": {"type": "integer", "minimum": 1, "maximum": 7}})
        }
        Shape::Boolean => json!({"type": "boolean"}),
    })
}
