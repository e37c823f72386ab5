//! `/theme`: the form in the footer. A cookie remembers the choice, so that a page arrives in the right colours.

use crate::domain::theme::Theme;
use crate::error::{AppError, ErrorCode};
use crate::server::config::Config;
use crate::server::middleware::cookies::{THEME, set_cookie};
use crate::server::problem::Problem;
use axum::Form;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use std::sync::Arc;

const AGE_S: u32 = 365 * 86_400;

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct ThemeForm {
    theme: String,
    /// Path of the page that it stands on.
    #[serde(default)]
    back: String,
}

/// Remembers the choice, and leads back.
pub async fn set(State(config): State<Arc<Config>>, Form(form): Form<ThemeForm>) -> Result<impl IntoResponse, Problem> {
    let unknown = || AppError::new(ErrorCode::BadRequest, "theme is system, light or dark.");
    let theme = Theme::parse(&form.theme).ok_or_else(unknown)?;
    let age_s = if theme == Theme::System { 0 } else { AGE_S };
    // Two slashes would lead to another site.
    let is_ours = form.back.starts_with('/') && !form.back.starts_with("//") && !form.back.contains(['\\', '\r', '\n']);
    let back = if is_ours { form.back } else { "/".to_owned() };
    let headers = [
        (header::SET_COOKIE, set_cookie(&config, THEME, theme.as_str(), age_s)),
        (header::LOCATION, back.parse().unwrap_or_else(|_| axum::http::HeaderValue::from_static("/"))),
    ];
    Ok((StatusCode::SEE_OTHER, headers))
}
