//! All that changes while the simulator runs.

use super::accounts::grants::Grants;
use super::config::{Mode, SignIn, SimulatorConfig, WithheldGenres};
use super::faults::Faults;
use super::journal::Journal;
use super::limits::Limits;
use super::replay::Replay;
use super::world::World;
use std::sync::Arc;
use std::time::Duration;

pub(super) struct State {
    pub world: World,
    pub grants: Grants,
    pub limits: Limits,
    pub faults: Faults,
    pub latency: Duration,
    pub redirect_uri: String,
    pub client_id: Option<String>,
    pub sign_in: SignIn,
    pub honour_private: bool,
    pub look: Look,
    pub replay: Option<Arc<Replay>>,
}

/// What answers look like.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub mode: Mode,
    pub withheld_genres: WithheldGenres,
    pub twin_keys: bool,
    pub null_images: bool,
    pub public_url: String,
    pub covers_url: Option<String>,
}

impl Look {
    /// What cover links begin with.
    pub fn covers_base(&self) -> &str {
        self.covers_url.as_deref().unwrap_or(&self.public_url)
    }

    pub fn is_extended(&self) -> bool {
        self.mode == Mode::Extended
    }

    /// Whether the old keys `tracks` and `track` are sent.
    pub fn has_old_keys(&self) -> bool {
        self.is_extended() || self.twin_keys
    }
}

impl State {
    pub fn new(config: SimulatorConfig, journal: Journal) -> Self {
        let mut world = World::new(config.catalogue, config.snapshot_lag, journal, config.now);
        world.people(config.users);
        let (rotates, token) = (config.refresh_rotates, config.token_lifetime);
        Self {
            world,
            grants: Grants::new(rotates, token, config.refresh_lifetime, config.code_lifetime),
            limits: Limits::new(config.requests_per_30s, config.quota),
            faults: Faults::new(config.faults),
            latency: config.latency,
            redirect_uri: config.redirect_uri,
            client_id: config.client_id,
            sign_in: config.sign_in,
            honour_private: config.honour_private,
            replay: config.replay.map(Arc::new),
            look: Look {
                mode: config.mode,
                withheld_genres: config.withheld_genres,
                twin_keys: config.twin_keys,
                null_images: config.null_images,
                public_url: config.public_url.trim_end_matches('/').to_owned(),
                covers_url: config.covers_url,
            },
        }
    }
}
