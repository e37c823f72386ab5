//! Between Leptos' server functions and the operations: state, person, status, redirects, messages.

use super::error::{ServerError, status_of};
use super::middleware::cookies::{chosen_theme_of, find_cookie, set_cookie};
use super::middleware::headers::page_policy;
use super::middleware::session::{Browser, signed_out};
use super::operations::CurrentUser;
use super::state::AppState;
use crate::domain::theme::Theme;
use crate::error::{AppError, ErrorCode};
use crate::server_fns::flash::{Flash, FlashKind};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leptos::context::use_context;
use leptos_axum::ResponseOptions;

const FLASH_COOKIE: &str = "headwater_flash";
const FLASH_AGE_S: u32 = 60;
const FLASH_TEXT_LEN_MAX: usize = 1_000;

fn no_context() -> AppError {
    AppError::new(ErrorCode::Internal, "This ran outside of a request.")
}

/// State and browser of the request that is being answered.
async fn request_context() -> Result<(AppState, Browser), AppError> {
    let state = use_context::<AppState>().ok_or_else(no_context)?;
    let mut parts = use_context::<Parts>().ok_or_else(no_context)?;
    let browser = Browser::from_request_parts(&mut parts, &state).await.map_err(|problem| problem.0)?;
    Ok((state, browser))
}

/// Runs an operation for whoever is signed in; 401 for everybody else.
pub async fn signed_in<T, F>(operation: impl FnOnce(AppState, CurrentUser) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, ServerError>>,
{
    let run = async {
        let (state, browser) = request_context().await?;
        let user = browser.find_user(&state).await?.ok_or_else(signed_out)?;
        operation(state, user).await
    };
    respond(run.await)
}

/// Runs an operation for anybody, signed in or not.
pub async fn visitor<T, F>(operation: impl FnOnce(AppState, Option<CurrentUser>) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, ServerError>>,
{
    let run = async {
        let (state, browser) = request_context().await?;
        let user = browser.find_user(&state).await?;
        operation(state, user).await
    };
    respond(run.await)
}

/// The id of the session that asks.
pub async fn session_id() -> Option<String> {
    request_context().await.ok()?.1.id()
}

/// Ends the browser's session after its person was deleted.
pub async fn sign_out() -> Result<(), AppError> {
    let (_, browser) = request_context().await?;
    Ok(browser.sign_out().await?)
}

/// Sets the status of an error, which would be 500 otherwise; a plain form gets it as a message on the page it came from.
fn respond<T>(result: Result<T, ServerError>) -> Result<T, AppError> {
    let error: AppError = match result {
        Ok(value) => return Ok(value),
        Err(error) => error.into(),
    };
    let Some(options) = use_context::<ResponseOptions>() else { return Err(error) };
    if is_plain_form() {
        // A sync that runs already is shown by the page itself.
        if error.code != ErrorCode::SyncRunning {
            set_flash(&Flash { kind: FlashKind::Error, text: error.detail.clone(), hint: error.hint.clone() });
        }
        go_back(&options);
    } else if is_server_function() {
        options.set_status(StatusCode::from_u16(status_of(error.code)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
    Err(error)
}

fn with_headers<T>(read: impl FnOnce(&HeaderMap) -> T) -> Option<T> {
    use_context::<Parts>().map(|parts| read(&parts.headers))
}

/// The query of the page that is being made; `None` where a script asks.
pub fn page_query() -> Option<String> {
    let parts = use_context::<Parts>()?;
    (!parts.uri.path().starts_with("/fn/")).then(|| parts.uri.query().unwrap_or_default().to_owned())
}

fn is_server_function() -> bool {
    use_context::<Parts>().is_some_and(|parts| parts.uri.path().starts_with("/fn/"))
}

/// A form sent without our script: the browser wants a page back.
fn is_plain_form() -> bool {
    let wants_page = |headers: &HeaderMap| {
        headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
    };
    is_server_function() && with_headers(wants_page).unwrap_or(false)
}

/// Back to where the form was, without the error in the URL that the framework would put there.
fn go_back(options: &ResponseOptions) {
    let path = with_headers(|headers| headers.get(header::REFERER).and_then(|value| value.to_str().ok()).map(path_of));
    let path = path.flatten().unwrap_or_else(|| "/".into());
    if let Ok(path) = HeaderValue::from_str(&path) {
        options.insert_header(header::LOCATION, path);
        options.set_status(StatusCode::SEE_OTHER);
    }
}

/// Path and query of a URL of ours.
fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned())
}

/// Leads on after success: a plain form by 303, a script by its own navigation.
pub fn redirect(path: &str) {
    leptos_axum::redirect(path);
    if let (true, Some(options)) = (is_plain_form(), use_context::<ResponseOptions>()) {
        options.set_status(StatusCode::SEE_OTHER);
    }
}

/// A message of success for the next page.
pub fn flash_success(text: &str) {
    set_flash(&Flash { kind: FlashKind::Success, text: text.to_owned(), hint: None });
}

fn set_flash(flash: &Flash) {
    let (Some(state), Some(options)) = (use_context::<AppState>(), use_context::<ResponseOptions>()) else { return };
    let text = flash.text.chars().take(FLASH_TEXT_LEN_MAX).collect();
    let Ok(json) = serde_json::to_vec(&Flash { text, ..flash.clone() }) else { return };
    let cookie = set_cookie(&state.config, FLASH_COOKIE, &URL_SAFE_NO_PAD.encode(json), FLASH_AGE_S);
    options.append_header(header::SET_COOKIE, cookie);
}

/// The message that the last answer left; read once.
pub fn take_flash() -> Option<Flash> {
    let state = use_context::<AppState>()?;
    let value = with_headers(|headers| find_cookie(&state.config, headers, FLASH_COOKIE))??;
    let options = use_context::<ResponseOptions>()?;
    options.append_header(header::SET_COOKIE, set_cookie(&state.config, FLASH_COOKIE, "", 0));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}

/// The colours that the browser asks for.
pub fn chosen_theme() -> Theme {
    let state = use_context::<AppState>();
    state.and_then(|state| with_headers(|headers| chosen_theme_of(&state.config, headers))).unwrap_or_default()
}

/// Gives a page the policy that lets its own scripts run, by their nonce.
pub fn allow_page_scripts() {
    let (Some(state), Some(options)) = (use_context::<AppState>(), use_context::<ResponseOptions>()) else { return };
    let Some(nonce) = leptos::nonce::use_nonce() else { return };
    if let Ok(policy) = HeaderValue::from_str(&page_policy(&state.config, &nonce)) {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
