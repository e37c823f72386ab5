//! Signing in and out over the real redirects.

use super::*;
use std::collections::BTreeMap;

/// The address that the accounts service sends this browser back to, after `/auth/login`.
async fn back_from_spotify(browser: &Browser, login: &str) -> String {
    let to_spotify = browser.send(Method::GET, login, None, &[]).await;
    assert_eq!(to_spotify.status(), StatusCode::SEE_OTHER);
    let authorize = to_spotify.headers()["location"].to_str().unwrap().to_owned();
    for part in ["code_challenge_method=S256", "code_challenge=", "state=", "response_type=code"] {
        assert!(authorize.contains(part), "{authorize}");
    }
    let back = browser.send(Method::GET, &authorize, None, &[]).await;
    back.headers()["location"].to_str().unwrap().to_owned()
}

fn state_of(callback: &str) -> String {
    let query = callback.split_once('?').unwrap().1;
    query.split('&').find_map(|pair| pair.strip_prefix("state=")).unwrap().to_owned()
}

fn with_cookies(like: &Browser, cookies: BTreeMap<String, String>) -> Browser {
    let browser = Browser::new(like.base.clone());
    *browser.cookies.lock().unwrap() = cookies;
    browser
}

fn jar(browser: &Browser) -> BTreeMap<String, String> {
    browser.cookies.lock().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_callback_is_worth_nothing() {
    let world = world(Mode::Development).await;
    let before = row_counts(&world).await;
    let browser = Browser::new(world.browser.base.clone());
    let callback = back_from_spotify(&browser, "/auth/login?return_to=/history").await;
    let began_with = jar(&browser);
    let done = browser.send(Method::GET, &callback, None, &[]).await;
    assert_eq!((done.status(), done.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/history"));
    assert_eq!(browser.api(Method::GET, "/api/me", None).await.0, StatusCode::OK);
    let after = row_counts(&world).await;

    let again = browser.send(Method::GET, &callback, None, &[]).await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST, "the cookie of the sign-in is used once");
    let thief = with_cookies(&browser, began_with);
    let stolen = thief.send(Method::GET, &callback, None, &[]).await;
    assert_eq!(stolen.status(), StatusCode::BAD_REQUEST, "the code is used once");
    assert_eq!(thief.api(Method::GET, "/api/me", None).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(row_counts(&world).await, after, "something was stored");
    assert_ne!(before, after, "the sign-in itself stored a session");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_declines_gets_a_calm_page_and_nothing_is_stored() {
    let world = world(Mode::Development).await;
    let before = row_counts(&world).await;
    let browser = Browser::new(world.browser.base.clone());
    let state = state_of(&back_from_spotify(&browser, "/auth/login").await);
    let declined = format!("/auth/callback?error=access_denied&state={state}");
    let page = browser.send(Method::GET, &declined, None, &[]).await;
    assert_eq!(page.status(), StatusCode::BAD_REQUEST);
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let text = page.text().await.unwrap();
    assert!(text.contains("You did not give Headwater access") && text.contains("Nothing was stored"), "{text}");
    assert_eq!(browser.api(Method::GET, "/api/me", None).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(row_counts(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_state_a_foreign_code_or_no_cookie_stores_nothing() {
    let world = world(Mode::Development).await;
    let before = row_counts(&world).await;
    let victim = Browser::new(world.browser.base.clone());
    let attacker = Browser::new(world.browser.base.clone());
    let of_victim = back_from_spotify(&victim, "/auth/login").await;
    let of_attacker = back_from_spotify(&attacker, "/auth/login").await;
    let mixed = of_attacker.replace(&state_of(&of_attacker), &state_of(&of_victim));
    let cases = [
        ("no state", "/auth/callback?code=x".to_owned()),
        ("neither", "/auth/callback".to_owned()),
        ("another's callback", of_attacker.clone()),
        ("another's code under the own state", mixed),
        ("an invented code", format!("/auth/callback?code=invented&state={}", state_of(&of_victim))),
        ("no code", format!("/auth/callback?state={}", state_of(&of_victim))),
    ];
    let cookies = jar(&victim);
    for (name, callback) in cases {
        let browser = with_cookies(&victim, cookies.clone());
        assert_eq!(browser.send(Method::GET, &callback, None, &[]).await.status(), StatusCode::BAD_REQUEST, "{name}");
        assert_eq!(browser.api(Method::GET, "/api/me", None).await.0, StatusCode::UNAUTHORIZED, "{name}");
    }
    let nobody = Browser::new(world.browser.base.clone());
    assert_eq!(nobody.send(Method::GET, &of_victim, None, &[]).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(row_counts(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_returns_only_to_our_own_pages() {
    let world = world(Mode::Development).await;
    for (wish, place) in [
        ("/history?status=failed", "/history?status=failed"),
        ("//evil.example", "/"),
        ("/%5Cevil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ] {
        let browser = Browser::new(world.browser.base.clone());
        let callback = back_from_spotify(&browser, &format!("/auth/login?return_to={wish}")).await;
        let done = browser.send(Method::GET, &callback, None, &[]).await;
        assert_eq!(done.headers()["location"].to_str().unwrap(), place, "{wish}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_for_this_site_and_for_no_script_and_change_at_sign_in() {
    let world = world(Mode::Development).await;
    let session = jar(&world.browser)["headwater_session"].clone();
    for path in ["/auth/login", "/auth/callback?code=x&state=y"] {
        let answer = world.browser.send(Method::GET, path, None, &[]).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{path}: {cookie}");
        }
        // Over plain loopback HTTP, and only there, a browser would drop a cookie with it.
        assert!(!cookie.contains("Secure"), "{path}: {cookie}");
    }
    world.browser.sign_in().await;
    assert_ne!(jar(&world.browser)["headwater_session"], session, "a new id at sign-in");
    let old = with_cookies(&world.browser, BTreeMap::from([("headwater_session".to_owned(), session)]));
    assert_eq!(old.api(Method::GET, "/api/me", None).await.0, StatusCode::UNAUTHORIZED, "the old id is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_signing_out_the_cookie_is_worth_nothing() {
    let world = world(Mode::Development).await;
    let cookies = jar(&world.browser);
    let answer = world.browser.send(Method::POST, "/auth/logout", None, &[]).await;
    assert_eq!((answer.status(), answer.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/"));
    let old = with_cookies(&world.browser, cookies);
    assert_eq!(old.api(Method::GET, "/api/me", None).await.0, StatusCode::UNAUTHORIZED);
    let rows = row_counts(&world).await;
    assert!(rows.iter().all(|(table, _)| table != "sessions"), "{rows:?}");
    assert!(rows.iter().any(|(table, _)| table == "users"), "signing out deletes nobody: {rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_host_is_sent_to_ours_or_refused() {
    let (world, base, _) = with_child().await;
    let path = format!("/api/base-playlists/{base}");
    let read = world.browser.send(Method::GET, &path, None, &[("host", "evil.example")]).await;
    assert_eq!(read.status(), StatusCode::PERMANENT_REDIRECT);
    assert_eq!(read.headers()["location"].to_str().unwrap(), format!("{}{path}", world.browser.base));
    let change = world.browser.send(Method::DELETE, &path, None, &[("host", "evil.example")]).await;
    assert_eq!(change.status(), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(world.browser.api(Method::GET, &path, None).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_changing_route_takes_a_request_of_another_site() {
    let (world, base, child) = with_child().await;
    let before = row_counts(&world).await;
    let routes = [
        (Method::POST, "/auth/logout".to_owned()),
        (Method::POST, "/auth/demo".to_owned()),
        (Method::POST, "/auth/demo/reset".to_owned()),
        (Method::PATCH, "/api/me".to_owned()),
        (Method::DELETE, "/api/me".to_owned()),
        (Method::POST, "/api/base-playlists".to_owned()),
        (Method::PATCH, format!("/api/base-playlists/{base}")),
        (Method::DELETE, format!("/api/base-playlists/{base}")),
        (Method::POST, format!("/api/base-playlists/{base}/child-playlists")),
        (Method::POST, format!("/api/base-playlists/{base}/preview")),
        (Method::POST, format!("/api/base-playlists/{base}/sync")),
        (Method::PATCH, format!("/api/child-playlists/{child}")),
        (Method::DELETE, format!("/api/child-playlists/{child}")),
        (Method::POST, format!("/api/sync-events/{ABSENT}/cancel")),
        (Method::POST, "/fn/anything".to_owned()),
    ];
    let own = world.browser.base.clone();
    let foreign: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", &own.replace("http:", "https:"))],
    ];
    for (method, path) in routes {
        for headers in foreign {
            let answer = world.browser.send(method.clone(), &path, None, headers).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path} {headers:?}");
        }
    }
    assert_eq!(row_counts(&world).await, before);
    for headers in [vec![("sec-fetch-site", "same-origin")], vec![("origin", own.as_str())], vec![]] {
        let zone = json!({"time_zone": "Europe/Berlin"});
        let answer = world.browser.send(Method::PATCH, "/api/me", Some(&zone), &headers).await;
        assert_eq!(answer.status(), StatusCode::OK, "{headers:?}");
    }
}
