//! Where a person's syncs are told.

use super::CurrentUser;
use crate::domain::webhook::{Told, Webhook};
use crate::error::{AppError, ErrorCode};
use crate::server::error::{ServerError, not_found};
use crate::server::seal::TokenKind;
use crate::server::state::AppState;
use crate::server::webhooks::{address, deliver, sign};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

/// What is wanted.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// `https://…`
    pub url: String,
    #[serde(default)]
    pub told: Told,
    /// Makes a new secret in place of the one before.
    #[serde(default)]
    pub new_secret: bool,
}

/// The webhook with its last messages; 404 where there is none.
pub async fn get(app: &AppState, user: &CurrentUser) -> Result<Webhook, ServerError> {
    find(app, user).await?.ok_or_else(|| not_found().into())
}

/// The same, or nothing.
pub async fn find(app: &AppState, user: &CurrentUser) -> Result<Option<Webhook>, ServerError> {
    let Some(row) = app.store.find_webhook(user.id).await? else { return Ok(None) };
    let deliveries = app.store.list_deliveries(user.id).await?;
    Ok(Some(Webhook { url: row.url, told: row.told, secret: None, created: row.created, deliveries }))
}

/// What messages are signed with, for the person's own eyes.
pub async fn secret(app: &AppState, user: &CurrentUser) -> Result<Option<String>, ServerError> {
    let Some(row) = app.store.find_webhook(user.id).await? else { return Ok(None) };
    let secret = app.sealer.open(user.id, TokenKind::Webhook, &row.secret)?;
    Ok(Some(secret.expose_secret().to_owned()))
}

/// Sets it. The answer carries the secret if there is a new one.
pub async fn set(app: &AppState, user: &CurrentUser, new: NewWebhook) -> Result<Webhook, ServerError> {
    let url = address::read(&new.url, app.config.webhook_private_hosts).map_err(|words| {
        AppError::invalid("/url", format!("{words} Nothing was saved."))
            .hint("An address such as https://example.org/headwater, reachable from everywhere.")
    })?;
    let keeps = app.store.find_webhook(user.id).await?.is_some() && !new.new_secret;
    let secret = if keeps { None } else { Some(sign::new_secret()?) };
    let sealed = match &secret {
        Some(secret) => Some(app.sealer.seal(user.id, TokenKind::Webhook, secret)?),
        None => None,
    };
    app.store.save_webhook(user.id, url.as_str(), new.told, sealed).await?;
    let mut webhook = get(app, user).await?;
    webhook.secret = secret.map(|secret| secret.expose_secret().to_owned());
    Ok(webhook)
}

/// Forgets it.
pub async fn delete(app: &AppState, user: &CurrentUser) -> Result<(), ServerError> {
    get(app, user).await?;
    Ok(app.store.delete_webhook(user.id).await?)
}

/// Sends a message of type `trial`, and tells what became of it.
pub async fn try_out(app: &AppState, user: &CurrentUser) -> Result<Webhook, ServerError> {
    let webhook = get(app, user).await?;
    if webhook.deliveries.iter().any(|one| one.sync_event_id.is_none() && one.next_try_at.is_some()) {
        let detail = "A trial is on its way already. Nothing more was sent.";
        return Err(AppError::new(ErrorCode::Conflict, detail).into());
    }
    app.store.queue_trial(user.id).await?;
    deliver::send_due(app).await?;
    get(app, user).await
}
