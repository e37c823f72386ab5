//! Songs of bases as previews see them: read once, kept for a while in memory, checked by snapshot.

use super::lookups::{Lookups, Needs};
use crate::domain::capability::ApiMode;
use crate::domain::ids::{PlaylistId, UserId};
use crate::domain::sync::batch::{ARTISTS_LEN_MAX, page_count, pages};
use crate::domain::sync::event::Progress;
use crate::domain::sync::machine::input::{ArtistMeta, BaseRow};
use crate::domain::track::{FilterableTrack, SkippedRow};
use crate::server::error::ServerError;
use crate::server::spotify::client::{Caller, Spotify};
use crate::server::spotify::error::SpotifyError;
use crate::server::spotify::items::BasePage;
use crate::server::state::AppState;
use crate::server::store::users::User;
use futures::stream::{self, StreamExt, TryStreamExt};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bases kept at a time; the oldest gives way.
const KEPT_MAX: usize = 8;
/// Within this time a base is taken as it was read.
const TRUSTED_FOR: Duration = Duration::from_secs(30);
/// Spotify's terms allow only temporary caching.
const KEPT_FOR: Duration = Duration::from_secs(300);
const CONCURRENT_PAGES: usize = 6;

/// Songs of a base, in its order.
#[derive(Debug, Clone)]
pub struct BaseSongs {
    pub tracks: Vec<FilterableTrack>,
    /// Rows that are not evaluated.
    pub skipped: u32,
    /// Those rows, and why.
    pub skipped_rows: Vec<SkippedRow>,
    /// Rows on Spotify.
    pub total: u32,
    pub snapshot: String,
    /// Songs of the playlists that rules name, one number each.
    pub playlist_totals: Vec<u32>,
    with_artists: bool,
    read_at: Instant,
}

/// What previews have read. Reads of one base wait for each other: the second finds what the first has read.
#[derive(Debug, Clone, Default)]
pub struct BaseReads {
    slots: Arc<Mutex<HashMap<Key, Arc<Slot>>>>,
}

type Key = (UserId, PlaylistId);

/// One base.
#[derive(Debug)]
struct Slot {
    kept: tokio::sync::Mutex<Option<Kept>>,
    pages_read: AtomicU32,
    pages_total: AtomicU32,
    used_at: Mutex<Instant>,
    lookups: tokio::sync::Mutex<Lookups>,
}

#[derive(Debug, Clone)]
struct Kept {
    songs: Arc<BaseSongs>,
    checked_at: Instant,
}

impl BaseSongs {
    /// Whether the artists were looked up, as far as Spotify delivers anything about them.
    pub const fn has_artists(&self) -> bool {
        self.with_artists
    }
}

impl BaseReads {
    /// The songs of a base with the person's tags, and with what rules need beyond that.
    pub async fn read(
        &self,
        app: &AppState,
        user: &User,
        playlist: &PlaylistId,
        needs: impl Into<Needs>,
        caller: &Caller,
    ) -> Result<Arc<BaseSongs>, ServerError> {
        let needs = needs.into();
        let songs = self.read_items(app, user, playlist, &needs, caller).await?;
        let tags = app.store.load_tag_book(user.id).await?;
        if tags.is_empty() && !needs.liked && needs.playlists.is_empty() {
            return Ok(songs);
        }
        // Kept without these, because they change while the base does not.
        let mut songs = BaseSongs::clone(&songs);
        songs.tracks.iter_mut().for_each(|track| tags.mark(track));
        let slot = self.slot((user.id, playlist.clone()));
        slot.lookups.lock().await.mark(app, user, &needs, &mut songs, caller).await?;
        Ok(Arc::new(songs))
    }

    /// The songs of a base as they were read last, if that is not long ago; never waits and asks nobody.
    pub fn at_hand(&self, user: UserId, playlist: &PlaylistId, with_artists: bool) -> Option<Arc<BaseSongs>> {
        let slot = self.slot((user, playlist.clone()));
        let kept = slot.kept.try_lock().ok()?;
        kept.as_ref().filter(|kept| kept.is_usable(with_artists)).map(|kept| Arc::clone(&kept.songs))
    }

    async fn read_items(
        &self,
        app: &AppState,
        user: &User,
        playlist: &PlaylistId,
        needs: &Needs,
        caller: &Caller,
    ) -> Result<Arc<BaseSongs>, ServerError> {
        let slot = self.slot((user.id, playlist.clone()));
        let mut kept = slot.kept.lock().await;
        let usable = kept.take().filter(|kept| kept.is_usable(needs.artists));
        if let Some(usable) = &usable
            && needs.snapshot.is_none()
            && usable.checked_at.elapsed() < TRUSTED_FOR
        {
            *kept = Some(usable.clone());
            return Ok(Arc::clone(&usable.songs));
        }
        let snapshot = match &needs.snapshot {
            Some(seen) => seen.clone(),
            None => app.spotify.playlist_snapshot(caller, playlist).await?.snapshot,
        };
        let songs = match usable {
            Some(usable) if usable.songs.snapshot == snapshot => usable.songs,
            Some(_) | None => {
                let reading = Reading { app, user, playlist, caller, slot: &slot };
                Arc::new(reading.read_all(snapshot, needs.artists).await?)
            }
        };
        *kept = Some(Kept { songs: Arc::clone(&songs), checked_at: Instant::now() });
        Ok(songs)
    }

