//! Figures for Prometheus: what is counted, in one list.

use metrics::{counter, describe_counter};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

const SPOTIFY_REQUESTS: &str = "headwater_spotify_requests_total";
const SYNCS: &str = "headwater_syncs_total";
const CACHE_HITS: &str = "headwater_cache_hits_total";
const CACHE_MISSES: &str = "headwater_cache_misses_total";
const CACHE_REFRESHES: &str = "headwater_cache_refreshes_total";
const CACHE_AGE: &str = "headwater_cache_age_at_hit_milliseconds_total";
const CACHE_AVOIDED: &str = "headwater_cache_requests_avoided_total";
const CACHE_WARNINGS: &str = "headwater_cache_warnings_total";

/// Begins to count; `None` where this process counts already.
pub fn start() -> Option<PrometheusHandle> {
    let handle = PrometheusBuilder::new().install_recorder().ok()?;
    describe_counter!(SPOTIFY_REQUESTS, "Requests sent to the Web API, by status (0: no answer)");
    describe_counter!(SYNCS, "Syncs that ended, by outcome");
    describe_counter!(CACHE_HITS, "Ids found in the cache, by kind");
    describe_counter!(CACHE_MISSES, "Ids not found in the cache, by kind");
    describe_counter!(CACHE_REFRESHES, "Values written over ones that were still held, by kind");
    describe_counter!(CACHE_AGE, "Ages of hits added up, by kind; divided by hits it is the mean age");
    describe_counter!(CACHE_AVOIDED, "Requests that hits made needless, by kind");
    describe_counter!(CACHE_WARNINGS, "Failures and unreadable entries, by layer");
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

/// An id was found in the cache.
pub fn cache_hit(kind: &'static str, age_ms: u64) {
    counter!(CACHE_HITS, "kind" => kind).increment(1);
    counter!(CACHE_AGE, "kind" => kind).increment(age_ms);
}

/// An id was not found in the cache.
pub fn cache_miss(kind: &'static str) {
    counter!(CACHE_MISSES, "kind" => kind).increment(1);
}

/// A value was written over one that was still held.
pub fn cache_refresh(kind: &'static str) {
    counter!(CACHE_REFRESHES, "kind" => kind).increment(1);
}

/// Requests were not sent.
pub fn cache_avoided(kind: &'static str, requests: u64) {
    counter!(CACHE_AVOIDED, "kind" => kind).increment(requests);
}

/// A layer failed, or held what could not be read.
pub fn cache_warning(layer: &'static str, count: u64) {
    counter!(CACHE_WARNINGS, "layer" => layer).increment(count);
}
