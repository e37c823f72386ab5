//! Changes to playlists: each advances the snapshot, and each state is recorded.

use super::World;
use super::playlist::{Playlist, RowsError};
use super::row::Row;
use super::snapshot::Snapshots;
use crate::simulator::ids::id_of;
use tokio::time::Instant;

/// What a new playlist is made with.
pub(in crate::simulator) struct NewPlaylist {
    pub name: String,
    pub description: Option<String>,
    pub public: bool,
    pub collaborative: bool,
    pub rows: Vec<Row>,
}

impl NewPlaylist {
    pub fn named(name: &str, rows: Vec<Row>) -> Self {
        Self { name: name.to_owned(), description: None, public: false, collaborative: false, rows }
    }
}

impl World {
    /// Makes a playlist at the top of its owner's library and gives its id.
    pub fn make_playlist(&mut self, owner: &str, new: NewPlaylist, request: Option<u64>) -> String {
        self.next_playlist += 1;
        let id = id_of("playlist", self.next_playlist);
        let playlist = Playlist {
            id: id.clone(),
            name: new.name,
            description: new.description,
            owner: owner.to_owned(),
            public: new.public,
            collaborative: new.collaborative,
            rows: new.rows,
            snapshots: Snapshots::new(&id, Instant::now()),
        };
        self.journal.enter(&id, request, playlist.uris());
        self.playlists.insert(id.clone(), playlist);
        if let Some(user) = self.user_mut(owner) {
            user.library.insert(0, id.clone());
        }
        id
    }

    /// Changes a playlist's rows and gives the new snapshot; an error of `change` changes nothing.
    /// None where there is no such playlist.
    pub fn change_rows(
        &mut self,
        id: &str,
        request: Option<u64>,
        change: impl FnOnce(&mut Playlist) -> Result<(), RowsError>,
    ) -> Option<Result<String, RowsError>> {
        let playlist = self.playlists.get_mut(id)?;
        if let Err(error) = change(playlist) {
            return Some(Err(error));
        }
        self.journal.enter(id, request, playlist.uris());
        Some(Ok(playlist.snapshots.advance(Instant::now(), self.snapshot_lag)))
    }

    /// Changes what is written on a playlist; that advances the snapshot too.
    pub fn change_details(&mut self, id: &str, change: impl FnOnce(&mut Playlist)) -> Option<()> {
        let playlist = self.playlists.get_mut(id)?;
        change(playlist);
        playlist.snapshots.advance(Instant::now(), self.snapshot_lag);
        Some(())
    }

    /// Takes a playlist out of a library; it goes on existing, as on Spotify.
    pub fn unfollow(&mut self, user: &str, playlist: &str) {
        if let Some(user) = self.user_mut(user) {
            user.library.retain(|id| id != playlist);
        }
    }

    /// Puts an existing playlist into a library, at the top where it is new there.
    pub fn follow(&mut self, user: &str, playlist: &str) {
        let exists = self.playlists.contains_key(playlist);
        if let Some(user) = self.user_mut(user).filter(|user| exists && !user.library.iter().any(|id| id == playlist)) {
            user.library.insert(0, playlist.to_owned());
        }
    }

    /// Ends a playlist for everyone.
    pub fn destroy(&mut self, playlist: &str) -> Option<Playlist> {
        for user in &mut self.users {
            user.library.retain(|id| id != playlist);
        }
        self.playlists.remove(playlist)
    }
}