    /// Pages read of a base, while it is being read.
    pub fn progress(&self, user: UserId, playlist: &PlaylistId) -> Progress {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.get(&(user, playlist.clone())).map_or_else(Progress::default, |slot| Progress {
            done: slot.pages_read.load(Ordering::Relaxed),
            total: slot.pages_total.load(Ordering::Relaxed),
        })
    }

    /// The slot of a base; those that nobody used of late give way.
    fn slot(&self, key: Key) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| slot.last_use().elapsed() < KEPT_FOR);
        if slots.len() >= KEPT_MAX && !slots.contains_key(&key) {
            let oldest = slots.iter().min_by_key(|(_, slot)| slot.last_use()).map(|(key, _)| key.clone());
            oldest.map(|oldest| slots.remove(&oldest));
        }
        let slot = Arc::clone(slots.entry(key).or_insert_with(|| Arc::new(Slot::new())));
        *slot.used_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        slot
    }
}

impl Slot {
    fn new() -> Self {
        Self {
            kept: tokio::sync::Mutex::new(None),
            pages_read: AtomicU32::new(0),
            pages_total: AtomicU32::new(0),
            used_at: Mutex::new(Instant::now()),
            lookups: tokio::sync::Mutex::default(),
        }
    }

    fn last_use(&self) -> Instant {
        *self.used_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn is_usable(&self, with_artists: bool) -> bool {
        self.songs.read_at.elapsed() < KEPT_FOR && (self.songs.with_artists || !with_artists)
    }
}

/// One reading of a base.
struct Reading<'r> {
    app: &'r AppState,
    user: &'r User,
    playlist: &'r PlaylistId,
    caller: &'r Caller,
    slot: &'r Slot,
}

impl Reading<'_> {
    async fn page(&self, offset: u32) -> Result<BasePage, SpotifyError> {
        let page = self.app.spotify.base_items(self.caller, self.playlist, offset).await?;
        self.slot.pages_read.fetch_add(1, Ordering::Relaxed);
        Ok(page)
    }

    async fn read_all(&self, snapshot: String, with_artists: bool) -> Result<BaseSongs, ServerError> {
        self.slot.pages_read.store(0, Ordering::Relaxed);
        let first = self.page(0).await?;
        let total = first.total;
        self.slot.pages_total.store(page_count(total), Ordering::Relaxed);
        let rest: Vec<Vec<BaseRow>> = stream::iter(pages(total))
            .map(|offset| async move { self.page(offset).await.map(|page| page.rows) })
            .buffered(CONCURRENT_PAGES)
            .try_collect()
            .await?;
        let mut tracks = Vec::with_capacity(total as usize);
        let mut skipped_rows = Vec::new();
        for (at, row) in first.rows.into_iter().chain(rest.into_iter().flatten()).enumerate() {
            let position = u32::try_from(at + 1).unwrap_or(u32::MAX);
            match row {
                BaseRow::Track(track) => tracks.push(FilterableTrack { position, ..*track }),
                BaseRow::Skipped(row) => skipped_rows.push(SkippedRow { position, ..row }),
            }
        }
        let delivered = self.user.capabilities;
        if with_artists && (delivered.genre || delivered.artist_popularity || delivered.artist_followers) {
            add_artists(&self.app.spotify, self.user.api_mode, self.caller, &mut tracks).await?;
        }
        let skipped = u32::try_from(skipped_rows.len()).unwrap_or(u32::MAX);
        Ok(BaseSongs {
            tracks,
            skipped,
            skipped_rows,
            total,
            snapshot,
            playlist_totals: Vec::new(),
            with_artists,
            read_at: Instant::now(),
        })
    }
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
        spotify.cached_artists(&ids, mode).await.into_iter().map(|artist| (artist.id.clone(), artist)).collect();
    let missing: Vec<String> = ids.into_iter().filter(|id| !known.contains_key(id)).collect();
    let batch_len = match mode {
        ApiMode::Extended => ARTISTS_LEN_MAX,
        ApiMode::Development => 1,
    };
    for ids in missing.chunks(batch_len) {
        let found = match (mode, ids) {
            (ApiMode::Development, [id]) => vec![spotify.shared_artist(caller, id).await?],
            (ApiMode::Extended | ApiMode::Development, ids) => spotify.shared_artists(caller, ids).await?,
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
