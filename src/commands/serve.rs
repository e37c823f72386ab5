//! `headwater serve`

use super::simulate::ModeOption;
use super::{demo, logging};
use crate::server::config::Config;
use crate::server::figures;
use crate::server::instance::Instance;
use crate::server::middleware::limits::Limits;
use crate::server::secret_key;
use crate::server::spotify::client::Spotify;
use crate::server::state::{AppState, DemoDoor};
use crate::server::store::Store;
use crate::server::webhooks::deliver::Messenger;
use crate::startup;
use axum::Router;
use leptos::config::{Env, LeptosOptions};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Runs the server until it is told to stop.
pub async fn run(config: Config) -> color_eyre::Result<()> {
    if config.spotify_client_id.is_none() {
        eprintln!("SPOTIFY_CLIENT_ID is not set, so this starts the demo with simulated playlists.");
        return demo::run(config, ModeOption::Extended).await;
    }
    logging::start(&config);
    let listener = TcpListener::bind(config.addr).await?;
    let state = state(config, None).await?;
    announce(&state);
    Ok(startup::run(listener, state, Router::new(), stop_signal()).await?)
}

/// Says where to go.
pub fn announce(state: &AppState) {
    println!("Headwater is at {}", state.config.public_url());
}

/// Everything that handlers can reach.
pub async fn state(config: Config, demo: Option<DemoDoor>) -> color_eyre::Result<AppState> {
    std::fs::create_dir_all(&config.data_dir)?;
    // Before the database is touched: somebody may be putting another in its place.
    let instance = Arc::new(Instance::claim(&config.data_dir)?);
    let store = Store::open(&config.database_url(), &config.data_dir).await?;
    let sealer = secret_key::sealer(&config)?;
    let spotify = Spotify::new(&config, store.clone(), sealer.clone())?;
    spotify.load_breakers().await?;
    let leptos = LeptosOptions::builder()
        .output_name("headwater")
        .site_root(config.site_root.to_string_lossy().into_owned())
        .site_pkg_dir(package_dir(&config.site_root))
        .site_addr(config.addr)
        .env(Env::PROD)
        .build();
    Ok(AppState {
        limits: Limits::new(&config),
        sealer,
        messenger: Messenger::new(config.webhook_private_hosts)?,
        figures: config.metrics.then(figures::start).flatten(),
        config: Arc::new(config),
        store,
        spotify,
        instance,
        running: Default::default(),
        base_reads: Default::default(),
        import_drafts: Default::default(),
        warming: Default::default(),
        leptos,
        demo,
    })
}

/// Where the scripts are below `site_root`: the build puts them in a directory of their version, so that a browser
/// never mixes parts of two builds.
fn package_dir(site_root: &Path) -> String {
    match std::fs::read_to_string(site_root.join("pkg/version")) {
        Ok(version) => format!("pkg/{}", version.trim()),
        Err(_) => "pkg".to_owned(),
    }
}

/// Ends at Ctrl-C and SIGTERM.
pub fn stop_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let stop = token.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        stop.cancel();
    });
    token
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
