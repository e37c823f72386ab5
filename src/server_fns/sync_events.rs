//! Syncs: starting, watching, retrying, cancelling, and the history.

use crate::domain::playlist::{BasePlaylist, Page};
use crate::domain::sync::event::{SyncEvent, SyncState};
use crate::domain::sync::progress::RunningSync;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows on one page of the history.
pub const HISTORY_PAGE_LEN: u32 = 25;

/// What the address of the history asks for; empty texts do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryAsked {
    pub base: String,
    pub status: String,
    /// First and last day.
    pub from: String,
    pub to: String,
    pub cursor: String,
}

/// A page of the history and the bases to filter by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryPageContent {
    pub events: Page<SyncEvent>,
    pub bases: Vec<BasePlaylist>,
}

/// Starts a sync of a base; a plain form comes back to the page it was on.
#[server(endpoint = "start_sync")]
pub async fn start_sync(base_id: String) -> Result<(), AppError> {
    use crate::domain::sync::event::SyncTrigger;
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move {
        operations::sync_events::start(&state, &user, &base_id, Default::default(), SyncTrigger::Manual).await
    })
    .await?;
    Ok(())
}

/// Starts a sync as its plan was shown, and leads to the base's page. `confirm` names the plans of held children that
/// the person confirmed, each as the child's id, a colon and the plan's hash.
#[server(endpoint = "start_planned_sync")]
pub async fn start_planned_sync(base_id: String, #[server(default)] confirm: Vec<String>) -> Result<(), AppError> {
    use crate::domain::sync::event::SyncTrigger;
    use crate::server::operations::sync_events::{Confirmation, StartRequest};
    use crate::server::{adapt, operations};
    let confirm = confirm.iter().filter_map(|one| one.split_once(':'));
    let confirm = confirm.map(|(child, hash)| Confirmation { child_playlist_id: child.into(), plan_hash: hash.into() });
    let request = StartRequest { confirm: confirm.collect(), ..StartRequest::default() };
    let path = format!("/base-playlists/{base_id}");
    adapt::signed_in(|state, user| async move {
        operations::sync_events::start(&state, &user, &base_id, request, SyncTrigger::Manual).await
    })
    .await?;
    adapt::redirect(&path);
    Ok(())
}

/// Writes a child that waited for the person's word, and leads to the page of that sync.
/// `plan_hash` names the very change that was seen; another change waits again.
#[server(endpoint = "confirm_child")]
pub async fn confirm_child(base_id: String, child_id: String, plan_hash: String) -> Result<(), AppError> {
    use crate::domain::sync::event::SyncTrigger;
    use crate::server::operations::sync_events::{Confirmation, StartRequest};
    use crate::server::{adapt, operations};
    let event = adapt::signed_in(|state, user| async move {
        let request = StartRequest {
            child_playlist_ids: Some(vec![child_id.clone()]),
            confirm: vec![Confirmation { child_playlist_id: child_id, plan_hash }],
            ..StartRequest::default()
        };
        operations::sync_events::start(&state, &user, &base_id, request, SyncTrigger::Manual).await
    })
    .await?;
    adapt::redirect(&format!("/history/{}", event.id));
    Ok(())
}

/// Goes on with a sync where it stopped, and leads to the page of the run that does.
#[server(endpoint = "resume_sync")]
pub async fn resume_sync(event_id: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let event =
        adapt::signed_in(|state, user| async move { operations::sync_events::resume(&state, &user, &event_id).await })
            .await?;
    adapt::redirect(&format!("/history/{}", event.id));
    Ok(())
}

/// Starts a new sync of the children that did not finish, and leads to its page.
#[server(endpoint = "retry_sync")]
pub async fn retry_sync(event_id: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let event =
        adapt::signed_in(|state, user| async move { operations::sync_events::retry(&state, &user, &event_id).await })
            .await?;
    adapt::redirect(&format!("/history/{}", event.id));
    Ok(())
}

/// Asks a running sync to stop at the next safe point.
#[server(endpoint = "cancel_sync")]
pub async fn cancel_sync(event_id: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::sync_events::cancel(&state, &user, &event_id).await })
        .await?;
    adapt::flash_success("Stopping at the next safe point. What is written already stays.");
    Ok(())
}

/// Where the sync of a base stands.
#[server(endpoint = "get_sync_state")]
pub async fn get_sync_state(base_id: String) -> Result<Wire<SyncState>, AppError> {
    use crate::server::{adapt, operations};
    let found =
        adapt::signed_in(|state, user| async move { operations::sync_events::state(&state, &user, &base_id).await })
            .await?;
    Wire::of(&found)
}

/// One sync with its children's results.
#[server(endpoint = "get_sync_event")]
pub async fn get_sync_event(id: String) -> Result<Wire<SyncEvent>, AppError> {
    use crate::server::{adapt, operations};
    let found =
        adapt::signed_in(|state, user| async move { operations::sync_events::get(&state, &user, &id).await }).await?;
    Wire::of(&found)
}

/// What runs of this person, the oldest first.
#[server(endpoint = "list_running_syncs")]
pub async fn list_running_syncs() -> Result<Wire<Vec<RunningSync>>, AppError> {
    use crate::server::{adapt, operations};
    let found =
        adapt::signed_in(|state, user| async move { operations::sync_events::list_running(&state, &user).await })
            .await?;
    Wire::of(&found)
}

/// A page of the history, newest first.
#[server(endpoint = "list_sync_events")]
pub async fn list_sync_events(asked: HistoryAsked) -> Result<Wire<HistoryPageContent>, AppError> {
    use crate::server::{adapt, operations};
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let found = adapt::signed_in(|state, user| async move {
        let filter = operations::sync_events::ListFilter {
            base_playlist_id: given(asked.base),
            status: given(asked.status),
            from: given(asked.from),
            to: given(asked.to),
            limit: Some(HISTORY_PAGE_LEN),
            cursor: given(asked.cursor),
        };
        let events = operations::sync_events::list(&state, &user, filter).await?;
        let bases = operations::base_playlists::list(&state, &user).await?;
        Ok(HistoryPageContent { events, bases })
    })
    .await?;
    Wire::of(&found)
}
