//! The state: accounts, their libraries, and playlists.

pub(super) mod journaled;
pub(super) mod playlist;
pub(super) mod row;
pub(super) mod snapshot;
mod start;

use super::catalogue::{Catalogue, Track};
use super::journal::Journal;
use jiff::Timestamp;
use playlist::Playlist;
use row::Episode;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// An account's name, which is also its Spotify user id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserName(pub(super) String);

impl UserName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for UserName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<&str> for UserName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// An account.
#[derive(Debug)]
pub(super) struct User {
    pub id: String,
    pub display_name: String,
    /// Ids of the owned and followed playlists, in the order they are listed.
    pub library: Vec<String>,
    /// Saved URIs that are no playlists.
    pub saved: HashSet<String>,
    /// Null entries at the end of the list.
    pub null_entries: usize,
    /// Shown on the sign-in page. Accounts made for one visitor are not.
    pub public: bool,
    /// Answered with 403 everywhere, as one who is not on the app's list of users.
    pub refused: bool,
}

/// Everything that changes, except tokens and counters.
pub(super) struct World {
    pub catalogue: Catalogue,
    pub users: Vec<User>,
    pub playlists: HashMap<String, Playlist>,
    /// Songs that exist beside the catalogue.
    pub extra_tracks: HashMap<String, Arc<Track>>,
    pub extra_episodes: HashMap<String, Arc<Episode>>,
    /// Ids of songs that are no more.
    pub retired: HashSet<String>,
    pub snapshot_lag: Duration,
    pub journal: Journal,
    pub now: Option<Timestamp>,
    next_playlist: u64,
    next_account: u64,
    next_extra: u64,
}

impl World {
    pub fn new(catalogue: Catalogue, snapshot_lag: Duration, journal: Journal, now: Option<Timestamp>) -> Self {
        Self {
            catalogue,
            users: Vec::new(),
            playlists: HashMap::new(),
            extra_tracks: HashMap::new(),
            extra_episodes: HashMap::new(),
            retired: HashSet::new(),
            snapshot_lag,
            journal,
            now,
            next_playlist: 0,
            next_account: 0,
            next_extra: 0,
        }
    }

    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub fn user_mut(&mut self, id: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    /// A song that can be played and added.
    pub fn track(&self, id: &str) -> Option<&Arc<Track>> {
        if self.retired.contains(id) {
            return None;
        }
        self.catalogue.track(id).or_else(|| self.extra_tracks.get(id))
    }

    /// A number for the next invented song or episode.
    pub fn next_extra(&mut self) -> u64 {
        self.next_extra += 1;
        self.next_extra
    }

    /// Seconds precision, as Spotify's row dates are.
    pub fn clock(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }
}
