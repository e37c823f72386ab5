//! Putting a backup in the place of the database.

use super::{BackupError, folder};
use crate::domain::backup::BackupKind;
use crate::server::instance;
use crate::server::store::backups::{self, CheckedCopy};
use crate::server::{clock, config::Config};
use std::path::{Path, PathBuf};

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    pub copy: CheckedCopy,
    /// Where the database went that was there before; absent if there was none.
    pub replaced: Option<PathBuf>,
}

/// Restores `from`, after a check, and keeps what it replaces. Refused while anything works with the data directory.
/// Killed at any moment it leaves the old database, or the new one, and a rerun finishes.
pub async fn restore(config: &Config, from: &Path) -> Result<Restored, BackupError> {
    std::fs::create_dir_all(&config.data_dir).map_err(BackupError::file(&config.data_dir))?;
    let _alone = instance::claim_alone(&config.data_dir)
        .map_err(BackupError::file(&config.data_dir))?
        .ok_or_else(|| BackupError::InUse(config.data_dir.clone()))?;
    let database = backups::file_of(&config.database_url()).map_err(BackupError::NotCopied)?;
    if std::fs::metadata(folder::beside(from, "-wal")).is_ok_and(|wal| wal.len() > 0) {
        return Err(BackupError::HasWal(from.to_owned()));
    }
    let part = folder::beside(&database, ".restoring");
    folder::remove_if_there(&part)?;
    folder::copy_private(from, &part)?;
    let copy = match backups::check(&part).await {
        Ok(copy) => copy,
        Err(source) => {
            folder::remove_if_there(&part)?;
            return Err(BackupError::Unusable { path: from.to_owned(), source });
        }
    };
    let replaced = keep(&config.data_dir, &database)?;
    // What is beside the old database must never be taken for a part of the new one.
    for ending in ["-wal", "-shm"] {
        folder::remove_if_there(&folder::beside(&database, ending))?;
    }
    std::fs::rename(&part, &database).map_err(BackupError::file(&database))?;
    if let Some(parent) = database.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        folder::sync(parent)?;
    }
    Ok(Restored { copy, replaced })
}

/// A copy of the database as it is, good or not, with the changes that SQLite keeps beside it.
fn keep(data_dir: &Path, database: &Path) -> Result<Option<PathBuf>, BackupError> {
    if !database.exists() {
        return Ok(None);
    }
    let folder = folder::of(data_dir);
    folder::make(&folder)?;
    let kept = folder.join(folder::name(BackupKind::Replaced, clock::now_ms()));
    let wal = folder::beside(database, "-wal");
    if wal.exists() {
        folder::copy_private(&wal, &folder::beside(&kept, "-wal"))?;
    }
    folder::copy_private(database, &kept)?;
    folder::sync(&folder)?;
    Ok(Some(kept))
}
