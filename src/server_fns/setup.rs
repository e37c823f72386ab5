//! The credentials of this installation.

use crate::error::AppError;
use leptos::prelude::*;

/// Asks Spotify whether it knows a client id; answers in words, flashed for plain forms.
#[server(endpoint = "check_setup")]
pub async fn check_setup(client_id: String) -> Result<String, AppError> {
    use crate::server::{adapt, operations};
    let words =
        adapt::visitor(|state, _user| async move { operations::setup::check(&state, client_id.trim()).await }).await?;
    adapt::flash_success(&words);
    Ok(words)
}
