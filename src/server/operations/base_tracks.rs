//! The songs of a base, for a browser that previews by itself.

use super::{CurrentUser, checks};
use crate::domain::base_tracks::BaseTracks;
use crate::server::clock;
use crate::server::error::ServerError;
use crate::server::spotify::client::Caller;
use crate::server::state::AppState;
use crate::server::sync::lookups::Needs;
use crate::server::sync::zone;

/// All songs of a base, with the person's tags and what rules need beyond that, if asked for.
pub async fn get(app: &AppState, user: &CurrentUser, base_id: &str, needs: Needs) -> Result<BaseTracks, ServerError> {
    let base = app.store.get_base_playlist(user.id, checks::base_id(base_id)?).await?;
    let with_artists = needs.artists;
    let caller = Caller::new(user.id);
    let read = app.base_reads.read(app, user, &base.spotify_playlist_id, needs, &caller).await?;
    let now_ms = clock::now_ms();
    Ok(BaseTracks {
        snapshot_id: read.snapshot.clone(),
        now_ms,
        zone: zone::offsets(&user.time_zone, now_ms),
        capabilities: user.capabilities,
        with_artists,
        skipped: read.skipped,
        tracks: read.tracks.clone(),
    })
}
