//! Copies of the main database: how one is made while the server works, and whether one can be trusted.

use super::{Store, StoreError, id_of};
use crate::domain::ids::UserId;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What a checked copy says of itself.
#[derive(Debug, Clone)]
pub struct CheckedCopy {
    /// People with tokens in it.
    pub users: u32,
    /// One sealed refresh token with its owner, to try the secret key on; absent if nobody is in it.
    pub sample: Option<(UserId, Vec<u8>)>,
}

/// Where the file of the main database is.
pub fn file_of(url: &str) -> Result<PathBuf, StoreError> {
    Ok(SqliteConnectOptions::from_str(url)?.get_filename().to_owned())
}

impl Store {
    /// Writes everything that is committed now to `path`, which must be empty or absent. A reader of its own: writers
    /// go on meanwhile.
    pub async fn copy_into(&self, path: &Path) -> Result<(), StoreError> {
        let mut connection = self.writer.connect_options().as_ref().clone().connect().await?;
        let copied =
            sqlx::query("vacuum into $1").bind(path.to_string_lossy().into_owned()).execute(&mut connection).await;
        connection.close().await?;
        copied?;
        Ok(())
    }
}

/// Reads all of a copy: its pages, its references, and whether this program knows its tables. Writes nothing.
pub async fn check(path: &Path) -> Result<CheckedCopy, StoreError> {
    let mut connection = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true).connect().await?;
    let checked = check_all(&mut connection).await;
    connection.close().await?;
    checked
}

async fn check_all(connection: &mut SqliteConnection) -> Result<CheckedCopy, StoreError> {
    let (integrity,): (String,) = sqlx::query_as("pragma integrity_check(1)").fetch_one(&mut *connection).await?;
    if integrity != "ok" {
        return Err(StoreError::Unreadable(integrity));
    }
    if !sqlx::query("pragma foreign_key_check").fetch_all(&mut *connection).await?.is_empty() {
        return Err(StoreError::Unreadable("rows refer to rows that are not there".into()));
    }
    check_version(connection).await?;
    let (users,): (i64,) = sqlx::query_as("select count(*) from users").fetch_one(&mut *connection).await?;
    let row: Option<(String, Vec<u8>)> =
        sqlx::query_as("select id, refresh_token from users limit 1").fetch_optional(&mut *connection).await?;
    let sample = row.map(|(id, blob)| id_of(UserId::parse, &id).map(|id| (id, blob))).transpose()?;
    Ok(CheckedCopy { users: super::count(users), sample })
}

/// An older copy is brought forward at the next start; one of a newer program is refused.
async fn check_version(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let known = sqlx::migrate!("migrations/app");
    let applied: Vec<(i64, bool, Vec<u8>)> =
        sqlx::query_as("select version, success, checksum from _sqlx_migrations order by version")
            .fetch_all(connection)
            .await?;
    for (version, success, checksum) in &applied {
        let ours = known.iter().find(|migration| migration.version == *version);
        if !success || ours.is_none_or(|ours| ours.checksum.as_ref() != checksum.as_slice()) {
            let words = format!("it was written by another version of the program (step {version} is not known here)");
            return Err(StoreError::Unreadable(words));
        }
    }
    if applied.is_empty() { Err(StoreError::Unreadable("it holds no tables of ours".into())) } else { Ok(()) }
}
