//! Answers in the form that was recorded of the real Spotify: keys that it does not send are left out, what it refuses
//! is refused. Keys that only it sends cannot be made up.

use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A recording, as `headwater probe` prints it.
#[derive(Debug, Clone, Deserialize)]
pub struct Replay {
    schema_version: u32,
    requests: Vec<Recorded>,
}

#[derive(Debug, Clone, Deserialize)]
struct Recorded {
    path: String,
    fields: bool,
    status: u16,
    body: Form,
}

#[derive(Debug, Clone, Deserialize)]
struct Form {
    types: BTreeSet<String>,
    #[serde(default)]
    members: BTreeMap<String, Form>,
    elements: Option<Box<Form>>,
}

/// Why a recording was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("the recording is not in the expected form: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("the recording has the form {0}; this program knows form 1")]
    Version(u32),
}

/// What becomes of one answer.
#[derive(Debug)]
pub(super) enum Replayed<'r> {
    /// It is refused with this status.
    Refused(u16),
    /// It keeps the recorded keys.
    Pruned(Pruned<'r>),
}

#[derive(Debug)]
pub(super) struct Pruned<'r>(&'r Form);

impl Replay {
    /// Reads a recording.
    pub fn from_json(text: &str) -> Result<Self, ReplayError> {
        let replay: Self = serde_json::from_str(text)?;
        if replay.schema_version == 1 { Ok(replay) } else { Err(ReplayError::Version(replay.schema_version)) }
    }

    /// What was recorded of such a request, if anything.
    pub(super) fn of(&self, method: &str, path: &str, query: &str) -> Option<Replayed<'_>> {
        let path = path.strip_prefix("/v1").filter(|_| method == "GET")?;
        let fields = query.split('&').any(|pair| pair.starts_with("fields="));
        let recorded = self.requests.iter().find(|one| one.fields == fields && fits(&one.path, path))?;
        match recorded.status {
            200..=299 => Some(Replayed::Pruned(Pruned(&recorded.body))),
            status => Some(Replayed::Refused(status)),
        }
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == "{id}" || one == other => {}
            _ => return false,
        }
    }
}

impl Pruned<'_> {
    pub fn apply(&self, json: &mut Value) {
        prune(json, self.0);
    }
}

fn prune(json: &mut Value, form: &Form) {
    match json {
        // Always null where it was recorded.
        _ if form.types.len() == 1 && form.types.contains("null") => *json = Value::Null,
        Value::Object(members) => {
            members.retain(|key, _| form.members.contains_key(key));
            for (key, value) in members {
                form.members.get(key).into_iter().for_each(|form| prune(value, form));
            }
        }
        Value::Array(values) => {
            let Some(form) = &form.elements else { return };
            values.iter_mut().for_each(|value| prune(value, form));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn answers_keep_the_recorded_keys_and_refusals_are_repeated() {
        let form = json!({"types": ["object"], "members": {"items": {"types": ["array"], "elements":
            {"types": ["object"], "members": {"id": {"types": ["string"]}, "images": {"types": ["null"]}}}}}});
        let one = |path: &str, status: u16| json!({"path": path, "fields": false, "status": status, "body": form});
        let text = json!({"schema_version": 1, "requests": [one("/playlists/{id}/items", 200), one("/artists", 403)]});
        let replay = Replay::from_json(&text.to_string()).unwrap();
        let mut json = json!({"total": 1, "items": [{"id": "a", "images": [1], "name": "b"}]});
        let Some(Replayed::Pruned(pruned)) = replay.of("GET", "/v1/playlists/abc/items", "limit=50") else { panic!() };
        pruned.apply(&mut json);
        assert_eq!(json, json!({"items": [{"id": "a", "images": null}]}));
        assert!(matches!(replay.of("GET", "/v1/artists", ""), Some(Replayed::Refused(403))));
        for (method, path, query) in
            [("PUT", "/v1/artists", ""), ("GET", "/v1/artists/x", ""), ("GET", "/v1/artists", "fields=a")]
        {
            assert!(replay.of(method, path, query).is_none(), "{method} {path} {query}");
        }
        assert!(Replay::from_json(r#"{"schema_version": 2, "requests": []}"#).is_err());
    }
}
