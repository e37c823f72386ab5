//! The HTTP contract where it says no: who may, what is refused, in which words, with nothing stored.

use super::world::{Browser, World, world};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ABSENT: &str = "01900000-0000-7000-8000-000000000000";

/// Method and path of every route that names something by id.
fn routes_with_ids(base: &str, child: &str, event: &str) -> Vec<(Method, String)> {
    vec![
        (Method::GET, format!("/api/base-playlists/{base}")),
        (Method::PATCH, format!("/api/base-playlists/{base}")),
        (Method::DELETE, format!("/api/base-playlists/{base}")),
        (Method::GET, format!("/api/base-playlists/{base}/child-playlists")),
        (Method::POST, format!("/api/base-playlists/{base}/child-playlists")),
        (Method::POST, format!("/api/base-playlists/{base}/preview")),
        (Method::POST, format!("/api/base-playlists/{base}/sync")),
        (Method::GET, format!("/api/base-playlists/{base}/sync-status")),
        (Method::GET, format!("/api/base-playlists/{base}/export")),
        (Method::GET, format!("/api/base-playlists/{base}/templates")),
        (Method::POST, format!("/api/base-playlists/{base}/import")),
        (Method::GET, format!("/api/child-playlists/{child}/export")),
        (Method::GET, format!("/api/child-playlists/{child}")),
        (Method::PATCH, format!("/api/child-playlists/{child}")),
        (Method::DELETE, format!("/api/child-playlists/{child}")),
        (Method::GET, format!("/api/sync-events/{event}")),
        (Method::POST, format!("/api/sync-events/{event}/cancel")),
    ]
}

async fn text(browser: &Browser, method: Method, path: &str) -> (StatusCode, String) {
    let response = browser.send(method, path, None, &[]).await;
    (response.status(), response.text().await.unwrap())
}

