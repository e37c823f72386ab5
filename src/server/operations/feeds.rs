//! Ended syncs for programs that read feeds.

use super::CurrentUser;
use crate::domain::sync::event::SyncStatus;
use crate::server::error::ServerError;
use crate::server::feed;
use crate::server::state::AppState;
use crate::server::store::sync_events::EventQuery;

const ENTRIES: u32 = 50;

/// The feed of a person, as XML.
pub async fn get(app: &AppState, user: &CurrentUser) -> Result<String, ServerError> {
    let query = EventQuery { limit: ENTRIES, ..EventQuery::default() };
    let mut events = app.store.list_sync_events(user.id, &query).await?;
    events.retain(|event| event.status != SyncStatus::InProgress);
    Ok(feed::write(user.id, &user.display_name, &app.config.public_url(), &events))
}
