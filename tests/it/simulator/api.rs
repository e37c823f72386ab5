//! The simulator's router called in process, as an app with a token would.

use axum::Router;
use axum::body::{Body, to_bytes};
use headwater::simulator::config::{Mode, SimulatorConfig};
use headwater::simulator::{Simulator, UserName};
use http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

pub const SCOPE: &str = "playlist-read-private playlist-read-collaborative playlist-modify-private \
                         playlist-modify-public user-read-private user-read-email";

pub struct Api {
    pub simulator: Simulator,
    pub user: UserName,
    router: Router,
    token: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// Null where the body is no JSON.
    pub json: Value,
}

impl Api {
    pub fn new(mode: Mode) -> Self {
        Self::with(SimulatorConfig { mode, ..SimulatorConfig::default() })
    }

    pub fn with(config: SimulatorConfig) -> Self {
        let public_url = "http://sim.test".to_owned();
        let simulator = Simulator::new(SimulatorConfig { public_url, ..config });
        let user = simulator.users().into_iter().next().expect("a user");
        let token = simulator.access_token(&user, SCOPE);
        Self { router: simulator.router(), simulator, user, token }
    }

    pub fn with_token(&self, token: String) -> Self {
        Self { simulator: self.simulator.clone(), user: self.user.clone(), router: self.router.clone(), token }
    }

    pub fn playlist(&self, name: &str) -> String {
        self.simulator.playlist_named(&self.user, name).expect("a playlist of this name")
    }

    pub fn uris(&self, playlist: &str) -> Vec<String> {
        self.simulator.uris(playlist).expect("a playlist")
    }

    /// The first song URIs of the catalogue.
    pub fn songs(&self, count: usize) -> Vec<String> {
        let catalogue = headwater::simulator::catalogue::Catalogue::built_in();
        catalogue.tracks().iter().take(count).map(|track| track.uri.to_string()).collect()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json");
        send(self.router.clone(), request.body(body).expect("request")).await
    }
}

pub async fn send(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
    Answer {
        status: parts.status,
        headers: parts.headers,
        json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}
