//! The accounts service: authorization code with PKCE, and refresh.

use super::error::{SpotifyError, transport};
use crate::server::config::Config;
use oauth2::basic::{BasicClient, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// What we ask for, and why: `web-api.md`, section 1.6. Nothing that reads a profile.
pub const SCOPES: [&str; 5] = [
    "playlist-read-private",
    "playlist-read-collaborative",
    "playlist-modify-private",
    "playlist-modify-public",
    // For rules on Liked Songs; without it these cannot be judged, and all else works.
    "user-library-read",
];

/// Spotify answers 3600; used when it says nothing.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(3_600);

/// RFC 7636, section 4.1.
const VERIFIER_LEN_MIN: usize = 43;

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// The accounts service as configured; without a client id nobody can sign in.
#[derive(Debug)]
pub struct Accounts {
    client: Option<Client>,
    token_url: String,
}

/// Fresh tokens.
#[derive(Debug)]
pub struct Tokens {
    pub access: SecretString,
    /// Absent: keep the old one.
    pub refresh: Option<SecretString>,
    pub expires_in: Duration,
}

/// A sign-in that has begun.
#[derive(Debug)]
pub struct SignInStart {
    pub authorize_url: String,
    pub state: String,
    pub verifier: String,
}

/// A fault on the way, not of the accounts service.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct AdapterError(SpotifyError);

impl Accounts {
    /// From the configuration.
    pub fn new(config: &Config) -> Self {
        Self {
            client: build(config),
            token_url: format!("{}/api/token", config.spotify_accounts_url.trim_end_matches('/')),
        }
    }

    /// Where to send the browser.
    pub fn begin(&self) -> Option<SignInStart> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state) = self
            .client
            .as_ref()?
            .authorize_url(CsrfToken::new_random)
            .add_scopes(SCOPES.map(|scope| Scope::new(scope.into())))
            .set_pkce_challenge(challenge)
            .url();
        Some(SignInStart { authorize_url: url.into(), state: state.into_secret(), verifier: verifier.into_secret() })
    }

    /// Whether the accounts service knows a client id: a made-up code is refused as a code, not as a client.
    pub async fn knows_client(
        &self,
        http: &reqwest::Client,
        client_id: &str,
        redirect_uri: &str,
    ) -> Result<bool, SpotifyError> {
        let verifier = "a".repeat(VERIFIER_LEN_MIN);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", "made-up"),
            ("redirect_uri", redirect_uri),
            ("client_id", client_id),
            ("code_verifier", &verifier),
        ];
        let response = http.post(&self.token_url).form(&form).send().await.map_err(|error| transport(&error))?;
        let answer: serde_json::Value = response.json().await.map_err(|error| transport(&error))?;
        match answer["error"].as_str() {
            Some("invalid_grant") => Ok(true),
            Some("invalid_client") => Ok(false),
            Some(_) | None => Err(SpotifyError::Malformed("the accounts service gave no clear answer".into())),
        }
    }

    /// Trades a code for tokens.
    pub async fn exchange(
        &self,
        http: &reqwest::Client,
        code: String,
        verifier: String,
    ) -> Result<Tokens, SpotifyError> {
        let client = self.client.as_ref().ok_or(SpotifyError::ReconnectNeeded)?;
        let send = |request| carry(http.clone(), request);
        client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&send)
            .await
            .map(tokens_of)
            .map_err(|error| read_error(&error))
    }

    /// Trades a refresh token for an access token.
    pub async fn refresh(&self, http: &reqwest::Client, token: &SecretString) -> Result<Tokens, SpotifyError> {
        let client = self.client.as_ref().ok_or(SpotifyError::ReconnectNeeded)?;
        let send = |request| carry(http.clone(), request);
        client
            .exchange_refresh_token(&RefreshToken::new(token.expose_secret().to_owned()))
            .request_async(&send)
            .await
            .map(tokens_of)
            .map_err(|error| read_error(&error))
    }
}

fn build(config: &Config) -> Option<Client> {
    let id = config.spotify_client_id.clone()?;
    let accounts = config.spotify_accounts_url.trim_end_matches('/');
    let mut client = oauth2::Client::new(ClientId::new(id))
        .set_auth_uri(AuthUrl::new(format!("{accounts}/authorize")).ok()?)
        .set_token_uri(TokenUrl::new(format!("{accounts}/api/token")).ok()?)
        .set_redirect_uri(RedirectUrl::new(config.redirect_uri()).ok()?)
        .set_auth_type(oauth2::AuthType::RequestBody);
    if let Some(secret) = &config.spotify_client_secret {
        client = client
            .set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            .set_auth_type(oauth2::AuthType::BasicAuth);
    }
    Some(client)
}

fn tokens_of(answer: BasicTokenResponse) -> Tokens {
    Tokens {
        access: SecretString::from(answer.access_token().secret().clone()),
        refresh: answer.refresh_token().map(|token| SecretString::from(token.secret().clone())),
        expires_in: answer.expires_in().unwrap_or(DEFAULT_LIFETIME),
    }
}

/// `invalid_grant` alone means that the permission has ended; everything else may pass.
fn read_error(
    error: &RequestTokenError<AdapterError, oauth2::StandardErrorResponse<BasicErrorResponseType>>,
) -> SpotifyError {
    match error {
        RequestTokenError::ServerResponse(answer) if *answer.error() == BasicErrorResponseType::InvalidGrant => {
            SpotifyError::ReconnectNeeded
        }
        RequestTokenError::ServerResponse(answer) => {
            SpotifyError::Rejected { status: 400, message: answer.error().to_string() }
        }
        RequestTokenError::Request(AdapterError(error)) => error.clone(),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            SpotifyError::Malformed("the accounts service sent no token".into())
        }
    }
}

/// Carries a request of the oauth2 crate over our HTTP client.
async fn carry(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, AdapterError> {
    let (parts, body) = request.into_parts();
    let mut builder = http.request(parts.method, parts.uri.to_string()).headers(parts.headers);
    builder = builder.body(body).timeout(Duration::from_secs(15));
    let response = builder.send().await.map_err(|error| AdapterError(transport(&error)))?;
    let status = response.status();
    if status.is_server_error() {
        return Err(AdapterError(SpotifyError::Server { status: status.as_u16() }));
    }
    if status == reqwest::StatusCode::TOO_MANY_REQUESTS {
        return Err(AdapterError(SpotifyError::RateLimited { retry_after_s: None, quota: false }));
    }
    let headers = response.headers().clone();
    let body = response.bytes().await.map_err(|error| AdapterError(transport(&error)))?.to_vec();
    let mut answer = HttpResponse::new(body);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}
