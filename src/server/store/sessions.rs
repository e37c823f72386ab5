//! Sessions of browsers, kept here and not in the cookie: signing out deletes the row.

use super::{Store, StoreError};
use crate::domain::ids::UserId;
use crate::server::clock;

/// A row of `sessions`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRow {
    pub id: String,
    pub contents: String,
    pub created_ms: i64,
    pub expires_ms: i64,
}

impl Store {
    /// Stores a session; `false` when the id exists already.
    pub async fn insert_session(&self, row: &SessionRow, user: Option<UserId>) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "insert into sessions (id, user_id, contents, created_ms, expires_ms) values ($1, $2, $3, $4, $5) \
             on conflict do nothing",
        )
        .bind(&row.id)
        .bind(user.map(|id| id.to_string()))
        .bind(&row.contents)
        .bind(row.created_ms)
        .bind(row.expires_ms)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Updates a session that still exists: one that was deleted meanwhile stays deleted.
    pub async fn update_session(&self, row: &SessionRow, user: Option<UserId>) -> Result<(), StoreError> {
        sqlx::query("update sessions set user_id = $2, contents = $3, expires_ms = $4 where id = $1")
            .bind(&row.id)
            .bind(user.map(|id| id.to_string()))
            .bind(&row.contents)
            .bind(row.expires_ms)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The session with this id, unless it has expired.
    pub async fn find_session(&self, id: &str) -> Result<Option<SessionRow>, StoreError> {
        let row = sqlx::query_as(
            "select id, contents, created_ms, expires_ms from sessions where id = $1 and expires_ms > $2",
        )
        .bind(id)
        .bind(clock::now_ms())
        .fetch_optional(&self.reader)
        .await?;
        Ok(row)
    }

    /// Those of a person that have not expired.
    pub async fn list_sessions(&self, user: UserId) -> Result<Vec<SessionRow>, StoreError> {
        let rows = sqlx::query_as(
            "select id, contents, created_ms, expires_ms from sessions where user_id = $1 and expires_ms > $2",
        )
        .bind(user.to_string())
        .bind(clock::now_ms())
        .fetch_all(&self.reader)
        .await?;
        Ok(rows)
    }

    /// Ends a session.
    pub async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        sqlx::query("delete from sessions where id = $1").bind(id).execute(&self.writer).await?;
        Ok(())
    }

    /// Removes what has expired.
    pub async fn delete_expired_sessions(&self) -> Result<(), StoreError> {
        sqlx::query("delete from sessions where expires_ms <= $1").bind(clock::now_ms()).execute(&self.writer).await?;
        Ok(())
    }
}
