//! What the one binary can do.

pub mod backup;
pub mod cache;
pub mod check_config;
pub mod demo;
pub mod docs;
pub mod export;
pub mod import;
pub mod logging;
pub mod owner;
pub mod probe;
pub mod requests;
pub mod rotate_key;
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
    /// Prints the rules of a base playlist, or of one child of it, as a rules file
    Export(export::Options),
    /// Reads a rules file into a base playlist: says what changes, then saves it
    Import(import::Options),
    /// The cache: `stats`
    Cache(cache::Options),
    /// What was asked of Spotify in the last 24 hours, and what it does not answer for now
    Requests(requests::Options),
    /// Makes a backup of the database, also while a server runs, or lists those that are there
    Backup(backup::Options),
    /// Puts a backup in the place of the database, while nothing runs on it
    RestoreBackup(backup::RestoreOptions),
    /// Makes a new secret key and seals everything with it, while nothing runs
    RotateKey(rotate_key::Options),
    /// Records the form of what Spotify really answers, without anything personal, for `simulate --replay`
    Probe(probe::Options),
    /// Prints pages that are made from the code: `configuration`, `fields` or `schema`
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
            Some(Command::Export(options)) => owner::end(export::run(options).await),
            Some(Command::Import(options)) => owner::end(import::run(options).await),
            Some(Command::Cache(options)) => owner::end(cache::run(options).await),
            Some(Command::Requests(options)) => owner::end(requests::run(options).await),
            Some(Command::Backup(options)) => owner::end(backup::run(options).await),
            Some(Command::RestoreBackup(options)) => owner::end(backup::restore(options).await),
            Some(Command::RotateKey(options)) => owner::end(rotate_key::run(options).await),
            Some(Command::Probe(options)) => owner::end(probe::run(options).await),
            Some(Command::Docs { page }) => docs::run(page),
        }
    }
}
