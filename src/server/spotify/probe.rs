//! What Spotify delivers to this app, found out by asking instead of by dates.

use super::client::{Caller, Spotify};
use super::error::SpotifyError;
use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::ids::PlaylistId;
use crate::domain::sync::machine::input::{ArtistMeta, BaseRow};
use crate::server::config::ApiModeSetting;

/// Single artists asked before genres count as withheld.
const ARTISTS_ASKED_MAX: usize = 5;

/// What was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub mode: ApiMode,
    pub capabilities: Capabilities,
}

impl Spotify {
    /// Asks with the first page of a base and its artists. Never part of a sync.
    pub async fn probe(
        &self,
        caller: &Caller,
        base: &PlaylistId,
        setting: ApiModeSetting,
    ) -> Result<Found, SpotifyError> {
        let page = self.base_items(caller, base, 0).await?;
        let has_tracks = page.rows.iter().any(|row| matches!(row, BaseRow::Track(_)));
        let ids = artist_ids(&page.rows);
        let mode = match setting {
            ApiModeSetting::Extended => ApiMode::Extended,
            ApiModeSetting::Development => ApiMode::Development,
            ApiModeSetting::Auto => self.probe_mode(caller, &ids).await?,
        };
        let artists = self.probe_artists(caller, mode, &ids).await?;
        let capabilities = Capabilities {
            // An empty base proves nothing: then the mode decides.
            popularity: if has_tracks { page.popularity_present } else { mode == ApiMode::Extended },
            artist_popularity: delivered(mode, &artists, |artist| artist.popularity.is_some()),
            artist_followers: delivered(mode, &artists, |artist| artist.followers.is_some()),
            genre: delivered(mode, &artists, |artist| genres_count(mode, artist)),
            // Asked when a rule needs it; a refusal holds until the next probe.
            liked: true,
        };
        Ok(Found { mode, capabilities })
    }

    async fn probe_mode(&self, caller: &Caller, ids: &[String]) -> Result<ApiMode, SpotifyError> {
        let Some(id) = ids.first() else { return Ok(ApiMode::Development) };
        match self.artists(caller, std::slice::from_ref(id)).await {
            Ok(_) => Ok(ApiMode::Extended),
            Err(SpotifyError::Forbidden { .. }) => Ok(ApiMode::Development),
            Err(error) => Err(error),
        }
    }

    async fn probe_artists(
        &self,
        caller: &Caller,
        mode: ApiMode,
        ids: &[String],
    ) -> Result<Vec<ArtistMeta>, SpotifyError> {
        let ids = &ids[..ids.len().min(ARTISTS_ASKED_MAX)];
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        if mode == ApiMode::Extended {
            return self.artists(caller, ids).await;
        }
        let mut found = Vec::new();
        for id in ids {
            match self.artist(caller, id).await {
                Ok(artist) => found.push(artist),
                Err(SpotifyError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}

/// In extended quota an empty list is an answer; in development mode it means withheld.
fn genres_count(mode: ApiMode, artist: &ArtistMeta) -> bool {
    artist.genres.as_ref().is_some_and(|genres| mode == ApiMode::Extended || !genres.is_empty())
}

fn delivered(mode: ApiMode, artists: &[ArtistMeta], has: impl Fn(&ArtistMeta) -> bool) -> bool {
    if artists.is_empty() { mode == ApiMode::Extended } else { artists.iter().any(has) }
}

fn artist_ids(rows: &[BaseRow]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for row in rows {
        let BaseRow::Track(track) = row else { continue };
        for id in track.artists.iter().filter_map(|artist| artist.id.clone()) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    ids
}
