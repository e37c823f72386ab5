//! The songs of a base, for a browser that previews by itself.

use super::preview::{self, PreviewRequest, Reading};
use super::{CurrentUser, checks};
use crate::domain::base_tracks::BaseTracks;
use crate::domain::filter::json;
use crate::domain::filter::rule::Filter;
use crate::domain::playlist::ChildKind;
use crate::domain::track::FilterableTrack;
use crate::server::clock;
use crate::server::error::ServerError;
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::sync::lookups::Needs;
use crate::server::sync::zone;
use std::collections::HashSet;

/// A child that is being edited: what others take before it is shut to it.
#[derive(Debug, Clone)]
pub struct Edited {
    /// `None` for one that is not saved yet.
    pub child_id: Option<String>,
    pub kind: ChildKind,
}

/// All songs of a base, with the person's tags and what rules need beyond that, if asked for.
pub async fn get(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    needs: Needs,
    edited: Option<Edited>,
) -> Result<BaseTracks, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    let with_artists = needs.artists;
    let caller = Caller::new(user.id);
    let read = app.base_reads.read(app, user, &base.spotify_playlist_id, needs, &caller).await?;
    let taken = match edited {
        Some(edited) => taken(app, user, base_id, edited, &read.tracks).await?,
        None => Vec::new(),
    };
    let now_ms = clock::now_ms();
    Ok(BaseTracks {
        snapshot_id: read.snapshot.clone(),
        now_ms,
        zone: zone::offsets(&user.time_zone, now_ms),
        capabilities: user.capabilities,
        with_artists,
        skipped: read.skipped,
        tracks: read.tracks.clone(),
        taken,
    })
}

/// The rows of these tracks that a child cannot have, because others take them before it.
async fn taken(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    edited: Edited,
    tracks: &[FilterableTrack],
) -> Result<Vec<u32>, ServerError> {
    // What a child takes never changes what those before it take: for one that is not saved, any filter serves.
    let filter = edited.child_id.is_none().then(|| json::write(&Filter::everything()));
    let request = PreviewRequest { child_playlist_id: edited.child_id, filter, kind: Some(edited.kind) };
    let reading = Reading { children: false, artists: false };
    let routing = preview::routing(app, user, base_id, &request, reading).await?;
    let taken: HashSet<&str> = routing.taken_before_asked().into_iter().collect();
    let is_taken = |track: &FilterableTrack| taken.contains(track.uri.as_str());
    Ok(tracks.iter().enumerate().filter(|(_, track)| is_taken(track)).map(|(row, _)| row as u32).collect())
}
