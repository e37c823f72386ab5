//! The person themselves.

use super::CurrentUser;
use crate::domain::me::Me;
use crate::error::AppError;
use crate::server::clock;
use crate::server::error::ServerError;
use crate::server::state::AppState;
use crate::server::sync::zone;
use serde_json::{Value, json};
use std::time::Duration;

/// Raised when what an export says changes its form.
const EXPORT_VERSION: u32 = 1;
/// Refresh tokens end six months after consent (Spotify, "Introducing refresh token expiration", 2026-06-18).
const CONSENT_MONTHS: i64 = 6;
/// Running syncs get this long to reach a safe point before a deletion.
const CANCEL_GRACE: Duration = Duration::from_secs(10);

/// How a person is shown.
pub async fn get(app: &AppState, user: &CurrentUser) -> Result<Me, ServerError> {
    Ok(Me {
        id: user.id,
        spotify_user_id: user.spotify_user_id.clone(),
        display_name: user.display_name.clone(),
        connection: user.connection,
        consent_expires_at: consent_end(&user.consent_at),
        api_mode: user.api_mode,
        capabilities: user.capabilities,
        time_zone: user.time_zone.clone(),
        demo: app.demo.is_some(),
    })
}

fn consent_end(consent_at: &str) -> String {
    let from: jiff::Timestamp = consent_at.parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let end = from.to_zoned(jiff::tz::TimeZone::UTC).checked_add(jiff::Span::new().months(CONSENT_MONTHS));
    end.map_or_else(|_| consent_at.to_owned(), |end| clock::text_of(end.timestamp().as_millisecond()))
}

/// Sets the time zone that relative dates are read in.
pub async fn set_time_zone(app: &AppState, user: &CurrentUser, time_zone: &str) -> Result<Me, ServerError> {
    if !zone::is_known(time_zone) {
        let detail = "This is no time zone of the IANA database; write it as in Europe/Berlin.";
        return Err(AppError::invalid("/time_zone", detail).into());
    }
    app.store.update_time_zone(user.id, time_zone).await?;
    let user = CurrentUser { time_zone: time_zone.to_owned(), ..user.clone() };
    get(app, &user).await
}

/// Takes the zone that the browser reports after the first sign-in; a zone that is known stays.
pub async fn report_time_zone(app: &AppState, user: &CurrentUser, time_zone: &str) -> Result<(), ServerError> {
    if !zone::is_known(time_zone) {
        return Err(AppError::invalid("/time_zone", "This is no time zone of the IANA database.").into());
    }
    Ok(app.store.report_time_zone(user.id, time_zone).await?)
}

/// Everything that is stored of a person, but for secrets and what is only kept for a while.
pub async fn export(app: &AppState, user: &CurrentUser) -> Result<Value, ServerError> {
    let tables = app.store.export(user.id).await?;
    Ok(json!({ "headwater_export": EXPORT_VERSION, "exported_at": clock::now_text(), "tables": tables }))
}

/// Deletes everything we hold of a person. Spotify playlists stay.
pub async fn delete(app: &AppState, user: &CurrentUser) -> Result<(), ServerError> {
    let running = app.running.cancel_all_of(user.id);
    let ended = async {
        for id in running {
            app.running.wait(id).await;
        }
    };
    // Whoever does not end in time finds its event gone at the next commit, and stops.
    let _ = tokio::time::timeout(CANCEL_GRACE, ended).await;
    app.spotify.cache().delete_user(user.id).await;
    Ok(app.store.delete_user(user.id).await?)
}
