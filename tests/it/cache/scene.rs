//! A base whose children ask for genres, so that every sync needs artists.

use super::super::world::{World, world_from};
use headwater::domain::cache::{CacheFigures, CacheKindFigures, CacheLayerFigures};
use headwater::simulator::config::{Mode, SimulatorConfig, WithheldGenres};
use serde_json::json;
use tokio::runtime::Handle;

const BASE: &str = "Kitchen Radio";

/// A world with a cache of its own.
pub struct Scene {
    pub world: World,
    base: String,
    children: Vec<String>,
}

/// What two syncs came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub held: Vec<Vec<String>>,
}

impl Scene {
    /// Memory holds nothing, so that everything goes through the second layer.
    pub async fn new(redis_url: Option<String>) -> Self {
        Self::with_memory(redis_url, 0).await
    }

    /// The same with so many megabytes of memory.
    pub async fn with_memory(redis_url: Option<String>, memory_mb: u32) -> Self {
        let spotify = SimulatorConfig {
            mode: Mode::Development,
            withheld_genres: WithheldGenres::Never,
            ..SimulatorConfig::default()
        };
        let world = world_from(spotify, &Handle::current(), |config| {
            config.redis_url = redis_url.map(Into::into);
            config.cache_memory_mb = memory_mb;
        })
        .await;
        let base = world.browser.link(&world.playlist(BASE)).await;
        Self { world, base, children: Vec::new() }
    }

    /// Adds a child with a rule for a genre and syncs; gives how many requests for artists were sent.
    pub async fn sync_with_another_child(&mut self) -> usize {
        let name = format!("Child {}", self.children.len());
        let rule = json!({"field": "genre", "op": "is_present"});
        self.children.push(self.world.browser.child(&self.base, &name, rule).await.1);
        self.world.simulator.journal().clear();
        let run = self.world.browser.sync(&self.base).await;
        assert_eq!(run["status"], "completed", "{run}");
        let requests = self.world.simulator.journal().requests();
        requests.iter().filter(|request| request.method == "GET" && request.path.contains("/artists")).count()
    }

    pub fn outcome(&self) -> Outcome {
        Outcome { held: self.children.iter().map(|child| self.world.held(child)).collect() }
    }

    pub async fn figures(&self) -> CacheFigures {
        self.world.app.spotify.cache().figures().await
    }

    pub async fn artists(&self) -> CacheKindFigures {
        self.figures().await.kinds[1]
    }

    /// The layer behind memory.
    pub async fn second(&self) -> CacheLayerFigures {
        self.figures().await.layers.remove(1)
    }
}
