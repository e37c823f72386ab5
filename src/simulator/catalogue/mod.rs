//! The songs that exist: from a file, or made up.

mod built_in;
mod file;
mod names;
mod songs;

use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

pub use file::CatalogueError;

/// An artist with everything that Spotify knows about one.
#[derive(Debug, Clone, PartialEq)]
pub struct Artist {
    pub id: String,
    pub name: String,
    pub genres: Vec<String>,
    pub popularity: u8,
    pub followers: u64,
}

/// The three kinds of album in Spotify's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlbumType {
    Album,
    Single,
    Compilation,
}

impl AlbumType {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Album => "album",
            Self::Single => "single",
            Self::Compilation => "compilation",
        }
    }
}

/// An album. `release_date` may be missing, or nonsense such as `0000`, as on Spotify.
#[derive(Debug, Clone, PartialEq)]
pub struct Album {
    pub id: String,
    pub name: String,
    pub album_type: AlbumType,
    pub release_date: Option<String>,
    /// `year`, `month` or `day`.
    pub release_date_precision: Option<String>,
    pub total_tracks: u32,
    pub label: String,
    pub popularity: u8,
    pub artists: Vec<Arc<Artist>>,
}

/// A song on an album.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    pub id: String,
    pub uri: Arc<str>,
    pub name: String,
    pub artists: Vec<Arc<Artist>>,
    pub album: Arc<Album>,
    pub duration_ms: u32,
    pub explicit: bool,
    pub popularity: u8,
    pub isrc: String,
    pub disc_number: u32,
    pub track_number: u32,
}

impl Track {
    /// The URI of a track id.
    pub fn uri_of(id: &str) -> Arc<str> {
        format!("spotify:track:{id}").into()
    }
}

/// When the rows of a playlist were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// Row i at the start of 2020 plus i hours.
    Hourly,
    /// Evenly over this many days, the last row shortly before now.
    OverDays(u32),
}

impl Added {
    /// When row `row` of `rows` was added.
    pub fn at(self, row: usize, rows: usize, now: Timestamp) -> Timestamp {
        let row = i64::try_from(row).unwrap_or(i64::MAX);
        let rows = i64::try_from(rows).unwrap_or(i64::MAX).max(1);
        match self {
            Self::Hourly => START_OF_2020.saturating_add(SignedDuration::from_hours(row)).unwrap_or(START_OF_2020),
            Self::OverDays(days) => {
                let step_s = i64::from(days) * 86_400 / rows;
                // An odd number of minutes keeps neighbours from sharing a time of day.
                let age_s = (rows - row) * step_s - (row * 37 % 50) * 60;
                let at = now.saturating_sub(SignedDuration::from_secs(age_s.max(60))).unwrap_or(now);
                Timestamp::from_second(at.as_second()).unwrap_or(at)
            }
        }
    }
}

const START_OF_2020: Timestamp = Timestamp::constant(1_577_836_800, 0);

/// A playlist that every account begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct StartPlaylist {
    pub name: String,
    pub description: String,
    /// Indexes into the catalogue's tracks.
    pub tracks: Vec<usize>,
    pub added: Added,
}

/// All songs and the playlists that accounts begin with; cheap to clone.
#[derive(Debug, Clone)]
pub struct Catalogue(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    tracks: Vec<Arc<Track>>,
    playlists: Vec<StartPlaylist>,
    tracks_by_id: HashMap<String, usize>,
    artists: HashMap<String, Arc<Artist>>,
    albums: HashMap<String, Arc<Album>>,
    tracks_by_album: HashMap<String, Vec<usize>>,
}

impl Catalogue {
    /// Reads the catalogue file format: `{"tracks": […], "artists": […], "albums": […]}`.
    ///
    /// Its accounts begin with "Everything", "First 60", "First 600" and "Empty".
    pub fn from_json(text: &str) -> Result<Self, CatalogueError> {
        file::read(text)
    }

    /// Invented music, the same on every machine; accounts begin with bases of 60, 600 and 5,000 songs.
    pub fn built_in() -> Self {
        static BUILT_IN: OnceLock<Catalogue> = OnceLock::new();
        BUILT_IN.get_or_init(built_in::make).clone()
    }

    /// The same songs with other playlists to begin with.
    pub fn with_playlists(&self, playlists: Vec<StartPlaylist>) -> Self {
        Self::of(self.0.tracks.clone(), playlists)
    }

    /// All tracks in catalogue order.
    pub fn tracks(&self) -> &[Arc<Track>] {
        &self.0.tracks
    }

    /// What each account begins with.
    pub fn playlists(&self) -> &[StartPlaylist] {
        &self.0.playlists
    }

    pub fn track(&self, id: &str) -> Option<&Arc<Track>> {
        self.0.tracks_by_id.get(id).map(|at| &self.0.tracks[*at])
    }

    pub fn artist(&self, id: &str) -> Option<&Arc<Artist>> {
        self.0.artists.get(id)
    }

    pub fn album(&self, id: &str) -> Option<&Arc<Album>> {
        self.0.albums.get(id)
    }

    /// The tracks of an album in catalogue order.
    pub fn album_tracks(&self, id: &str) -> Vec<Arc<Track>> {
        let at = self.0.tracks_by_album.get(id).map(Vec::as_slice).unwrap_or_default();
        at.iter().map(|at| Arc::clone(&self.0.tracks[*at])).collect()
    }

    fn of(tracks: Vec<Arc<Track>>, playlists: Vec<StartPlaylist>) -> Self {
        let mut parts = Parts {
            playlists,
            tracks_by_id: HashMap::new(),
            artists: HashMap::new(),
            albums: HashMap::new(),
            tracks_by_album: HashMap::new(),
            tracks: Vec::new(),
        };
        for (at, track) in tracks.iter().enumerate() {
            parts.tracks_by_id.insert(track.id.clone(), at);
            parts.tracks_by_album.entry(track.album.id.clone()).or_default().push(at);
            parts.albums.entry(track.album.id.clone()).or_insert_with(|| Arc::clone(&track.album));
            for artist in track.artists.iter().chain(&track.album.artists) {
                parts.artists.entry(artist.id.clone()).or_insert_with(|| Arc::clone(artist));
            }
        }
        parts.tracks = tracks;
        Self(Arc::new(parts))
    }
}

#[cfg(test)]
mod tests;
