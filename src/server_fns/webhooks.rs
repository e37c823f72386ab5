//! Where a person's syncs are told.

use crate::domain::webhook::Webhook;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationsContent {
    pub webhook: Option<Webhook>,
    /// What its messages are signed with.
    pub secret: Option<String>,
    /// Where a feed reader finds it.
    pub feed_url: String,
}

/// Reads it.
#[server(endpoint = "get_notifications")]
pub async fn get_notifications() -> Result<Wire<NotificationsContent>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let webhook = operations::webhooks::find(&state, &user).await?;
        let secret = operations::webhooks::secret(&state, &user).await?;
        Ok(NotificationsContent {
            webhook,
            secret,
            feed_url: format!("{}/api/sync-events.atom", state.config.public_url()),
        })
    })
    .await?;
    Wire::of(&found)
}

/// Sets it.
#[server(endpoint = "set_webhook")]
pub async fn set_webhook(url: String, told: String, #[server(default)] new_secret: bool) -> Result<(), AppError> {
    use crate::domain::webhook::Told;
    use crate::server::adapt;
    use crate::server::operations::webhooks::{self, NewWebhook};
    let told = Told::parse(&told).unwrap_or_default();
    let new = NewWebhook { url, told, new_secret };
    let webhook = adapt::signed_in(|state, user| async move { webhooks::set(&state, &user, new).await }).await?;
    adapt::flash_success(match webhook.secret {
        Some(_) => "Saved. Messages are signed with a new secret, which stands below.",
        None => "Saved. Messages are signed with the same secret as before.",
    });
    adapt::redirect("/notifications");
    Ok(())
}

/// Sends a trial.
#[server(endpoint = "try_webhook")]
pub async fn try_webhook() -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::webhooks::try_out(&state, &user).await }).await?;
    adapt::flash_success("A trial was sent. What became of it stands below.");
    Ok(())
}

/// Forgets it.
#[server(endpoint = "delete_webhook")]
pub async fn delete_webhook() -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::webhooks::delete(&state, &user).await }).await?;
    adapt::flash_success("Nothing is told any more.");
    Ok(())
}
