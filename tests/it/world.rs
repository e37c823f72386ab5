//! One person with a browser, the real server in this process, and the simulator over HTTP.

use clap::Parser;
use headwater::commands::serve;
use headwater::server::config::Config;
use headwater::server::state::AppState;
use headwater::simulator::config::{Mode, SimulatorConfig};
use headwater::simulator::{Listening, Simulator, UserName};
use headwater::startup;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    config: Config,
}

pub fn config(dir: &Path, addr: &str, spotify: &str) -> Config {
    let dir = dir.to_str().unwrap();
    let api = format!("{spotify}/v1");
    Args::parse_from([
        "headwater",
        "--addr",
        addr,
        "--data-dir",
        dir,
        "--spotify-client-id",
        "test",
        "--spotify-accounts-url",
        spotify,
        "--spotify-api-url",
        &api,
        "--spotify-requests-per-minute",
        "60000",
        "--max-rate-limit-wait",
        "2s",
    ])
    .config
}

/// A browser without scripts: keeps cookies, follows redirects by hand.
pub struct Browser {
    pub http: reqwest::Client,
    pub base: String,
    pub cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub fn new(base: String) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A connection for each request, because servers are killed under it; and a test that would hang fails.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(90))
            .build()
            .unwrap();
        Self { http, base, cookies: Default::default() }
    }

    /// What the browser would send.
    pub fn cookie_line(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub async fn send(
        &self,
        method: Method,
        url: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> reqwest::Response {
        let url = if url.starts_with('/') { format!("{}{url}", self.base) } else { url.to_owned() };
        let mut request = self.http.request(method, &url);
        if url.starts_with(&self.base) {
            request = request.header("cookie", self.cookie_line());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if text.contains("Max-Age=0") {
                cookies.remove(name)
            } else {
                cookies.insert(name.into(), value.into())
            };
        }
        response
    }

    pub async fn sign_in(&self) {
        self.sign_in_as("").await;
    }

    /// Goes through every door of a sign-in; `user` chooses among several accounts.
    pub async fn sign_in_as(&self, user: &str) {
        let mut url = "/auth/login".to_owned();
        for _ in 0..5 {
            if url.contains("/authorize?") && !user.is_empty() {
                url.push_str(&format!("&user={user}"));
            }
            let response = self.send(Method::GET, &url, None, &[]).await;
            match response.headers().get("location") {
                Some(next) => url = next.to_str().unwrap().to_owned(),
                None => break,
            }
        }
        assert_eq!(self.api(Method::GET, "/api/me", None).await.0, StatusCode::OK);
    }

    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let response = self.send(method, path, body.as_ref(), &[]).await;
        let status = response.status();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    pub async fn sync(&self, base: &str) -> Value {
        let response =
            self.send(Method::POST, &format!("/api/base-playlists/{base}/sync"), None, &[("prefer", "wait=60")]).await;
        response.json().await.unwrap()
    }

    pub async fn link(&self, playlist: &str) -> String {
        let (status, base) =
            self.api(Method::POST, "/api/base-playlists", Some(json!({"spotify_playlist_id": playlist}))).await;
        assert_eq!(status, StatusCode::CREATED, "{base}");
        base["id"].as_str().unwrap().to_owned()
    }

    /// Adds a child; gives its id and that of its playlist.
    pub async fn child(&self, base: &str, name: &str, rule: Value) -> (String, String) {
        let body = json!({"name": name, "filter": {"schema_version": 1, "rules": [rule]}});
        let (status, child) =
            self.api(Method::POST, &format!("/api/base-playlists/{base}/child-playlists"), Some(body)).await;
        assert_eq!(status, StatusCode::CREATED, "{child}");
        (child["id"].as_str().unwrap().to_owned(), child["spotify_playlist_id"].as_str().unwrap().to_owned())
    }
}

pub struct World {
    pub simulator: Simulator,
    pub spotify: Listening,
    pub user: UserName,
    pub dir: TempDir,
    pub stop: CancellationToken,
    pub browser: Browser,
    /// What the server holds, to look into it.
    pub app: AppState,
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub async fn world(mode: Mode) -> World {
    world_with(mode, |_| {}).await
}

/// The same with other settings.
pub async fn world_with(mode: Mode, change: impl FnOnce(&mut Config)) -> World {
    world_from(SimulatorConfig { mode, ..SimulatorConfig::default() }, &Handle::current(), change).await
}

/// A world with this Spotify, which answers in a runtime of its own or in this one.
pub async fn world_of(spotify: SimulatorConfig, runtime: &Handle) -> World {
    world_from(spotify, runtime, |_| {}).await
}

/// The same with both.
pub async fn world_from(spotify: SimulatorConfig, runtime: &Handle, change: impl FnOnce(&mut Config)) -> World {
    let simulator = Simulator::new(spotify);
    let listens = simulator.clone();
    let spotify = runtime.spawn(async move { listens.listen("127.0.0.1:0").await.unwrap() }).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path(), &addr, &spotify.url());
    change(&mut config);
    let state = serve::state(config, None).await.unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(startup::run(listener, state.clone(), axum::Router::new(), stop.clone()));
    let browser = Browser::new(format!("http://{addr}"));
    browser.sign_in().await;
    let user = simulator.users()[0].clone();
    World { simulator, spotify, user, dir, stop, browser, app: state }
}

impl World {
    pub fn playlist(&self, name: &str) -> String {
        self.simulator.playlist_named(&self.user, name).unwrap()
    }

    pub fn held(&self, playlist: &str) -> Vec<String> {
        self.simulator.uris(playlist).unwrap()
    }
}
