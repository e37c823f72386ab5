//! The folder of backups: names that say kind and time, and files that nobody else may read.

use super::BackupError;
use crate::domain::backup::BackupKind;
use crate::server::clock;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

/// One finished backup.
#[derive(Debug, Clone)]
pub struct BackupFile {
    pub path: PathBuf,
    pub kind: BackupKind,
    /// When it was made, in milliseconds since 1970.
    pub made_ms: i64,
    pub bytes: u64,
}

/// Where backups are kept.
pub fn of(data_dir: &Path) -> PathBuf {
    data_dir.join("backups")
}

/// All finished backups, newest first; an absent folder holds none. Files with other names are not ours.
pub fn list(data_dir: &Path) -> Result<Vec<BackupFile>, BackupError> {
    let folder = of(data_dir);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(BackupError::file(&folder)(error)),
    };
    let mut found: Vec<BackupFile> = entries.flatten().filter_map(|entry| read(&entry)).collect();
    found.sort_by_key(|backup| std::cmp::Reverse((backup.made_ms, backup.kind)));
    Ok(found)
}

fn read(entry: &std::fs::DirEntry) -> Option<BackupFile> {
    let (kind, made_ms) = parse(&entry.file_name().to_string_lossy())?;
    Some(BackupFile { path: entry.path(), kind, made_ms, bytes: entry.metadata().ok()?.len() })
}

/// As `app-hourly-2026-11-22T00-00-00.123Z.db`: no colons, which some file systems refuse.
pub fn name(kind: BackupKind, made_ms: i64) -> String {
    format!("app-{}-{}.db", kind.name(), clock::text_of(made_ms).replace(':', "-"))
}

fn parse(name: &str) -> Option<(BackupKind, i64)> {
    let (kind, time) = name.strip_prefix("app-")?.strip_suffix(".db")?.split_once('-')?;
    let kind = BackupKind::ALL.into_iter().find(|known| known.name() == kind)?;
    let (date, hours) = time.split_once('T')?;
    Some((kind, clock::parse_ms(&format!("{date}T{}", hours.replace('-', ":")))?))
}

/// Makes the folder, for its owner alone.
pub fn make(folder: &Path) -> Result<(), BackupError> {
    std::fs::create_dir_all(folder).map_err(BackupError::file(folder))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(BackupError::file(folder))?;
    }
    Ok(())
}

/// An empty new file that its owner alone may read.
pub fn create_private(path: &Path) -> Result<File, BackupError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(BackupError::file(path))
}

/// Copies to a new private file and waits until the disk has it.
pub fn copy_private(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut source = File::open(from).map_err(BackupError::file(from))?;
    let mut target = create_private(to)?;
    std::io::copy(&mut source, &mut target).map_err(BackupError::file(to))?;
    target.sync_all().map_err(BackupError::file(to))
}

/// Waits until the disk has a file, or the names in a folder.
pub fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(BackupError::file(path))
}

/// Removes a file that may be absent.
pub fn remove_if_there(path: &Path) -> Result<(), BackupError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(BackupError::file(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The same name with an ending, as SQLite names what belongs to a database.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_kind_and_time() {
        for kind in BackupKind::ALL {
            assert_eq!(parse(&name(kind, 1_795_305_600_123)), Some((kind, 1_795_305_600_123)));
        }
        for other in ["app.db", "app-hourly-.db", "app-hourly-2026-11-22T00-00-00.123Z.db.part", "app-weekly-2026.db"] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
