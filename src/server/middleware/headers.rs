//! Headers of every answer: what a browser may do with it.

use crate::server::config::Config;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Pages with scripts carry their own policy, because of the nonce; everything else may do nothing at all.
const CSP_NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; style-src 'self'; img-src 'self' data:";
/// The API's page alone: Swagger UI styles itself.
const CSP_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The policy of a page whose scripts carry `nonce`.
pub fn page_policy(config: &Config, nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; \
         img-src 'self' data: https://*.scdn.co https://*.spotifycdn.com{}; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        other_images(config)
    )
}

/// Where covers come from when the API is not Spotify's.
fn other_images(config: &Config) -> String {
    match url::Url::parse(&config.spotify_api_url) {
        Ok(url) if url.host_str() != Some("api.spotify.com") => format!(" {}", url.origin().ascii_serialization()),
        Ok(_) | Err(_) => String::new(),
    }
}

/// Adds the headers that an answer does not have yet.
pub async fn add(State(config): State<Arc<Config>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let docs = path.starts_with("/api/docs");
    let is_there = !response.status().is_client_error() && !response.status().is_server_error();
    let cacheable = if is_versioned(&path) && is_there {
        "public, max-age=31536000, immutable"
    } else if path.starts_with("/pkg/")
        || path.starts_with("/demo/spotify/covers")
        || response.headers().contains_key(header::LAST_MODIFIED)
    {
        "public, max-age=300"
    } else {
        "no-store"
    };
    let mut add = |name: HeaderName, value: &'static str| {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    };
    add(header::CONTENT_SECURITY_POLICY, if docs { CSP_DOCS } else { CSP_NOTHING });
    add(header::REFERRER_POLICY, "same-origin");
    add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    add(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    add(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    add(header::CACHE_CONTROL, cacheable);
    if !config.is_plain_loopback() {
        add(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// `/pkg/<version>/file`: another version is another path.
fn is_versioned(path: &str) -> bool {
    path.strip_prefix("/pkg/").is_some_and(|file| file.contains('/'))
}
