//! Log lines: what is said is set by RUST_LOG, how it looks by the configuration.

use crate::server::config::{Config, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts logging for the life of the process.
pub fn start(config: &Config) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (as in tests) keeps the first.
    let _ = match config.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
