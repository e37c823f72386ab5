//! Backups of the main database: files of their own below the data directory, checked before they get their names.

pub mod folder;
pub mod make;
pub mod restore;

use super::store::StoreError;
use std::path::{Path, PathBuf};

/// Why a backup was not made or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{path} cannot be used: {source}")]
    Unusable { path: PathBuf, source: StoreError },
    #[error("the database could not be copied: {0}")]
    NotCopied(StoreError),
    #[error("a server or command works with {0}; stop it first")]
    InUse(PathBuf),
    #[error("{0} has changes beside it that are not in it (-wal); copy it with `headwater backup now` instead")]
    HasWal(PathBuf),
}

impl BackupError {
    fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
