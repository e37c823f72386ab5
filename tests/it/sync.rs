//! Syncs over real sockets: the right songs, the promised requests, and faults at every kind of request.

mod changes;
mod evaluation;
mod faults;
mod lookups;
mod matrix;
mod real_tracks;
mod resume;
mod sharing;
mod tags;

use super::world::{Browser, World, world};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// First occurrences, in order.
fn once_each<'a>(uris: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    uris.into_iter().filter(|uri| seen.insert(*uri)).cloned().collect()
}

/// Every song but the first ones.
fn after(songs: u32) -> Value {
    json!({"field": "position", "op": "gt", "value": songs})
}

async fn is_free(browser: &Browser, base: &str) -> bool {
    browser.api(Method::GET, &format!("/api/base-playlists/{base}/sync-status"), None).await.1["active"] == false
}
