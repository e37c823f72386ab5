//! For previews: which songs of a base are liked, and which are in the playlists that rules name. Kept for a while.

use super::base_reads::BaseSongs;
use crate::domain::capability::Capabilities;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::batch::{CONTAINS_LEN_MAX, chunks};
use crate::error::{AppError, ErrorCode};
use crate::server::error::ServerError;
use crate::server::spotify::client::Caller;
use crate::server::spotify::error::SpotifyError;
use crate::server::state::AppState;
use crate::server::store::users::User;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::{Duration, Instant};

/// Nothing tells when they change, and asking costs a request for each 40 songs.
const KEPT_FOR: Duration = Duration::from_secs(120);

/// What rules need beyond the items of the base.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    pub artists: bool,
    pub liked: bool,
    pub playlists: Vec<PlaylistId>,
    /// The base's snapshot, where it was just seen; without it, what was read of late is trusted.
    pub snapshot: Option<String>,
}

impl From<bool> for Needs {
    fn from(artists: bool) -> Self {
        Self { artists, ..Self::default() }
    }
}

impl Needs {
    /// What these filters need.
    pub fn of<'f>(filters: impl IntoIterator<Item = &'f Filter>) -> Self {
        let mut needs = Self::default();
        let mut named = BTreeSet::new();
        for filter in filters {
            let required = filter.requirements();
            needs.artists |= required.artists;
            needs.liked |= required.liked;
            named.extend(filter.named_playlists());
        }
        needs.playlists = named.into_iter().filter_map(|id| PlaylistId::parse(id).ok()).collect();
        needs
    }
}

/// What was found out for one base.
#[derive(Debug, Default)]
pub struct Lookups {
    /// When, at which snapshot of the base, and the liked ones among its songs.
    liked: Option<(Instant, String, HashSet<String>)>,
    playlists: HashMap<PlaylistId, (Instant, HashSet<String>)>,
}

impl Lookups {
    /// Writes into the songs what the rules need to know of them.
    pub async fn mark(
        &mut self,
        app: &AppState,
        user: &User,
        needs: &Needs,
        songs: &mut BaseSongs,
        caller: &Caller,
    ) -> Result<(), ServerError> {
        if needs.liked && user.capabilities.liked {
            let liked = self.liked(app, user, songs, caller).await?;
            songs.tracks.iter_mut().for_each(|track| track.liked = Some(liked.contains(&track.uri)));
        }
        self.playlists.retain(|_, (read_at, _)| read_at.elapsed() < KEPT_FOR);
        for playlist in &needs.playlists {
            let held = self.held(app, playlist, caller).await?;
            songs.playlist_totals.push(u32::try_from(held.len()).unwrap_or(u32::MAX));
            for track in songs.tracks.iter_mut().filter(|track| held.contains(&track.uri)) {
                track.in_playlists.push(playlist.as_str().to_owned());
            }
        }
        Ok(())
    }

    async fn liked(
        &mut self,
        app: &AppState,
        user: &User,
        songs: &BaseSongs,
        caller: &Caller,
    ) -> Result<&HashSet<String>, ServerError> {
        let fresh =
            self.liked.take().filter(|(at, snapshot, _)| at.elapsed() < KEPT_FOR && *snapshot == songs.snapshot);
        let found = match fresh {
            Some((_, _, liked)) => liked,
            None => ask_liked(app, user, songs, caller).await?,
        };
        Ok(&self.liked.insert((Instant::now(), songs.snapshot.clone(), found)).2)
    }

    async fn held(
        &mut self,
        app: &AppState,
        playlist: &PlaylistId,
        caller: &Caller,
    ) -> Result<&HashSet<String>, ServerError> {
        if !self.playlists.contains_key(playlist) {
            let rows = match app.spotify.all_child_items(caller, playlist).await {
                Err(SpotifyError::NotFound | SpotifyError::Forbidden { .. }) => return Err(unreadable(playlist).into()),
                other => other?,
            };
            let held = rows.into_iter().filter(|row| !row.fixed).map(|row| row.uri).collect();
            self.playlists.insert(playlist.clone(), (Instant::now(), held));
        }
        Ok(self.playlists.get(playlist).map(|(_, held)| held).ok_or_else(|| unreadable(playlist))?)
    }
}

fn unreadable(playlist: &PlaylistId) -> AppError {
    let detail = format!("A rule names the playlist {}, which Spotify does not give to you any more.", playlist.url());
    AppError::new(ErrorCode::Invalid, detail).hint("Change the rule, or get the playlist back.")
}

async fn ask_liked(
    app: &AppState,
    user: &User,
    songs: &BaseSongs,
    caller: &Caller,
) -> Result<HashSet<String>, ServerError> {
    let uris: Vec<String> =
        songs.tracks.iter().map(|track| track.uri.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut liked = HashSet::new();
    for uris in chunks(&uris, CONTAINS_LEN_MAX) {
        let truths = match app.spotify.library_contains(caller, &uris).await {
            Err(SpotifyError::Forbidden { .. }) => {
                let capabilities = Capabilities { liked: false, ..user.capabilities };
                app.store.update_capabilities(user.id, user.api_mode, capabilities).await?;
                let detail = "Spotify does not let this app see your Liked Songs.";
                return Err(AppError::new(ErrorCode::Invalid, detail)
                    .hint("Sign out and in again to allow it.")
                    .into());
            }
            other => other?,
        };
        liked.extend(uris.into_iter().zip(truths).filter(|(_, is_liked)| *is_liked).map(|(uri, _)| uri));
    }
    Ok(liked)
}
