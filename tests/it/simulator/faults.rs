//! Faults, limits and quotas.

use super::api::{Answer, Api};
use headwater::simulator::config::{Mode, Quota, SimulatorConfig};
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use headwater::simulator::{Simulator, UserName};
use serde_json::json;

/// One refusal of each form, with the status it should have.
pub async fn refusals() -> Vec<(u16, Answer)> {
    let api = Api::new(Mode::Extended);
    let base = api.playlist("Kitchen Radio");
    let mut found = vec![
        (401, api.with_token("nonsense".into()).get("/v1/me").await),
        (400, api.get("/v1/me/playlists?limit=100").await),
        (404, api.get("/v1/playlists/0000000000000000000000").await),
        (404, api.get("/v1/nonsense").await),
        (400, api.call("DELETE", &format!("/v1/playlists/{base}/items"), None).await),
        (403, api.with_token(api.simulator.access_token(&api.user, "")).get("/v1/me/playlists").await),
    ];
    api.simulator.set_requests_per_30s(Some(0));
    found.push((429, api.get("/v1/me").await));
    api.simulator.set_requests_per_30s(None);
    let requests_per_day = [("me".to_owned(), 0)].into();
    api.simulator.set_quota(Some(Quota { requests_per_day, retry_after: Some(61_389) }));
    found.push((429, api.get("/v1/me").await));
    api.simulator.set_mode(Mode::Development);
    found.push((403, api.get("/v1/artists?ids=x").await));
    api.simulator.set_refused(&api.user, true).expect("refused");
    found.push((403, api.get("/v1/me/playlists").await));
    found
}

#[tokio::test]
async fn limits_answer_with_a_wait() {
    let api = Api::with(SimulatorConfig { requests_per_30s: Some(2), ..SimulatorConfig::default() });
    assert_eq!(api.get("/v1/me").await.status, 200);
    assert_eq!(api.get("/v1/me").await.status, 200);
    let limited = api.get("/v1/me").await;
    assert_eq!(limited.status, 429);
    let wait: u64 = limited.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=30).contains(&wait));
    assert_eq!(api.simulator.journal().count_web_api(), 3);
    assert_eq!(api.simulator.journal().max_in_window(30_000), 3);
    let quota = Quota { requests_per_day: [("items".to_owned(), 0)].into(), retry_after: Some(61_389) };
    api.simulator.set_requests_per_30s(None);
    api.simulator.set_quota(Some(quota));
    let spent = api.get(&format!("/v1/playlists/{}/items", api.playlist("Kitchen Radio"))).await;
    assert_eq!(
        (spent.headers["retry-after"].to_str().ok(), &spent.json["error"]["reason"]),
        (Some("61389"), &json!("QUOTA_EXCEEDED"))
    );
    assert_eq!(api.get("/v1/me").await.status, 200);
}

#[tokio::test]
async fn scripted_answers_come_at_their_turn_and_bodies_are_spoilt() {
    let api = Api::new(Mode::Development);
    let answer = FaultAction::Answer { status: 503, body: None, retry_after: Some(2), headers: Default::default() };
    api.simulator.set_faults(FaultScript::of([
        FaultRule::new("GET", "/v1/me", answer).on(&[2]),
        FaultRule::new("GET", "/v1/playlists/*", FaultAction::WrongTypes).on(&[1]),
        FaultRule::new("GET", "/v1/playlists/*", FaultAction::TruncatedJson).on(&[2]),
        FaultRule::new("GET", "/v1/playlists/*", FaultAction::Merge(json!({ "name": "Other" }))).on(&[3]),
    ]));
    let statuses = [api.get("/v1/me").await, api.get("/v1/me").await, api.get("/v1/me").await];
    assert_eq!(statuses.each_ref().map(|answer| answer.status.as_u16()), [200, 503, 200]);
    assert_eq!(statuses[1].headers["retry-after"], "2");
    let path = format!("/v1/playlists/{}?fields=name,items.total", api.playlist("Kitchen Radio"));
    assert_eq!(api.get(&path).await.json, json!({ "name": 13, "items": { "total": "60" } }));
    assert!(api.get(&path).await.json.is_null());
    assert_eq!(api.get(&path).await.json, json!({ "name": "Other", "items": { "total": 60 } }));
    let faulted: Vec<bool> = api.simulator.journal().requests().iter().map(|request| request.faulted).collect();
    assert_eq!(faulted, [false, true, false, true, true, true]);
}

#[tokio::test]
async fn on_a_socket_a_reset_sends_nothing_and_a_lost_answer_is_applied() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let simulator = Simulator::new(SimulatorConfig::default());
    let listening = simulator.listen("127.0.0.1:0").await.expect("a port");
    let alma = UserName::from("alma");
    let token = simulator.access_token(&alma, super::api::SCOPE);
    let base = simulator.playlist_named(&alma, "Kitchen Radio").expect("base");
    let items = format!("{}/v1/playlists/{base}/items", listening.url());
    simulator.set_faults(FaultScript::of([
        FaultRule::new("PUT", "/v1/playlists", FaultAction::Reset).on(&[1]),
        FaultRule::new("PUT", "/v1/playlists", FaultAction::ApplyThenLose { status: None }).on(&[2]),
        FaultRule::new("PUT", "/v1/playlists", FaultAction::ApplyThenLose { status: Some(502) }).on(&[3]),
        FaultRule::new("GET", "/v1/me", FaultAction::Drip { ms_per_byte: 0 }),
    ]));
    let client = reqwest::Client::new();
    let put = |uris: Vec<String>| client.put(&items).bearer_auth(&token).json(&json!({ "uris": uris })).send();
    let songs = simulator.uris(&base).expect("uris");
    assert!(put(vec![]).await.is_err(), "no status is sent");
    assert_eq!(simulator.uris(&base).expect("uris").len(), 60);
    assert!(put(songs[..3].to_vec()).await.is_err());
    assert_eq!(simulator.uris(&base).expect("uris").len(), 3);
    assert_eq!(put(vec![]).await.expect("an answer").status(), 502);
    assert!(simulator.uris(&base).expect("uris").is_empty());
    let statuses: Vec<Option<u16>> = simulator.journal().requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [None, None, Some(502)]);
    let me = client.get(format!("{}/v1/me", listening.url())).bearer_auth(&token).send().await.expect("an answer");
    let me: serde_json::Value = me.json().await.expect("json");
    assert_eq!(me["href"], format!("{}/v1/users/alma", listening.url()));
}

#[tokio::test]
async fn a_token_endpoint_fails_too() {
    let simulator = Simulator::new(SimulatorConfig::default());
    let body = Some(json!({ "error": "invalid_grant" }));
    let answer = FaultAction::Answer { status: 400, body, retry_after: None, headers: Default::default() };
    simulator.set_faults(FaultScript::of([FaultRule::new("POST", "/api/token", answer)]));
    let request = http::Request::post("/api/token").body(axum::body::Body::empty()).expect("request");
    let refused = super::api::send(simulator.router(), request).await;
    assert_eq!((refused.status.as_u16(), refused.text.as_str()), (400, r#"{"error":"invalid_grant"}"#));
}
