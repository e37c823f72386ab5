//! What somebody does in Spotify itself, beside the app. Every change advances the playlist's snapshot.

use super::Simulator;
use super::catalogue::{Album, AlbumType, Track};
use super::ids::id_of;
use super::world::UserName;
use super::world::journaled::NewPlaylist;
use super::world::playlist::{Playlist, RowsError};
use super::world::row::{Episode, LocalFile, Medium, Row};
use std::ops::Range;
use std::sync::Arc;

/// There is no such account, playlist, song or row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {0} here")]
pub struct NotThere(pub String);

/// The two ways in which an album has no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undated {
    Null,
    Zeroes,
}

type Done = Result<(), NotThere>;

impl Simulator {
    /// Makes a playlist with these songs and gives its id.
    pub fn create_playlist(&self, user: &UserName, name: &str, uris: &[String]) -> Result<String, NotThere> {
        let mut state = self.lock();
        if state.world.user(user.as_str()).is_none() {
            return Err(NotThere(user.0.clone()));
        }
        let rows: Result<Vec<Row>, NotThere> =
            uris.iter().map(|uri| song_row(&state.world, uri, user.as_str())).collect();
        Ok(state.world.make_playlist(user.as_str(), NewPlaylist::named(name, rows?), None))
    }

    /// Lets a user follow a playlist of somebody else, with the first `songs` of the catalogue; gives its id.
    pub fn add_foreign_playlist(&self, user: &UserName, name: &str, songs: usize) -> Result<String, NotThere> {
        let mut state = self.lock();
        let owner = state.world.stranger();
        let uris: Vec<String> =
            state.world.catalogue.tracks().iter().take(songs).map(|one| one.uri.to_string()).collect();
        let rows: Result<Vec<Row>, NotThere> = uris.iter().map(|uri| song_row(&state.world, uri, &owner)).collect();
        let new = NewPlaylist { public: true, ..NewPlaylist::named(name, rows?) };
        let id = state.world.make_playlist(&owner, new, None);
        state.world.user(user.as_str()).ok_or_else(|| NotThere(user.0.clone()))?;
        state.world.follow(user.as_str(), &id);
        Ok(id)
    }

    pub fn rename_playlist(&self, playlist: &str, name: &str) -> Done {
        self.details(playlist, |one| one.name = name.to_owned())
    }

    pub fn set_collaborative(&self, playlist: &str, collaborative: bool) -> Done {
        self.details(playlist, |one| one.collaborative = collaborative)
    }

    /// Adds songs before a row, at the end where none is named.
    pub fn add_rows(&self, playlist: &str, at: Option<usize>, uris: &[String]) -> Done {
        let owner = self.owner_of(playlist)?;
        let rows: Result<Vec<Row>, NotThere> = {
            let state = self.lock();
            uris.iter().map(|uri| song_row(&state.world, uri, &owner)).collect()
        };
        let rows = rows?;
        self.rows(playlist, |one| one.insert(at, rows))
    }

    /// Takes rows out by position, as Spotify's own apps can.
    pub fn remove_rows(&self, playlist: &str, range: Range<usize>) -> Done {
        self.rows(playlist, |one| {
            if range.start > range.end || range.end > one.rows.len() {
                return Err(RowsError::OutOfBounds);
            }
            one.rows.drain(range);
            Ok(())
        })
    }

    /// Moves `len` rows from `start` to before what is now row `before`.
    pub fn move_rows(&self, playlist: &str, start: usize, before: usize, len: usize) -> Done {
        self.rows(playlist, |one| one.reorder(start, before, len))
    }

    /// Repeats a row at the end.
    pub fn duplicate_row(&self, playlist: &str, row: usize) -> Done {
        self.rows(playlist, |one| {
            let copy = one.rows.get(row).cloned().ok_or(RowsError::OutOfBounds)?;
            one.insert(None, vec![copy])
        })
    }

    /// Adds a file from the user's disk and gives its URI.
    pub fn add_local_file(
        &self,
        playlist: &str,
        at: Option<usize>,
        (artist, album, title): (&str, &str, &str),
        seconds: u32,
    ) -> Result<String, NotThere> {
        let file = LocalFile::new(artist, album, title, seconds);
        let uri = file.uri.to_string();
        self.insert_medium(playlist, at, Medium::Local(Arc::new(file)))?;
        Ok(uri)
    }

    /// Adds an episode of a podcast and gives its URI.
    pub fn add_episode(&self, playlist: &str, at: Option<usize>, name: &str) -> Result<String, NotThere> {
        let mut state = self.lock();
        let id = id_of("episode", state.world.next_extra());
        let uri: Arc<str> = format!("spotify:episode:{id}").into();
        let (name, show) = (name.to_owned(), "Small Talk at the Harbour".to_owned());
        let episode = Arc::new(Episode { id: id.clone(), uri: Arc::clone(&uri), name, show, duration_ms: 1_800_000 });
        state.world.extra_episodes.insert(id, Arc::clone(&episode));
        drop(state);
        self.insert_medium(playlist, at, Medium::Episode(episode))?;
        Ok(uri.to_string())
    }

    /// Adds a row whose item is null.
    pub fn add_null_row(&self, playlist: &str, at: Option<usize>) -> Done {
        self.insert_medium(playlist, at, Medium::Gone)
    }

    /// Adds a song whose album has no date and gives its URI.
    pub fn add_undated_track(&self, playlist: &str, at: Option<usize>, how: Undated) -> Result<String, NotThere> {
        let track = self.invent_undated(how)?;
        let uri = track.uri.to_string();
        self.insert_medium(playlist, at, Medium::Track(track))?;
        Ok(uri)
    }

