//! Tokens of a person: opened when needed, refreshed by one task however many ask.

use super::client::Spotify;
use super::error::SpotifyError;
use super::oauth::Tokens;
use crate::domain::ids::UserId;
use crate::server::clock;
use crate::server::seal::{SealError, TokenKind};
use crate::server::store::StoreError;
use crate::server::store::users::SealedTokens;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// A token this close to its end is refreshed before use.
const MARGIN_MS: i64 = 60_000;

impl From<StoreError> for SpotifyError {
    fn from(error: StoreError) -> Self {
        Self::Tokens(error.to_string())
    }
}

impl From<SealError> for SpotifyError {
    fn from(error: SealError) -> Self {
        Self::Tokens(error.to_string())
    }
}

impl Spotify {
    /// A token that is good for at least a minute.
    pub(super) async fn access_token(&self, user: UserId) -> Result<SecretString, SpotifyError> {
        let sealed = self.store.get_tokens(user).await?;
        if sealed.access_expires_ms - MARGIN_MS > clock::now_ms() {
            return Ok(self.sealer.open(user, TokenKind::Access, &sealed.access_token)?);
        }
        let stale = self.sealer.open(user, TokenKind::Access, &sealed.access_token)?;
        self.refreshed_token(user, &stale).await
    }

    /// A newer token than `stale`. One task refreshes; the others wait and take its result.
    pub(super) async fn refreshed_token(
        &self,
        user: UserId,
        stale: &SecretString,
    ) -> Result<SecretString, SpotifyError> {
        let lock = self.refresh_lock(user);
        let _held = lock.lock().await;
        let sealed = self.store.get_tokens(user).await?;
        let current = self.sealer.open(user, TokenKind::Access, &sealed.access_token)?;
        if current.expose_secret() != stale.expose_secret() {
            return Ok(current);
        }
        let refresh = self.sealer.open(user, TokenKind::Refresh, &sealed.refresh_token)?;
        match self.accounts.refresh(&self.http, &refresh).await {
            Ok(tokens) => {
                let sealed = self.seal(user, &tokens, Some(refresh))?;
                self.store.update_tokens(user, &sealed).await?;
                Ok(tokens.access)
            }
            Err(SpotifyError::ReconnectNeeded) => {
                self.store.mark_reconnect_needed(user).await?;
                Err(SpotifyError::ReconnectNeeded)
            }
            Err(error) => Err(error),
        }
    }

    fn refresh_lock(&self, user: UserId) -> Arc<tokio::sync::Mutex<()>> {
        let mut refreshes = self.refreshes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(refreshes.entry(user).or_default())
    }

    /// Seals fresh tokens; an answer without a refresh token keeps the old one.
    pub fn seal(
        &self,
        user: UserId,
        tokens: &Tokens,
        kept: Option<SecretString>,
    ) -> Result<SealedTokens, SpotifyError> {
        let refresh = match (&tokens.refresh, &kept) {
            (Some(new), _) => new,
            (None, Some(old)) => old,
            (None, None) => return Err(SpotifyError::Malformed("the accounts service sent no refresh token".into())),
        };
        let lifetime_ms = i64::try_from(tokens.expires_in.as_millis()).unwrap_or(0);
        Ok(SealedTokens {
            access_token: self.sealer.seal(user, TokenKind::Access, &tokens.access)?,
            refresh_token: self.sealer.seal(user, TokenKind::Refresh, refresh)?,
            access_expires_ms: clock::now_ms() + lifetime_ms,
        })
    }
}
