//! The key that seals tokens: given, read from a file, or made once with access for nobody else.

use super::config::Config;
use super::seal::{SealError, Sealer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;
use std::io::Write;
use std::path::Path;

const KEY_LEN: usize = 32;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("the secret key file {path}: {source}")]
    File { path: String, source: std::io::Error },
}

/// The sealer that the configuration asks for.
pub fn sealer(config: &Config) -> Result<Sealer, KeyError> {
    if let Some(key) = &config.secret_key {
        return Ok(decode(key.expose_secret())?);
    }
    let generated = config.data_dir.join("secret.key");
    let path = config.secret_key_file.as_deref().unwrap_or(&generated);
    let failed = |source| KeyError::File { path: path.display().to_string(), source };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(decode(&text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && config.secret_key_file.is_none() => {
            let key = make()?;
            write_private(path, &STANDARD.encode(key)).map_err(failed)?;
            Ok(Sealer::new(&key)?)
        }
        Err(error) => Err(failed(error)),
    }
}

fn decode(text: &str) -> Result<Sealer, SealError> {
    let key = STANDARD.decode(text.trim()).map_err(|_| SealError::BadKey)?;
    if key.len() == KEY_LEN { Sealer::new(&key) } else { Err(SealError::BadKey) }
}

fn make() -> Result<[u8; KEY_LEN], SealError> {
    let mut key = [0; KEY_LEN];
    getrandom::fill(&mut key).map_err(|_| SealError::NoRandomness)?;
    Ok(key)
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
