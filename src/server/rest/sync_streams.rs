//! `/api/sync-events/{id}/stream`

use super::extract::ApiQuery;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::sync_streams as operations;
use crate::server::problem::Problem;
use crate::server::state::AppState;
use crate::server::sync::live::{LiveEvent, LiveKind, Seen};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use serde::Deserialize;
use std::convert::Infallible;
use std::time::Duration;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// The id of the last event of every run: who has seen it need not come back.
const END: &str = "end";
/// Keeps proxies from closing a stream on which nothing happens.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);

/// Where a watcher without the header stopped.
#[derive(Debug, Deserialize)]
pub struct StreamQuery {
    last_event_id: Option<String>,
}

/// Server-sent events of one run until its end: `progress` and `waiting` (RunProgress), `child` (SyncEventChild),
/// `finished` (SyncEvent). With `Last-Event-ID` or `last_event_id` it goes on after that event.
#[utoipa::path(get, path = "/api/sync-events/{id}/stream", params(("last_event_id" = Option<String>, Query, description = "The id of the last event that was seen; the header Last-Event-ID goes before it")), responses((status = 200, description = "Events `progress` and `waiting` with RunProgress, `child` with SyncEventChild, `finished` with SyncEvent", content_type = "text/event-stream", body = String), (status = 204, description = "The end was seen: do not come back"), (status = 404, description = "Absent, or another person's")))]
pub async fn get(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    ApiQuery(query): ApiQuery<StreamQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let header = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let last = header.or(query.last_event_id);
    let seen = last.as_deref().and_then(|last| last.parse().ok()).map_or(Seen::Nothing, Seen::UpTo);
    let events = operations::watch(&app, &user, &id, seen).await?;
    if last.as_deref() == Some(END) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let events = events.map(|event| Ok::<_, Infallible>(sent(&event)));
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT_EVERY));
    // For proxies that would collect it first.
    Ok(([(HeaderName::from_static("x-accel-buffering"), "no"), (header::CACHE_CONTROL, "no-store")], stream)
        .into_response())
}

fn sent(event: &LiveEvent) -> Event {
    let sent = Event::default().event(event.kind.as_str()).data(&event.body);
    match (event.kind, event.no) {
        (LiveKind::Finished, _) => sent.id(END),
        (LiveKind::Progress | LiveKind::Waiting | LiveKind::Child, Some(no)) => sent.id(no.to_string()),
        (LiveKind::Progress | LiveKind::Waiting | LiveKind::Child, None) => sent,
    }
}
