//! The published OpenAPI description as a judge of answers.

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The description with OpenAPI 3.0's peculiarities turned into JSON Schema.
pub struct Description {
    components: Value,
}

impl Description {
    /// Where the description is: beside the package, or where the environment says. None where it is not.
    pub fn read() -> Option<Self> {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/spotify/spotify-web-api.openapi.yml");
        let path = std::env::var_os("HEADWATER_SPOTIFY_OPENAPI").map_or_else(|| PathBuf::from(beside), PathBuf::from);
        let text = std::fs::read_to_string(path).ok()?;
        let whole: Value = serde_yaml_ng::from_str(&text).expect("the description is YAML");
        let mut components = json!({ "schemas": whole["components"]["schemas"] });
        translate(&mut components);
        Some(Self { components })
    }

    /// How an answer deviates from a schema such as `{"$ref": "#/components/schemas/TrackObject"}`: one line per kind,
    /// `PATH keyword`, where `*` stands for any position, `required NAME` for a missing and `extra NAME` for an
    /// undescribed member.
    pub fn deviations(&self, schema: &Value, answer: &Value) -> BTreeSet<String> {
        let mut whole = schema.clone();
        whole["components"] = self.components.clone();
        let validator = Validator::new(&whole).expect("the schema can be used");
        let mut found: BTreeSet<String> = validator.iter_errors(answer).map(|error| line_of(&error)).collect();
        self.extras(schema, answer, "", &mut found);
        found
    }

    /// Members that no schema describes; JSON Schema itself lets them pass.
    fn extras(&self, schema: &Value, value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Array(values) => {
                let items = self.merged(schema).remove("items").unwrap_or(Value::Null);
                values.iter().for_each(|value| self.extras(&items, value, &format!("{path}/*"), found));
            }
            Value::Object(members) => {
                let described = self.merged(schema).remove("properties").unwrap_or(Value::Null);
                for (name, value) in members {
                    match described.get(name) {
                        Some(inner) => self.extras(inner, value, &format!("{path}/{name}"), found),
                        None => {
                            found.insert(format!("{path} extra {name}"));
                        }
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// A schema with its references and parts put together.
    fn merged(&self, schema: &Value) -> Map<String, Value> {
        let mut whole = Map::new();
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            whole = self.merged(&self.components["schemas"][name]);
        }
        let parts = ["allOf", "anyOf"].iter().filter_map(|key| schema[*key].as_array()).flatten();
        let branches = ["then", "else"].iter().map(|key| &schema[*key]).filter(|branch| branch.is_object());
        let inner: Vec<Map<String, Value>> = parts.chain(branches).map(|part| self.merged(part)).collect();
        let own = schema.as_object().cloned().unwrap_or_default();
        for (key, value) in inner.into_iter().flatten().chain(own) {
            match (whole.get_mut(&key), value) {
                (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
                (_, value) => {
                    whole.insert(key, value);
                }
            }
        }
        whole
    }
}

fn line_of(error: &jsonschema::ValidationError<'_>) -> String {
    let path = error.instance_path().to_string();
    let path: Vec<&str> = path.split('/').map(|part| if part.parse::<usize>().is_ok() { "*" } else { part }).collect();
    let path = path.join("/");
    if let ValidationErrorKind::Required { property } = error.kind() {
        return format!("{path} required {}", property.as_str().unwrap_or_default());
    }
    let schema_path = error.schema_path().to_string();
    format!("{path} {}", schema_path.rsplit('/').next().unwrap_or_default())
}

/// `nullable` becomes a type, a discriminated `oneOf` becomes a choice by `type`: its errors then name the member.
fn translate(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(translate),
        Value::Object(members) => {
            members.values_mut().for_each(translate);
            if members.contains_key("discriminator") {
                choose_by_type(members);
            }
            // A property may itself be called `nullable`, but then it is an object.
            if members.get("nullable") == Some(&Value::Bool(true)) {
                allow_null(members);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn choose_by_type(schema: &mut Map<String, Value>) {
    schema.remove("discriminator");
    let Some(Value::Array(choices)) = schema.remove("oneOf") else { return };
    let [track, episode] = choices.as_slice() else { panic!("a choice of other than two: {choices:?}") };
    schema.insert("if".into(), json!({ "properties": { "type": { "const": "episode" } }, "required": ["type"] }));
    schema.insert("then".into(), episode.clone());
    schema.insert("else".into(), json!({ "type": "object", "allOf": [track] }));
}

fn allow_null(schema: &mut Map<String, Value>) {
    schema.remove("nullable");
    match schema.get_mut("type") {
        Some(kind) => *kind = json!([kind, "null"]),
        None => {
            let inner = Value::Object(std::mem::take(schema));
            schema.insert("anyOf".into(), json!([inner, { "type": "null" }]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviations_are_found_and_named() {
        let mut components = json!({"schemas": {
            "Song": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string"}, "url": {"type": "string", "nullable": true}}},
            "Talk": {"type": "object", "properties": {"type": {"type": "string"}, "show": {"type": "string"}}},
            "Row": {"type": "object", "properties": {"item": {"discriminator": {"propertyName": "type"},
                "oneOf": [{"$ref": "#/components/schemas/Song"}, {"$ref": "#/components/schemas/Talk"}]}}}
        }});
        translate(&mut components);
        let description = Description { components };
        let rows = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Row" } });
        let lines = |answer: Value| description.deviations(&rows, &answer).into_iter().collect::<Vec<_>>();
        assert!(
            lines(json!([{"item": {"id": "a", "url": null}}, {"item": {"type": "episode", "show": "s"}}])).is_empty()
        );
        assert_eq!(lines(json!([{"item": {"id": 3}}])), ["/*/item/id type"]);
        assert_eq!(lines(json!([{"item": {"url": "u"}}, {"item": {}}])), ["/*/item required id"]);
        assert_eq!(lines(json!([{"item": null}, {"odd": 1}])), ["/* extra odd", "/*/item type"]);
    }
}
