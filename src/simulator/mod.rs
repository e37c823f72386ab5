//! A Spotify of our own: accounts service and Web API over HTTP, with state, in both tiers.
//!
//! It shares nothing with the client, so that the two cannot agree on the same mistake.

mod accounts;
mod by_hand;
pub mod catalogue;
pub mod config;
mod covers;
pub mod faults;
mod gate;
mod glob;
mod ids;
pub mod journal;
mod knobs;
mod limits;
mod listen;
pub mod replay;
mod state;
mod urls;
mod web_api;
pub mod world;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use config::SimulatorConfig;
use journal::Journal;
use state::State;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use by_hand::{NotThere, Undated};
pub use knobs::PlaylistView;
pub use listen::Listening;
pub use world::UserName;

/// A running Spotify; clones share their state.
#[derive(Clone)]
pub struct Simulator {
    state: Arc<Mutex<State>>,
    journal: Journal,
}

impl Simulator {
    /// A new Spotify with its accounts and their playlists.
    pub fn new(config: SimulatorConfig) -> Self {
        let journal = Journal::new(config.journal);
        let state = State::new(config, journal.clone());
        Self { state: Arc::new(Mutex::new(state)), journal }
    }

    /// `/authorize`, `/api/token`, `/v1/…` and `/covers/{id}.svg`; may be nested under any prefix.
    pub fn router(&self) -> Router {
        let gated = Router::new()
            .merge(accounts::routes())
            .nest("/v1", web_api::routes())
            .layer(from_fn_with_state(self.clone(), gate::pass));
        gated.route("/covers/{file}", get(covers::cover)).with_state(self.clone())
    }

    /// The record of requests and playlist states.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Never held over a wait.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
