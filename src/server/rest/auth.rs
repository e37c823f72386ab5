//! Signing in and out. Sign-in is a link; what it needs to come back safely is in a one-use cookie.

use super::extract::ApiQuery;
use crate::domain::ids::UserId;
use crate::error::{AppError, ErrorCode};
use crate::server::error::ServerError;
use crate::server::middleware::cookies::{find_cookie, set_cookie};
use crate::server::middleware::limits::client_address;
use crate::server::middleware::session::{Browser, SignedIn};
use crate::server::problem::Problem;
use crate::server::spotify::error::SpotifyError;
use crate::server::state::AppState;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use uuid::Uuid;

const COOKIE: &str = "headwater_sign_in";
const COOKIE_AGE_S: u32 = 600;

/// What the callback must find again.
#[derive(Serialize, Deserialize)]
struct SignIn {
    state: String,
    verifier: String,
    return_to: String,
}

/// Query of a sign-in.
#[derive(Debug, Default, Deserialize)]
pub struct LoginQuery {
    #[serde(default)]
    return_to: Option<String>,
}

/// Query of the callback: a code, or why there is none.
#[derive(Debug, Deserialize)]
pub struct CallbackQuery {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// A path of ours: anything else would be an open redirect.
fn own_path(path: Option<&str>) -> String {
    let path = path.unwrap_or("/");
    let safe = path.starts_with('/')
        && !path.starts_with("//")
        && !path.starts_with("/\\")
        && !path.chars().any(char::is_control);
    if safe { path.to_owned() } else { "/".to_owned() }
}

/// Sends the browser to Spotify.
pub async fn login(
    State(app): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    ApiQuery(query): ApiQuery<LoginQuery>,
) -> Result<Response, Problem> {
    count_sign_in(&app, peer, &headers)?;
    begin(&app, query.return_to.as_deref(), None)
}

/// Makes a demo account and signs in to it, through the same doors as everybody.
pub async fn demo(
    State(app): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    count_sign_in(&app, peer, &headers)?;
    let door = app.demo.as_ref().ok_or_else(crate::server::error::not_found)?;
    let account = (door.create_account)();
    begin(&app, None, Some(&account))
}

/// Puts the demo account back to its beginning, with everything that Headwater knows of it.
pub async fn reset_demo(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    browser: Browser,
) -> Result<Redirect, Problem> {
    let door = app.demo.as_ref().ok_or_else(crate::server::error::not_found)?;
    crate::server::operations::me::delete(&app, &user).await?;
    browser.sign_out().await?;
    (door.reset_account)(&user.spotify_user_id);
    Ok(Redirect::to("/"))
}

fn count_sign_in(app: &AppState, peer: SocketAddr, headers: &HeaderMap) -> Result<(), AppError> {
    app.limits.sign_in(&client_address(&app.config, peer.ip(), headers).to_string())
}

fn begin(app: &AppState, return_to: Option<&str>, demo_account: Option<&str>) -> Result<Response, Problem> {
    let Some(start) = app.spotify.begin_sign_in() else {
        return Ok(Redirect::to("/setup").into_response());
    };
    let sign_in = SignIn { state: start.state, verifier: start.verifier, return_to: own_path(return_to) };
    let value = serde_json::to_vec(&sign_in).map(|json| URL_SAFE_NO_PAD.encode(json)).unwrap_or_default();
    let target = match (&app.demo, demo_account) {
        (Some(door), account) => demo_url(door.authorize_path, &start.authorize_url, account),
        (None, _) => start.authorize_url,
    };
    let mut response = Redirect::to(&target).into_response();
    response.headers_mut().append(header::SET_COOKIE, set_cookie(&app.config, COOKIE, &value, COOKIE_AGE_S));
    Ok(response)
}

/// In the demo the browser reaches the accounts service below our own address.
fn demo_url(path: &str, authorize_url: &str, account: Option<&str>) -> String {
    let query = authorize_url.split_once('?').map_or("", |(_, query)| query);
    let user = account.map(|name| format!("&user={name}")).unwrap_or_default();
    format!("{path}?{query}{user}")
}

/// Spotify sends the browser back.
pub async fn callback(
    State(app): State<AppState>,
    headers: HeaderMap,
    browser: Browser,
    ApiQuery(query): ApiQuery<CallbackQuery>,
) -> Response {
    let expected = find_cookie(&app.config, &headers, COOKIE).and_then(|value| read_cookie(&value));
    let mut response = match finish(&app, browser, expected, query).await {
        Ok(path) => Redirect::to(&path).into_response(),
        Err(error) => page(&app, error),
    };
    // Used once, however it ended.
    response.headers_mut().append(header::SET_COOKIE, set_cookie(&app.config, COOKIE, "", 0));
    response
}

fn read_cookie(value: &str) -> Option<SignIn> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}

async fn finish(
    app: &AppState,
    browser: Browser,
    expected: Option<SignIn>,
    query: CallbackQuery,
) -> Result<String, AppError> {
    let stale = || {
        AppError::new(
            ErrorCode::BadRequest,
            "This sign-in is too old, was used already, or began in another browser. Nothing was stored.",
        )
        .hint("Begin again.")
    };
    let expected = expected.ok_or_else(stale)?;
    if query.state.as_deref() != Some(expected.state.as_str()) {
        return Err(stale());
    }
    if query.error.is_some() {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            "You did not give Headwater access to your playlists. Nothing was stored.",
        )
        .hint("That is fine. You can connect whenever you like."));
    }
    let code = query.code.ok_or_else(stale)?;
    let tokens = match app.spotify.exchange_code(code, expected.verifier).await {
        Err(SpotifyError::ReconnectNeeded) => return Err(stale()),
        other => other.map_err(ServerError::from)?,
    };
    let account = app.spotify.account_of(&tokens).await.map_err(ServerError::from)?;
    let known = app.store.find_user_id(&account).await.map_err(ServerError::from)?;
    let id = known.unwrap_or_else(|| UserId::from_uuid(Uuid::now_v7()));
    let sealed = app.spotify.seal(id, &tokens, None).map_err(ServerError::from)?;
    app.store.save_sign_in(id, &account, &sealed).await.map_err(ServerError::from)?;
    browser.sign_in(id).await?;
    Ok(expected.return_to)
}

/// A calm page for whoever comes back without success: plain, because nothing else is known to work here.
fn page(app: &AppState, error: AppError) -> Response {
    let status = axum::http::StatusCode::from_u16(crate::server::error::status_of(error.code)).unwrap_or_default();
    let hint = error.hint.as_deref().unwrap_or("");
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Not signed in - Headwater</title><link rel=\"stylesheet\" href=\"/{}/{}.css\"></head>\
         <body><main class=\"notice\"><h1>Not signed in</h1><p>{}</p><p>{}</p><p><a href=\"{}/\">Back to Headwater</a></p></main></body></html>",
        app.leptos.site_pkg_dir,
        app.leptos.output_name,
        escape(&error.detail),
        escape(hint),
        escape(&app.config.public_url()),
    );
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Ends the session.
pub async fn logout(browser: Browser) -> Result<Redirect, Problem> {
    browser.sign_out().await?;
    Ok(Redirect::to("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_returned_to() {
        for (path, own) in [
            ("/history?x=1", "/history?x=1"),
            ("//evil.example", "/"),
            ("/\\evil", "/"),
            ("https://evil.example", "/"),
            ("", "/"),
            ("/a\nb", "/"),
        ] {
            assert_eq!(own_path(Some(path)), own, "{path}");
        }
        assert_eq!(own_path(None), "/");
    }
}
