//! What Spotify really sends: the form of its answers, without what they say. Reads only.

use super::client::{Caller, Spotify};
use super::error::{SpotifyError, transport};
use super::items::base_fields;
use crate::domain::ids::{PlaylistId, is_spotify_id};
use crate::domain::requests::EndpointGroup;
use crate::domain::shape::Shape;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Headers whose values say nothing about a person.
const HEADERS_WITH_VALUES: [&str; 4] = ["cache-control", "content-type", "retry-after", "vary"];
const TIMEOUT: Duration = Duration::from_secs(30);

/// One kind of request and the form of its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// As in `/playlists/{id}/items`: no ids.
    pub path: String,
    /// Whether `fields` was sent.
    pub fields: bool,
    pub status: u16,
    /// All names; values only of those that say nothing about a person.
    pub headers: BTreeMap<String, Option<String>>,
    /// `limit` of a page, as it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    pub body: Shape,
}

impl Spotify {
    /// Asks once for each kind of answer that a sync reads: profile, library, one playlist, its rows with and without
    /// `fields`, two artists together and one alone, and whether a song is liked.
    pub async fn observe(&self, caller: &Caller, playlist: &PlaylistId) -> Result<Vec<Observation>, SpotifyError> {
        let mut seen = Vec::new();
        let items = format!("/playlists/{playlist}/items");
        for path in ["/me", "/me/playlists"] {
            seen.push(self.look(caller, path, path, &[]).await?.0);
        }
        seen.push(self.look(caller, "/playlists/{id}", &format!("/playlists/{playlist}"), &[]).await?.0);
        let fields = [("fields", base_fields("item"))];
        seen.push(self.look(caller, "/playlists/{id}/items", &items, &fields).await?.0);
        let (whole, rows) = self.look(caller, "/playlists/{id}/items", &items, &[]).await?;
        seen.push(whole);
        let songs = songs(&rows);
        let artists: Vec<&str> = songs.iter().filter_map(|song| song["artists"][0]["id"].as_str()).collect();
        let artists: Vec<&str> = artists.into_iter().filter(|id| is_spotify_id(id)).take(2).collect();
        if let Some(first) = artists.first() {
            seen.push(self.look(caller, "/artists", "/artists", &[("ids", artists.join(","))]).await?.0);
            seen.push(self.look(caller, "/artists/{id}", &format!("/artists/{first}"), &[]).await?.0);
        }
        if let Some(uri) = songs.iter().find_map(|song| song["uri"].as_str()) {
            let uris = [("uris", uri.to_owned())];
            seen.push(self.look(caller, "/me/library/contains", "/me/library/contains", &uris).await?.0);
        }
        Ok(seen)
    }

    async fn look(
        &self,
        caller: &Caller,
        name: &str,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<(Observation, Value), SpotifyError> {
        let token = self.access_token(caller.user).await?;
        self.pass(caller.lane(), EndpointGroup::of("GET", path)).await?;
        let sent = self
            .http
            .get(format!("{}{path}", self.api_url))
            .bearer_auth(token.expose_secret())
            .query(query)
            .timeout(TIMEOUT)
            .send();
        let response = sent.await.map_err(|error| transport(&error))?;
        let status = response.status().as_u16();
        let value = |name: &str, value: &reqwest::header::HeaderValue| {
            HEADERS_WITH_VALUES.contains(&name).then(|| value.to_str().unwrap_or_default().to_owned())
        };
        let names = response.headers().iter();
        let headers = names.map(|(name, text)| (name.as_str().to_owned(), value(name.as_str(), text))).collect();
        let body: Value = response.json().await.unwrap_or(Value::Null);
        let observation = Observation {
            path: name.to_owned(),
            fields: query.iter().any(|(key, _)| *key == "fields"),
            status,
            headers,
            limit: body["limit"].as_u64(),
            body: Shape::of(&body),
        };
        Ok((observation, body))
    }
}

/// The songs of a page of rows, under either key.
fn songs(page: &Value) -> Vec<&Value> {
    let rows = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let song = |row: &'_ Value| if row["item"].is_object() { "item" } else { "track" };
    rows.iter().map(|row| &row[song(row)]).filter(|song| song["type"] == "track" && song["is_local"] != true).collect()
}
