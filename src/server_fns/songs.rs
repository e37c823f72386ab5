//! The songs of a base, and why each is where it is.

use crate::domain::sync::explained::{SongExplained, SongPage};
use crate::domain::sync::song_journey::SongJourney;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A page of the songs of a base; `show` is "none", "several", "unknown" or anything else for all.
#[server(endpoint = "list_songs")]
pub async fn list_songs(base_id: String, text: String, show: String, page: u32) -> Result<Wire<SongPage>, AppError> {
    use crate::server::operations::songs::{self, Show, SongQuery};
    let query = SongQuery { text, show: Show::parse(&show), page };
    let found =
        crate::server::adapt::signed_in(|state, user| async move { songs::list(&state, &user, &base_id, query).await })
            .await?;
    Wire::of(&found)
}

/// What the page of one song shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SongContent {
    pub song: SongExplained,
    /// Of a row that has a URI.
    pub journey: Option<SongJourney>,
}

/// One row of a base before all its children, and when its song came and went.
#[server(endpoint = "explain_song")]
pub async fn explain_song(base_id: String, position: u32) -> Result<Wire<SongContent>, AppError> {
    use crate::server::operations::explanations::{self, ExplainRequest};
    use crate::server::operations::song_journeys::{self, JourneyQuery};
    let request = ExplainRequest { position: Some(position), ..ExplainRequest::default() };
    let found = crate::server::adapt::signed_in(|state, user| async move {
        let song = explanations::explain(&state, &user, &base_id, request).await?;
        let journey = match song.song.uri.clone().filter(|uri| uri.starts_with("spotify:")) {
            Some(track_uri) => {
                let query = JourneyQuery { track_uri };
                Some(song_journeys::get(&state, &user, &base_id, &query).await?)
            }
            None => None,
        };
        Ok(SongContent { song, journey })
    })
    .await?;
    Wire::of(&found)
}