    /// Makes a row forget when and by whom it was added, as very old rows do.
    pub fn forget_added(&self, playlist: &str, row: usize) -> Done {
        self.rows(playlist, |one| {
            let row = one.rows.get_mut(row).ok_or(RowsError::OutOfBounds)?;
            row.added_at = None;
            row.added_by = None;
            Ok(())
        })
    }

    /// Ends a song: its rows become null rows, and writes that name it answer 502.
    pub fn retire_track(&self, uri: &str) -> Done {
        let mut state = self.lock();
        let id = uri.strip_prefix("spotify:track:").filter(|id| state.world.track(id).is_some());
        let id = id.ok_or_else(|| NotThere(uri.to_owned()))?.to_owned();
        state.world.retired.insert(id);
        let holds = |one: &Playlist| one.rows.iter().any(|row| row.uri().is_some_and(|known| **known == *uri));
        let touched: Vec<String> =
            state.world.playlists.values().filter(|one| holds(one)).map(|one| one.id.clone()).collect();
        for id in touched {
            state.world.change_rows(&id, None, |one| {
                let gone = one.rows.iter_mut().filter(|row| row.uri().is_some_and(|known| **known == *uri));
                gone.for_each(|row| row.medium = Medium::Gone);
                Ok(())
            });
        }
        Ok(())
    }

    /// Ends a playlist for everyone: it answers 404 from now on.
    pub fn delete_playlist(&self, playlist: &str) -> Done {
        let destroyed = self.lock().world.destroy(playlist);
        destroyed.map(drop).ok_or_else(|| NotThere(playlist.to_owned()))
    }

    /// Takes a playlist out of a library; by its id it can still be read.
    pub fn unfollow(&self, user: &UserName, playlist: &str) -> Done {
        self.owner_of(playlist)?;
        self.lock().world.unfollow(user.as_str(), playlist);
        Ok(())
    }

    /// Likes songs, as a tap on the heart does.
    pub fn like(&self, user: &UserName, uris: &[String]) -> Done {
        let mut state = self.lock();
        let found = state.world.user_mut(user.as_str()).ok_or_else(|| NotThere(user.0.clone()))?;
        found.saved.extend(uris.iter().cloned());
        Ok(())
    }

    /// Puts null entries at the end of a user's list of playlists.
    pub fn set_null_entries(&self, user: &UserName, count: usize) -> Done {
        let mut state = self.lock();
        let found = state.world.user_mut(user.as_str()).ok_or_else(|| NotThere(user.0.clone()))?;
        found.null_entries = count;
        Ok(())
    }

    fn invent_undated(&self, how: Undated) -> Result<Arc<Track>, NotThere> {
        let mut state = self.lock();
        let number = state.world.next_extra();
        let artist = state.world.catalogue.tracks().first().map(|track| track.artists.clone());
        let artists = artist.ok_or_else(|| NotThere("artist".into()))?;
        let (release_date, precision) = match how {
            Undated::Null => (None, None),
            Undated::Zeroes => (Some("0000".to_owned()), Some("year".to_owned())),
        };
        let album = Album {
            id: id_of("extra album", number),
            name: "Undated".into(),
            album_type: AlbumType::Album,
            release_date,
            release_date_precision: precision,
            total_tracks: 1,
            label: "Invented Records".into(),
            popularity: 0,
            artists: artists.clone(),
        };
        let id = id_of("extra track", number);
        let track = Arc::new(Track {
            uri: Track::uri_of(&id),
            id: id.clone(),
            name: format!("Undated {number}"),
            artists,
            album: Arc::new(album),
            duration_ms: 200_000,
            explicit: false,
            popularity: 0,
            isrc: format!("QZHX0{number:07}"),
            disc_number: 1,
            track_number: 1,
        });
        state.world.extra_tracks.insert(id, Arc::clone(&track));
        Ok(track)
    }

    fn insert_medium(&self, playlist: &str, at: Option<usize>, medium: Medium) -> Done {
        let owner = self.owner_of(playlist)?;
        let row = Row { added_at: Some(self.lock().world.clock()), added_by: Some(owner.as_str().into()), medium };
        self.rows(playlist, |one| one.insert(at, vec![row]))
    }

    fn owner_of(&self, playlist: &str) -> Result<String, NotThere> {
        let state = self.lock();
        let found = state.world.playlists.get(playlist).map(|one| one.owner.clone());
        found.ok_or_else(|| NotThere(playlist.to_owned()))
    }

    fn rows(&self, playlist: &str, change: impl FnOnce(&mut Playlist) -> Result<(), RowsError>) -> Done {
        let outcome = self.lock().world.change_rows(playlist, None, change);
        match outcome {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(NotThere(format!("place in {playlist}: {error:?}"))),
            None => Err(NotThere(playlist.to_owned())),
        }
    }

    fn details(&self, playlist: &str, change: impl FnOnce(&mut Playlist)) -> Done {
        self.lock().world.change_details(playlist, change).ok_or_else(|| NotThere(playlist.to_owned()))
    }
}

fn song_row(world: &super::world::World, uri: &str, by: &str) -> Result<Row, NotThere> {
    let id = uri.strip_prefix("spotify:track:").unwrap_or_default();
    let track = world.track(id).ok_or_else(|| NotThere(uri.to_owned()))?;
    Ok(Row { added_at: Some(world.clock()), added_by: Some(by.into()), medium: Medium::Track(Arc::clone(track)) })
}
