//! Copies of the main database, made while it is used, and checked before they count.

use super::{Store, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Row};
use std::path::Path;

impl Store {
    /// Writes a copy of the main database, as it is at one instant, to a file that is not there yet.
    pub async fn copy_into(&self, file: &Path) -> Result<(), StoreError> {
        let mut connection = self.reader.acquire().await?.detach();
        // Readers may not write, and SQLite takes this for writing.
        sqlx::query("pragma query_only = 0").execute(&mut connection).await?;
        sqlx::query("vacuum into $1").bind(file.to_string_lossy().into_owned()).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }
}

/// What is wrong with a copy, in words; `None`: it is whole, and this program can use it.
pub async fn check_copy(file: &Path) -> Result<Option<String>, StoreError> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let mut connection = match SqliteConnection::connect_with(&options).await {
        Ok(connection) => connection,
        Err(error) => return Ok(Some(format!("it cannot be opened: {error}"))),
    };
    let fault = faults(&mut connection).await.unwrap_or_else(|error| Some(format!("it cannot be read: {error}")));
    connection.close().await?;
    Ok(fault)
}

async fn faults(connection: &mut SqliteConnection) -> Result<Option<String>, sqlx::Error> {
    let (integrity,): (String,) = sqlx::query_as("pragma integrity_check").fetch_one(&mut *connection).await?;
    if integrity != "ok" {
        return Ok(Some(format!("it is damaged: {integrity}")));
    }
    if let Some(row) = sqlx::query("pragma foreign_key_check").fetch_optional(&mut *connection).await? {
        let table: String = row.get(0);
        return Ok(Some(format!("rows of {table} point to rows that are not there")));
    }
    let known = sqlx::migrate!("migrations/app").iter().map(|one| one.version).max().unwrap_or(0);
    let (version,): (Option<i64>,) =
        sqlx::query_as("select max(version) from _sqlx_migrations where success").fetch_one(&mut *connection).await?;
    Ok(match version {
        None => Some("it holds nothing of this program".to_owned()),
        Some(version) if version > known => Some("it was made by a newer version of this program".to_owned()),
        Some(_) => None,
    })
}
