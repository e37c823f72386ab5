//! Groups of requests that Spotify does not answer for a while. Of an app at Spotify, not of a person.

use super::{Store, StoreError};
use crate::domain::requests::EndpointGroup;
use crate::server::clock;

/// Spotify answers no request of this group before `closes_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    pub group: EndpointGroup,
    /// Milliseconds since 1970.
    pub closes_ms: i64,
    pub is_quota: bool,
}

impl Store {
    /// Keeps a breaker; of two for one group the one that closes later.
    pub async fn save_breaker(&self, client_id: &str, breaker: Breaker) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        sqlx::query(
            "insert into breakers (client_id, endpoint_group, closes_at, is_quota) values ($1, $2, $3, $4) \
             on conflict do update set closes_at = excluded.closes_at, is_quota = excluded.is_quota \
             where excluded.closes_at > closes_at",
        )
        .bind(client_id)
        .bind(breaker.group.name())
        .bind(clock::text_of(breaker.closes_ms))
        .bind(breaker.is_quota)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The breakers of an app that are open at this time.
    pub async fn list_breakers(&self, client_id: &str, now_ms: i64) -> Result<Vec<Breaker>, StoreError> {
        let rows: Vec<(String, String, bool)> = sqlx::query_as(
            "select endpoint_group, closes_at, is_quota from breakers where client_id = $1 and closes_at > $2",
        )
        .bind(client_id)
        .bind(clock::text_of(now_ms))
        .fetch_all(&self.reader)
        .await?;
        let read = |(group, closes_at, is_quota): (String, String, bool)| {
            let (group, closes_ms) = (EndpointGroup::parse(&group)?, clock::parse_ms(&closes_at)?);
            Some(Breaker { group, closes_ms, is_quota })
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// Forgets the breakers of an app.
    pub async fn delete_breakers(&self, client_id: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        sqlx::query("delete from breakers where client_id = $1").bind(client_id).execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }
}
