//! `AppError` as `application/problem+json` (RFC 9457).

use super::error::{ServerError, status_of, title_of};
use crate::error::AppError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error on its way out.
#[derive(Debug)]
pub struct Problem(pub AppError);

impl From<ServerError> for Problem {
    fn from(error: ServerError) -> Self {
        Self(error.into())
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let error = self.0;
        let status = status_of(error.code);
        let mut body = json!({ "type": "about:blank", "title": title_of(error.code), "status": status });
        // AppError's own keys are the rest of the contract.
        if let (Some(body), Ok(serde_json::Value::Object(more))) = (body.as_object_mut(), serde_json::to_value(&error))
        {
            body.extend(more.into_iter().filter(|(key, _)| key != "retry_after_s"));
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, body.to_string()).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = error.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
