//! People and their sealed tokens.

use super::{Store, StoreError, from_json, id_of, to_json};
use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::ids::UserId;
use crate::domain::me::Connection;
use crate::server::clock;

/// A person, without tokens.
#[derive(Debug, Clone)]
pub struct User {
    pub id: UserId,
    pub spotify_user_id: String,
    pub display_name: String,
    pub time_zone: String,
    /// False until the person or their browser named one.
    pub time_zone_chosen: bool,
    pub connection: Connection,
    pub api_mode: ApiMode,
    pub capabilities: Capabilities,
    pub probed_at: Option<String>,
    pub consent_at: String,
    pub library_total: Option<u32>,
}

/// Sealed tokens of a person.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SealedTokens {
    pub access_token: Vec<u8>,
    pub refresh_token: Vec<u8>,
    pub access_expires_ms: i64,
}

/// Who signed in, as Spotify says.
#[derive(Debug, Clone)]
pub struct SpotifyAccount {
    pub spotify_user_id: String,
    pub spotify_account_id: Option<String>,
    pub display_name: String,
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: String,
    spotify_user_id: String,
    display_name: String,
    time_zone: String,
    time_zone_chosen: bool,
    connection: String,
    api_mode: String,
    capabilities: String,
    probed_at: Option<String>,
    consent_at: String,
    library_total: Option<i64>,
}

impl UserRow {
    fn read(self) -> Result<User, StoreError> {
        Ok(User {
            id: id_of(UserId::parse, &self.id)?,
            spotify_user_id: self.spotify_user_id,
            display_name: self.display_name,
            time_zone: self.time_zone,
            time_zone_chosen: self.time_zone_chosen,
            connection: if self.connection == "ok" { Connection::Ok } else { Connection::ReconnectNeeded },
            api_mode: if self.api_mode == "extended" { ApiMode::Extended } else { ApiMode::Development },
            capabilities: from_json(&self.capabilities)?,
            probed_at: self.probed_at,
            consent_at: self.consent_at,
            library_total: self.library_total.and_then(|n| u32::try_from(n).ok()),
        })
    }
}

impl Store {
    /// The person with this id.
    pub async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let row: Option<UserRow> = sqlx::query_as(
            "select id, spotify_user_id, display_name, time_zone, time_zone_chosen, connection, api_mode, capabilities, probed_at, \
             consent_at, library_total from users where id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&self.reader)
        .await?;
        row.map(UserRow::read).transpose()
    }

    /// Everybody who has signed in here, oldest first: for whoever runs the program, never for a request.
    pub async fn list_users(&self) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> = sqlx::query_as(
            "select id, spotify_user_id, display_name, time_zone, time_zone_chosen, connection, api_mode, capabilities, probed_at, \
             consent_at, library_total from users order by id",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter().map(UserRow::read).collect()
    }

