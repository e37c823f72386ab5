//! Tokens of people's programs, by their hash.

use super::{Store, StoreError, from_json, id_of, to_json};
use crate::domain::access::{PersonalToken, Scope};
use crate::domain::ids::UserId;
use crate::server::clock;

/// A use is written down at most so often.
const TOUCH_EVERY_MS: i64 = 3_600_000;

/// What a token that was shown opens.
#[derive(Debug, Clone)]
pub struct FoundToken {
    pub user: UserId,
    pub scopes: Vec<Scope>,
}

impl Store {
    /// Keeps a new one.
    pub async fn insert_token(&self, user: UserId, token: &PersonalToken, hash: &[u8]) -> Result<(), StoreError> {
        sqlx::query(
            "insert into personal_tokens (id, user_id, name, hash, scopes, created, expires_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&token.id)
        .bind(user.to_string())
        .bind(&token.name)
        .bind(hash)
        .bind(to_json(&token.scopes)?)
        .bind(&token.created)
        .bind(&token.expires_at)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Those of a person, the newest first.
    pub async fn list_tokens(&self, user: UserId) -> Result<Vec<PersonalToken>, StoreError> {
        type Row = (String, String, String, String, Option<String>, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "select id, name, scopes, created, expires_at, last_used_at from personal_tokens where user_id = $1 \
             order by created desc, id desc",
        )
        .bind(user.to_string())
        .fetch_all(&self.reader)
        .await?;
        let read = |(id, name, scopes, created, expires_at, last_used_at): Row| {
            let scopes = from_json(&scopes)?;
            Ok(PersonalToken { id, name, scopes, token: None, created, expires_at, last_used_at })
        };
        rows.into_iter().map(read).collect()
    }

    /// Whose token has this hash, if it has not expired; its use is written down.
    pub async fn use_token(&self, hash: &[u8]) -> Result<Option<FoundToken>, StoreError> {
        let now_ms = clock::now_ms();
        let row: Option<(String, String, String, Option<String>)> = sqlx::query_as(
            "select id, user_id, scopes, last_used_at from personal_tokens \
             where hash = $1 and (expires_at is null or expires_at > $2)",
        )
        .bind(hash)
        .bind(clock::text_of(now_ms))
        .fetch_optional(&self.reader)
        .await?;
        let Some((id, user, scopes, last_used_at)) = row else { return Ok(None) };
        let touched_ms = last_used_at.as_deref().and_then(clock::parse_ms);
        if touched_ms.is_none_or(|ms| ms + TOUCH_EVERY_MS < now_ms) {
            sqlx::query("update personal_tokens set last_used_at = $2 where id = $1")
                .bind(id)
                .bind(clock::text_of(now_ms))
                .execute(&self.writer)
                .await?;
        }
        Ok(Some(FoundToken { user: id_of(UserId::parse, &user)?, scopes: from_json(&scopes)? }))
    }

    /// Revokes one of a person: `NotFound` if it is not theirs.
    pub async fn delete_token(&self, user: UserId, id: &str) -> Result<(), StoreError> {
        let done = sqlx::query("delete from personal_tokens where user_id = $1 and id = $2")
            .bind(user.to_string())
            .bind(id)
            .execute(&self.writer)
            .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::NotFound) }
    }
}
