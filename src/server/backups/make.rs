//! Making a backup, by itself or when asked.

use super::BackupError;
use super::folder::{self, BackupFile};
use crate::domain::backup::{BackupKind, is_due, outdated};
use crate::server::clock;
use crate::server::state::AppState;
use crate::server::store::{Store, backups};
use std::fs::File;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A start has better things to do first.
const FIRST_LOOK_AFTER: Duration = Duration::from_secs(10);
/// How often the job looks whether one is due.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Makes what is due until told to stop; what was missed while nothing ran is made once.
pub async fn run(state: AppState, stop: CancellationToken) {
    let mut every = tokio::time::interval_at(tokio::time::Instant::now() + FIRST_LOOK_AFTER, LOOK_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => look(&state).await,
        }
    }
}

async fn look(state: &AppState) {
    match make_due(&state.store, &state.config.data_dir, clock::now_ms()).await {
        Ok(made) => metrics::counter!("headwater_backups_total", "result" => "made").increment(made.len() as u64),
        Err(error) => {
            metrics::counter!("headwater_backups_total", "result" => "failed").increment(1);
            tracing::error!(%error, "a backup could not be made; it is tried again within minutes");
        }
    }
}

/// Makes what is due at `now_ms` and removes what it replaces. Of several processes on one directory, one does it.
pub async fn make_due(store: &Store, data_dir: &Path, now_ms: i64) -> Result<Vec<BackupFile>, BackupError> {
    let Some(_turn) = take_turn(data_dir)? else { return Ok(Vec::new()) };
    let mut made = Vec::new();
    for kind in [BackupKind::Daily, BackupKind::Hourly] {
        if is_due(kind, &times(data_dir, kind)?, now_ms) {
            made.push(make_one(store, data_dir, kind, now_ms).await?);
        }
        let gone = outdated(kind, &times(data_dir, kind)?, now_ms);
        for made_ms in gone {
            folder::remove_if_there(&folder::of(data_dir).join(folder::name(kind, made_ms)))?;
        }
    }
    Ok(made)
}

/// Makes one now, because somebody asks.
pub async fn make_now(store: &Store, data_dir: &Path) -> Result<BackupFile, BackupError> {
    folder::make(&folder::of(data_dir))?;
    make_one(store, data_dir, BackupKind::Manual, clock::now_ms()).await
}

fn times(data_dir: &Path, kind: BackupKind) -> Result<Vec<i64>, BackupError> {
    let backups = folder::list(data_dir)?;
    Ok(backups.iter().filter(|backup| backup.kind == kind).map(|backup| backup.made_ms).collect())
}

/// The right to make the backups of this directory, until it is dropped; nothing if another process has it.
fn take_turn(data_dir: &Path) -> Result<Option<File>, BackupError> {
    let path = folder::of(data_dir).join("lock");
    folder::make(&folder::of(data_dir))?;
    let file = File::create(&path).map_err(BackupError::file(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(BackupError::file(&path)(error)),
    }
}

/// Under another name until it is checked and on the disk.
async fn make_one(store: &Store, data_dir: &Path, kind: BackupKind, made_ms: i64) -> Result<BackupFile, BackupError> {
    let folder = folder::of(data_dir);
    let path = folder.join(folder::name(kind, made_ms));
    let part = folder::beside(&path, ".part");
    folder::remove_if_there(&part)?;
    match fill(store, &part).await {
        Ok(()) => std::fs::rename(&part, &path).map_err(BackupError::file(&path))?,
        Err(error) => {
            folder::remove_if_there(&part)?;
            return Err(error);
        }
    }
    folder::sync(&folder)?;
    let bytes = std::fs::metadata(&path).map_err(BackupError::file(&path))?.len();
    Ok(BackupFile { path, kind, made_ms, bytes })
}

async fn fill(store: &Store, part: &Path) -> Result<(), BackupError> {
    folder::create_private(part)?;
    store.copy_into(part).await.map_err(BackupError::NotCopied)?;
    folder::sync(part)?;
    let unusable = |source| BackupError::Unusable { path: part.to_owned(), source };
    backups::check(part).await.map(|_| ()).map_err(unusable)
}
