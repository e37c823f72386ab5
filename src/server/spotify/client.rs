//! One request to the Web API: gate, token, counting, and what its answer means.

use super::breakers::Breakers;
use super::cache::artists::ArtistFlights;
use super::cache::tiered::Cache;
use super::counts::RequestCounts;
use super::error::{SpotifyError, transport};
use super::gate::{Gate, Lane};
use super::oauth::Accounts;
use crate::domain::ids::{BasePlaylistId, UserId};
use crate::domain::requests::EndpointGroup;
use crate::server::config::Config;
use crate::server::figures;
use crate::server::seal::Sealer;
use crate::server::store::Store;
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const HEADERS_TIMEOUT: Duration = Duration::from_secs(8);
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
const BODY_LEN_MAX: usize = 4 * 1024 * 1024;
const MESSAGE_LEN_MAX: usize = 200;

/// The client: cheap to clone, one per process.
#[derive(Debug, Clone)]
pub struct Spotify {
    pub(super) http: reqwest::Client,
    pub(super) api_url: String,
    pub(super) accounts: Arc<Accounts>,
    pub(super) gate: Gate,
    pub(super) breakers: Arc<Breakers>,
    /// Of the app at Spotify; empty where there is none.
    pub(super) client_id: String,
    pub(super) counts: Arc<RequestCounts>,
    pub(super) store: Store,
    pub(super) sealer: Sealer,
    pub(super) refreshes: Arc<Mutex<HashMap<UserId, Arc<tokio::sync::Mutex<()>>>>>,
    pub(super) cache: Cache,
    pub(super) artist_flights: Arc<ArtistFlights>,
    pub(super) longest_pause: Duration,
    /// How many of the keys that songs may stand under were seen not to be there.
    pub(super) keys_failed: Arc<AtomicUsize>,
}

/// For whom a request is sent, and the count of requests really sent.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user: UserId,
    /// The base whose sync this is; none for what a person waits for.
    pub base: Option<BasePlaylistId>,
    pub sent: Arc<AtomicU32>,
}

impl Caller {
    /// A caller with a count of its own.
    pub fn new(user: UserId) -> Self {
        Self { user, base: None, sent: Arc::default() }
    }

    /// The same for a sync of this base.
    pub fn of_sync(user: UserId, base: BasePlaylistId) -> Self {
        Self { base: Some(base), ..Self::new(user) }
    }

    /// Where it waits at the gate.
    pub(super) const fn lane(&self) -> Lane {
        Lane { user: Some(self.user), base: self.base }
    }

    /// Requests sent so far.
    pub fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// A request before it is sent. `path` begins with a slash and carries no user input but checked ids.
#[derive(Debug, Clone)]
pub(super) struct ApiRequest {
    pub method: Method,
    pub path: String,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<serde_json::Value>,
}

impl ApiRequest {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), query: Vec::new(), body: None }
    }
    pub fn with_body(method: Method, path: impl Into<String>, body: serde_json::Value) -> Self {
        Self { method, path: path.into(), query: Vec::new(), body: Some(body) }
    }
    pub fn group(&self) -> EndpointGroup {
        EndpointGroup::of(self.method.as_str(), &self.path)
    }
    pub fn query(mut self, key: &'static str, value: impl ToString) -> Self {
        self.query.push((key, value.to_string()));
        self
    }
}

