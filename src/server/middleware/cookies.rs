//! Small cookies of our own beside the session: the sign-in under way, and a message for the next page.

use crate::domain::theme::Theme;
use crate::server::config::Config;
use axum::http::{HeaderMap, HeaderValue, header};

/// Remembers the colours that a person chose.
pub const THEME: &str = "headwater_theme";

/// A cookie as configured here: over plain loopback HTTP `Secure` and the `__Host-` prefix are dropped, only there.
pub fn full_name(config: &Config, name: &str) -> String {
    if config.is_plain_loopback() { name.to_owned() } else { format!("__Host-{name}") }
}

/// A `Set-Cookie` value. `max_age_s` of 0 removes the cookie. The value must be free of separators.
pub fn set_cookie(config: &Config, name: &str, value: &str, max_age_s: u32) -> HeaderValue {
    let secure = if config.is_plain_loopback() { "" } else { "; Secure" };
    let name = full_name(config, name);
    let text = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("invalid=; Max-Age=0"))
}

/// The value of a cookie of a request.
pub fn find_cookie(config: &Config, headers: &HeaderMap, name: &str) -> Option<String> {
    let name = full_name(config, name);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// The colours that a request asks for.
pub fn chosen_theme_of(config: &Config, headers: &HeaderMap) -> Theme {
    find_cookie(config, headers, THEME).and_then(|word| Theme::parse(&word)).unwrap_or_default()
}
