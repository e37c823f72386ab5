//! Answers that go wrong on their way.

use super::body_bytes;
use crate::simulator::replay::Pruned;
use crate::simulator::web_api::error;
use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::sleep;

/// Marks an answer that never leaves.
#[derive(Clone, Copy)]
struct Dropped;

/// The status that the other side gets to see.
pub(super) fn sent_status(response: &Response) -> Option<u16> {
    let dropped = response.extensions().get::<Dropped>().is_some();
    (!dropped).then(|| response.status().as_u16())
}

/// An answer of the script's own.
pub(super) fn answer(
    status: u16,
    body: Option<Value>,
    retry_after: Option<u64>,
    headers: BTreeMap<String, String>,
) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match body {
        Some(Value::String(text)) => (status, text).into_response(),
        Some(json) => (status, axum::Json(json)).into_response(),
        None => error::usual(status),
    };
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A body that fails before its first byte: the server gives the connection up without sending anything.
pub(super) fn reset() -> Response {
    let failing =
        stream::once(async { Err::<Bytes, _>(std::io::Error::other("the connection is dropped on purpose")) });
    let mut response = Response::new(Body::from_stream(failing));
    response.extensions_mut().insert(Dropped);
    response
}

/// The first half of an answer, as if it were whole.
pub(super) async fn truncate(response: Response) -> Response {
    changed(response, |bytes| bytes.slice(..bytes.len() / 2)).await
}

/// Numbers as text, text as numbers.
pub(super) async fn swap_types(response: Response) -> Response {
    changed(response, |bytes| rewritten(&bytes, swap)).await
}

/// An answer changed by a JSON merge patch.
pub(super) async fn merge(response: Response, patch: Value) -> Response {
    changed(response, |bytes| rewritten(&bytes, |json| merge_patch(json, &patch))).await
}

/// An answer with the recorded keys only.
pub(super) async fn pruned(response: Response, keys: &Pruned<'_>) -> Response {
    changed(response, |bytes| rewritten(&bytes, |json| keys.apply(json))).await
}

/// One byte at a time.
pub(super) async fn drip(response: Response, pause: Duration) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = body_bytes(body).await;
    parts.headers.remove(header::CONTENT_LENGTH);
    let one_by_one = stream::iter(bytes).then(move |byte| async move {
        sleep(pause).await;
        Ok::<Bytes, std::io::Error>(Bytes::copy_from_slice(&[byte]))
    });
    Response::from_parts(parts, Body::from_stream(one_by_one))
}

async fn changed(response: Response, change: impl FnOnce(Bytes) -> Bytes) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = change(body_bytes(body).await);
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Response::from_parts(parts, Body::from(bytes))
}

/// An answer that is no JSON stays as it is.
fn rewritten(bytes: &Bytes, change: impl FnOnce(&mut Value)) -> Bytes {
    let Ok(mut json) = serde_json::from_slice::<Value>(bytes) else { return bytes.clone() };
    change(&mut json);
    json.to_string().into()
}

fn swap(json: &mut Value) {
    match json {
        Value::Number(number) => *json = Value::String(number.to_string()),
        Value::String(text) => *json = Value::from(text.len()),
        Value::Bool(truth) => *json = Value::String(truth.to_string()),
        Value::Array(values) => values.iter_mut().for_each(swap),
        Value::Object(members) => members.values_mut().for_each(swap),
        Value::Null => {}
    }
}

/// RFC 7396.
fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(members) = target else { return };
    for (name, change) in changes {
        if change.is_null() {
            members.remove(name);
        } else {
            merge_patch(members.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_are_swapped_all_the_way_down() {
        let mut json = json!({"total": 3, "items": [{"name": "abc", "gone": null, "explicit": true}]});
        swap(&mut json);
        assert_eq!(json, json!({"total": "3", "items": [{"name": 3, "gone": null, "explicit": "true"}]}));
    }

    #[test]
    fn a_merge_patch_adds_replaces_and_removes() {
        let mut json = json!({"a": 1, "b": {"c": 2, "d": 3}});
        merge_patch(&mut json, &json!({"a": null, "b": {"c": 4}, "e": [5]}));
        assert_eq!(json, json!({"b": {"c": 4, "d": 3}, "e": [5]}));
    }
}
