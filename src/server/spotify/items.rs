//! Items of playlists: reading pages and the four kinds of writes.

use super::client::{ApiRequest, Caller, Spotify};
use super::error::SpotifyError;
use super::wire::Paging;
use super::wire::item::{BASE_FIELDS, CHILD_FIELDS, Item, TRACK_FIELDS};
use super::wire::playlist::Snapshot;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::batch::PAGE_LEN_MAX as PAGE_LEN;
use crate::domain::sync::diff::Row;
use crate::domain::sync::machine::input::BaseRow;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use std::sync::atomic::Ordering;

/// A page of a base.
#[derive(Debug)]
pub struct BasePage {
    pub rows: Vec<BaseRow>,
    pub total: u32,
    /// Whether every track of the page carries `popularity`.
    pub popularity_present: bool,
}

fn path(playlist: &PlaylistId) -> String {
    format!("/playlists/{playlist}/items")
}

/// A page with all its keys.
fn whole_page(playlist: &PlaylistId, offset: u32) -> ApiRequest {
    // No `market`: the stored URIs are wanted, not relinked ones.
    ApiRequest::get(path(playlist))
        .query("limit", PAGE_LEN)
        .query("offset", offset)
        .query("additional_types", "track,episode")
}

/// A page as `fields` left it.
#[derive(Debug, Deserialize)]
struct Projected<'a> {
    #[serde(borrow)]
    items: Option<Vec<Item<'a>>>,
    total: Option<u32>,
}

impl<'a> Projected<'a> {
    /// `None` if keys are missing that each page has: then `fields` was not understood.
    fn into_page(self) -> Option<Paging<Item<'a>>> {
        let (items, total) = (self.items?, self.total?);
        let understood = items.is_empty() || items.iter().any(Item::has_key);
        understood.then_some(Paging { items, total })
    }
}

/// What is asked of the rows of a base, if songs stand under this key.
pub fn base_fields(key: &str) -> String {
    BASE_FIELDS.replace("TRACK", TRACK_FIELDS).replace("KEY", key)
}

/// The keys that songs stand under, the one of today first. Where neither comes, pages are read whole.
const KEYS: [&str; 2] = ["item", "track"];

fn base_page(answer: Paging<Item<'_>>) -> BasePage {
    let popularity_present = answer.items.iter().all(|item| item.has_popularity() != Some(false));
    let rows = compact(answer.items, Item::into_base_row);
    BasePage { rows, total: answer.total, popularity_present }
}

/// Reads the body of a page of a base, as `fields` leaves it or whole.
///
/// # Errors
/// [`SpotifyError::Malformed`] if it is no such page.
pub fn parse_base_page(body: &[u8]) -> Result<BasePage, SpotifyError> {
    Ok(base_page(parse(body)?))
}

fn child_page(answer: Paging<Item<'_>>) -> (Vec<Row>, u32) {
    (compact(answer.items, Item::into_child_row), answer.total)
}

/// Rows in a list of their own: `collect` would keep the much larger one that the items stood in.
fn compact<'a, T>(items: Vec<Item<'a>>, read: fn(Item<'a>) -> T) -> Vec<T> {
    let mut rows = Vec::with_capacity(items.len());
    rows.extend(items.into_iter().map(read));
    rows
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, SpotifyError> {
    serde_json::from_slice(body).map_err(|error| SpotifyError::Malformed(error.to_string()))
}

impl Spotify {
    /// A page of a base playlist.
    pub async fn base_items(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
        offset: u32,
    ) -> Result<BasePage, SpotifyError> {
        self.rows(caller, playlist, offset, base_fields, base_page).await
    }

    /// A page with the fields that are used. Where an answer lacks what each page has, the page is asked for once more
    /// under the older key, then whole, and so is every page from then on.
    async fn rows<T>(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
        offset: u32,
        fields: fn(&str) -> String,
        read: fn(Paging<Item<'_>>) -> T,
    ) -> Result<T, SpotifyError> {
        let request = whole_page(playlist, offset);
        for (number, key) in KEYS.iter().enumerate().skip(self.keys_failed.load(Ordering::Relaxed)) {
            let body = self.send_raw(caller, &request.clone().query("fields", fields(key))).await?;
            if let Some(page) = parse::<Projected<'_>>(&body)?.into_page() {
                return Ok(read(page));
            }
            tracing::warn!(key, "Spotify left out what was asked for by `fields`");
            self.keys_failed.fetch_max(number + 1, Ordering::Relaxed);
        }
        Ok(read(parse(&self.send_raw(caller, &request).await?)?))
    }

    /// A page of a child playlist, and its total.
    pub async fn child_items(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
        offset: u32,
    ) -> Result<(Vec<Row>, u32), SpotifyError> {
        self.rows(caller, playlist, offset, |key| CHILD_FIELDS.replace("KEY", key), child_page).await
    }

    /// All rows of a child playlist.
    pub async fn all_child_items(&self, caller: &Caller, playlist: &PlaylistId) -> Result<Vec<Row>, SpotifyError> {
        let (mut rows, total) = self.child_items(caller, playlist, 0).await?;
        let mut offset = PAGE_LEN;
        while offset < total {
            rows.extend(self.child_items(caller, playlist, offset).await?.0);
            offset += PAGE_LEN;
        }
        Ok(rows)
    }

    /// Replaces everything by at most 100 URIs.
    pub async fn put_items(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
        uris: &[String],
    ) -> Result<Option<String>, SpotifyError> {
        self.write(caller, Method::PUT, playlist, json!({ "uris": uris })).await
    }

    /// Adds at most 100 URIs at a position, or at the end.
    pub async fn post_items(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
        uris: &[String],
        position: Option<u32>,
    ) -> Result<Option<String>, SpotifyError> {
        let body = match position {
            Some(position) => json!({ "uris": uris, "position": position }),
            None => json!({ "uris": uris }),
        };
        self.write(caller, Method::POST, playlist, body).await
    }

    /// Removes every copy of at most 100 URIs.
    pub async fn delete_items(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
        uris: &[String],
    ) -> Result<Option<String>, SpotifyError> {
        let items: Vec<_> = uris.iter().map(|uri| json!({ "uri": uri })).collect();
        self.write(caller, Method::DELETE, playlist, json!({ "items": items })).await
    }

    /// Moves a block before the row that now stands at `insert_before`.
    pub async fn move_items(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
        range_start: u32,
        insert_before: u32,
        range_length: u32,
    ) -> Result<Option<String>, SpotifyError> {
        let body = json!({ "range_start": range_start, "insert_before": insert_before, "range_length": range_length });
        self.write(caller, Method::PUT, playlist, body).await
    }

    async fn write(
        &self,
        caller: &Caller,
        method: Method,
        playlist: &PlaylistId,
        body: serde_json::Value,
    ) -> Result<Option<String>, SpotifyError> {
        let answer: Snapshot = self.send(caller, &ApiRequest::with_body(method, path(playlist), body)).await?;
        Ok(answer.snapshot_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_the_keys_that_each_page_has_was_not_understood() {
        let page = |json: &str| serde_json::from_str::<Projected>(json).unwrap().into_page().map(|page| page.total);
        for (json, total) in [
            (r#"{"items":[],"total":0}"#, Some(0)),
            (r#"{"items":[{"item":null}],"total":1}"#, Some(1)),
            (r#"{"items":[{"track":null},{}],"total":2}"#, Some(2)),
            (r#"{"items":[{"is_local":false}],"total":1}"#, None),
            (r#"{"items":[]}"#, None),
            (r#"{"total":3}"#, None),
        ] {
            assert_eq!(page(json), total, "{json}");
        }
    }
}
