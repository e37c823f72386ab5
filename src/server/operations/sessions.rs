//! The browsers in which a person is signed in.

use super::CurrentUser;
use crate::domain::access::SessionLine;
use crate::server::error::{ServerError, not_found};
use crate::server::session_contents::session_line;
use crate::server::state::AppState;

/// All of them; `this` is the id of the one that asks.
pub async fn list(app: &AppState, user: &CurrentUser, this: Option<&str>) -> Result<Vec<SessionLine>, ServerError> {
    let rows = app.store.list_sessions(user.id).await?;
    let mut lines: Vec<SessionLine> = rows.iter().filter_map(|row| session_line(row, this)).collect();
    lines.sort_by(|a, b| (b.is_this, &b.last_seen_at).cmp(&(a.is_this, &a.last_seen_at)));
    Ok(lines)
}

/// Ends one of them.
pub async fn end(app: &AppState, user: &CurrentUser, id: &str) -> Result<(), ServerError> {
    for row in app.store.list_sessions(user.id).await? {
        if session_line(&row, None).is_some_and(|line| line.id == id) {
            return Ok(app.store.delete_session(&row.id).await?);
        }
    }
    Err(not_found().into())
}

/// Ends all but the one that asks; tells how many.
pub async fn end_others(app: &AppState, user: &CurrentUser, this: Option<&str>) -> Result<usize, ServerError> {
    let mut ended = 0;
    for row in app.store.list_sessions(user.id).await? {
        if Some(row.id.as_str()) != this {
            app.store.delete_session(&row.id).await?;
            ended += 1;
        }
    }
    Ok(ended)
}
