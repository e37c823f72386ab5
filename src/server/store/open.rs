//! Opening the databases with the settings that durability rests on, and reading them back.

use super::{Store, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

const READERS_MAX: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// In KiB, negative as SQLite wants it: of a connection. The system keeps the file in memory as well.
const PAGE_CACHE_SIZE: &str = "-256";
const JOURNAL_SIZE_LIMIT: &str = "67108864";

impl Store {
    /// Opens (and makes, and migrates) the main database at `url` and `cache.db` in `data_dir`.
    pub async fn open(url: &str, data_dir: &Path) -> Result<Self, StoreError> {
        let main = SqliteConnectOptions::from_str(url)?.create_if_missing(true);
        let writer = pool(main.clone(), SqliteSynchronous::Full, false, 1).await?;
        sqlx::migrate!("migrations/app").run(&writer).await?;
        let reader = pool(main, SqliteSynchronous::Full, true, READERS_MAX).await?;
        let cache = open_cache(&data_dir.join("cache.db")).await?;
        let store = Self { writer, reader, cache };
        store.assert_settings().await?;
        Ok(store)
    }

    /// Durability and integrity are settings of each connection: trust what is read back, not what was asked.
    async fn assert_settings(&self) -> Result<(), StoreError> {
        const FULL: i64 = 2;
        expect(&self.writer, "pragma synchronous", FULL).await?;
        expect(&self.writer, "pragma foreign_keys", 1).await?;
        expect(&self.reader, "pragma query_only", 1).await?;
        expect(&self.cache, "pragma synchronous", 1).await?;
        for pool in [&self.writer, &self.cache] {
            let (mode,): (String,) = sqlx::query_as("pragma journal_mode").fetch_one(pool).await?;
            if mode != "wal" {
                return Err(StoreError::Settings(format!("journal_mode is {mode}, not wal")));
            }
        }
        Ok(())
    }
}

async fn expect(pool: &SqlitePool, pragma: &'static str, wanted: i64) -> Result<(), StoreError> {
    let (found,): (i64,) = sqlx::query_as(pragma).fetch_one(pool).await?;
    if found == wanted { Ok(()) } else { Err(StoreError::Settings(format!("{pragma} is {found}, not {wanted}"))) }
}

async fn pool(
    options: SqliteConnectOptions,
    synchronous: SqliteSynchronous,
    read_only: bool,
    connections_max: u32,
) -> Result<SqlitePool, StoreError> {
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("journal_size_limit", JOURNAL_SIZE_LIMIT)
        .pragma("cache_size", PAGE_CACHE_SIZE)
        .pragma("query_only", if read_only { "1" } else { "0" });
    Ok(SqlitePoolOptions::new().max_connections(connections_max).connect_with(options).await?)
}

/// The cache may be lost: a file that cannot be opened or migrated is thrown away once.
async fn open_cache(path: &Path) -> Result<SqlitePool, StoreError> {
    match try_open_cache(path).await {
        Ok(pool) => Ok(pool),
        Err(error) => {
            tracing::warn!(%error, "the cache database is unusable and is made anew");
            for suffix in ["", "-wal", "-shm"] {
                let mut name = path.as_os_str().to_owned();
                name.push(suffix);
                // Absent files are the normal case here.
                let _ = std::fs::remove_file(name);
            }
            try_open_cache(path).await
        }
    }
}

async fn try_open_cache(path: &Path) -> Result<SqlitePool, StoreError> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let pool = pool(options, SqliteSynchronous::Normal, false, 2).await?;
    sqlx::migrate!("migrations/cache").run(&pool).await?;
    Ok(pool)
}
