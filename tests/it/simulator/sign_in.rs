//! The sign-in dance.

use super::api::{Answer, send};
use axum::Router;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use headwater::simulator::config::{SignIn, SimulatorConfig};
use headwater::simulator::{Simulator, UserName};
use http::{Request, header};
use sha2::{Digest, Sha256};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const REDIRECT: &str = "http%3A%2F%2F127.0.0.1%3A3000%2Fauth%2Fcallback";

fn authorize_path(more: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    format!(
        "/authorize?client_id=app&response_type=code&redirect_uri={REDIRECT}&state=a%26b&scope=playlist-read-private\
         &code_challenge_method=S256&code_challenge={challenge}{more}"
    )
}

async fn authorize(router: &Router, more: &str) -> Answer {
    let request = Request::get(authorize_path(more)).body(Body::empty()).expect("request");
    send(router.clone(), request).await
}

fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.headers[header::LOCATION].to_str().expect("location")
}

async fn code(router: &Router) -> String {
    let answer = authorize(router, "").await;
    let location = location(&answer);
    assert!(location.starts_with("http://127.0.0.1:3000/auth/callback?code="), "{location}");
    assert!(location.ends_with("&state=a%26b"), "{location}");
    location.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("code").to_owned()
}

async fn token(router: &Router, form: &str, basic: Option<&str>) -> Answer {
    let mut request = Request::post("/api/token").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(pair) = basic {
        request = request.header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)));
    }
    send(router.clone(), request.body(Body::from(form.to_owned())).expect("request")).await
}

fn code_form(code: &str) -> String {
    format!("grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&client_id=app&code_verifier={VERIFIER}")
}

async fn me(router: &Router, bearer: Option<&str>) -> Answer {
    let mut request = Request::get("/v1/me");
    if let Some(token) = bearer {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    send(router.clone(), request.body(Body::empty()).expect("request")).await
}

fn text<'a>(answer: &'a Answer, key: &str) -> &'a str {
    answer.json[key].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_code_becomes_tokens_once_and_tokens_open_the_api() {
    let router = Simulator::new(SimulatorConfig::default()).router();
    let code = code(&router).await;
    let issued = token(&router, &code_form(&code), None).await;
    assert_eq!(issued.status, 200, "{}", issued.text);
    assert_eq!((text(&issued, "token_type"), issued.json["expires_in"].as_u64()), ("Bearer", Some(3_600)));
    assert_eq!(text(&issued, "scope"), "playlist-read-private");
    let me = me(&router, Some(text(&issued, "access_token"))).await;
    assert_eq!((me.status.as_u16(), text(&me, "id")), (200, "alma"));
    let again = token(&router, &code_form(&code), None).await;
    assert_eq!((again.status.as_u16(), text(&again, "error")), (400, "invalid_grant"));
    let refreshed = format!("grant_type=refresh_token&client_id=app&refresh_token={}", text(&issued, "refresh_token"));
    let refreshed = token(&router, &refreshed, None).await;
    assert_eq!(refreshed.status, 200);
    assert_eq!(refreshed.json.get("refresh_token"), None);
}

