//! What every handler can reach.

use super::config::Config;
use super::import_drafts::ImportDrafts;
use super::instance::Instance;
use super::middleware::limits::Limits;
use super::seal::Sealer;
use super::spotify::client::Spotify;
use super::store::Store;
use super::sync::base_reads::BaseReads;
use super::sync::running::Running;
use super::warming::Warming;
use super::webhooks::deliver::Messenger;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;

/// The door to the built-in simulator, handed in by the demo command: the server does not know what is behind it.
#[derive(Clone)]
pub struct DemoDoor {
    /// Makes an account and gives its name.
    pub create_account: Arc<dyn Fn() -> String + Send + Sync>,
    /// Puts an account back to its beginning.
    pub reset_account: Arc<dyn Fn(&str) + Send + Sync>,
    /// Where browsers authorize, as a path of this server.
    pub authorize_path: &'static str,
}

impl std::fmt::Debug for DemoDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DemoDoor")
    }
}

/// Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub config: Arc<Config>,
    pub store: Store,
    pub spotify: Spotify,
    pub instance: Arc<Instance>,
    pub running: Running,
    pub base_reads: BaseReads,
    pub import_drafts: ImportDrafts,
    pub warming: Warming,
    pub limits: Limits,
    pub sealer: Sealer,
    /// What sends messages to the programs of people.
    pub messenger: Messenger,
    pub leptos: LeptosOptions,
    pub demo: Option<DemoDoor>,
    pub figures: Option<PrometheusHandle>,
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState").finish_non_exhaustive()
    }
}
