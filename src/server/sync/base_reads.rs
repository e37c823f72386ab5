//! Songs of bases as previews see them: read once, kept for a while in memory, checked by snapshot.

use crate::domain::capability::ApiMode;
use crate::domain::ids::{PlaylistId, UserId};
use crate::domain::sync::batch::ARTISTS_LEN_MAX;
use crate::domain::sync::batch::PAGE_LEN_MAX as PAGE_LEN;
use crate::domain::sync::machine::input::{ArtistMeta, BaseRow};
use crate::domain::track::FilterableTrack;
use crate::server::error::ServerError;
use crate::server::spotify::client::{Caller, Spotify};
use crate::server::spotify::error::SpotifyError;
use crate::server::state::AppState;
use crate::server::store::users::User;
use futures::stream::{self, StreamExt, TryStreamExt};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Bases kept at a time; the oldest gives way.
const KEPT_MAX: usize = 8;
/// Within this time a base is taken as it was read.
const TRUSTED_FOR: Duration = Duration::from_secs(30);
/// Spotify's terms allow only temporary caching.
const KEPT_FOR: Duration = Duration::from_secs(300);
const CONCURRENT_PAGES: usize = 6;

/// Songs of a base, in its order.
#[derive(Debug)]
pub struct BaseSongs {
    pub tracks: Vec<FilterableTrack>,
    /// Rows that are not evaluated.
    pub skipped: u32,
    /// Rows on Spotify.
    pub total: u32,
    snapshot: String,
    with_artists: bool,
    read_at: Instant,
}

/// What previews have read. Reads of one process wait for each other: the second finds what the first has read.
#[derive(Debug, Clone, Default)]
pub struct BaseReads {
    kept: Arc<Mutex<HashMap<(UserId, PlaylistId), Kept>>>,
}

#[derive(Debug, Clone)]
struct Kept {
    songs: Arc<BaseSongs>,
    checked_at: Instant,
}

impl BaseReads {
    /// The songs of a base, with what rules on artists need if asked for.
    pub async fn read(
        &self,
        app: &AppState,
        user: &User,
        playlist: &PlaylistId,
        with_artists: bool,
        caller: &Caller,
    ) -> Result<Arc<BaseSongs>, ServerError> {
        let key = (user.id, playlist.clone());
        let mut kept = self.kept.lock().await;
        kept.retain(|_, kept| kept.songs.read_at.elapsed() < KEPT_FOR);
        let usable = kept.get(&key).filter(|kept| kept.songs.with_artists || !with_artists).cloned();
        if let Some(usable) = &usable
            && usable.checked_at.elapsed() < TRUSTED_FOR
        {
            return Ok(Arc::clone(&usable.songs));
        }
        let snapshot = app.spotify.playlist_snapshot(caller, playlist).await?.snapshot;
        let songs = match usable {
            Some(usable) if usable.songs.snapshot == snapshot => usable.songs,
            Some(_) | None => Arc::new(read_all(app, user, playlist, snapshot, with_artists, caller).await?),
        };
        if kept.len() >= KEPT_MAX
            && let Some(oldest) = kept.iter().min_by_key(|(_, kept)| kept.checked_at).map(|(key, _)| key.clone())
        {
            kept.remove(&oldest);
        }
        kept.insert(key, Kept { songs: Arc::clone(&songs), checked_at: Instant::now() });
        Ok(songs)
    }
}

async fn read_all(
    app: &AppState,
    user: &User,
    playlist: &PlaylistId,
    snapshot: String,
    with_artists: bool,
    caller: &Caller,
) -> Result<BaseSongs, ServerError> {
    let first = app.spotify.base_items(caller, playlist, 0).await?;
    let total = first.total;
    let offsets = (1..total.div_ceil(PAGE_LEN)).map(|page| page * PAGE_LEN);
    let rest: Vec<Vec<BaseRow>> = stream::iter(offsets)
        .map(|offset| async move { app.spotify.base_items(caller, playlist, offset).await.map(|page| page.rows) })
        .buffered(CONCURRENT_PAGES)
        .try_collect()
        .await?;
    let mut tracks = Vec::with_capacity(total as usize);
    let mut skipped = 0;
    for (at, row) in first.rows.into_iter().chain(rest.into_iter().flatten()).enumerate() {
        match row {
            BaseRow::Track(track) => {
                tracks.push(FilterableTrack { position: u32::try_from(at + 1).unwrap_or(u32::MAX), ..*track });
            }
            BaseRow::Skipped(_) => skipped += 1,
        }
    }
    let delivered =
        user.capabilities.genre || user.capabilities.artist_popularity || user.capabilities.artist_followers;
    if with_artists && delivered {
        add_artists(&app.spotify, user.api_mode, caller, &mut tracks).await?;
    }
    Ok(BaseSongs { tracks, skipped, total, snapshot, with_artists, read_at: Instant::now() })
}

async fn add_artists(
    spotify: &Spotify,
    mode: ApiMode,
    caller: &Caller,
    tracks: &mut [FilterableTrack],
) -> Result<(), SpotifyError> {
    let ids: HashSet<String> =
        tracks.iter().flat_map(|track| &track.artists).filter_map(|artist| artist.id.clone()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let mut known: HashMap<String, ArtistMeta> =
        spotify.cached_artists(&ids).await.into_iter().map(|artist| (artist.id.clone(), artist)).collect();
    let missing: Vec<String> = ids.into_iter().filter(|id| !known.contains_key(id)).collect();
    let batch_len = match mode {
        ApiMode::Extended => ARTISTS_LEN_MAX,
        ApiMode::Development => 1,
    };
    for ids in missing.chunks(batch_len) {
        let found = match (mode, ids) {
            (ApiMode::Development, [id]) => vec![spotify.artist(caller, id).await?],
            (ApiMode::Extended | ApiMode::Development, ids) => spotify.artists(caller, ids).await?,
        };
        spotify.keep_artists(&found, &[]).await;
        known.extend(found.into_iter().map(|artist| (artist.id.clone(), artist)));
    }
    for artist in tracks.iter_mut().flat_map(|track| &mut track.artists) {
        let Some(meta) = artist.id.as_ref().and_then(|id| known.get(id)) else { continue };
        (artist.genres, artist.popularity, artist.followers) = (meta.genres.clone(), meta.popularity, meta.followers);
    }
    Ok(())
}
