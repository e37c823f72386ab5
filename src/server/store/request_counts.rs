//! Requests to Spotify by hour, kept for two days. Of the installation, not of a person.

use super::{Store, StoreError};
use crate::domain::requests::EndpointGroup;

/// Hours that are kept.
const HOURS_KEPT: i64 = 48;

/// Requests of one group in one hour since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourCount {
    pub hour: i64,
    pub group: EndpointGroup,
    pub requests: u64,
}

impl Store {
    /// Adds to what is counted, all or nothing, and forgets what is old.
    pub async fn add_request_counts(&self, counts: &[HourCount]) -> Result<(), StoreError> {
        let Some(latest) = counts.iter().map(|count| count.hour).max() else { return Ok(()) };
        let mut transaction = self.begin_write().await?;
        for count in counts {
            sqlx::query(
                "insert into request_counts (hour, endpoint_group, requests) values ($1, $2, $3) \
                 on conflict do update set requests = requests + excluded.requests",
            )
            .bind(count.hour)
            .bind(count.group.name())
            .bind(i64::try_from(count.requests).unwrap_or(i64::MAX))
            .execute(&mut *transaction)
            .await?;
        }
        sqlx::query("delete from request_counts where hour <= $1")
            .bind(latest - HOURS_KEPT)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Requests by group from an hour on.
    pub async fn list_request_counts(&self, since_hour: i64) -> Result<Vec<(EndpointGroup, u64)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select endpoint_group, sum(requests) from request_counts where hour >= $1 group by endpoint_group",
        )
        .bind(since_hour)
        .fetch_all(&self.reader)
        .await?;
        let read = |(group, requests): (String, i64)| {
            Some((EndpointGroup::parse(&group)?, u64::try_from(requests).unwrap_or(0)))
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }
}
