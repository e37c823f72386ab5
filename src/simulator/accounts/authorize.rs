//! `GET /authorize`: who signs in, and back with a code.

use super::grants::Consent;
use super::{page, redirect};
use crate::simulator::config::SignIn;
use crate::simulator::{Simulator, urls};
use axum::extract::{OriginalUri, Query, State};
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};
use serde::Deserialize;

/// The query of the request; `user` and `deny` are the page's own.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Asked {
    client_id: Option<String>,
    response_type: Option<String>,
    redirect_uri: Option<String>,
    #[serde(default)]
    scope: String,
    state: Option<String>,
    code_challenge_method: Option<String>,
    code_challenge: Option<String>,
    user: Option<String>,
    deny: Option<String>,
}

/// Answers 303 with a code or an error, a page of buttons, or a plain refusal where it is not safe to go back.
pub(super) async fn authorize(
    State(simulator): State<Simulator>,
    OriginalUri(uri): OriginalUri,
    Query(asked): Query<Asked>,
) -> Response {
    let (client, redirect_uri) = match safe_to_go_back(&simulator, &asked) {
        Ok(found) => found,
        Err(refusal) => return (StatusCode::BAD_REQUEST, refusal).into_response(),
    };
    if asked.deny.is_some() {
        return go_back(redirect_uri, &[("error", "access_denied")], asked.state.as_deref());
    }
    if let Err(error) = well_formed(&asked) {
        return go_back(redirect_uri, &[("error", error)], asked.state.as_deref());
    }
    let Some(user) = chosen_user(&simulator, &asked) else {
        return Html(page::choose(&uri, &people(&simulator))).into_response();
    };
    let consent = Consent {
        user,
        client: client.to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        scope: asked.scope.clone(),
        challenge: asked.code_challenge.clone(),
    };
    let code = simulator.lock().grants.code_for(consent);
    go_back(redirect_uri, &[("code", &code)], asked.state.as_deref())
}

/// The client and a redirect URI that may be trusted, or what the error page says.
fn safe_to_go_back<'a>(simulator: &Simulator, asked: &'a Asked) -> Result<(&'a str, &'a str), &'static str> {
    let state = simulator.lock();
    let client =
        asked.client_id.as_deref().filter(|id| !id.is_empty()).ok_or("Missing required parameter: client_id")?;
    if state.client_id.as_deref().is_some_and(|known| known != client) {
        return Err("INVALID_CLIENT: Invalid client");
    }
    let redirect_uri = asked.redirect_uri.as_deref().ok_or("Missing required parameter: redirect_uri")?;
    if !redirect::is_registered(redirect_uri, &state.redirect_uri) {
        return Err("INVALID_CLIENT: Invalid redirect URI");
    }
    Ok((client, redirect_uri))
}

fn well_formed(asked: &Asked) -> Result<(), &'static str> {
    if asked.response_type.as_deref() != Some("code") {
        return Err("unsupported_response_type");
    }
    match (asked.code_challenge_method.as_deref(), asked.code_challenge.as_deref()) {
        (Some("S256"), Some(challenge)) if challenge.len() == S256_LEN => Ok(()),
        (None, None) => Ok(()),
        (_, _) => Err("invalid_request"),
    }
}

/// Characters of an unpadded base64url SHA-256.
const S256_LEN: usize = 43;

fn chosen_user(simulator: &Simulator, asked: &Asked) -> Option<String> {
    let state = simulator.lock();
    if let Some(name) = asked.user.as_deref() {
        return state.world.user(name).map(|user| user.id.clone());
    }
    let mut people = state.world.users.iter().filter(|user| user.public);
    match (state.sign_in, people.next(), people.next()) {
        (SignIn::Auto, Some(only), None) => Some(only.id.clone()),
        (SignIn::Auto | SignIn::Buttons, _, _) => None,
    }
}

fn people(simulator: &Simulator) -> Vec<(String, String)> {
    let state = simulator.lock();
    let public = state.world.users.iter().filter(|user| user.public);
    public.map(|user| (user.id.clone(), user.display_name.clone())).collect()
}

fn go_back(redirect_uri: &str, pairs: &[(&str, &str)], state: Option<&str>) -> Response {
    let pairs = pairs.iter().copied().chain(state.map(|state| ("state", state)));
    let location = urls::with_query(redirect_uri, pairs);
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
