//! What the one binary can do.

pub mod check_config;
pub mod demo;
pub mod docs;
pub mod logging;
pub mod serve;
pub mod simulate;

use clap::{Parser, Subcommand};

/// One base playlist flows by rules into its child playlists.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: crate::server::config::Config,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The server (also without a command); without SPOTIFY_CLIENT_ID it starts as `demo`
    Serve {
        #[command(flatten)]
        config: crate::server::config::Config,
    },
    /// The server against the built-in simulator: nothing to configure
    Demo {
        #[command(flatten)]
        config: crate::server::config::Config,
        /// what the simulated Spotify lets an app do
        #[arg(long, value_enum, default_value = "extended")]
        mode: simulate::ModeOption,
    },
    /// The Spotify simulator alone
    Simulate(simulate::Options),
    /// Reads the configuration, says what is in force, and ends
    CheckConfig {
        #[command(flatten)]
        config: crate::server::config::Config,
    },
    /// Prints pages that are made from the code: `configuration` or `fields`
    Docs {
        /// which page
        page: docs::Page,
    },
}

impl Cli {
    /// Does what was asked.
    pub async fn run(self) -> color_eyre::Result<()> {
        match self.command {
            None => serve::run(self.config.without_blanks()).await,
            Some(Command::Serve { config }) => serve::run(config.without_blanks()).await,
            Some(Command::Demo { config, mode }) => demo::run(config.without_blanks(), mode).await,
            Some(Command::Simulate(options)) => simulate::run(options).await,
            Some(Command::CheckConfig { config }) => check_config::run(&config.without_blanks()),
            Some(Command::Docs { page }) => docs::run(page),
        }
    }
}