async fn with_child() -> (World, String, String) {
    let world = world(Mode::Development).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let (child, _) =
        world.browser.child(&base, "Short", json!({"field": "duration", "op": "lte", "value": 200_000})).await;
    (world, base, child)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_everything_private_answers_401() {
    let (world, base, child) = with_child().await;
    let stranger = Browser::new(world.browser.base.clone());
    for (method, path) in routes_with_ids(&base, &child, ABSENT) {
        assert_eq!(stranger.api(method.clone(), &path, None).await.0, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
    for path in ["/api/me", "/api/base-playlists", "/api/sync-events", "/api/spotify/playlists"] {
        assert_eq!(stranger.api(Method::GET, path, None).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_absent_anothers_or_no_id_is_one_and_the_same_404() {
    let (world, base, child) = with_child().await;
    let event = world.browser.sync(&base).await["id"].as_str().unwrap().to_owned();
    let other = world.simulator.create_account("Other");
    let stranger = Browser::new(world.browser.base.clone());
    stranger.sign_in_as(other.as_str()).await;
    let theirs = routes_with_ids(&base, &child, &event);
    let absent = routes_with_ids(ABSENT, ABSENT, ABSENT);
    let nonsense = routes_with_ids("x", "x", "x");
    for ((of_other, absent), nonsense) in theirs.into_iter().zip(absent).zip(nonsense) {
        let answer = text(&stranger, of_other.0.clone(), &of_other.1).await;
        assert_eq!(answer.0, StatusCode::NOT_FOUND, "{} {}", of_other.0, of_other.1);
        assert_eq!(answer, text(&stranger, absent.0, &absent.1).await);
        assert_eq!(answer, text(&stranger, nonsense.0, &nonsense.1).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_children_are_refused_with_a_pointer_and_nothing_is_stored() {
    let (world, base, _) = with_child().await;
    let everything = json!({"schema_version": 1, "rules": [], "everything": true});
    let rule = |rule: Value| json!({"name": "x", "filter": {"schema_version": 1, "rules": [rule]}});
    let cases = [
        (json!({"filter": everything}), ""),
        (json!({"name": "", "filter": everything}), "/name"),
        (json!({"name": "x".repeat(101), "filter": everything}), "/name"),
        (json!({"name": "a\nb", "filter": everything}), "/name"),
        (json!({"name": 1, "filter": everything}), "/name"),
        (json!({"name": "x", "filter": everything, "colour": "red"}), "/colour"),
        (json!({"name": "x", "filter": everything, "description": "y".repeat(301)}), "/description"),
        (json!({"name": "x", "filter": everything, "description": "a\nb"}), "/description"),
        (json!({"name": "x", "filter": everything, "kind": "rest"}), "/kind"),
        (json!({"name": "x", "filter": everything, "kind": "other"}), "/kind"),
        (json!({"name": "x", "filter": everything, "position": -1}), "/position"),
        (json!({"name": "x", "filter": everything, "position": 5_000}), "/position"),
        (json!({"name": "x", "filter": everything, "spotify_playlist_id": "nope"}), "/spotify_playlist_id"),
        (json!({"name": "x", "filter": []}), "/filter"),
        (json!({"name": "x", "filter": {"schema_version": 1, "rules": []}}), "/filter/rules"),
        (rule(json!({"field": "relase_year", "op": "eq", "value": 1})), "/filter/rules/0/field"),
        (rule(json!({"field": "title", "op": "eq", "value": "x"})), "/filter/rules/0/op"),
        (rule(json!({"field": "release_year", "op": "between", "value": [1999, 1990]})), "/filter/rules/0/value"),
    ];
    for (body, pointer) in cases {
        let path = format!("/api/base-playlists/{base}/child-playlists");
        let (status, problem) = world.browser.api(Method::POST, &path, Some(body.clone())).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body} {problem}");
        let pointers: Vec<&str> =
            problem["errors"].as_array().unwrap().iter().filter_map(|error| error["pointer"].as_str()).collect();
        assert!(pointers.contains(&pointer), "{body}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    }
    let children = world.browser.api(Method::GET, &format!("/api/base-playlists/{base}/child-playlists"), None).await.1;
    assert_eq!(children["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_not_what_they_should_be_have_their_own_statuses() {
    let (world, base, _) = with_child().await;
    let url = format!("{}/api/base-playlists/{base}/child-playlists", world.browser.base);
    let cookie = world.browser.cookie_line();
    let send = |kind: &'static str, body: String| {
        let request = world.browser.http.post(&url).header("cookie", &cookie).header("content-type", kind).body(body);
        async move { request.send().await.unwrap().status() }
    };
    assert_eq!(send("application/json", "{".into()).await, StatusCode::BAD_REQUEST);
    assert_eq!(send("application/json", "{} x".into()).await, StatusCode::BAD_REQUEST);
    assert_eq!(send("text/plain", "{}".into()).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(
        send("application/json", format!("\"{}\"", "x".repeat(300 * 1024))).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    for query in ["limit=0", "limit=201", "limit=x", "cursor=!!", "status=maybe", "base_playlist_id=x"] {
        let status = world.browser.api(Method::GET, &format!("/api/sync-events?{query}"), None).await.0;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_other_sites_change_nothing_and_every_answer_carries_its_policy() {
    let (world, base, _) = with_child().await;
    let path = format!("/api/base-playlists/{base}");
    for headers in [[("sec-fetch-site", "cross-site")], [("origin", "https://evil.example")], [("origin", "null")]] {
        let response = world.browser.send(Method::DELETE, &path, None, &headers).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{headers:?}");
    }
    for (path, wanted) in [
        ("/", "strict-dynamic"),
        ("/api/me", "default-src 'none'"),
        ("/nothing", "default-src 'none'"),
        ("/api/docs/", "unsafe-inline"),
    ] {
        let response = world.browser.send(Method::GET, path, None, &[]).await;
        let header = |name: &str| {
            response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        assert!(header("content-security-policy").contains(wanted), "{path}: {}", header("content-security-policy"));
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert!(!header("x-request-id").is_empty(), "{path}");
    }
    assert_eq!(world.browser.api(Method::GET, &path, None).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_is_good_once_and_only_for_the_browser_that_began() {
    let world = world(Mode::Development).await;
    let fresh = Browser::new(world.browser.base.clone());
    let answer = fresh.send(Method::GET, "/auth/callback?code=x&state=y", None, &[]).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    fresh.send(Method::GET, "/auth/login", None, &[]).await;
    let answer = fresh.send(Method::GET, "/auth/callback?code=x&state=wrong", None, &[]).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let declined = fresh.send(Method::GET, "/auth/callback?error=access_denied&state=wrong", None, &[]).await;
    assert_eq!(declined.status(), StatusCode::BAD_REQUEST);
    assert_eq!(fresh.api(Method::GET, "/api/me", None).await.0, StatusCode::UNAUTHORIZED);
    for target in ["//evil.example", "https://evil.example"] {
        let begun = fresh.send(Method::GET, &format!("/auth/login?return_to={target}"), None, &[]).await;
        assert!(begun.headers()["location"].to_str().unwrap().contains("/authorize?"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_what_was_changed_meanwhile_is_refused() {
    let (world, _, child) = with_child().await;
    let path = format!("/api/child-playlists/{child}");
    let tag = world.browser.send(Method::GET, &path, None, &[]).await.headers()["etag"].to_str().unwrap().to_owned();
    let change = |name: &str| json!({ "name": name });
    let first = world.browser.send(Method::PATCH, &path, Some(&change("One")), &[("if-match", &tag)]).await;
    assert_eq!(first.status(), StatusCode::OK);
    let second = world.browser.send(Method::PATCH, &path, Some(&change("Two")), &[("if-match", &tag)]).await;
    assert_eq!(second.status(), StatusCode::PRECONDITION_FAILED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_can_be_repeated_under_its_key() {
    let (world, base, child) = with_child().await;
    let path = format!("/api/base-playlists/{base}/sync");
    let start = |body: Value| {
        let (world, path) = (&world, &path);
        async move {
            let response = world
                .browser
                .send(Method::POST, path, Some(&body), &[("idempotency-key", "k1"), ("prefer", "wait=30")])
                .await;
            (response.status(), response.json::<Value>().await.unwrap())
        }
    };
    let first = start(json!({})).await;
    let again = start(json!({})).await;
    assert_eq!(first.1["id"], again.1["id"]);
    assert_eq!(start(json!({"child_playlist_ids": [child]})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_paged_without_gaps_and_deletion_leaves_nothing() {
    let (world, base, _) = with_child().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, world.browser.sync(&base).await["id"].clone());
    }
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.browser.api(Method::GET, &format!("/api/sync-events?limit=2&cursor={cursor}"), None).await.1;
        found.extend(page["items"].as_array().unwrap().iter().map(|event| event["id"].clone()));
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(found, ids);
    assert_eq!(world.browser.api(Method::DELETE, "/api/me", None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.browser.api(Method::GET, "/api/me", None).await.0, StatusCode::UNAUTHORIZED);
    world.browser.sign_in().await;
    assert_eq!(world.browser.api(Method::GET, "/api/base-playlists", None).await.1["items"], json!([]));
    assert_eq!(world.browser.api(Method::GET, "/api/sync-events", None).await.1["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_permission_is_said_everywhere_and_nothing_is_lost() {
    let (world, base, _) = with_child().await;
    world.simulator.revoke_tokens(&world.user);
    let run = world.browser.sync(&base).await;
    assert_eq!(run["status"], "failed", "{run}");
    assert_eq!(world.browser.api(Method::GET, "/api/me", None).await.1["connection"], "reconnect_needed");
    let (status, problem) = world.browser.api(Method::POST, &format!("/api/base-playlists/{base}/sync"), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("reconnect_needed")));
    world.browser.sign_in().await;
    assert_eq!(world.browser.sync(&base).await["status"], "completed");
}
