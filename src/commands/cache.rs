//! `headwater cache stats`: what the cache holds, without a server.

use super::owner::{DONE, Stop};
use crate::domain::cache::{CacheFigures, CacheLayerFigures};
use crate::server::config::Config;
use crate::server::error::ServerError;
use crate::server::spotify::cache::tiered::Cache;
use crate::server::store::Store;
use clap::{Args, Subcommand};

/// What to do with the cache.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Prints entries, sizes and health of the layer that outlives the server
    Stats {
        /// as JSON, for programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        config: Box<Config>,
    },
}

/// Prints it. Uses are counted by the running server: its page `/cache` and `GET /api/cache` tell them.
pub async fn run(options: Options) -> Result<i32, Stop> {
    let Action::Stats { json, config } = options.action;
    let config = config.without_blanks();
    let store = Store::open(&config.database_url(), &config.data_dir).await.map_err(ServerError::from)?;
    let CacheFigures { kinds: _, layers } = Cache::open(&config, store).figures().await;
    // Memory is this process's own, and empty.
    let Some(layer) = layers.into_iter().next_back() else { return Ok(DONE) };
    if json {
        println!("{}", serde_json::to_string_pretty(&layer).map_err(color_eyre::Report::from)?);
    } else {
        print!("{}", words(&layer));
    }
    Ok(DONE)
}

fn words(layer: &CacheLayerFigures) -> String {
    let mut out = format!("{:<16}{}\n", "layer", layer.layer.name());
    out += &format!("{:<16}{}\n", "healthy", if layer.is_healthy { "yes" } else { "no" });
    if let Some(warning) = &layer.last_warning {
        out += &format!("{:<16}{warning}\n", "last warning");
    }
    for size in layer.sizes.iter().flatten() {
        out += &format!("{:<16}{} entries, {} bytes\n", size.kind.name(), size.entries, size.bytes);
    }
    out
}
