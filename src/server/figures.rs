//! Figures for Prometheus: what is counted, in one list.

use metrics::{counter, describe_counter};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

const SPOTIFY_REQUESTS: &str = "headwater_spotify_requests_total";
const SYNCS: &str = "headwater_syncs_total";
const CACHE_FOUND: &str = "headwater_cache_found_total";
const CACHE_ASKED: &str = "headwater_cache_asked_total";

/// Begins to count; `None` where this process counts already.
pub fn start() -> Option<PrometheusHandle> {
    let handle = PrometheusBuilder::new().install_recorder().ok()?;
    describe_counter!(SPOTIFY_REQUESTS, "Requests sent to the Web API, by status (0: no answer)");
    describe_counter!(SYNCS, "Syncs that ended, by outcome");
    describe_counter!(CACHE_ASKED, "Artists asked of the cache");
    describe_counter!(CACHE_FOUND, "Artists found in the cache");
    Some(handle)
}

/// A request to the Web API was sent.
pub fn spotify_request(status: u16) {
    counter!(SPOTIFY_REQUESTS, "status" => status.to_string()).increment(1);
}

/// A sync ended.
pub fn sync_ended(outcome: &'static str) {
    counter!(SYNCS, "outcome" => outcome).increment(1);
}

/// The cache was asked.
pub fn cache(asked: usize, found: usize) {
    counter!(CACHE_ASKED).increment(asked as u64);
    counter!(CACHE_FOUND).increment(found as u64);
}
