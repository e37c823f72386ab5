//! What handlers read from a request, refused in our words: axum's own rejections are plain text.

use crate::error::{AppError, ErrorCode};
use crate::server::problem::Problem;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use std::time::Duration;

/// Bodies are small: filters, names.
pub const BODY_LEN_MAX: usize = 256 * 1024;
const WAIT_MAX_S: u64 = 3_600;

/// A JSON body. Not JSON: 400; JSON that breaks a rule: 422 with a pointer; other types: 415; too large: 413.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

/// The same where the body may be absent.
#[derive(Debug)]
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let typed = is_json(request.headers());
        let body = read_body(request).await?;
        if !typed {
            return Err(not_json());
        }
        parse(&body).map(Self)
    }
}

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let typed = is_json(request.headers());
        let body = read_body(request).await?;
        match (body.is_empty(), typed) {
            (true, _) => Ok(Self(T::default())),
            (false, true) => parse(&body).map(Self),
            (false, false) => Err(not_json()),
        }
    }
}

/// Whether the body says that it is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// 415.
pub fn not_json() -> Problem {
    AppError::new(ErrorCode::UnsupportedMediaType, "Send JSON with Content-Type: application/json.").into()
}

async fn read_body(request: Request) -> Result<Bytes, Problem> {
    let too_large =
        |_| AppError::new(ErrorCode::TooLarge, "The body is longer than 256 KiB, or broke off. Nothing was changed.");
    to_bytes(request.into_body(), BODY_LEN_MAX).await.map_err(|error| too_large(error).into())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // First as any JSON: what is no JSON at all is another fault than a wrong key.
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value: serde_json::Value = serde::Deserialize::deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| AppError::new(ErrorCode::BadRequest, format!("The body is not JSON: {error}.")))?;
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer: String = error.path().iter().map(segment).collect();
        AppError::invalid(pointer, format!("{}. Nothing was changed.", error.inner())).into()
    })
}

fn segment(segment: &Segment) -> String {
    match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { variant } => format!("/{variant}"),
        Segment::Unknown => String::new(),
    }
}

/// Query parameters; a wrong one is 400.
#[derive(Debug)]
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|query| Self(query.0))
            .map_err(|error| AppError::new(ErrorCode::BadRequest, format!("The query cannot be read: {error}.")).into())
    }
}

/// `Prefer: wait=N` (RFC 7240): how long the caller would wait, at most an hour.
pub fn preferred_wait(headers: &HeaderMap) -> Option<Duration> {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let wait = preferences
        .flat_map(|value| value.split([',', ';']))
        .find_map(|one| one.trim().strip_prefix("wait=")?.parse().ok());
    wait.map(|seconds: u64| Duration::from_secs(seconds.min(WAIT_MAX_S)))
}

/// The entity tag of something that carries when it changed.
pub fn etag(updated: &str) -> String {
    format!("\"{updated}\"")
}

/// `If-Match`: 412 when the thing has changed since it was read.
pub fn check_match(headers: &HeaderMap, updated: &str) -> Result<(), AppError> {
    let Some(wanted) = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()) else { return Ok(()) };
    let tag = etag(updated);
    if wanted.split(',').any(|one| one.trim() == tag || one.trim() == "*") {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::PreconditionFailed, "It was changed in the meantime. Nothing was changed now.")
        .hint("Read it again, then send your change with the new ETag."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_is_found_among_preferences() {
        for (text, seconds) in
            [("wait=5", Some(5)), ("respond-async, wait=7", Some(7)), ("wait=99999999", Some(3_600)), ("wait=x", None)]
        {
            let mut headers = HeaderMap::new();
            headers.insert("prefer", text.parse().unwrap());
            assert_eq!(preferred_wait(&headers), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
