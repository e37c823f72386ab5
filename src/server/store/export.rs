//! Everything that is stored of a person, as they may take it away.

use super::pressed::unpress;
use super::{Store, StoreError};
use crate::domain::ids::UserId;
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};

/// A table, how its rows of a person are found, and the columns that are left out.
pub struct Exported {
    pub table: &'static str,
    query: &'static str,
    /// Secrets, and what only this program can read.
    hidden: &'static [&'static str],
}

const fn own(table: &'static str, query: &'static str, hidden: &'static [&'static str]) -> Exported {
    Exported { table, query, hidden }
}

/// The tables of an export.
pub const EXPORTED: [Exported; 13] = [
    own("users", "select * from users where id = $1", &["access_token", "refresh_token"]),
    own("base_playlists", "select * from base_playlists where user_id = $1 order by id", &[]),
    own("child_playlists", "select * from child_playlists where user_id = $1 order by id", &[]),
    own("schedules", "select * from schedules where user_id = $1 order by base_playlist_id", &[]),
    own("tags", "select * from tags where user_id = $1 order by folded", &[]),
    own("tag_items", "select * from tag_items where user_id = $1 order by folded, kind, item_id", &[]),
    own(
        "hand_edits",
        "select h.* from hand_edits h join child_playlists c on c.id = h.child_playlist_id where c.user_id = $1 \
         order by h.child_playlist_id, h.uri",
        &[],
    ),
    own(
        "sync_events",
        "select * from sync_events where user_id = $1 order by id",
        &["owner_id", "fence", "lease_until_ms", "progressed_ms", "idempotency_key", "idempotency_hash"],
    ),
    own(
        "sync_event_children",
        "select c.* from sync_event_children c join sync_events e on e.id = c.sync_event_id where e.user_id = $1 \
         order by c.sync_event_id, c.ordinal",
        &[],
    ),
    own("sync_batches", "select * from sync_batches where user_id = $1 order by id", &[]),
    own(
        "sync_batch_items",
        "select i.* from sync_batch_items i join sync_batches b on b.id = i.sync_batch_id where b.user_id = $1 \
         order by i.sync_batch_id, i.ordinal",
        &[],
    ),
    own("webhooks", "select * from webhooks where user_id = $1", &["secret"]),
    own("personal_tokens", "select * from personal_tokens where user_id = $1 order by id", &["hash"]),
];

/// Tables that are not exported, and why.
pub const NOT_EXPORTED: [(&str, &str); 8] = [
    ("sessions", "they let browsers in; the page of sessions lists them"),
    ("webhook_deliveries", "messages on their way, made of the syncs that are exported"),
    ("intents", "what a running sync is about to write; its result is exported"),
    ("playlist_states", "what Spotify said of playlists, kept for the next sync only"),
    ("base_readings", "what Spotify said of a base, kept for the next sync only"),
    ("base_pages", "pages of a stopped sync, kept until it goes on"),
    ("request_counts", "of the whole installation"),
    ("breakers", "of the whole installation"),
];

impl Store {
    /// All rows of a person by table, each as an object of its columns.
    pub async fn export(&self, user: UserId) -> Result<Map<String, Value>, StoreError> {
        // One moment for all tables.
        let mut transaction = self.reader.begin().await?;
        let mut tables = Map::new();
        for one in &EXPORTED {
            let rows = sqlx::query(one.query).bind(user.to_string()).fetch_all(&mut *transaction).await?;
            let rows = rows.iter().map(|row| object(row, one.hidden)).collect::<Result<Vec<_>, _>>()?;
            tables.insert(one.table.to_owned(), Value::Array(rows));
        }
        Ok(tables)
    }

    /// The tables of the main database, for the test that none is forgotten.
    pub async fn list_tables(&self) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like '_sqlx_%'",
        )
        .fetch_all(&self.reader)
        .await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }
}

fn object(row: &SqliteRow, hidden: &[&str]) -> Result<Value, StoreError> {
    let mut object = Map::new();
    for column in row.columns().iter().filter(|column| !hidden.contains(&column.name())) {
        object.insert(column.name().to_owned(), value(row, column.ordinal())?);
    }
    Ok(Value::Object(object))
}

fn value(row: &SqliteRow, at: usize) -> Result<Value, StoreError> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    match raw.type_info().name() {
        "INTEGER" => Ok(row.try_get::<i64, _>(at)?.into()),
        "REAL" => Ok(row.try_get::<f64, _>(at)?.into()),
        "TEXT" => Ok(text(row.try_get(at)?)),
        "BLOB" => unpress(row.try_get::<Vec<u8>, _>(at)?.as_slice()),
        other => Err(StoreError::Unreadable(format!("a column of type {other}"))),
    }
}

/// What is stored as JSON is given as what it is.
fn text(text: String) -> Value {
    let is_json = text.starts_with(['{', '[']);
    serde_json::from_str(&text).ok().filter(|_| is_json).unwrap_or(Value::String(text))
}
