//! `POST /api/token`: a code or a refresh token against tokens.

use super::grants::{Issued, Redeemer};
use crate::simulator::Simulator;
use axum::Form;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Default, Deserialize)]
pub(super) struct TokenForm {
    grant_type: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    client_id: Option<String>,
    code_verifier: Option<String>,
    refresh_token: Option<String>,
}

/// An OAuth error code and Spotify's words for it.
struct TokenError(&'static str, Option<&'static str>);

const INVALID_CLIENT: TokenError = TokenError("invalid_client", Some("Invalid client"));

pub(super) async fn token(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    form: Result<Form<TokenForm>, FormRejection>,
) -> Response {
    let form = form.map(|Form(form)| form).unwrap_or_default();
    let lifetime = simulator.lock().grants.token_lifetime.as_secs();
    match issue(&simulator, &headers, &form) {
        Ok(issued) => ([(header::CACHE_CONTROL, "no-store")], Json(body_of(issued, lifetime))).into_response(),
        Err(TokenError(error, description)) => {
            let mut body = json!({ "error": error });
            if let Some(description) = description {
                body["error_description"] = description.into();
            }
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

fn issue(simulator: &Simulator, headers: &HeaderMap, form: &TokenForm) -> Result<Issued, TokenError> {
    let (client, has_secret) = client_of(headers, form)?;
    let mut state = simulator.lock();
    if state.client_id.as_deref().is_some_and(|known| known != client) {
        return Err(INVALID_CLIENT);
    }
    let invalid_grant = |description| TokenError("invalid_grant", Some(description));
    match form.grant_type.as_deref() {
        Some("authorization_code") => {
            let code = form.code.as_deref().ok_or(TokenError("invalid_request", Some("code must be supplied")))?;
            let missing = TokenError("invalid_request", Some("redirect_uri must be supplied"));
            let redirect_uri = form.redirect_uri.as_deref().ok_or(missing)?;
            let verifier = form.code_verifier.as_deref();
            state
                .grants
                .redeem(code, Redeemer { client: &client, redirect_uri, verifier, has_secret })
                .map_err(invalid_grant)
        }
        Some("refresh_token") => {
            let missing = TokenError("invalid_request", Some("refresh_token must be supplied"));
            let token = form.refresh_token.as_deref().ok_or(missing)?;
            state.grants.refresh(token, &client).map_err(invalid_grant)
        }
        Some(_) => {
            let words = "grant_type must be client_credentials, authorization_code or refresh_token";
            Err(TokenError("unsupported_grant_type", Some(words)))
        }
        None => Err(TokenError("unsupported_grant_type", Some("grant_type parameter is missing"))),
    }
}

/// The client id from the form or from Basic authentication, and whether a secret came with it.
fn client_of(headers: &HeaderMap, form: &TokenForm) -> Result<(String, bool), TokenError> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (id, secret) = basic(value.to_str().unwrap_or_default()).ok_or(INVALID_CLIENT)?;
        return if id.is_empty() || secret.is_empty() { Err(INVALID_CLIENT) } else { Ok((id, true)) };
    }
    match form.client_id.as_deref() {
        Some(id) if !id.is_empty() => Ok((id.to_owned(), false)),
        Some(_) | None => Err(TokenError("invalid_client", None)),
    }
}

fn basic(value: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

fn body_of(issued: Issued, lifetime: u64) -> Value {
    let mut body = json!({
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "scope": issued.scope,
        "expires_in": lifetime,
    });
    if let Some(refresh_token) = issued.refresh_token {
        body["refresh_token"] = refresh_token.into();
    }
    body
}
