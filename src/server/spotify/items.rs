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
use serde_json::json;

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

fn page(playlist: &PlaylistId, offset: u32, fields: &str) -> ApiRequest {
    // No `market`: the stored URIs are wanted, not relinked ones.
    ApiRequest::get(path(playlist))
        .query("limit", PAGE_LEN)
        .query("offset", offset)
        .query("additional_types", "track,episode")
        .query("fields", fields)
}

impl Spotify {
    /// A page of a base playlist.
    pub async fn base_items(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
        offset: u32,
    ) -> Result<BasePage, SpotifyError> {
        let fields = BASE_FIELDS.replace("TRACK", TRACK_FIELDS);
        let answer: Paging<Item> = self.send(caller, &page(playlist, offset, &fields)).await?;
        let popularity_present = answer.items.iter().all(|item| item.has_popularity() != Some(false));
        let rows = answer.items.into_iter().map(Item::into_base_row).collect();
        Ok(BasePage { rows, total: answer.total, popularity_present })
    }

    /// A page of a child playlist, and its total.
    pub async fn child_items(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
        offset: u32,
    ) -> Result<(Vec<Row>, u32), SpotifyError> {
        let answer: Paging<Item> = self.send(caller, &page(playlist, offset, CHILD_FIELDS)).await?;
        Ok((answer.items.into_iter().map(Item::into_child_row).collect(), answer.total))
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
