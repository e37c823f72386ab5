//! The keys that seal secrets: given, read from a file, or made once with access for nobody else.
//!
//! A key is 32 bytes in base64, after its number and a colon; without a number it is key 1. Two keys, separated by
//! blanks, are the one that seals and the one before it: so they stand while secrets are sealed anew.

use super::config::Config;
use super::seal::{KEY_LEN, SealError, Sealer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("the secret key file {path}: {source}")]
    File { path: String, source: std::io::Error },
}

/// A key with its number.
#[derive(Clone, PartialEq, Eq)]
pub struct NumberedKey {
    pub id: u8,
    bytes: [u8; KEY_LEN],
}

/// The key that seals, and the one before it.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    pub current: NumberedKey,
    pub previous: Option<NumberedKey>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("current", &self.current.id).finish_non_exhaustive()
    }
}

impl Keys {
    /// Reads what `text` writes.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let mut keys = text.split_whitespace().map(numbered);
        let current = keys.next().ok_or(SealError::BadKey)??;
        let previous = keys.next().transpose()?;
        if keys.next().is_some() || previous.as_ref().is_some_and(|key| key.id == current.id) {
            return Err(SealError::BadKey);
        }
        Ok(Self { current, previous })
    }

    /// As they stand in a file.
    pub fn text(&self) -> String {
        let keys = [Some(&self.current), self.previous.as_ref()];
        let lines = keys.into_iter().flatten().map(|key| format!("{}:{}\n", key.id, STANDARD.encode(key.bytes)));
        lines.collect()
    }

    /// What seals and opens with them.
    pub fn sealer(&self) -> Result<Sealer, SealError> {
        let pair = |key: &'_ NumberedKey| (key.id, key.bytes);
        let (id, bytes) = pair(&self.current);
        let previous = self.previous.as_ref().map(pair);
        Sealer::with((id, &bytes), previous.as_ref().map(|(id, bytes)| (*id, bytes.as_slice())))
    }

    /// A new key before the one that seals now.
    pub fn rotated(&self) -> Result<Self, SealError> {
        let id = if self.current.id == u8::MAX { 1 } else { self.current.id + 1 };
        Ok(Self { current: NumberedKey { id, bytes: make()? }, previous: Some(self.current.clone()) })
    }
}

fn numbered(text: &str) -> Result<NumberedKey, SealError> {
    let (id, key) = text.split_once(':').unwrap_or(("1", text));
    let id = id.parse().ok().filter(|id| *id > 0).ok_or(SealError::BadKey)?;
    let bytes = STANDARD.decode(key).map_err(|_| SealError::BadKey)?;
    Ok(NumberedKey { id, bytes: bytes.try_into().map_err(|_| SealError::BadKey)? })
}

fn make() -> Result<[u8; KEY_LEN], SealError> {
    let mut key = [0; KEY_LEN];
    getrandom::fill(&mut key).map_err(|_| SealError::NoRandomness)?;
    Ok(key)
}

/// The file that holds the keys; `None` where they are given by the environment.
pub fn file(config: &Config) -> Option<PathBuf> {
    if config.secret_key.is_some() {
        return None;
    }
    Some(config.secret_key_file.clone().unwrap_or_else(|| config.data_dir.join("secret.key")))
}

/// The keys that the configuration asks for; made if they are nobody's.
pub fn keys(config: &Config) -> Result<Keys, KeyError> {
    if let Some(key) = &config.secret_key {
        return Ok(Keys::parse(key.expose_secret())?);
    }
    let Some(path) = file(config) else { return Err(SealError::BadKey.into()) };
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Keys::parse(&text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && config.secret_key_file.is_none() => {
            let keys = Keys { current: NumberedKey { id: 1, bytes: make()? }, previous: None };
            write_private(&path, &keys.text()).map_err(|source| failed(&path, source))?;
            Ok(keys)
        }
        Err(error) => Err(failed(&path, error)),
    }
}

/// The sealer that the configuration asks for.
pub fn sealer(config: &Config) -> Result<Sealer, KeyError> {
    Ok(keys(config)?.sealer()?)
}

/// Puts keys in the place of those in a file, at once or not at all.
pub fn replace(path: &Path, keys: &Keys) -> Result<(), KeyError> {
    let part = path.with_extension("part");
    let write = || {
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        write_private(&part, &keys.text())?;
        std::fs::rename(&part, path)
    };
    write().map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: std::io::Error) -> KeyError {
    KeyError::File { path: path.display().to_string(), source }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        let plain = STANDARD.encode([7; 32]);
        let one = Keys::parse(&plain).unwrap();
        assert_eq!((one.current.id, one.previous.is_none()), (1, true));
        let two = one.rotated().unwrap();
        assert_eq!((two.current.id, two.previous.as_ref().map(|key| key.id)), (2, Some(1)));
        assert!(Keys::parse(&two.text()).unwrap() == two);
        assert_eq!(format!("{two:?}"), "Keys { current: 2, .. }");
        let last = Keys { current: NumberedKey { id: 255, bytes: [1; 32] }, previous: None };
        assert_eq!(last.rotated().unwrap().current.id, 1);
        for bad in ["", "short", "0:AAAA", &format!("{plain} {plain}"), &format!("1:{plain} 2:{plain} 3:{plain}")] {
            assert!(Keys::parse(bad).is_err(), "{bad}");
        }
    }
}
