//! One change that mends a filter, as a patch on its JSON (RFC 6902: remove and replace).

use crate::domain::filter::json::{self, FilterError};
use crate::domain::filter::rule::{Filter, Group};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A change, offered as a button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Fix {
    /// On the button, a verb first.
    pub words: String,
    /// Exactly the same songs match afterwards.
    pub same_songs: bool,
    /// To be done in this order.
    pub patch: Vec<Patch>,
}

/// One step of a patch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Patch {
    pub op: PatchOp,
    /// RFC 6901 within the filter.
    pub path: String,
    /// Of a replacement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(value_type = Object, nullable))]
    pub value: Option<Value>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PatchOp {
    Remove,
    Replace,
}

impl Patch {
    /// Replaces what is there.
    pub fn replace(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { op: PatchOp::Replace, path: path.into(), value: Some(value.into()) }
    }
}

/// Takes a rule or group out of its group; not the only one, for a group needs one.
pub fn removal(parent: &Group, pointer: &str, same_songs: bool) -> Option<Fix> {
    let patch = vec![Patch { op: PatchOp::Remove, path: pointer.to_owned(), value: None }];
    (parent.rules.len() > 1).then(|| Fix { words: "Remove it".to_owned(), same_songs, patch })
}

/// The filter with the change done. Fails where the change does not fit this filter.
pub fn apply(filter: &Filter, fix: &Fix) -> Result<Filter, Vec<FilterError>> {
    let mut value = json::write(filter);
    for step in &fix.patch {
        let done = match step.op {
            PatchOp::Remove => remove(&mut value, &step.path),
            PatchOp::Replace => replace(&mut value, &step.path, step.value.as_ref()),
        };
        if done.is_none() {
            return Err(vec![FilterError::new(step.path.clone(), "This place is not in the filter any more.")]);
        }
    }
    json::parse(&value)
}

fn remove(value: &mut Value, path: &str) -> Option<()> {
    let (parent, last) = path.rsplit_once('/')?;
    let (list, at) = (value.pointer_mut(parent)?.as_array_mut()?, last.parse().ok()?);
    (at < list.len()).then(|| drop(list.remove(at)))
}

fn replace(value: &mut Value, path: &str, with: Option<&Value>) -> Option<()> {
    *value.pointer_mut(path)? = with?.clone();
    Some(())
}
