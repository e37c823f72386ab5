//! Where syncs are told, and the messages on their way.

use super::{Store, StoreError, count, id_of};
use crate::domain::ids::{SyncEventId, UserId};
use crate::domain::webhook::{Told, WebhookDelivery};
use crate::server::clock;
use uuid::Uuid;

/// Messages of a person that are shown.
const SHOWN: i64 = 20;
/// Messages taken at a time.
const TAKEN: i64 = 64;
/// Messages that are over are kept so long.
const KEPT_MS: i64 = 30 * 86_400_000;

/// A webhook as it is kept.
#[derive(Debug, Clone)]
pub struct WebhookRow {
    pub url: String,
    /// Sealed.
    pub secret: Vec<u8>,
    pub told: Told,
    pub created: String,
}

/// A message to send.
#[derive(Debug, Clone)]
pub struct DueDelivery {
    pub id: String,
    pub user: UserId,
    pub event: Option<SyncEventId>,
    /// Before this one.
    pub tries: u32,
    pub url: String,
    pub secret: Vec<u8>,
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    Arrived,
    Failed {
        error: String,
        /// When it is tried again, in milliseconds since 1970.
        next_ms: Option<i64>,
    },
}

impl Store {
    /// The webhook of a person.
    pub async fn find_webhook(&self, user: UserId) -> Result<Option<WebhookRow>, StoreError> {
        let row: Option<(String, Vec<u8>, String, String)> =
            sqlx::query_as("select url, secret, told, created from webhooks where user_id = $1")
                .bind(user.to_string())
                .fetch_optional(&self.reader)
                .await?;
        row.map(|(url, secret, told, created)| {
            let unknown = || StoreError::Unreadable(format!("unknown word {told:?}"));
            Ok(WebhookRow { url, secret, told: Told::parse(&told).ok_or_else(unknown)?, created })
        })
        .transpose()
    }

    /// Sets the webhook of a person. Without a secret, that of the one before stays.
    pub async fn save_webhook(
        &self,
        user: UserId,
        url: &str,
        told: Told,
        secret: Option<Vec<u8>>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        let query = match secret {
            Some(secret) => sqlx::query(
                "insert into webhooks (user_id, url, told, created, secret) values ($1, $2, $3, $4, $5) \
                 on conflict do update set url = excluded.url, told = excluded.told, created = excluded.created, \
                 secret = excluded.secret",
            )
            .bind(user.to_string())
            .bind(url)
            .bind(told.as_str())
            .bind(clock::now_text())
            .bind(secret),
            None => sqlx::query("update webhooks set url = $2, told = $3 where user_id = $1")
                .bind(user.to_string())
                .bind(url)
                .bind(told.as_str()),
        };
        query.execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets it, and what was on its way.
    pub async fn delete_webhook(&self, user: UserId) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        for query in ["delete from webhooks where user_id = $1", "delete from webhook_deliveries where user_id = $1"] {
            sqlx::query(query).bind(user.to_string()).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Queues a trial.
    pub async fn queue_trial(&self, user: UserId) -> Result<(), StoreError> {
        sqlx::query(
            "insert into webhook_deliveries (id, user_id, next_ms, created) \
             select $1, user_id, 0, $3 from webhooks where user_id = $2",
        )
        .bind(format!("msg_{}", Uuid::now_v7()))
        .bind(user.to_string())
        .bind(clock::now_text())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The last messages of a person, the newest first.
    pub async fn list_deliveries(&self, user: UserId) -> Result<Vec<WebhookDelivery>, StoreError> {
        type Row = (String, Option<String>, i64, Option<String>, Option<i64>, Option<String>, String);
        let rows: Vec<Row> = sqlx::query_as(
            "select id, sync_event_id, tries, delivered_at, next_ms, error, created from webhook_deliveries \
             where user_id = $1 order by created desc, id desc limit $2",
        )
        .bind(user.to_string())
        .bind(SHOWN)
        .fetch_all(&self.reader)
        .await?;
        let read = |(id, event, tries, delivered_at, next_ms, error, created): Row| {
            Ok(WebhookDelivery {
                id,
                sync_event_id: event.map(|id| id_of(SyncEventId::parse, &id)).transpose()?,
                tries: count(tries),
                delivered_at,
                next_try_at: next_ms.map(|ms| if ms == 0 { created.clone() } else { clock::text_of(ms) }),
                error,
                created,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Messages whose time has come; for `sending_ms` nobody else gets them.
    pub async fn take_due_deliveries(&self, now_ms: i64, sending_ms: i64) -> Result<Vec<DueDelivery>, StoreError> {
        let nothing: (i64,) =
            sqlx::query_as("select count(*) from webhook_deliveries where next_ms is not null and next_ms <= $1")
                .bind(now_ms)
                .fetch_one(&self.reader)
                .await?;
        if nothing.0 == 0 {
            return Ok(Vec::new());
        }
        let mut transaction = self.begin_write().await?;
        type Row = (String, String, Option<String>, i64, String, Vec<u8>);
        let rows: Vec<Row> = sqlx::query_as(
            "select d.id, d.user_id, d.sync_event_id, d.tries, w.url, w.secret from webhook_deliveries d \
             join webhooks w on w.user_id = d.user_id where d.next_ms is not null and d.next_ms <= $1 \
             order by d.next_ms, d.id limit $2",
        )
        .bind(now_ms)
        .bind(TAKEN)
        .fetch_all(&mut *transaction)
        .await?;
        for (id, ..) in &rows {
            sqlx::query("update webhook_deliveries set next_ms = $2 where id = $1")
                .bind(id)
                .bind(now_ms.saturating_add(sending_ms))
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        let read = |(id, user, event, tries, url, secret): Row| {
            Ok(DueDelivery {
                id,
                user: id_of(UserId::parse, &user)?,
                event: event.map(|id| id_of(SyncEventId::parse, &id)).transpose()?,
                tries: count(tries),
                url,
                secret,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Writes down what became of a try, and forgets old messages.
    pub async fn save_delivery(&self, id: &str, tries: u32, tried: Tried) -> Result<(), StoreError> {
        let now_ms = clock::now_ms();
        let (delivered_at, error, next_ms) = match tried {
            Tried::Arrived => (Some(clock::text_of(now_ms)), None, None),
            Tried::Failed { error, next_ms } => (None, Some(error), next_ms),
        };
        let mut transaction = self.begin_write().await?;
        sqlx::query(
            "update webhook_deliveries set tries = $2, delivered_at = $3, error = $4, next_ms = $5 where id = $1",
        )
        .bind(id)
        .bind(tries)
        .bind(delivered_at)
        .bind(error)
        .bind(next_ms)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("delete from webhook_deliveries where next_ms is null and created < $1")
            .bind(clock::text_of(now_ms - KEPT_MS))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}