    /// The id under which an account is known: by its immutable id first, then by its user id.
    pub async fn find_user_id(&self, account: &SpotifyAccount) -> Result<Option<UserId>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as(
            "select id from users where spotify_account_id = $1 or spotify_user_id = $2 \
             order by spotify_account_id is $1 desc limit 1",
        )
        .bind(&account.spotify_account_id)
        .bind(&account.spotify_user_id)
        .fetch_optional(&self.reader)
        .await?;
        row.map(|(id,)| id_of(UserId::parse, &id)).transpose()
    }

    /// Stores a sign-in: a new person, or the known one with new tokens and a working connection.
    pub async fn save_sign_in(
        &self,
        id: UserId,
        account: &SpotifyAccount,
        tokens: &SealedTokens,
    ) -> Result<(), StoreError> {
        let now = clock::now_text();
        sqlx::query(
            "insert into users (id, spotify_user_id, spotify_account_id, display_name, capabilities, consent_at, \
             access_token, refresh_token, access_expires_ms, created, updated) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $6, $6) \
             on conflict (id) do update set spotify_user_id = excluded.spotify_user_id, \
             spotify_account_id = coalesce(excluded.spotify_account_id, spotify_account_id), \
             display_name = excluded.display_name, consent_at = excluded.consent_at, connection = 'ok', probed_at = null, \
             access_token = excluded.access_token, refresh_token = excluded.refresh_token, \
             access_expires_ms = excluded.access_expires_ms, updated = excluded.updated",
        )
        .bind(id.to_string())
        .bind(&account.spotify_user_id)
        .bind(&account.spotify_account_id)
        .bind(&account.display_name)
        .bind(to_json(&Capabilities::NONE)?)
        .bind(now)
        .bind(&tokens.access_token)
        .bind(&tokens.refresh_token)
        .bind(tokens.access_expires_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Sealed tokens of a person.
    pub async fn get_tokens(&self, id: UserId) -> Result<SealedTokens, StoreError> {
        // From the writer: a token that was just refreshed must be seen.
        let row = sqlx::query_as("select access_token, refresh_token, access_expires_ms from users where id = $1")
            .bind(id.to_string())
            .fetch_one(&self.writer)
            .await?;
        Ok(row)
    }

    /// Stores refreshed tokens; the old ones are kept until this commits.
    pub async fn update_tokens(&self, id: UserId, tokens: &SealedTokens) -> Result<(), StoreError> {
        sqlx::query(
            "update users set access_token = $2, refresh_token = $3, access_expires_ms = $4, connection = 'ok', \
             updated = $5 where id = $1",
        )
        .bind(id.to_string())
        .bind(&tokens.access_token)
        .bind(&tokens.refresh_token)
        .bind(tokens.access_expires_ms)
        .bind(clock::now_text())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Remembers that Spotify refuses our tokens; nothing is deleted.
    pub async fn mark_reconnect_needed(&self, id: UserId) -> Result<(), StoreError> {
        sqlx::query("update users set connection = 'reconnect_needed', updated = $2 where id = $1")
            .bind(id.to_string())
            .bind(clock::now_text())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Stores what the probe found out.
    pub async fn update_capabilities(
        &self,
        id: UserId,
        mode: ApiMode,
        capabilities: Capabilities,
    ) -> Result<(), StoreError> {
        let mode = match mode {
            ApiMode::Extended => "extended",
            ApiMode::Development => "development",
        };
        sqlx::query("update users set api_mode = $2, capabilities = $3, probed_at = $4, updated = $4 where id = $1")
            .bind(id.to_string())
            .bind(mode)
            .bind(to_json(&capabilities)?)
            .bind(clock::now_text())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Stores the time zone that relative dates are read in.
    pub async fn update_time_zone(&self, id: UserId, time_zone: &str) -> Result<(), StoreError> {
        sqlx::query("update users set time_zone = $2, time_zone_chosen = 1, updated = $3 where id = $1")
            .bind(id.to_string())
            .bind(time_zone)
            .bind(clock::now_text())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Takes the zone that a browser reports, unless one is known.
    pub async fn report_time_zone(&self, id: UserId, time_zone: &str) -> Result<(), StoreError> {
        sqlx::query(
            "update users set time_zone = $2, time_zone_chosen = 1, updated = $3 where id = $1 and time_zone_chosen = 0",
        )
        .bind(id.to_string())
        .bind(time_zone)
        .bind(clock::now_text())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Remembers how many playlists the library holds.
    pub async fn update_library_total(&self, id: UserId, total: u32) -> Result<(), StoreError> {
        sqlx::query("update users set library_total = $2 where id = $1 and library_total is not $2")
            .bind(id.to_string())
            .bind(total)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Deletes a person with everything of theirs, in one transaction. Running syncs must have ended.
    pub async fn delete_user(&self, id: UserId) -> Result<(), StoreError> {
        let mut transaction = self.begin_write().await?;
        let id = id.to_string();
        sqlx::query(
            "delete from intents where child_playlist_id in (select id from child_playlists where user_id = $1)",
        )
        .bind(&id)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("delete from sync_events where user_id = $1").bind(&id).execute(&mut *transaction).await?;
        let gone = sqlx::query("delete from users where id = $1").bind(&id).execute(&mut *transaction).await?;
        if gone.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        transaction.commit().await?;
        Ok(())
    }
}
