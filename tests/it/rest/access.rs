//! Tokens of programs, and the list of sessions.

use crate::world::{Browser, World, world};
use base64::Engine;
use headwater::domain::access::{Scope, scope_of};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use utoipa::OpenApi;

async fn token(world: &World, scopes: &[&str]) -> String {
    let body = json!({"name": "Script", "scopes": scopes, "expires_in_days": 30});
    let (status, made) = world.browser.api(Method::POST, "/api/tokens", Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made["token"].as_str().unwrap().to_owned()
}

/// A program without a session.
async fn ask(world: &World, token: &str, method: Method, path: &str) -> (StatusCode, Value) {
    let program = reqwest::Client::new();
    let answer = program
        .request(method, format!("{}{path}", world.browser.base))
        .bearer_auth(token)
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    let status = answer.status();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_what_its_scopes_say_and_nothing_else() {
    let world = world(Mode::Extended).await;
    let tokens = [
        (Scope::Read, token(&world, &["read"]).await),
        (Scope::Sync, token(&world, &["sync"]).await),
        (Scope::Write, token(&world, &["write"]).await),
    ];
    let absent = uuid::Uuid::now_v7().to_string();
    let api = headwater::server::rest::openapi::ApiDescription::openapi();
    let described = serde_json::to_value(&api).unwrap();
    let mut asked = 0;
    for (template, operations) in described["paths"].as_object().unwrap() {
        if !template.starts_with("/api/") || template.starts_with("/api/schemas/") {
            continue;
        }
        let path = ["{id}", "{child_id}", "{tag}", "{kind}", "{table}"]
            .iter()
            .fold(template.clone(), |path, part| path.replace(part, &absent));
        for method in operations.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let needed = scope_of(method == Method::GET, &path);
            for (scope, token) in &tokens {
                let (status, problem) = ask(&world, token, method.clone(), &path).await;
                assert_ne!(status, StatusCode::UNAUTHORIZED, "{method} {path} with {scope:?}");
                let is_refused =
                    status == StatusCode::FORBIDDEN && problem["detail"].as_str().unwrap().contains("token");
                assert_eq!(is_refused, needed != Some(*scope), "{method} {path} with {scope:?}: {status} {problem}");
                asked += 1;
            }
        }
    }
    assert!(asked > 150, "{asked}");
    // The person is still there.
    assert_eq!(world.browser.api(Method::GET, "/api/me", None).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_syncs_with_a_token_and_a_revoked_one_is_refused() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (_, list) = world.browser.child(&base, "First", json!({"field": "position", "op": "lte", "value": 10})).await;
    let key = token(&world, &["read", "sync"]).await;
    let answer = reqwest::Client::new()
        .post(format!("{}/api/base-playlists/{base}/sync", world.browser.base))
        .bearer_auth(&key)
        .header("prefer", "wait=30")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(world.held(&list).len(), 10);
    let feed = |scheme: String| {
        let url = format!("{}/api/sync-events.atom", world.browser.base);
        async move { reqwest::Client::new().get(url).header("authorization", scheme).send().await.unwrap() }
    };
    let basic = |text: &str| format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text));
    assert_eq!(feed(basic(&format!("feed:{key}"))).await.status(), StatusCode::OK);
    let refused = feed(basic("feed:hw_nothing")).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(refused.headers()["www-authenticate"], "Bearer");

    let listed = world.browser.api(Method::GET, "/api/tokens", None).await.1;
    assert_eq!((&listed["items"][0]["token"], listed["items"][0]["last_used_at"].is_string()), (&Value::Null, true));
    let path = format!("/api/tokens/{}", listed["items"][0]["id"].as_str().unwrap());
    let stranger = Browser::new(world.browser.base.clone());
    stranger.sign_in_as(world.simulator.create_account("Other").as_str()).await;
    assert_eq!(stranger.api(Method::DELETE, &path, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(world.browser.api(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ask(&world, &key, Method::GET, "/api/me").await.0, StatusCode::UNAUTHORIZED);
    // Not even its file knows what it was.
    for file in ["app.db", "app.db-wal"] {
        let bytes = std::fs::read(world.dir.path().join(file)).unwrap_or_default();
        assert!(!bytes.windows(key.len()).any(|part| part == key.as_bytes()), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_none_and_nonsense_makes_none() {
    let world = world(Mode::Extended).await;
    let key = token(&world, &["read"]).await;
    assert_eq!(ask(&world, &key, Method::GET, "/api/me").await.0, StatusCode::OK);
    let file = world.dir.path().join("app.db");
    let database = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query("update personal_tokens set expires_at = '2026-01-01T00:00:00.000Z'").execute(&database).await.unwrap();
    assert_eq!(ask(&world, &key, Method::GET, "/api/me").await.0, StatusCode::UNAUTHORIZED);
    for (body, pointer) in [
        (json!({"name": " ", "scopes": ["read"]}), "/name"),
        (json!({"name": "x", "scopes": []}), "/scopes"),
        (json!({"name": "x", "scopes": ["read"], "expires_in_days": 0}), "/expires_in_days"),
    ] {
        let (status, problem) = world.browser.api(Method::POST, "/api/tokens", Some(body)).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(pointer)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_from_elsewhere() {
    let world = world(Mode::Extended).await;
    let elsewhere = Browser::new(world.browser.base.clone());
    elsewhere.sign_in_as(world.user.as_str()).await;
    let listed = world.browser.api(Method::GET, "/api/sessions", None).await.1;
    let items = listed["items"].as_array().unwrap();
    let this: Vec<bool> = items.iter().map(|one| one["is_this"].as_bool().unwrap()).collect();
    assert_eq!(this, [true, false], "{listed}");
    assert!(!world.browser.cookie_line().contains(items[0]["id"].as_str().unwrap()), "an id opens nothing");
    let other = format!("/api/sessions/{}", items[1]["id"].as_str().unwrap());
    let stranger = Browser::new(world.browser.base.clone());
    stranger.sign_in_as(world.simulator.create_account("Other").as_str()).await;
    assert_eq!(stranger.api(Method::DELETE, &other, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(world.browser.api(Method::DELETE, &other, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(elsewhere.api(Method::GET, "/api/me", None).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(world.browser.api(Method::GET, "/api/me", None).await.0, StatusCode::OK);
}
