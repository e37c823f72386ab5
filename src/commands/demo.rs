//! `headwater demo`: the same server against the built-in simulator.

use super::serve::{announce, state, stop_signal};
use super::{logging, simulate::ModeOption};
use crate::server::config::Config;
use crate::server::state::DemoDoor;
use crate::simulator::config::{JournalLimits, SimulatorConfig};
use crate::simulator::{Simulator, UserName};
use crate::startup;
use axum::Router;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use uuid::Uuid;

/// Where browsers find the simulator: below our own address.
const BELOW: &str = "/demo/spotify";
const AUTHORIZE: &str = "/demo/spotify/authorize";
/// What a request to Spotify takes on a good day.
const LATENCY: Duration = Duration::from_millis(60);
/// The demo has no limit to respect.
const REQUESTS_PER_MINUTE: u32 = 6_000;
const CLIENT_ID: &str = "headwater-demo";

/// A folder that is gone with the process.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // Nothing of value is in it.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs the demo until it is told to stop.
pub async fn run(config: Config, mode: ModeOption) -> color_eyre::Result<()> {
    logging::start(&config);
    let listener = TcpListener::bind(config.addr).await?;
    // With port 0 the system chooses; everything else must know which.
    let addr = listener.local_addr()?;
    let config = Config { addr, ..config };
    let simulator = Simulator::new(SimulatorConfig {
        mode: mode.into(),
        users: 0,
        latency: LATENCY,
        redirect_uri: config.redirect_uri(),
        covers_url: Some(BELOW.into()),
        // The record is for tests; a demo that runs for days must not grow by it.
        journal: JournalLimits { requests: 100, state_uris: 10_000 },
        ..SimulatorConfig::default()
    });
    let inner = simulator.listen("127.0.0.1:0").await?;
    let folder = Temporary(std::env::temp_dir().join(format!("headwater-demo-{}", Uuid::now_v7())));
    let state = state(demo_config(config, &folder.0, &inner.url()), Some(door(&simulator))).await?;
    announce(&state);
    println!("This is the demo: playlists are simulated, and everything is gone when it ends.");
    let more = Router::new().nest(BELOW, simulator.router());
    Ok(startup::run(listener, state, more, stop_signal()).await?)
}

fn demo_config(config: Config, folder: &Path, simulator_url: &str) -> Config {
    Config {
        data_dir: folder.to_owned(),
        database_url: None,
        secret_key: None,
        secret_key_file: None,
        spotify_client_id: Some(CLIENT_ID.into()),
        spotify_client_secret: None,
        spotify_accounts_url: simulator_url.to_owned(),
        spotify_api_url: format!("{simulator_url}/v1"),
        spotify_requests_per_minute: REQUESTS_PER_MINUTE,
        ..config
    }
}

fn door(simulator: &Simulator) -> DemoDoor {
    let (maker, resetter) = (simulator.clone(), simulator.clone());
    let visitors = AtomicU32::new(0);
    DemoDoor {
        create_account: Arc::new(move || {
            let number = visitors.fetch_add(1, Ordering::Relaxed) + 1;
            maker.create_account(&format!("Demo visitor {number}")).to_string()
        }),
        reset_account: Arc::new(move |name| {
            // An account that is gone needs no reset.
            let _ = resetter.reset_account(&UserName::from(name));
        }),
        authorize_path: AUTHORIZE,
    }
}
