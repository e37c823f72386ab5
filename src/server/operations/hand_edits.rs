//! Songs that were changed by hand in Spotify: what syncs found, and the person's word on it.

use super::child_playlists::{self, ChildPatch};
use super::known_songs::known_songs;
use super::{CurrentUser, checks};
use crate::domain::filter::exception::Exception;
use crate::domain::filter::json;
use crate::domain::sync::hands::{HandEdits, ShownEdit, wish};
use crate::error::AppError;
use crate::server::error::ServerError;
use crate::server::state::AppState;
use serde::{Deserialize, Serialize};

/// Edits that are shown and can be answered at a time.
const LISTED_MAX: u32 = 1_000;

/// Who wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The hand: an added song is pinned, a removed one is excluded.
    Keep,
    /// The rules: the next sync does what they say.
    Undo,
}

/// The person's word on some songs.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandAnswer {
    pub uris: Vec<String>,
    pub answer: Answer,
}

/// What was found in one child.
pub async fn list(app: &AppState, user: &CurrentUser, child_id: &str) -> Result<HandEdits, ServerError> {
    let child = app.store.get_child_playlist(user.id, checks::child_id(child_id)?).await?;
    let stored = app.store.list_hand_edits(user.id, child.id, LISTED_MAX).await?;
    let base = app.store.get_base_playlist(user.id, child.base_playlist_id).await?;
    let base = (!stored.is_empty()).then_some(&base);
    let songs = known_songs(app, user, base, false).await;
    let shown = stored.into_iter().map(|edit| ShownEdit {
        track: songs.named(&edit.uri),
        edit: edit.edit,
        state: edit.state,
        sync_event_id: edit.event,
        found_at: edit.found_at,
    });
    Ok(HandEdits {
        child_playlist_id: child.id,
        base_playlist_id: child.base_playlist_id,
        name: child.name,
        policy: child.hand_policy,
        items: shown.collect(),
    })
}

/// Takes the person's word; what is said of a song that nothing was found of is an error, and nothing is done then.
pub async fn answer(
    app: &AppState,
    user: &CurrentUser,
    child_id: &str,
    word: HandAnswer,
) -> Result<HandEdits, ServerError> {
    let child = app.store.get_child_playlist(user.id, checks::child_id(child_id)?).await?;
    let stored = app.store.list_hand_edits(user.id, child.id, LISTED_MAX).await?;
    let mut filter = child.filter.clone();
    for (at, uri) in word.uris.iter().enumerate() {
        let Some(edit) = stored.iter().find(|edit| edit.uri == *uri) else {
            let detail = "No sync found that this song was changed by hand. Nothing was saved.";
            return Err(AppError::invalid(format!("/uris/{at}"), detail).into());
        };
        let exception = match word.answer {
            Answer::Keep => wish(edit.edit),
            Answer::Undo => Exception::Rules,
        };
        filter = filter.with_exception(uri, exception);
    }
    // Refused while a sync runs, as every change of a child.
    let filter = (filter != child.filter).then(|| json::write(&filter));
    child_playlists::update(app, user, child_id, ChildPatch { filter, ..ChildPatch::default() }).await?;
    app.store.forget_hand_edits(user.id, child.id, &word.uris).await?;
    list(app, user, child_id).await
}