impl Spotify {
    /// From the configuration. Fails only where TLS cannot be set up.
    pub fn new(config: &Config, store: Store, sealer: Sealer) -> Result<Self, reqwest::Error> {
        // The HTTP client brings no TLS provider of its own; a second installation is no fault.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(BODY_TIMEOUT)
            // A redirect of the Web API is never expected, and would carry the token elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("headwater/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            accounts: Arc::new(Accounts::new(config)),
            http,
            api_url: config.spotify_api_url.trim_end_matches('/').to_owned(),
            gate: gate(config),
            breakers: Arc::default(),
            client_id: config.spotify_client_id.clone().unwrap_or_default(),
            counts: Arc::default(),
            cache: Cache::open(config, store.clone()),
            store,
            sealer,
            refreshes: Arc::default(),
            artist_flights: Arc::default(),
            longest_pause: config.max_rate_limit_wait,
            keys_failed: Arc::default(),
        })
    }

    /// What is kept between requests.
    pub const fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Sends a request and reads its JSON.
    pub(super) async fn send<T: DeserializeOwned>(
        &self,
        caller: &Caller,
        request: &ApiRequest,
    ) -> Result<T, SpotifyError> {
        let body = self.send_raw(caller, request).await?;
        serde_json::from_slice(&body).map_err(|error| SpotifyError::Malformed(error.to_string()))
    }

    /// Sends a request; on 401 the token is refreshed once and the request repeated once.
    pub(super) async fn send_raw(&self, caller: &Caller, request: &ApiRequest) -> Result<Vec<u8>, SpotifyError> {
        let token = self.access_token(caller.user).await?;
        let (status, body, retry_after) = self.attempt(caller, request, token.expose_secret()).await?;
        if status != StatusCode::UNAUTHORIZED {
            return self.read_status(request.group(), status, body, retry_after).await;
        }
        let token = self.refreshed_token(caller.user, &token).await?;
        let (status, body, retry_after) = self.attempt(caller, request, token.expose_secret()).await?;
        if status == StatusCode::UNAUTHORIZED {
            self.store
                .mark_reconnect_needed(caller.user)
                .await
                .map_err(|error| SpotifyError::Tokens(error.to_string()))?;
            return Err(SpotifyError::ReconnectNeeded);
        }
        self.read_status(request.group(), status, body, retry_after).await
    }

    async fn attempt(
        &self,
        caller: &Caller,
        request: &ApiRequest,
        token: &str,
    ) -> Result<(StatusCode, Vec<u8>, Option<u64>), SpotifyError> {
        self.pass(caller.lane(), request.group()).await?;
        caller.sent.fetch_add(1, Ordering::Relaxed);
        let mut builder = self
            .http
            .request(request.method.clone(), format!("{}{}", self.api_url, request.path))
            .bearer_auth(token)
            .query(&request.query);
        if let Some(body) = &request.body {
            builder = builder.json(body);
        }
        let response = match tokio::time::timeout(HEADERS_TIMEOUT, builder.send()).await {
            Ok(sent) => sent.map_err(|error| transport(&error)),
            Err(_) => Err(SpotifyError::Transport("no answer in time")),
        };
        figures::spotify_request(response.as_ref().map_or(0, |response| response.status().as_u16()));
        let response = response?;
        let status = response.status();
        let retry_after =
            response.headers().get("retry-after").and_then(|v| v.to_str().ok()).and_then(|v| v.trim().parse().ok());
        let body = tokio::time::timeout(BODY_TIMEOUT, read_body(response))
            .await
            .map_err(|_| SpotifyError::Transport("the answer did not end in time"))??;
        Ok((status, body, retry_after))
    }

    async fn read_status(
        &self,
        group: EndpointGroup,
        status: StatusCode,
        body: Vec<u8>,
        retry_after_s: Option<u64>,
    ) -> Result<Vec<u8>, SpotifyError> {
        match status.as_u16() {
            200..=299 => Ok(body),
            429 => {
                let quota = reason_of(&body).as_deref() == Some("QUOTA_EXCEEDED");
                self.refused(group, retry_after_s, quota).await;
                Err(SpotifyError::RateLimited { retry_after_s, quota })
            }
            403 => Err(SpotifyError::Forbidden { message: message_of(&body) }),
            404 => Err(SpotifyError::NotFound),
            400..=499 => Err(SpotifyError::Rejected { status: status.as_u16(), message: message_of(&body) }),
            500..=599 => Err(SpotifyError::Server { status: status.as_u16() }),
            other => Err(SpotifyError::Malformed(format!("unexpected status {other}"))),
        }
    }
}

/// Of this process, or of all that share a Redis.
fn gate(config: &Config) -> Gate {
    let gate = Gate::new(config.spotify_requests_per_minute);
    match &config.redis_url {
        Some(redis) => gate.shared_through(redis, config.spotify_client_id.as_deref().unwrap_or_default()),
        None => gate,
    }
}

/// Reads a body up to its limit.
async fn read_body(mut response: reqwest::Response) -> Result<Vec<u8>, SpotifyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
        if body.len() + chunk.len() > BODY_LEN_MAX {
            return Err(SpotifyError::Malformed("longer than 4 MB".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn error_object(body: &[u8]) -> Option<serde_json::Value> {
    serde_json::from_slice::<serde_json::Value>(body).ok()?.get("error").cloned()
}

fn reason_of(body: &[u8]) -> Option<String> {
    error_object(body)?.get("reason")?.as_str().map(str::to_owned)
}

/// Spotify's own words, where there are any: bodies may be empty or plain text.
fn message_of(body: &[u8]) -> String {
    let words = error_object(body)
        .and_then(|error| error.get("message")?.as_str().map(str::to_owned))
        .unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    let words: String = words.chars().filter(|c| !c.is_control()).take(MESSAGE_LEN_MAX).collect();
    if words.trim().is_empty() { "no reason given".into() } else { words }
}
