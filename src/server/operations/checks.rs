//! What is asked of names, descriptions and ids, said once.

use crate::domain::filter::json;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, PlaylistId, SyncBatchId, SyncEventId};
use crate::domain::playlist::{DESCRIPTION_LEN_MAX, NAME_LEN_MAX};
use crate::error::AppError;
use crate::server::error::{invalid_filter, not_found};

/// A Spotify name of 1 to 100 characters.
pub fn name(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let len = text.chars().count();
    if len == 0 || len > NAME_LEN_MAX || text.chars().any(char::is_control) {
        return Err(AppError::invalid(
            "/name",
            "A name has 1 to 100 characters and no line breaks. Nothing was saved.",
        ));
    }
    Ok(text.to_owned())
}

/// A description of up to 300 characters without line breaks: Spotify refuses others.
pub fn description(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.chars().count() > DESCRIPTION_LEN_MAX || text.chars().any(char::is_control) {
        let detail = "A description has at most 300 characters and no line breaks. Nothing was saved.";
        return Err(AppError::invalid("/description", detail));
    }
    Ok(text.to_owned())
}

/// A filter in its JSON form.
pub fn filter(value: &serde_json::Value) -> Result<Filter, AppError> {
    json::parse(value).map_err(|faults| invalid_filter("/filter", faults))
}

/// A Spotify playlist by id, URI or link.
pub fn spotify_playlist(text: &str) -> Result<PlaylistId, AppError> {
    let detail = "This is no Spotify playlist; give its id of 22 letters and digits, its URI or its link.";
    PlaylistId::parse(text).map_err(|_| AppError::invalid("/spotify_playlist_id", detail))
}

/// An id that is no UUID is as absent as any other.
pub fn base_id(text: &str) -> Result<BasePlaylistId, AppError> {
    BasePlaylistId::parse(text).map_err(|_| not_found())
}

/// The same for children.
pub fn child_id(text: &str) -> Result<ChildPlaylistId, AppError> {
    ChildPlaylistId::parse(text).map_err(|_| not_found())
}

/// The same for batches.
pub fn batch_id(text: &str) -> Result<SyncBatchId, AppError> {
    SyncBatchId::parse(text).map_err(|_| not_found())
}

/// The same for sync events.
pub fn event_id(text: &str) -> Result<SyncEventId, AppError> {
    SyncEventId::parse(text).map_err(|_| not_found())
}
