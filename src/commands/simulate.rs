//! `headwater simulate`: the Spotify simulator alone.

use crate::simulator::Simulator;
use crate::simulator::catalogue::Catalogue;
use crate::simulator::config::{Mode, SimulatorConfig};
use crate::simulator::faults::FaultScript;
use crate::simulator::replay::Replay;
use clap::{Args, ValueEnum};
use color_eyre::eyre::WrapErr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What Spotify lets an app do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeOption {
    /// As for an app registered today
    Development,
    /// Extended quota: batch reads and all fields
    Extended,
}

impl From<ModeOption> for Mode {
    fn from(mode: ModeOption) -> Self {
        match mode {
            ModeOption::Development => Self::Development,
            ModeOption::Extended => Self::Extended,
        }
    }
}

/// What it can be told.
#[derive(Debug, Args)]
pub struct Options {
    /// where it listens
    #[arg(long, default_value = "127.0.0.1:4000")]
    addr: SocketAddr,
    /// a catalogue file; without it, an invented one
    #[arg(long)]
    catalogue: Option<PathBuf>,
    /// what Spotify lets an app do
    #[arg(long, value_enum, default_value = "development")]
    mode: ModeOption,
    /// accounts from the start
    #[arg(long, default_value_t = 1)]
    users: usize,
    /// waited before each answer, in milliseconds, as in 80ms
    #[arg(long, default_value = "0ms", value_parser = parse_latency)]
    latency: Duration,
    /// requests allowed in any 30 seconds
    #[arg(long)]
    requests_per_30s: Option<u32>,
    /// a fault script
    #[arg(long)]
    faults: Option<PathBuf>,
    /// what `headwater probe` recorded: answers keep to its keys
    #[arg(long)]
    replay: Option<PathBuf>,
    /// the one registered redirect URI; on 127.0.0.1 any port is accepted
    #[arg(long, default_value = "http://127.0.0.1/auth/callback")]
    redirect_uri: String,
}

fn parse_latency(text: &str) -> Result<Duration, String> {
    let number = text.strip_suffix("ms").unwrap_or(text);
    number.parse().map(Duration::from_millis).map_err(|_| format!("{text:?} is no latency; write 80ms"))
}

fn read(path: &Path) -> color_eyre::Result<String> {
    std::fs::read_to_string(path).wrap_err_with(|| format!("{} cannot be read", path.display()))
}

/// Runs it until the process is stopped.
pub async fn run(options: Options) -> color_eyre::Result<()> {
    let catalogue = match &options.catalogue {
        Some(path) => Catalogue::from_json(&read(path)?).wrap_err("the catalogue cannot be used")?,
        None => Catalogue::built_in(),
    };
    let faults = match &options.faults {
        Some(path) => FaultScript::from_json(&read(path)?).wrap_err("the fault script cannot be used")?,
        None => FaultScript::default(),
    };
    let replay = match &options.replay {
        Some(path) => Some(Replay::from_json(&read(path)?).wrap_err("the recording cannot be used")?),
        None => None,
    };
    let simulator = Simulator::new(SimulatorConfig {
        mode: options.mode.into(),
        catalogue,
        users: options.users,
        latency: options.latency,
        requests_per_30s: options.requests_per_30s,
        faults,
        replay,
        redirect_uri: options.redirect_uri,
        ..SimulatorConfig::default()
    });
    let listening = simulator.listen(options.addr).await?;
    println!("SPOTIFY_ACCOUNTS_URL={}", listening.url());
    println!("SPOTIFY_API_URL={}/v1", listening.url());
    Ok(listening.forever().await?)
}
