//! Codes and tokens that were given out.

use super::pkce;
use crate::simulator::ids::secret_text;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// Lengths of Spotify's own codes and tokens, roughly.
const CODE_LEN: usize = 180;
const ACCESS_LEN: usize = 220;
const REFRESH_LEN: usize = 131;

/// What a code was given for.
#[derive(Debug, Clone)]
pub struct Consent {
    pub user: String,
    pub client: String,
    pub redirect_uri: String,
    pub scope: String,
    /// None for a client that proves itself with a secret.
    pub challenge: Option<String>,
}

/// Whom a token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    pub user: String,
    pub client: String,
    pub scope: String,
}

/// What the token endpoint answers with.
#[derive(Debug, PartialEq, Eq)]
pub struct Issued {
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub scope: String,
}

/// An access token's state.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing {
    Valid(Bearer),
    Expired,
    Unknown,
}

/// What the client says about itself when it redeems a code.
#[derive(Debug, Clone, Copy)]
pub struct Redeemer<'a> {
    pub client: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: Option<&'a str>,
    /// Whether a secret was sent.
    pub has_secret: bool,
}

/// All codes and tokens.
#[derive(Debug)]
pub struct Grants {
    codes: HashMap<String, (Consent, Instant)>,
    access: HashMap<String, (Bearer, Instant)>,
    refresh: HashMap<String, Refresh>,
    pub rotates: bool,
    pub token_lifetime: Duration,
    pub refresh_lifetime: Duration,
    pub code_lifetime: Duration,
}

#[derive(Debug)]
struct Refresh {
    bearer: Bearer,
    /// When the user consented; refreshing does not move it.
    consented: Instant,
    revoked: bool,
}

impl Grants {
    pub fn new(rotates: bool, token_lifetime: Duration, refresh_lifetime: Duration, code_lifetime: Duration) -> Self {
        let (codes, access, refresh) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { codes, access, refresh, rotates, token_lifetime, refresh_lifetime, code_lifetime }
    }

    /// A code for a consent.
    pub fn code_for(&mut self, consent: Consent) -> String {
        let code = secret_text(CODE_LEN);
        self.codes.insert(code.clone(), (consent, Instant::now()));
        code
    }

    /// Tokens for a code; the error is Spotify's description. The code is spent by the first attempt.
    pub fn redeem(&mut self, code: &str, by: Redeemer<'_>) -> Result<Issued, &'static str> {
        let (consent, given) = self.codes.remove(code).ok_or("Invalid authorization code")?;
        if given.elapsed() >= self.code_lifetime {
            return Err("Authorization code expired");
        }
        if consent.client != by.client {
            return Err("Invalid authorization code");
        }
        if consent.redirect_uri != by.redirect_uri {
            return Err("Invalid redirect URI");
        }
        match (&consent.challenge, by.verifier) {
            (Some(challenge), Some(verifier)) if pkce::proves(verifier, challenge) => {}
            (Some(_), Some(_) | None) => return Err("code_verifier was incorrect"),
            (None, _) if by.has_secret => {}
            (None, _) => return Err("Invalid authorization code"),
        }
        let Consent { user, client, scope, .. } = consent;
        Ok(self.issue(Bearer { user, client, scope }, Instant::now()))
    }

    /// A new access token for a refresh token; the error is Spotify's description.
    pub fn refresh(&mut self, token: &str, client: &str) -> Result<Issued, &'static str> {
        let known = self.refresh.get_mut(token).filter(|known| known.bearer.client == client);
        let known = known.ok_or("Invalid refresh token")?;
        if known.revoked || known.consented.elapsed() >= self.refresh_lifetime {
            return Err("Refresh token revoked");
        }
        let (bearer, consented) = (known.bearer.clone(), known.consented);
        if self.rotates {
            known.revoked = true;
            return Ok(self.issue(bearer, consented));
        }
        let scope = bearer.scope.clone();
        Ok(Issued { access_token: self.access_for(bearer), refresh_token: None, scope })
    }

    /// Whether an access token may be used now.
    pub fn standing(&self, access_token: &str) -> Standing {
        match self.access.get(access_token) {
            None => Standing::Unknown,
            Some((_, issued)) if issued.elapsed() >= self.token_lifetime => Standing::Expired,
            Some((bearer, _)) => Standing::Valid(bearer.clone()),
        }
    }

    /// An access token out of thin air, for tests and demos.
    pub fn access_for(&mut self, bearer: Bearer) -> String {
        let token = secret_text(ACCESS_LEN);
        self.access.insert(token.clone(), (bearer, Instant::now()));
        token
    }

