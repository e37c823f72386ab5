//! Sending the messages that are due, each until it has arrived or was tried for more than a day.

use super::address::{self, PublicOnly};
use super::sign;
use crate::domain::webhook::wait_ms;
use crate::server::clock;
use crate::server::error::ServerError;
use crate::server::seal::TokenKind;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::store::webhooks::{DueDelivery, Tried};
use futures::StreamExt;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// A receiver that is slower has failed.
const TIMEOUT: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 8;
/// While one process sends a message, no other does.
const SENDING_MS: i64 = 30_000;
const USER_AGENT: &str = concat!("Headwater/", env!("CARGO_PKG_VERSION"));

/// What sends: it follows no redirect, keeps no cookie, and reaches public addresses only.
#[derive(Debug, Clone)]
pub struct Messenger {
    http: Client,
}

impl Messenger {
    /// Sets the transport up.
    ///
    /// # Errors
    /// If that fails.
    pub fn new(may_be_private: bool) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(PublicOnly { may_be_private }))
            .build()?;
        Ok(Self { http })
    }
}

/// Sends all that are due now, a few at a time.
pub async fn send_due(app: &AppState) -> Result<(), StoreError> {
    let due = app.store.take_due_deliveries(clock::now_ms(), SENDING_MS).await?;
    futures::stream::iter(due)
        .for_each_concurrent(AT_ONCE, |due| async move {
            if let Err(error) = send_one(app, &due).await {
                tracing::warn!(%error, delivery = due.id, "a webhook's message could not be handled; it stays due");
            }
        })
        .await;
    Ok(())
}

async fn send_one(app: &AppState, due: &DueDelivery) -> Result<(), StoreError> {
    let tries = due.tries + 1;
    let sent = send(app, due).await.unwrap_or_else(|error| {
        tracing::error!(%error, "a webhook's message could not be made");
        Sent::Failed("something failed on our side".to_owned())
    });
    let tried = match sent {
        Sent::Arrived => Tried::Arrived,
        // The receiver wants no more (RFC 9110, section 15.5.11).
        Sent::Gone => Tried::Failed { error: "it is gone (410)".to_owned(), next_ms: None },
        Sent::Failed(error) => {
            Tried::Failed { error, next_ms: wait_ms(tries).map(|wait| clock::now_ms().saturating_add(wait)) }
        }
    };
    app.store.save_delivery(&due.id, tries, tried).await
}

enum Sent {
    Arrived,
    Gone,
    Failed(String),
}

async fn send(app: &AppState, due: &DueDelivery) -> Result<Sent, ServerError> {
    let Ok(url) = address::read(&due.url, app.config.webhook_private_hosts) else {
        return Ok(Sent::Failed("this address may not be used any more".to_owned()));
    };
    let secret = app.sealer.open(due.user, TokenKind::Webhook, &due.secret)?;
    let now_ms = clock::now_ms();
    let message = match due.event {
        Some(id) => {
            let event = app.store.get_sync_event(due.user, id).await?;
            json!({"type": "sync_event.ended", "timestamp": clock::text_of(now_ms), "data": event})
        }
        None => json!({"type": "trial", "timestamp": clock::text_of(now_ms), "data": {}}),
    };
    let (body, timestamp_s) = (message.to_string(), now_ms.div_euclid(1_000));
    let Some(signature) = sign::signature(&secret, &due.id, timestamp_s, &body) else {
        return Ok(Sent::Failed("its secret cannot be read; make a new one".to_owned()));
    };
    let request = app
        .messenger
        .http
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", &due.id)
        .header("webhook-timestamp", timestamp_s.to_string())
        .header("webhook-signature", signature)
        .body(body);
    Ok(match request.send().await {
        Ok(answer) if answer.status().is_success() => Sent::Arrived,
        Ok(answer) if answer.status() == StatusCode::GONE => Sent::Gone,
        Ok(answer) => Sent::Failed(format!("it answered {}", answer.status().as_u16())),
        Err(error) => Sent::Failed(words(&error)),
    })
}

/// Without the address, which may carry a secret of its own.
fn words(error: &reqwest::Error) -> String {
    let words = match (error.is_timeout(), error.is_connect()) {
        (true, _) => "it did not answer in time",
        (false, true) => "it cannot be reached, or is not on the public internet",
        (false, false) => "the connection broke",
    };
    words.to_owned()
}
