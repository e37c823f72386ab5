//! Requests that change something must come from our own pages, or from a program that is no browser.

use crate::error::{AppError, ErrorCode};
use crate::server::config::Config;
use crate::server::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Refuses what another site has sent; safe methods pass, because they change nothing.
pub async fn check(State(config): State<Arc<Config>>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_ours(request.headers(), &config.public_url()) {
        return next.run(request).await;
    }
    let error = AppError::new(ErrorCode::Forbidden, "This request came from another site. Nothing was changed.")
        .hint("Open Headwater itself and try again.");
    Problem(error).into_response()
}

/// `Sec-Fetch-Site` decides where it is sent, else `Origin`; a client that sends neither is no browser.
fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    headers.get(header::ORIGIN).is_none_or(|origin| origin.as_bytes() == public_url.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_and_programs_pass() {
        let ours = "http://127.0.0.1:3000";
        let cases: [(&[(&str, &str)], bool); 7] = [
            (&[], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", ours)], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", ours)], true),
            (&[("origin", "null")], false),
        ];
        for (list, passes) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in list {
                headers.insert(*name, value.parse().unwrap());
            }
            assert_eq!(is_ours(&headers, ours), passes, "{list:?}");
        }
    }
}
