//! The form of JSON without its values: which keys there are, and of which types. For looking at what an API really
//! sends without keeping anything that it says.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Keys longer than this, or with other letters than those of names, are data and not names.
const KEY_LEN_MAX: usize = 40;
/// Nesting that is followed.
const DEPTH_MAX: usize = 16;

/// The form of one value, or of all elements of a list together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Of `null`, `bool`, `number`, `string`, `array` and `object`, those that were seen.
    pub types: BTreeSet<String>,
    /// Of objects.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<String, Shape>,
    /// Of arrays: all elements together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elements: Option<Box<Shape>>,
}

impl Shape {
    /// The form of a value.
    pub fn of(value: &Value) -> Self {
        let mut shape = Self::default();
        shape.see(value, 0);
        shape
    }

    fn see(&mut self, value: &Value, depth: usize) {
        self.types.insert(type_of(value).to_owned());
        if depth == DEPTH_MAX {
            return;
        }
        match value {
            Value::Object(members) => {
                for (key, value) in members.iter().filter(|(key, _)| is_name(key)) {
                    self.members.entry(key.clone()).or_default().see(value, depth + 1);
                }
            }
            Value::Array(values) => {
                for value in values {
                    self.elements.get_or_insert_default().see(value, depth + 1);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

const fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn is_name(key: &str) -> bool {
    key.len() <= KEY_LEN_MAX && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_shape_keeps_names_and_types_and_nothing_else() {
        let shape = Shape::of(&json!({"items": [{"id": "Secret1"}, {"id": null, "n": 7}], "Secret2": 1, "a2": 3}));
        let text = serde_json::to_string(&shape).unwrap();
        for secret in ["Secret1", "Secret2", "7", "a2"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        let element = shape.members["items"].elements.as_ref().unwrap();
        assert_eq!(element.members["id"].types, ["null", "string"].map(str::to_owned).into());
        assert_eq!(serde_json::from_str::<Shape>(&text).unwrap(), shape);
        assert_eq!(Shape::of(&json!([])).elements, None);
    }
}
