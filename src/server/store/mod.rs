//! Everything that survives a restart. Only this room says `sqlx`; every function takes the person it acts for.

pub mod backups;
pub mod base_playlists;
pub mod base_readings;
pub mod breakers;
pub mod cache_entries;
pub mod checkpoints;
pub mod child_playlists;
pub mod export;
pub mod hand_edits;
pub mod insights;
pub mod intents;
pub mod locks;
pub mod open;
pub mod personal_tokens;
pub mod playlist_states;
pub mod pressed;
pub mod request_counts;
pub mod restores;
pub mod resumes;
pub mod retention;
pub mod schedules;
pub mod sealed;
pub mod sessions;
pub mod song_journeys;
pub mod sync_batches;
pub mod sync_event_children;
pub mod sync_events;
pub mod tags;
pub mod users;
pub mod webhooks;

use sqlx::SqlitePool;

/// The databases: one writer, several readers, and the cache that may be lost.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
    cache: SqlitePool,
}

/// What the store can answer instead of a row.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Absent, or another person's: the two are not told apart.
    #[error("not found")]
    NotFound,
    /// A running sync holds the lock.
    #[error("a sync of this base playlist is running")]
    SyncRunning,
    /// A unique rule was broken; which one is named.
    #[error("already in use: {0}")]
    InUse(&'static str),
    /// The caller no longer owns the sync it writes for.
    #[error("the sync belongs to another process by now")]
    OwnershipLost,
    /// Another process has started what was due.
    #[error("another process has taken this time of the schedule")]
    ScheduleTaken,
    /// Another process has started what was next in the queue.
    #[error("another process has taken this place of the queue")]
    BatchTaken,
    /// A stored value that we cannot read.
    #[error("a stored value cannot be read: {0}")]
    Unreadable(String),
    #[error("database: {0}")]
    Database(sqlx::Error),
    #[error("database migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("database settings are not as required: {0}")]
    Settings(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::RowNotFound) {
            return Self::NotFound;
        }
        if let sqlx::Error::Database(database) = &error {
            let message = database.message();
            if message.contains("sync_locked") || message.contains("sync_events.base_playlist_id") {
                return Self::SyncRunning;
            }
            if message.contains("child_playlists.base_playlist_id") && database.is_unique_violation() {
                return Self::InUse("this base playlist already has a child of leftovers");
            }
            if message.contains("child_playlists.spotify_playlist_id") {
                return Self::InUse("this Spotify playlist is already a child playlist");
            }
            if message.contains("base_playlists.") && database.is_unique_violation() {
                return Self::InUse("this Spotify playlist is already one of your base playlists");
            }
        }
        Self::Database(error)
    }
}

impl Store {
    /// A write transaction that takes the lock at once, so that it never has to be repeated.
    async fn begin_write(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&self.reader).await?;
        Ok(())
    }
}

/// Reads a JSON column.
fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Unreadable(error.to_string()))
}

/// Writes a JSON column.
fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unreadable(error.to_string()))
}

/// Reads an id column.
fn id_of<T>(read: impl Fn(&str) -> Result<T, crate::domain::ids::InvalidId>, text: &str) -> Result<T, StoreError> {
    read(text).map_err(|error| StoreError::Unreadable(error.to_string()))
}

/// SQLite's integers are signed and 64 bits wide; counts never leave this range.
fn count(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}
