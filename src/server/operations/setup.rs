//! What a visitor needs to know before anybody is signed in.

use crate::domain::me::SetupState;
use crate::error::AppError;
use crate::server::error::ServerError;
use crate::server::state::AppState;

/// As Spotify's dashboard shows it.
const CLIENT_ID_LEN: usize = 32;

/// Whether sign-in is possible, and what to register at Spotify.
pub fn state(app: &AppState) -> SetupState {
    SetupState {
        demo: app.demo.is_some(),
        configured: app.demo.is_none() && app.config.spotify_client_id.is_some(),
        redirect_uri: app.config.redirect_uri(),
        public_url: app.config.public_url(),
    }
}

/// Asks the accounts service whether it knows a client id, and says what to do next.
pub async fn check(app: &AppState, client_id: &str) -> Result<String, ServerError> {
    let plausible = client_id.len() == CLIENT_ID_LEN && client_id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !plausible && app.config.spotify_accounts_url.contains("accounts.spotify.com") {
        let detail = "A client id is 32 digits and letters from a to f; copy it from the app's page at Spotify.";
        return Err(AppError::invalid("/client_id", detail).into());
    }
    if app.spotify.knows_client(client_id, &app.config.redirect_uri()).await? {
        return Ok("Spotify knows this client id. Put it into .env as shown and start Headwater again; the first sign-in proves the redirect URI.".into());
    }
    Err(AppError::invalid("/client_id", "Spotify does not know this client id.")
        .hint("Compare it with the app's page at Spotify.")
        .into())
}
