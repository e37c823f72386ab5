//! Backups of the main database below `<data dir>/backups`: made by itself, on request, and put back.

use crate::domain::backups::{Backup, BackupKind, due, expired};
use crate::server::clock;
use crate::server::instance::Alone;
use crate::server::store::Store;
use crate::server::store::StoreError;
use crate::server::store::backups::check_copy;
use std::io;
use std::path::{Path, PathBuf};

/// No copy takes longer.
const UNFINISHED_AFTER_MS: i64 = 3_600_000;

/// What went wrong with a backup, and what was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("the folder of backups cannot be used: {0}")]
    Folder(#[from] io::Error),
    #[error("the database could not be copied: {0}")]
    Store(#[from] StoreError),
    /// Nothing was replaced.
    #[error("this backup cannot be used: {0}")]
    Faulty(String),
    /// Nothing was replaced.
    #[error("a server or command is running on this data directory: stop it first")]
    InUse,
}

/// Where backups of a data directory are.
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("backups")
}

/// The backups that are there, newest first.
pub fn list(data_dir: &Path) -> io::Result<Vec<Backup>> {
    let entries = match std::fs::read_dir(folder(data_dir)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut found = Vec::new();
    for entry in entries {
        found.extend(Backup::of_file_name(&entry?.file_name().to_string_lossy()));
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    Ok(found)
}

/// Makes one backup, checks it, and only then gives it its name; gives its path.
pub async fn make(store: &Store, data_dir: &Path, kind: BackupKind) -> Result<PathBuf, BackupError> {
    let folder = folder(data_dir);
    std::fs::create_dir_all(&folder)?;
    let name = Backup { at_ms: clock::now_ms(), kind }.file_name();
    let part = folder.join(format!("{name}.part"));
    let done = finish(store, &part, &folder.join(&name)).await;
    if done.is_err() {
        remove_if_there(&part)?;
    }
    done
}

async fn finish(store: &Store, part: &Path, file: &Path) -> Result<PathBuf, BackupError> {
    store.copy_into(part).await?;
    only_for_owner(part)?;
    if let Some(fault) = check_copy(part).await? {
        return Err(BackupError::Faulty(fault));
    }
    std::fs::File::open(part)?.sync_all()?;
    std::fs::rename(part, file)?;
    Ok(file.to_owned())
}

/// Makes what is due, and removes what has been kept long enough.
pub async fn make_due(store: &Store, data_dir: &Path) -> Result<(), BackupError> {
    for kind in due(&list(data_dir)?, clock::now_ms()) {
        let file = make(store, data_dir, kind).await?;
        tracing::debug!(file = %file.display(), "a backup was made");
    }
    for old in expired(&list(data_dir)?, clock::now_ms()) {
        remove_if_there(&folder(data_dir).join(old.file_name()))?;
    }
    Ok(remove_unfinished(data_dir)?)
}

/// Removes copies that nobody finishes any more: their process was killed.
fn remove_unfinished(data_dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder(data_dir))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let begun = name.strip_suffix(".part").and_then(Backup::of_file_name);
        if begun.is_some_and(|backup| backup.at_ms + UNFINISHED_AFTER_MS < clock::now_ms()) {
            remove_if_there(&entry.path())?;
        }
    }
    Ok(())
}

/// Puts a backup in the place of the database at `database`, while nobody uses the data directory. Gives where the
/// replaced database is now, if there was one.
pub async fn put_back(file: &Path, database: &Path, data_dir: &Path) -> Result<Option<PathBuf>, BackupError> {
    let _alone = Alone::claim(data_dir)?.ok_or(BackupError::InUse)?;
    if let Some(fault) = check_copy(file).await? {
        return Err(BackupError::Faulty(fault));
    }
    let part = with_suffix(database, ".part");
    std::fs::copy(file, &part)?;
    only_for_owner(&part)?;
    std::fs::File::open(&part)?.sync_all()?;
    let replaced = with_suffix(database, &format!(".replaced-{}", clock::now_ms()));
    // Copied and not moved: whoever is killed here leaves a database in its place, and never an empty one.
    let mut was_there = false;
    for suffix in ["", "-wal", "-shm"] {
        match std::fs::copy(with_suffix(database, suffix), with_suffix(&replaced, suffix)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => {
                other?;
                was_there |= suffix.is_empty();
            }
        }
    }
    // A journal of another database would be played into this one.
    for suffix in ["-wal", "-shm"] {
        remove_if_there(&with_suffix(database, suffix))?;
    }
    std::fs::rename(&part, database)?;
    Ok(was_there.then_some(replaced))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn remove_if_there(file: &Path) -> io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// It holds what the database holds, sealed tokens among it.
#[cfg(unix)]
fn only_for_owner(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn only_for_owner(_file: &Path) -> io::Result<()> {
    Ok(())
}
