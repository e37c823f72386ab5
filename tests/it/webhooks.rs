//! Programs that are told when a sync has ended, and the feed.

use super::world::{Browser, World, world, world_with};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode as Answer};
use axum::routing::post;
use headwater::server::webhooks::sign;
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A program that listens, and answers as it is told to.
#[derive(Clone)]
struct Receiver {
    heard: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<Vec<Answer>>>,
    url: String,
}

async fn hear(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> Answer {
    receiver.heard.lock().unwrap().push((headers, body));
    receiver.answers.lock().unwrap().pop().unwrap_or(Answer::NO_CONTENT)
}

impl Receiver {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self { heard: Arc::default(), answers: Arc::default(), url };
        let router = Router::new().route("/hook", post(hear)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    fn heard(&self) -> Vec<(HeaderMap, Value)> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|(headers, body)| (headers.clone(), serde_json::from_str(body).unwrap())).collect()
    }
}

/// A base with a child, and a webhook; gives the base and the secret.
async fn told_world(receiver: &Receiver, told: &str) -> (World, String, String) {
    let world = world_with(Mode::Extended, |config| config.webhook_private_hosts = true).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.browser.child(&base, "First", json!({"field": "position", "op": "lte", "value": 10})).await;
    let body = json!({"url": receiver.url, "told": told});
    let (status, made) = world.browser.api(Method::PUT, "/api/webhook", Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let secret = made["secret"].as_str().unwrap().to_owned();
    (world, base, secret)
}

async fn webhook(world: &World) -> Value {
    let (status, found) = world.browser.api(Method::GET, "/api/webhook", None).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    found
}

/// Waits until its messages are as they should be.
async fn until(world: &World, is_so: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = webhook(world).await["deliveries"].as_array().unwrap().clone();
        if is_so(&found) {
            return found;
        }
        assert!(Instant::now() < deadline, "{found:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_sync_is_told_once_and_signed() {
    let receiver = Receiver::start().await;
    let (world, base, secret) = told_world(&receiver, "changed").await;
    let first = world.browser.sync(&base).await;
    let idle = world.browser.sync(&base).await;
    assert_eq!(idle["outcome"], "no_change");
    let sent = until(&world, |all| all.iter().any(|one| one["delivered_at"].is_string())).await;
    assert_eq!(sent.len(), 1, "the sync that found nothing to do is not told: {sent:?}");
    let heard = receiver.heard();
    assert_eq!(heard.len(), 1);
    let (headers, message) = &heard[0];
    assert_eq!((&message["type"], &message["data"]["id"]), (&json!("sync_event.ended"), &first["id"]));
    assert_eq!(message["data"]["children"][0]["added"], 10);
    let header = |name: &str| headers[name].to_str().unwrap();
    assert_eq!(sent[0]["id"], header("webhook-id"));
    let body = receiver.heard.lock().unwrap()[0].1.clone();
    let timestamp: i64 = header("webhook-timestamp").parse().unwrap();
    let expected = sign::signature(&secret.clone().into(), header("webhook-id"), timestamp, &body);
    assert_eq!(Some(header("webhook-signature")), expected.as_deref());
    // Neither the API nor the database says the secret again.
    assert_eq!(webhook(&world).await["secret"], Value::Null);
    let file = std::fs::read(world.dir.path().join("app.db")).unwrap();
    assert!(!file.windows(secret.len()).any(|part| part == secret.as_bytes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_arrive_is_tried_again_with_the_same_id() {
    let receiver = Receiver::start().await;
    receiver.answers.lock().unwrap().push(Answer::INTERNAL_SERVER_ERROR);
    let (world, base, _) = told_world(&receiver, "ended").await;
    world.browser.sync(&base).await;
    let failed = until(&world, |all| all.iter().any(|one| one["error"].is_string())).await;
    assert_eq!((&failed[0]["error"], &failed[0]["tries"]), (&json!("it answered 500"), &json!(1)));
    assert!(failed[0]["next_try_at"].is_string());
    let sent = until(&world, |all| all[0]["delivered_at"].is_string()).await;
    assert_eq!((&sent[0]["tries"], &sent[0]["next_try_at"]), (&json!(2), &Value::Null), "{sent:?}");
    let ids: Vec<_> = receiver.heard().iter().map(|(headers, _)| headers["webhook-id"].clone()).collect();
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_failures_are_told_where_that_is_asked_and_a_receiver_that_is_gone_is_left_alone() {
    let receiver = Receiver::start().await;
    let (world, base, _) = told_world(&receiver, "failed").await;
    assert_eq!(world.browser.sync(&base).await["status"], "completed");
    assert_eq!(webhook(&world).await["deliveries"], json!([]));
    receiver.answers.lock().unwrap().push(Answer::GONE);
    let (status, tried) = world.browser.api(Method::POST, "/api/webhook/trial", None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&tried["deliveries"][0]["error"], &tried["deliveries"][0]["next_try_at"]),
        (&json!("it is gone (410)"), &Value::Null)
    );
    assert_eq!(receiver.heard()[0].1["type"], "trial");
    assert_eq!(world.browser.api(Method::DELETE, "/api/webhook", None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.browser.api(Method::POST, "/api/webhook/trial", None).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_never_answers_delays_no_sync() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut receiver = Receiver::start().await;
    receiver.url = format!("http://{}/", listener.local_addr().unwrap());
    let (world, base, _) = told_world(&receiver, "ended").await;
    for _ in 0..3 {
        assert_eq!(world.browser.sync(&base).await["status"], "completed");
    }
    let late = until(&world, |all| all.iter().any(|one| one["error"].is_string())).await;
    let late = late.iter().find(|one| one["error"].is_string()).unwrap();
    assert_eq!(late["error"], "it did not answer in time", "{late}");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_inside_are_refused_and_what_is_anothers_is_absent() {
    let world = world(Mode::Extended).await;
    for url in ["http://127.0.0.1:9/", "https://localhost/", "https://10.1.2.3/hook", "ftp://mine.org/", "mine"] {
        let body = json!({"url": url, "told": "ended"});
        let (status, problem) = world.browser.api(Method::PUT, "/api/webhook", Some(body)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{url}: {problem}");
        assert_eq!(problem["errors"][0]["pointer"], "/url");
    }
    assert_eq!(world.browser.api(Method::GET, "/api/webhook", None).await.0, StatusCode::NOT_FOUND);
    let body = json!({"url": "https://hooks.mine.org/x", "told": "failed"});
    assert_eq!(world.browser.api(Method::PUT, "/api/webhook", Some(body.clone())).await.0, StatusCode::OK);
    let (_, again) = world.browser.api(Method::PUT, "/api/webhook", Some(body)).await;
    assert_eq!(again["secret"], Value::Null, "the one before stays");
    let stranger = Browser::new(world.browser.base.clone());
    stranger.sign_in_as(world.simulator.create_account("Other").as_str()).await;
    assert_eq!(stranger.api(Method::GET, "/api/webhook", None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(stranger.api(Method::DELETE, "/api/webhook", None).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_tells_ended_syncs() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.browser.child(&base, "First & <last>", json!({"field": "position", "op": "lte", "value": 10})).await;
    let run = world.browser.sync(&base).await;
    let answer = world.browser.send(Method::GET, "/api/sync-events.atom", None, &[]).await;
    assert_eq!(answer.headers()["content-type"], "application/atom+xml; charset=utf-8");
    let feed = atom_syndication::Feed::read_from(answer.text().await.unwrap().as_bytes()).unwrap();
    assert_eq!(feed.entries.len(), 1);
    let entry = &feed.entries[0];
    assert_eq!(entry.id, format!("urn:uuid:{}", run["id"].as_str().unwrap()));
    assert_eq!(entry.title.value, "Done: Kitchen Radio, 10 added, 0 removed");
    assert_eq!(entry.content.as_ref().unwrap().value.as_deref(), Some("First & <last>: 10 added, 0 removed."));
    assert!(entry.links[0].href.ends_with(&format!("/history/{}", run["id"].as_str().unwrap())));
    let stranger = Browser::new(world.browser.base.clone());
    assert_eq!(stranger.send(Method::GET, "/api/sync-events.atom", None, &[]).await.status(), StatusCode::UNAUTHORIZED);
}
