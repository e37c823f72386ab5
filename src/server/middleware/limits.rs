//! How often one address or person may sign in or start a sync.

use crate::error::{AppError, ErrorCode};
use crate::server::config::Config;
use axum::http::HeaderMap;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

/// Keyed by an address or a user id.
#[derive(Debug, Clone)]
pub struct Limits {
    sign_ins: Arc<DefaultKeyedRateLimiter<String>>,
    sync_starts: Arc<DefaultKeyedRateLimiter<String>>,
}

fn limiter(per_minute: u32) -> Arc<DefaultKeyedRateLimiter<String>> {
    Arc::new(RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN))))
}

impl Limits {
    /// From the configuration.
    pub fn new(config: &Config) -> Self {
        Self { sign_ins: limiter(config.sign_ins_per_minute), sync_starts: limiter(config.sync_starts_per_minute) }
    }

    /// Counts a sign-in.
    pub fn sign_in(&self, key: &str) -> Result<(), AppError> {
        pass(&self.sign_ins, key)
    }

    /// Counts an accepted start.
    pub fn sync_start(&self, key: &str) -> Result<(), AppError> {
        pass(&self.sync_starts, key)
    }
}

fn pass(limiter: &DefaultKeyedRateLimiter<String>, key: &str) -> Result<(), AppError> {
    limiter.check_key(&key.to_owned()).map_err(|until| {
        let wait_s = until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
        let mut error = AppError::new(ErrorCode::TooManyRequests, "Too many in one minute. Nothing was changed.")
            .hint(format!("Try again in {wait_s} s."));
        error.retry_after_s = u32::try_from(wait_s).ok();
        error
    })
}

/// The address that a request comes from: the peer's, or the one that a trusted proxy names.
pub fn client_address(config: &Config, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !config.trusted_proxies.contains(&peer) {
        return peer;
    }
    let named = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    // The last address that no trusted proxy wrote for another proxy is the client's.
    let mut addresses = named.into_iter().flat_map(|list| list.rsplit(',')).filter_map(|text| text.trim().parse().ok());
    addresses.find(|address| !config.trusted_proxies.contains(address)).unwrap_or(peer)
}

/// Requests at a time; those that asked to wait do not count.
const IN_FLIGHT_MAX: usize = 256;
static IN_FLIGHT: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(IN_FLIGHT_MAX);

/// Answers 503 at once instead of letting a queue grow.
pub async fn in_flight(request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {
    use axum::response::IntoResponse;
    if request.headers().contains_key("prefer") {
        return next.run(request).await;
    }
    let Ok(_permit) = IN_FLIGHT.try_acquire() else {
        let mut error = AppError::new(ErrorCode::Unavailable, "Too many requests at this moment. Nothing was changed.");
        error.retry_after_s = Some(1);
        return crate::server::problem::Problem(error).into_response();
    };
    next.run(request).await
}