#[tokio::test]
async fn a_rotating_refresh_replaces_the_token_and_revoking_ends_both() {
    let simulator = Simulator::new(SimulatorConfig { refresh_rotates: true, ..SimulatorConfig::default() });
    let router = simulator.router();
    let issued = token(&router, &code_form(&code(&router).await), None).await;
    let form = |token: &str| format!("grant_type=refresh_token&client_id=app&refresh_token={token}");
    let first = text(&issued, "refresh_token").to_owned();
    let next = token(&router, &form(&first), None).await;
    assert_eq!(token(&router, &form(&first), None).await.status, 400);
    simulator.revoke_tokens(&UserName::from("alma"));
    let revoked = token(&router, &form(text(&next, "refresh_token")), None).await;
    assert_eq!(revoked.text, r#"{"error":"invalid_grant","error_description":"Refresh token revoked"}"#);
    assert_eq!(me(&router, Some(text(&next, "access_token"))).await.status, 401);
}

#[tokio::test]
async fn wrong_proofs_clients_and_redirects_get_no_tokens() {
    let simulator = Simulator::new(SimulatorConfig { client_id: Some("app".into()), ..SimulatorConfig::default() });
    let router = simulator.router();
    for (from, to, error) in [
        ("client_id=app", "client_id=other", "invalid_client"),
        ("client_id=app", "x=y", "invalid_client"),
        ("%3A3000", "%3A3001", "invalid_grant"),
        ("code_verifier=d", "code_verifier=e", "invalid_grant"),
        ("grant_type=authorization_code", "grant_type=password", "unsupported_grant_type"),
    ] {
        let form = code_form(&code(&router).await).replace(from, to);
        let refused = token(&router, &form, None).await;
        assert_eq!((refused.status.as_u16(), text(&refused, "error")), (400, error), "{from} as {to}");
    }
    let secret = code_form(&code(&router).await).replace("client_id=app&", "");
    assert_eq!(token(&router, &secret, Some("app:secret")).await.status, 200);
}

#[tokio::test]
async fn nobody_is_sent_to_an_unregistered_address() {
    let router = Simulator::new(SimulatorConfig::default()).router();
    for wrong in ["http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fcallback", "http%3A%2F%2F127.0.0.1%3A3000%2Fother"] {
        let path = authorize_path("").replace(REDIRECT, wrong);
        let answer = send(router.clone(), Request::get(path).body(Body::empty()).expect("request")).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (400, "INVALID_CLIENT: Invalid redirect URI"));
    }
    let denied = authorize(&router, "&deny=1").await;
    assert_eq!(location(&denied), "http://127.0.0.1:3000/auth/callback?error=access_denied&state=a%26b");
}

#[tokio::test]
async fn with_more_accounts_there_are_buttons_and_a_named_user_goes_straight_back() {
    let simulator = Simulator::new(SimulatorConfig { users: 2, ..SimulatorConfig::default() });
    let visitor = simulator.create_account("A Visitor");
    let nested = Router::new().nest("/demo/spotify", simulator.router());
    let path = |more: &str| format!("/demo/spotify{}", authorize_path(more));
    let page = send(nested.clone(), Request::get(path("")).body(Body::empty()).expect("request")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Continue as Alma") && page.text.contains("Continue as Bruno"));
    assert!(page.text.contains(r#"href="/demo/spotify/authorize?client_id=app&amp;"#), "{}", page.text);
    assert!(!page.text.contains("Visitor"), "a visitor's account is the visitor's own");
    let named =
        send(nested.clone(), Request::get(path(&format!("&user={visitor}"))).body(Body::empty()).expect("request"))
            .await;
    assert!(location(&named).contains("?code="));
    let paths: Vec<String> = simulator.journal().requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/authorize", "/authorize"], "recorded without the prefix");
    assert_eq!(cover(&nested, "/demo/spotify/covers/abc.svg").await, 200);
    assert_eq!(cover(&nested, "/demo/spotify/covers/abc.png").await, 404);
    let buttons = Simulator::new(SimulatorConfig { sign_in: SignIn::Buttons, ..SimulatorConfig::default() });
    assert_eq!(authorize(&buttons.router(), "").await.status, 200);
}

async fn cover(router: &Router, path: &str) -> u16 {
    send(router.clone(), Request::get(path).body(Body::empty()).expect("request")).await.status.as_u16()
}

#[tokio::test]
async fn missing_bogus_and_expired_tokens_are_told_apart() {
    let simulator = Simulator::new(SimulatorConfig::default());
    let router = simulator.router();
    let challenge = |answer: &Answer| answer.headers[header::WWW_AUTHENTICATE].to_str().expect("text").to_owned();
    let missing = me(&router, None).await;
    assert_eq!(missing.status, 401);
    assert!(challenge(&missing).starts_with(r#"Bearer realm="spotify", error="missing_token""#));
    let bogus = me(&router, Some("nonsense")).await;
    assert_eq!(bogus.json["error"]["message"], "Missing/invalid/expired access token");
    assert!(challenge(&bogus).contains(r#"error="invalid_token""#));
    let alma = UserName::from("alma");
    let token = simulator.access_token(&alma, "");
    assert_eq!(me(&router, Some(&token)).await.status, 200);
    simulator.set_token_lifetime(std::time::Duration::ZERO);
    assert_eq!(me(&router, Some(&token)).await.json["error"]["message"], "The access token expired");
}
