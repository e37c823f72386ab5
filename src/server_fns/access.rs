//! Who may act for a person: tokens and sessions.

use crate::domain::access::{PersonalToken, SessionLine};
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessContent {
    pub sessions: Vec<SessionLine>,
    pub tokens: Vec<PersonalToken>,
}

/// Reads it.
#[server(endpoint = "get_access")]
pub async fn get_access() -> Result<Wire<AccessContent>, AppError> {
    use crate::server::adapt;
    use crate::server::operations::{personal_tokens, sessions};
    let this = adapt::session_id().await;
    let found = adapt::signed_in(|state, user| async move {
        let sessions = sessions::list(&state, &user, this.as_deref()).await?;
        Ok(AccessContent { sessions, tokens: personal_tokens::list(&state, &user).await? })
    })
    .await?;
    Wire::of(&found)
}

/// Makes a token, which the next page shows once. `days` 0: it never expires.
#[server(endpoint = "create_token")]
pub async fn create_token(name: String, #[server(default)] scopes: Vec<String>, days: u32) -> Result<(), AppError> {
    use crate::domain::access::Scope;
    use crate::server::adapt;
    use crate::server::operations::personal_tokens::{self, NewToken};
    let scopes = scopes.iter().filter_map(|word| Scope::parse(word)).collect();
    let new = NewToken { name, scopes, expires_in_days: (days > 0).then_some(days) };
    let made = adapt::signed_in(|state, user| async move { personal_tokens::create(&state, &user, new).await }).await?;
    adapt::flash_success(&format!(
        "The token “{}” is shown only now; copy it to your program: {}",
        made.name,
        made.token.unwrap_or_default()
    ));
    adapt::redirect("/access");
    Ok(())
}

/// Revokes a token.
#[server(endpoint = "delete_token")]
pub async fn delete_token(id: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::personal_tokens::delete(&state, &user, &id).await })
        .await?;
    adapt::flash_success("The token is revoked: programs that carry it are refused from now on.");
    Ok(())
}

/// Signs one browser out.
#[server(endpoint = "end_session")]
pub async fn end_session(id: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::sessions::end(&state, &user, &id).await }).await?;
    adapt::flash_success("That browser is signed out.");
    Ok(())
}

/// Signs all other browsers out.
#[server(endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let this = adapt::session_id().await;
    let ended = adapt::signed_in(|state, user| async move {
        operations::sessions::end_others(&state, &user, this.as_deref()).await
    })
    .await?;
    adapt::flash_success(&format!("Signed out elsewhere: {ended}."));
    Ok(())
}
