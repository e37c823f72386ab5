//! Proof of life: an OS file lock that the kernel frees on any death of the process.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// This process, for as long as it lives.
#[derive(Debug)]
pub struct Instance {
    id: String,
    folder: PathBuf,
    // Held, not read: dropping them frees the locks.
    _lock: File,
    _in_use: File,
}

/// The data directory for one command alone: while it is held, no server starts.
#[derive(Debug)]
pub struct Alone {
    _in_use: File,
}

impl Alone {
    /// Takes it; `None` while something uses the data directory.
    pub fn claim(data_dir: &Path) -> std::io::Result<Option<Self>> {
        let in_use = open_in_use(data_dir)?;
        match in_use.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Earlier versions hold the lock of their instance only.
        let is_free = !has_living(&data_dir.join("instances"))?;
        Ok(is_free.then_some(Self { _in_use: in_use }))
    }
}

fn open_in_use(data_dir: &Path) -> std::io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(data_dir.join("use.lock"))
}

/// Whether a process holds a lock of an instance.
fn has_living(folder: &Path) -> std::io::Result<bool> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        other => other?,
    };
    for entry in entries {
        // A file that is gone again belonged to a process that has ended.
        let Ok(lock) = File::open(entry?.path()) else { continue };
        if lock.try_lock().is_err() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Instance {
    /// Takes a lock of its own below `data_dir/instances`.
    pub fn claim(data_dir: &Path) -> std::io::Result<Self> {
        let folder = data_dir.join("instances");
        std::fs::create_dir_all(&folder)?;
        let in_use = open_in_use(data_dir)?;
        in_use.try_lock_shared().map_err(|_| {
            let words = "a backup is being put back, or the key is being changed; start again when that has ended";
            std::io::Error::new(std::io::ErrorKind::WouldBlock, words)
        })?;
        let id = Uuid::now_v7().to_string();
        let lock = File::create(lock_path(&folder, &id))?;
        // Another process may look at the file for a moment: wait for it.
        lock.lock()?;
        Ok(Self { id, folder, _lock: lock, _in_use: in_use })
    }

    /// How this process names itself in the events that it runs.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the process of that name is dead: its lock can be taken, or its file is gone.
    pub fn is_dead(&self, id: &str) -> bool {
        if id == self.id || Uuid::try_parse(id).is_err() {
            return false;
        }
        let path = lock_path(&self.folder, id);
        match File::open(&path) {
            Ok(file) => file.try_lock().is_ok(),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        }
    }

    /// Removes the files of the dead, once nothing refers to them any more.
    pub fn sweep(&self, still_named: &[String]) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(id) = name.strip_suffix(".lock") else { continue };
            if is_settled(&entry) && !still_named.iter().any(|named| named == id) && self.is_dead(id) {
                // Another process may sweep at the same moment.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(lock_path(&self.folder, &self.id));
    }
}

/// A file that was just made may belong to a process that has not locked it yet.
fn is_settled(entry: &std::fs::DirEntry) -> bool {
    const SETTLED_AFTER: std::time::Duration = std::time::Duration::from_secs(60);
    let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|made| made.elapsed());
    matches!(age, Ok(Ok(age)) if age > SETTLED_AFTER)
}

fn lock_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_alone_lets_nobody_in() {
        let folder = tempfile::tempdir().unwrap();
        let me = Instance::claim(folder.path()).unwrap();
        assert!(Alone::claim(folder.path()).unwrap().is_none());
        drop(me);
        let alone = Alone::claim(folder.path()).unwrap().unwrap();
        assert!(Alone::claim(folder.path()).unwrap().is_none());
        assert!(Instance::claim(folder.path()).is_err());
        drop(alone);
        let (one, other) = (Instance::claim(folder.path()), Instance::claim(folder.path()));
        assert!(one.is_ok() && other.is_ok());
    }

    #[test]
    fn the_living_are_not_dead_and_the_gone_are() {
        let folder = tempfile::tempdir().unwrap();
        let me = Instance::claim(folder.path()).unwrap();
        let other = Instance::claim(folder.path()).unwrap();
        let name = other.id().to_owned();
        assert!(!me.is_dead(me.id()));
        assert!(!me.is_dead(&name));
        drop(other);
        assert!(me.is_dead(&name));
    }
}
