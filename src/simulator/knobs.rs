//! What can be changed while the simulator runs, and what can be looked at.

use super::accounts::grants::Bearer;
use super::config::{Mode, Quota, WithheldGenres};
use super::faults::{FaultScript, Faults};
use super::world::UserName;
use super::{NotThere, Simulator};
use std::time::Duration;

/// A playlist as a test or a demo sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaylistView {
    pub id: String,
    pub name: String,
    pub owner: String,
    pub rows: usize,
    /// The newest version, whatever reads still show.
    pub snapshot: String,
}

impl Simulator {
    /// Sets the absolute base of links, known only after a port is bound.
    pub fn set_public_url(&self, url: &str) {
        self.lock().look.public_url = url.trim_end_matches('/').to_owned();
    }

    /// Sets what cover links begin with, where that is not the public URL; a path will do.
    pub fn set_covers_url(&self, url: Option<&str>) {
        self.lock().look.covers_url = url.map(|url| url.trim_end_matches('/').to_owned());
    }

    /// Moves the app to another tier.
    pub fn set_mode(&self, mode: Mode) {
        self.lock().look.mode = mode;
    }

    /// Sets how development mode withholds genres.
    pub fn set_withheld_genres(&self, form: WithheldGenres) {
        self.lock().look.withheld_genres = form;
    }

    /// Puts another fault script in place and begins counting anew.
    pub fn set_faults(&self, script: FaultScript) {
        self.lock().faults = Faults::new(script);
    }

    pub fn set_latency(&self, latency: Duration) {
        self.lock().latency = latency;
    }

    /// For how long reads show the snapshot from before a write.
    pub fn set_snapshot_lag(&self, lag: Duration) {
        self.lock().world.snapshot_lag = lag;
    }

    /// Sets the rolling limiter; requests already let through go on counting.
    pub fn set_requests_per_30s(&self, limit: Option<u32>) {
        self.lock().limits.requests_per_30s = limit;
    }

    /// Sets the daily quota; requests already let through go on counting.
    pub fn set_quota(&self, quota: Option<Quota>) {
        self.lock().limits.quota = quota;
    }

    /// Whether refreshes answer with a new refresh token.
    pub fn set_refresh_rotates(&self, rotates: bool) {
        self.lock().grants.rotates = rotates;
    }

    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.lock().grants.token_lifetime = lifetime;
    }

    /// Ends all tokens of a user: their next refresh answers `invalid_grant`.
    pub fn revoke_tokens(&self, user: &UserName) {
        self.lock().grants.revoke(user.as_str());
    }

    /// Lets a user's access tokens run out now; refreshing still works.
    pub fn expire_tokens(&self, user: &UserName) {
        self.lock().grants.expire_access(user.as_str());
    }

    /// An access token without the dance, for looking at the Web API directly.
    pub fn access_token(&self, user: &UserName, scope: &str) -> String {
        let bearer = Bearer { user: user.0.clone(), client: "direct".into(), scope: scope.to_owned() };
        self.lock().grants.access_for(bearer)
    }

    /// Takes a user off the app's list, or puts them back: off it, everything answers 403.
    pub fn set_refused(&self, user: &UserName, refused: bool) -> Result<(), NotThere> {
        let mut state = self.lock();
        let found = state.world.user_mut(user.as_str()).ok_or_else(|| NotThere(user.0.clone()))?;
        found.refused = refused;
        Ok(())
    }

    /// Makes an account with the starting playlists that no sign-in page lists.
    pub fn create_account(&self, display_name: &str) -> UserName {
        self.lock().world.add_account(display_name)
    }

    /// Gives an account its starting playlists again and throws all others of its away.
    pub fn reset_account(&self, user: &UserName) -> Result<(), NotThere> {
        if self.lock().world.reset_user(user.as_str()) { Ok(()) } else { Err(NotThere(user.0.clone())) }
    }

    /// All accounts that sign-in pages list.
    pub fn users(&self) -> Vec<UserName> {
        let state = self.lock();
        state.world.users.iter().filter(|user| user.public).map(|user| UserName(user.id.clone())).collect()
    }

    /// What is in a user's library, in the order it is listed.
    pub fn playlists_of(&self, user: &UserName) -> Vec<PlaylistView> {
        let state = self.lock();
        let library = state.world.user(user.as_str()).map(|user| user.library.clone()).unwrap_or_default();
        let playlists = library.iter().filter_map(|id| state.world.playlists.get(id));
        playlists
            .map(|playlist| PlaylistView {
                id: playlist.id.clone(),
                name: playlist.name.clone(),
                owner: playlist.owner.clone(),
                rows: playlist.rows.len(),
                snapshot: playlist.snapshots.newest().to_owned(),
            })
            .collect()
    }

    /// The id of the first playlist with this name in a user's library.
    pub fn playlist_named(&self, user: &UserName, name: &str) -> Option<String> {
        self.playlists_of(user).into_iter().find(|playlist| playlist.name == name).map(|playlist| playlist.id)
    }

    /// A playlist's URIs in order; an unavailable row is the empty text.
    pub fn uris(&self, playlist: &str) -> Option<Vec<String>> {
        let state = self.lock();
        let playlist = state.world.playlists.get(playlist)?;
        Some(playlist.uris().iter().map(|uri| uri.to_string()).collect())
    }
}
