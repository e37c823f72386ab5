//! The HTTP contract: what a running sync locks, how a sign-in begins and ends, and what is refused with nothing stored.

mod access;
mod bad_bodies;
mod locks;
mod rules_files;
mod sign_in;
mod time_zone;

use super::world::{Browser, World, world};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

const ABSENT: &str = "01900000-0000-7000-8000-000000000000";

/// A filter that takes every song.
fn everything() -> Value {
    json!({"schema_version": 1, "rules": [], "everything": true})
}

/// A base of 60 songs with one child.
async fn with_child() -> (World, String, String) {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let short = json!({"field": "duration", "op": "lte", "value": 200_000});
    let (child, _) = world.browser.child(&base, "Short", short).await;
    (world, base, child)
}

/// Rows of every table of `app.db` that hold something, beside the record of migrations.
async fn row_counts(world: &World) -> Vec<(String, i64)> {
    let file = SqliteConnectOptions::new().filename(world.dir.path().join("app.db")).read_only(true);
    let pool = SqlitePool::connect_with(file).await.unwrap();
    let list = "select name from sqlite_master where type = 'table' and name not like '\\_%' escape '\\' order by name";
    let tables: Vec<String> = sqlx::query_scalar(list).fetch_all(&pool).await.unwrap();
    assert!(tables.len() >= 8, "{tables:?}");
    let mut counts = Vec::new();
    for table in tables {
        let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let rows: i64 = sqlx::query_scalar(count).fetch_one(&pool).await.unwrap();
        if rows > 0 {
            counts.push((table, rows));
        }
    }
    counts
}
