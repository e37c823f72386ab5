//! Who asks: sessions are rows here; the browser holds only a random id.

use super::bearer;
use crate::domain::access::browser_words;
use crate::domain::ids::UserId;
use crate::error::{AppError, ErrorCode};
use crate::server::clock;
use crate::server::config::Config;
use crate::server::error::ServerError;
use crate::server::operations::CurrentUser;
use crate::server::problem::Problem;
use crate::server::session_contents::{PERSON, Person};
use crate::server::state::AppState;
use crate::server::store::Store;
use crate::server::store::sessions::SessionRow;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use time::OffsetDateTime;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

const COOKIE: &str = "headwater_session";
const IDLE_DAYS: i64 = 7;
const ABSOLUTE_MS: i64 = 30 * 86_400_000;
/// Writing at every request would cost more than it tells.
const TOUCH_EVERY_MS: i64 = 3_600_000;

/// The layer with the cookie that this configuration asks for.
pub fn layer(store: Store, config: &Config) -> SessionManagerLayer<Rows> {
    let plain = config.is_plain_loopback();
    let name = super::cookies::full_name(config, COOKIE);
    SessionManagerLayer::new(Rows(store))
        .with_name(name)
        .with_secure(!plain)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::days(IDLE_DAYS)))
}

/// The browser's session, to sign in and out with.
#[derive(Debug, Clone)]
pub struct Browser {
    session: Session,
    /// What it says of itself, in words.
    words: String,
}

fn session_error(error: impl std::fmt::Display) -> ServerError {
    ServerError::Session(error.to_string())
}

impl Browser {
    /// Begins a session of a person under a new id.
    pub async fn sign_in(&self, user_id: UserId) -> std::result::Result<(), ServerError> {
        let now = clock::now_ms();
        self.session.cycle_id().await.map_err(session_error)?;
        let person = Person { user_id, signed_in_ms: now, touched_ms: now, browser: self.words.clone() };
        self.session.insert(PERSON, person).await.map_err(session_error)
    }

    /// The id of the session, where there is one.
    pub fn id(&self) -> Option<String> {
        self.session.id().map(|id| id.to_string())
    }

    /// Ends it: the row is gone.
    pub async fn sign_out(&self) -> std::result::Result<(), ServerError> {
        self.session.flush().await.map_err(session_error)
    }

    /// The person of this session, unless it is too old.
    pub async fn find_user(&self, app: &AppState) -> std::result::Result<Option<CurrentUser>, ServerError> {
        let Some(mut person) = self.session.get::<Person>(PERSON).await.map_err(session_error)? else {
            return Ok(None);
        };
        let now = clock::now_ms();
        if person.signed_in_ms + ABSOLUTE_MS < now {
            self.sign_out().await?;
            return Ok(None);
        }
        if person.touched_ms + TOUCH_EVERY_MS < now {
            person.touched_ms = now;
            self.session.insert(PERSON, &person).await.map_err(session_error)?;
        }
        Ok(app.store.find_user(person.user_id).await?)
    }
}

impl FromRequestParts<AppState> for Browser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> std::result::Result<Self, Problem> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let words = browser_words(agent);
        match Session::from_request_parts(parts, state).await {
            Ok(session) => Ok(Self { session, words }),
            Err((_, words)) => Err(Problem(session_error(words).into())),
        }
    }
}

/// Said to whoever asks for something private without a session.
pub fn signed_out() -> AppError {
    AppError::new(ErrorCode::SignedOut, "You are not signed in.").hint("Sign in first.")
}

/// A handler that takes this runs only for somebody who is signed in, or whose program carries a token for it.
#[derive(Debug, Clone)]
pub struct SignedIn(pub CurrentUser);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> std::result::Result<Self, Problem> {
        if let Some(header) = parts.headers.get(header::AUTHORIZATION) {
            let user = bearer::find_user(state, header, &parts.method, parts.uri.path()).await;
            return user.map(Self).map_err(|error| Problem(error.into()));
        }
        let browser = Browser::from_request_parts(parts, state).await?;
        let user = browser.find_user(state).await.map_err(|error| Problem(error.into()))?;
        user.map(Self).ok_or_else(|| Problem(signed_out()))
    }
}

/// Sessions as rows of our database.
#[derive(Debug, Clone)]
pub struct Rows(Store);

fn row_of(record: &Record) -> Result<(SessionRow, Option<UserId>)> {
    let contents = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
    let user = record.data.get(PERSON).and_then(|person| serde_json::from_value::<Person>(person.clone()).ok());
    let expires_ms = i64::try_from(record.expiry_date.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
    let row = SessionRow { id: record.id.to_string(), contents, created_ms: clock::now_ms(), expires_ms };
    Ok((row, user.map(|person| person.user_id)))
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait::async_trait]
impl SessionStore for Rows {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let (row, user) = row_of(record)?;
            if self.0.insert_session(&row, user).await.map_err(backend)? {
                return Ok(());
            }
            // 128 random bits do not collide by chance; never overwrite another's session all the same.
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (row, user) = row_of(record)?;
        self.0.update_session(&row, user).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(row) = self.0.find_session(&id.to_string()).await.map_err(backend)? else { return Ok(None) };
        let data = serde_json::from_str(&row.contents).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_ms / 1_000).map_err(backend)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.delete_session(&id.to_string()).await.map_err(backend)
    }
}
