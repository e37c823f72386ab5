//! Playlists as a whole: the library, one playlist, making, renaming, unfollowing.

use super::client::{ApiRequest, Caller, Spotify};
use super::error::SpotifyError;
use super::wire::Paging;
use super::wire::playlist::Playlist;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::batch::PAGE_LEN_MAX as PAGE_LEN;
use crate::domain::sync::machine::input::{LibraryEntry, PlaylistSeen};
use reqwest::Method;
use serde_json::json;

const SNAPSHOT_FIELDS: &str = "id,name,snapshot_id,images,items(total),tracks(total)";

/// A playlist of the library, with what choosing needs.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: PlaylistId,
    pub seen: PlaylistSeen,
    pub owner_id: Option<String>,
    pub owner_name: String,
    pub collaborative: bool,
    pub public: Option<bool>,
}

impl From<Playlist> for Listed {
    fn from(playlist: Playlist) -> Self {
        let owner_id = playlist.owner.as_ref().map(|owner| owner.id.clone());
        let owner_name = playlist.owner.as_ref().and_then(|owner| owner.display_name.clone());
        Self {
            seen: playlist.seen(),
            owner_name: owner_name.or_else(|| owner_id.clone()).unwrap_or_default(),
            owner_id,
            collaborative: playlist.collaborative,
            public: playlist.public,
            id: playlist.id,
        }
    }
}

impl Listed {
    /// Whether its contents may be read: its owner's and collaborators' alone (`web-api.md`, section 2.4).
    pub fn is_readable_by(&self, spotify_user_id: &str) -> bool {
        self.collaborative || self.owner_id.as_deref() == Some(spotify_user_id)
    }
}

impl Spotify {
    async fn library(&self, caller: &Caller, offset: u32) -> Result<Paging<Option<Playlist>>, SpotifyError> {
        let request = ApiRequest::get("/me/playlists").query("limit", PAGE_LEN).query("offset", offset);
        self.send(caller, &request).await
    }

    /// A page of the library for a sync, and the total of all pages.
    pub async fn library_page(&self, caller: &Caller, offset: u32) -> Result<(Vec<LibraryEntry>, u32), SpotifyError> {
        let page = self.library(caller, offset).await?;
        Ok((page.items.into_iter().flatten().map(Playlist::into_entry).collect(), page.total))
    }

    /// A page of the library for choosing, and the total of all pages.
    pub async fn list_playlists(&self, caller: &Caller, offset: u32) -> Result<(Vec<Listed>, u32), SpotifyError> {
        let page = self.library(caller, offset).await?;
        Ok((page.items.into_iter().flatten().map(Listed::from).collect(), page.total))
    }

    /// What Spotify says of one playlist, for a sync.
    pub async fn playlist_snapshot(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
    ) -> Result<PlaylistSeen, SpotifyError> {
        let request = ApiRequest::get(format!("/playlists/{playlist}")).query("fields", SNAPSHOT_FIELDS);
        Ok(self.send::<Playlist>(caller, &request).await?.seen())
    }

    /// What Spotify says of one playlist, for linking.
    pub async fn get_playlist(&self, caller: &Caller, playlist: &PlaylistId) -> Result<Listed, SpotifyError> {
        let fields = format!("{SNAPSHOT_FIELDS},public,collaborative,owner(id,display_name)");
        let request = ApiRequest::get(format!("/playlists/{playlist}")).query("fields", fields);
        Ok(self.send::<Playlist>(caller, &request).await?.into())
    }

    /// Makes a playlist in the user's library. What Spotify then reports as `public` is not promised.
    pub async fn create_playlist(
        &self,
        caller: &Caller,
        name: &str,
        description: &str,
    ) -> Result<Listed, SpotifyError> {
        let mut body = json!({ "name": name, "public": false });
        // An empty description is left out: Spotify may refuse it.
        if !description.is_empty() {
            body["description"] = description.into();
        }
        Ok(self.send::<Playlist>(caller, &ApiRequest::with_body(Method::POST, "/me/playlists", body)).await?.into())
    }

    /// Changes name and description where given.
    pub async fn change_playlist(
        &self,
        caller: &Caller,
        playlist: &PlaylistId,
        name: Option<&str>,
        description: Option<&str>,
    ) -> Result<(), SpotifyError> {
        let mut body = serde_json::Map::new();
        if let Some(name) = name {
            body.insert("name".into(), name.into());
        }
        if let Some(description) = description {
            body.insert("description".into(), description.into());
        }
        let request = ApiRequest::with_body(Method::PUT, format!("/playlists/{playlist}"), body.into());
        self.send_raw(caller, &request).await.map(drop)
    }

    /// Takes a playlist out of the library; Spotify has no other deletion.
    pub async fn unfollow_playlist(&self, caller: &Caller, playlist: &PlaylistId) -> Result<(), SpotifyError> {
        let mut request = ApiRequest::get("/me/library").query("uris", format!("spotify:playlist:{playlist}"));
        request.method = Method::DELETE;
        self.send_raw(caller, &request).await.map(drop)
    }
}
