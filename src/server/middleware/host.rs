//! One host: cookies and redirect URIs hold for the public URL alone.

use crate::server::config::Config;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;

/// Sends readers of another host to ours, and refuses everything else there.
pub async fn check(State(config): State<Arc<Config>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // Health is asked by machines, under whatever name they know.
    if matches!(path, "/healthz" | "/readyz" | "/metrics") {
        return next.run(request).await;
    }
    let public_url = config.public_url();
    let ours = public_url.split_once("://").map_or(public_url.as_str(), |(_, host)| host);
    let asked = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let asked = asked.or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    if asked.is_none_or(|asked| asked.eq_ignore_ascii_case(ours)) {
        return next.run(request).await;
    }
    if request.method() == Method::GET {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        return Redirect::permanent(&format!("{public_url}{target}")).into_response();
    }
    StatusCode::MISDIRECTED_REQUEST.into_response()
}
