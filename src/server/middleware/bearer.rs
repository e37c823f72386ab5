//! Programs that carry a token: `Authorization: Bearer hw_…`, or as the password of `Basic`, which is all that feed
//! readers know. A browser may repeat the latter by itself, so it changes nothing.

use crate::domain::access::{Scope, scope_of};
use crate::error::{AppError, ErrorCode};
use crate::server::error::ServerError;
use crate::server::operations::{CurrentUser, personal_tokens};
use crate::server::state::AppState;
use axum::http::{HeaderValue, Method};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The person whose token the header carries, if it may do this.
///
/// # Errors
/// 401 for what is no token any more, 403 for what the token does not allow.
pub async fn find_user(
    app: &AppState,
    header: &HeaderValue,
    method: &Method,
    path: &str,
) -> Result<CurrentUser, ServerError> {
    let is_safe = matches!(*method, Method::GET | Method::HEAD);
    let token = token_of(header, is_safe).ok_or_else(unknown)?;
    let found = personal_tokens::find(app, &token).await?.ok_or_else(unknown)?;
    match scope_of(is_safe, path) {
        Some(scope) if found.scopes.contains(&scope) => {}
        scope => return Err(forbidden(scope).into()),
    }
    Ok(app.store.find_user(found.user).await?.ok_or_else(unknown)?)
}

fn token_of(header: &HeaderValue, is_safe: bool) -> Option<String> {
    let (scheme, rest) = header.to_str().ok()?.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") || !is_safe {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

fn unknown() -> AppError {
    AppError::new(ErrorCode::SignedOut, "This token is unknown, expired or revoked.")
        .hint("Make a new one on the page “Sessions and tokens”.")
}

fn forbidden(needed: Option<Scope>) -> AppError {
    match needed {
        Some(scope) => AppError::new(ErrorCode::Forbidden, format!("This token lacks the scope {}.", scope.as_str()))
            .hint("Make one that has it. Nothing was changed."),
        None => AppError::new(ErrorCode::Forbidden, "No token may do this. Nothing was changed.")
            .hint("Do it in the browser."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, is_safe: bool) -> Option<String> {
        token_of(&HeaderValue::from_str(header).unwrap(), is_safe)
    }

    #[test]
    fn tokens_are_read_from_both_schemes() {
        assert_eq!(token("Bearer hw_a", false).as_deref(), Some("hw_a"));
        assert_eq!(token("bearer  hw_a ", true).as_deref(), Some("hw_a"));
        let basic = format!("Basic {}", STANDARD.encode("me:hw_a:b"));
        assert_eq!(token(&basic, true).as_deref(), Some("hw_a:b"));
        assert_eq!(token(&basic, false), None);
        for nonsense in ["hw_a", "Digest hw_a", "Basic !!", "Bearer"] {
            assert_eq!(token(nonsense, true), None, "{nonsense}");
        }
    }
}
