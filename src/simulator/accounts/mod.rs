//! The accounts service: sign-in pages and tokens.

mod authorize;
pub(super) mod grants;
mod page;
mod pkce;
mod redirect;
mod token;

use super::Simulator;
use axum::Router;
use axum::routing::{get, post};

/// `/authorize` and `/api/token`.
pub(super) fn routes() -> Router<Simulator> {
    Router::new().route("/authorize", get(authorize::authorize)).route("/api/token", post(token::token))
}
