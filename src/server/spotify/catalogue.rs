//! Artists, and who is signed in.

use super::client::{ApiRequest, Caller, Spotify};
use super::error::{SpotifyError, transport};
use super::gate::Lane;
use super::oauth::{SignInStart, Tokens};
use super::wire::user::{Artist, Artists, User};
use crate::domain::ids::is_spotify_id;
use crate::domain::requests::EndpointGroup;
use crate::domain::sync::machine::input::ArtistMeta;
use crate::server::store::users::SpotifyAccount;
use secrecy::ExposeSecret;

impl Spotify {
    /// Several artists in one request; ids that Spotify does not know are absent.
    pub async fn artists(&self, caller: &Caller, ids: &[String]) -> Result<Vec<ArtistMeta>, SpotifyError> {
        let request = ApiRequest::get("/artists").query("ids", ids.join(","));
        let answer: Artists = self.send(caller, &request).await?;
        Ok(answer.artists.into_iter().flatten().map(Artist::into_meta).collect())
    }

    /// One artist.
    pub async fn artist(&self, caller: &Caller, id: &str) -> Result<ArtistMeta, SpotifyError> {
        if !is_spotify_id(id) {
            return Err(SpotifyError::NotFound);
        }
        Ok(self.send::<Artist>(caller, &ApiRequest::get(format!("/artists/{id}"))).await?.into_meta())
    }

    /// Of each URI, at most 40, whether it is among the person's Liked Songs.
    pub async fn library_contains(&self, caller: &Caller, uris: &[String]) -> Result<Vec<bool>, SpotifyError> {
        let answer: Vec<bool> =
            self.send(caller, &ApiRequest::get("/me/library/contains").query("uris", uris.join(","))).await?;
        if answer.len() == uris.len() {
            Ok(answer)
        } else {
            Err(SpotifyError::Malformed(format!("{} answers to {} questions", answer.len(), uris.len())))
        }
    }

    /// Begins a sign-in; `None` without a client id.
    pub fn begin_sign_in(&self) -> Option<SignInStart> {
        self.accounts.begin()
    }

    /// Whether the accounts service knows a client id.
    pub async fn knows_client(&self, client_id: &str, redirect_uri: &str) -> Result<bool, SpotifyError> {
        self.accounts.knows_client(&self.http, client_id, redirect_uri).await
    }

    /// Trades a code for tokens.
    pub async fn exchange_code(&self, code: String, verifier: String) -> Result<Tokens, SpotifyError> {
        self.accounts.exchange(&self.http, code, verifier).await
    }

    /// Who the holder of these tokens is: asked once at sign-in, before there is a row to count for.
    pub async fn account_of(&self, tokens: &Tokens) -> Result<SpotifyAccount, SpotifyError> {
        self.pass(Lane::default(), EndpointGroup::Profile).await?;
        let response = self
            .http
            .get(format!("{}/me", self.api_url))
            .bearer_auth(tokens.access.expose_secret())
            .send()
            .await
            .map_err(|error| transport(&error))?;
        let status = response.status().as_u16();
        match status {
            200 => {}
            403 => {
                let message = "this account is not on the app's list of users, or its owner has no Premium".into();
                return Err(SpotifyError::Forbidden { message });
            }
            500..=599 => return Err(SpotifyError::Server { status }),
            _ => return Err(SpotifyError::Rejected { status, message: "the profile could not be read".into() }),
        }
        let user: User = response.json().await.map_err(|error| transport(&error))?;
        let display_name = user.display_name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| user.id.clone());
        Ok(SpotifyAccount { spotify_user_id: user.id, spotify_account_id: user.account_id, display_name })
    }
}
