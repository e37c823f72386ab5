//! Tokens for a person's own programs.

use super::CurrentUser;
use crate::domain::access::{PersonalToken, Scope};
use crate::error::{AppError, ErrorCode};
use crate::server::clock;
use crate::server::error::ServerError;
use crate::server::seal::SealError;
use crate::server::state::AppState;
use crate::server::store::personal_tokens::FoundToken;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// So that people, and scanners of leaked secrets, know one when they see it.
const PREFIX: &str = "hw_";
const SECRET_LEN: usize = 32;
const TOKENS_MAX: usize = 50;
const NAME_LEN_MAX: usize = 100;
const DAYS_MAX: u32 = 3_660;
const DAY_MS: i64 = 86_400_000;

/// What is wanted.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for: 1 to 100 characters.
    pub name: String,
    pub scopes: Vec<Scope>,
    /// Days until it expires; never if absent.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

/// Those of the person, without what they are.
pub async fn list(app: &AppState, user: &CurrentUser) -> Result<Vec<PersonalToken>, ServerError> {
    Ok(app.store.list_tokens(user.id).await?)
}

/// Makes one; only this answer carries it.
pub async fn create(app: &AppState, user: &CurrentUser, new: NewToken) -> Result<PersonalToken, ServerError> {
    let name = new.name.trim();
    let refuse = |pointer: &str, detail: &str| AppError::invalid(pointer, format!("{detail} No token was made."));
    if name.is_empty() || name.chars().count() > NAME_LEN_MAX || name.chars().any(char::is_control) {
        return Err(refuse("/name", "A token needs a name of 1 to 100 characters.").into());
    }
    let mut scopes = new.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(refuse("/scopes", "A token needs at least one thing that it may do.").into());
    }
    if new.expires_in_days.is_some_and(|days| days == 0 || days > DAYS_MAX) {
        return Err(refuse("/expires_in_days", "A token expires after 1 to 3660 days.").into());
    }
    if app.store.list_tokens(user.id).await?.len() >= TOKENS_MAX {
        return Err(AppError::new(ErrorCode::Invalid, "50 tokens are the most one person can have.").into());
    }
    let mut secret = [0; SECRET_LEN];
    getrandom::fill(&mut secret).map_err(|_| SealError::NoRandomness)?;
    let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
    let now_ms = clock::now_ms();
    let token = PersonalToken {
        id: Uuid::now_v7().to_string(),
        name: name.to_owned(),
        scopes,
        token: Some(text.clone()),
        created: clock::text_of(now_ms),
        expires_at: new.expires_in_days.map(|days| clock::text_of(now_ms + i64::from(days) * DAY_MS)),
        last_used_at: None,
    };
    app.store.insert_token(user.id, &token, &hash(&text)).await?;
    Ok(token)
}

/// Revokes one.
pub async fn delete(app: &AppState, user: &CurrentUser, id: &str) -> Result<(), ServerError> {
    Ok(app.store.delete_token(user.id, id).await?)
}

/// What a token opens, if it is one.
pub async fn find(app: &AppState, text: &str) -> Result<Option<FoundToken>, ServerError> {
    if !text.starts_with(PREFIX) {
        return Ok(None);
    }
    Ok(app.store.use_token(&hash(text)).await?)
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}
