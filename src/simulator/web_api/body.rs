//! JSON bodies as Spotify reads them: loosely, with messages of its own.

use super::error::ApiError;
use serde_json::{Map, Value};

/// The object in a body; an empty body is an empty object.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) | Err(_) => Err(ApiError::bad("Error parsing JSON.")),
    }
}

/// A position or count, where the member is there.
pub(super) fn index(members: &Map<String, Value>, name: &str) -> Result<Option<usize>, ApiError> {
    let Some(value) = members.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    number.map(Some).ok_or_else(|| ApiError::BadRequest(format!("Invalid {name}")))
}

/// A text, where the member is there.
pub(super) fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, ApiError> {
    let Some(value) = members.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    value.as_str().map(Some).ok_or_else(|| ApiError::BadRequest(format!("Invalid {name}")))
}

/// A truth value, where the member is there.
pub(super) fn flag(members: &Map<String, Value>, name: &str) -> Result<Option<bool>, ApiError> {
    let Some(value) = members.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    value.as_bool().map(Some).ok_or_else(|| ApiError::BadRequest(format!("Invalid {name}")))
}