    /// Ends all tokens of a user, as when they remove the app from their account.
    pub fn revoke(&mut self, user: &str) {
        self.access.retain(|_, (bearer, _)| bearer.user != user);
        self.refresh.values_mut().filter(|known| known.bearer.user == user).for_each(|known| known.revoked = true);
    }

    /// Lets all access tokens of a user run out now; refresh tokens stay good.
    pub fn expire_access(&mut self, user: &str) {
        let lifetime = self.token_lifetime;
        for (bearer, issued) in self.access.values_mut() {
            if bearer.user == user
                && let Some(earlier) = Instant::now().checked_sub(lifetime)
            {
                *issued = earlier;
            }
        }
    }

    fn issue(&mut self, bearer: Bearer, consented: Instant) -> Issued {
        let token = secret_text(REFRESH_LEN);
        self.refresh.insert(token.clone(), Refresh { bearer: bearer.clone(), consented, revoked: false });
        let scope = bearer.scope.clone();
        Issued { access_token: self.access_for(bearer), refresh_token: Some(token), scope }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const REDIRECT: &str = "http://127.0.0.1:3000/cb";
    const GOOD: Redeemer<'static> =
        Redeemer { client: "app", redirect_uri: REDIRECT, verifier: Some(VERIFIER), has_secret: false };

    fn grants(rotates: bool) -> Grants {
        let hour = Duration::from_secs(3_600);
        Grants::new(rotates, hour, 24 * hour, hour)
    }

    fn code(grants: &mut Grants) -> String {
        grants.code_for(Consent {
            user: "alma".into(),
            client: "app".into(),
            redirect_uri: REDIRECT.into(),
            scope: "s".into(),
            challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into()),
        })
    }

    #[test]
    fn a_code_works_once_and_only_for_whom_it_was_given() {
        let mut grants = grants(false);
        let good = code(&mut grants);
        assert!(grants.redeem(&good, GOOD).is_ok());
        assert_eq!(grants.redeem(&good, GOOD), Err("Invalid authorization code"));
        for (wrong, why) in [
            (Redeemer { client: "other", ..GOOD }, "Invalid authorization code"),
            (Redeemer { redirect_uri: "http://127.0.0.1:3001/cb", ..GOOD }, "Invalid redirect URI"),
            (Redeemer { verifier: None, ..GOOD }, "code_verifier was incorrect"),
            (Redeemer { verifier: None, has_secret: true, ..GOOD }, "code_verifier was incorrect"),
            (Redeemer { verifier: Some(&VERIFIER[1..]), ..GOOD }, "code_verifier was incorrect"),
        ] {
            let code = code(&mut grants);
            assert_eq!(grants.redeem(&code, wrong), Err(why));
            assert!(grants.redeem(&code, GOOD).is_err(), "a failed attempt spends the code");
        }
    }

    #[test]
    fn a_code_runs_out() {
        let mut grants = Grants { code_lifetime: Duration::ZERO, ..grants(false) };
        let code = code(&mut grants);
        assert_eq!(grants.redeem(&code, GOOD), Err("Authorization code expired"));
    }

    #[test]
    fn refreshing_keeps_or_replaces_the_refresh_token() {
        let mut grants = grants(false);
        let first = code(&mut grants);
        let refresh = grants.redeem(&first, GOOD).expect("tokens").refresh_token.expect("refresh token");
        assert_eq!(grants.refresh(&refresh, "app").expect("kept").refresh_token, None);
        assert_eq!(grants.refresh(&refresh, "other"), Err("Invalid refresh token"));
        grants.rotates = true;
        let next = grants.refresh(&refresh, "app").expect("replaced").refresh_token.expect("new one");
        assert_eq!(grants.refresh(&refresh, "app"), Err("Refresh token revoked"));
        assert!(grants.refresh(&next, "app").is_ok());
    }

    #[test]
    fn revoking_ends_everything_and_six_months_end_a_refresh_token() {
        let mut grants = grants(false);
        let first = code(&mut grants);
        let issued = grants.redeem(&first, GOOD).expect("tokens");
        let refresh = issued.refresh_token.expect("refresh token");
        assert!(matches!(grants.standing(&issued.access_token), Standing::Valid(_)));
        grants.refresh_lifetime = Duration::ZERO;
        assert_eq!(grants.refresh(&refresh, "app"), Err("Refresh token revoked"));
        grants.refresh_lifetime = Duration::from_secs(60);
        grants.revoke("alma");
        assert_eq!(grants.standing(&issued.access_token), Standing::Unknown);
        assert_eq!(grants.refresh(&refresh, "app"), Err("Refresh token revoked"));
    }
}
