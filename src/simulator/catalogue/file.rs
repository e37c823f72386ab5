//! The catalogue file.

use super::{Added, Album, AlbumType, Artist, Catalogue, StartPlaylist, Track};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

/// Why a catalogue file was refused.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("the catalogue is not in the expected form: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("track {track} names the unknown {kind} {id}")]
    Dangling { track: String, kind: &'static str, id: String },
    #[error("the track id {0} occurs twice")]
    Repeated(String),
}

#[derive(Deserialize)]
struct FileForm {
    tracks: Vec<FileTrack>,
    artists: Vec<FileArtist>,
    albums: Vec<FileAlbum>,
}

#[derive(Deserialize)]
struct FileTrack {
    id: String,
    name: String,
    artist_ids: Vec<String>,
    album_id: String,
    popularity: u8,
    duration_ms: u32,
    explicit: bool,
}

#[derive(Deserialize)]
struct FileArtist {
    id: String,
    name: String,
    genres: Vec<String>,
    popularity: u8,
    followers: u64,
}

#[derive(Deserialize)]
struct FileAlbum {
    id: String,
    name: String,
    release_date: Option<String>,
    release_date_precision: Option<String>,
    artist_ids: Vec<String>,
}

/// Reads and links a file.
pub(super) fn read(text: &str) -> Result<Catalogue, CatalogueError> {
    let form: FileForm = serde_json::from_str(text)?;
    let artists: HashMap<String, Arc<Artist>> =
        form.artists.into_iter().map(|artist| (artist.id.clone(), Arc::new(artist.into()))).collect();
    let mut totals: HashMap<&str, u32> = HashMap::new();
    for track in &form.tracks {
        *totals.entry(track.album_id.as_str()).or_default() += 1;
    }
    let albums: HashMap<String, Arc<Album>> =
        form.albums.into_iter().map(|album| (album.id.clone(), Arc::new(album.link(&artists, &totals)))).collect();
    let tracks = link_tracks(&form.tracks, &artists, &albums)?;
    let playlists = start_playlists(tracks.len());
    Ok(Catalogue::of(tracks, playlists))
}

fn link_tracks(
    tracks: &[FileTrack],
    artists: &HashMap<String, Arc<Artist>>,
    albums: &HashMap<String, Arc<Album>>,
) -> Result<Vec<Arc<Track>>, CatalogueError> {
    let mut seen = std::collections::HashSet::new();
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut linked = Vec::with_capacity(tracks.len());
    for (at, track) in tracks.iter().enumerate() {
        if !seen.insert(track.id.as_str()) {
            return Err(CatalogueError::Repeated(track.id.clone()));
        }
        let number = numbers.entry(track.album_id.as_str()).or_default();
        *number += 1;
        linked.push(Arc::new(link_track(track, at, *number, artists, albums)?));
    }
    Ok(linked)
}

fn link_track(
    track: &FileTrack,
    at: usize,
    track_number: u32,
    artists: &HashMap<String, Arc<Artist>>,
    albums: &HashMap<String, Arc<Album>>,
) -> Result<Track, CatalogueError> {
    let dangling = |kind, id: &String| CatalogueError::Dangling { track: track.id.clone(), kind, id: id.clone() };
    let credited: Result<Vec<_>, _> =
        track.artist_ids.iter().map(|id| artists.get(id).cloned().ok_or_else(|| dangling("artist", id))).collect();
    Ok(Track {
        id: track.id.clone(),
        uri: Track::uri_of(&track.id),
        name: track.name.clone(),
        artists: credited?,
        album: albums.get(&track.album_id).cloned().ok_or_else(|| dangling("album", &track.album_id))?,
        duration_ms: track.duration_ms,
        explicit: track.explicit,
        popularity: track.popularity,
        isrc: invented_isrc(at),
        disc_number: 1,
        track_number,
    })
}

/// Country, registrant, year and designation; unique for 10 million tracks.
pub(super) fn invented_isrc(at: usize) -> String {
    format!("QZHW0{:02}{:05}", at / 100_000 % 100, at % 100_000)
}

fn start_playlists(len: usize) -> Vec<StartPlaylist> {
    let first = |name: &str, count: usize| StartPlaylist {
        name: name.into(),
        description: String::new(),
        tracks: (0..count.min(len)).collect(),
        added: Added::Hourly,
    };
    vec![first("Everything", len), first("First 60", 60), first("First 600", 600), first("Empty", 0)]
}

impl From<FileArtist> for Artist {
    fn from(artist: FileArtist) -> Self {
        let FileArtist { id, name, genres, popularity, followers } = artist;
        Self { id, name, genres, popularity, followers }
    }
}

impl FileAlbum {
    /// An artist of an album that the file does not describe is left out: only tracks must be whole.
    fn link(self, artists: &HashMap<String, Arc<Artist>>, totals: &HashMap<&str, u32>) -> Album {
        let total_tracks = totals.get(self.id.as_str()).copied().unwrap_or(0);
        Album {
            total_tracks,
            id: self.id,
            name: self.name,
            album_type: AlbumType::Album,
            release_date: self.release_date,
            release_date_precision: self.release_date_precision,
            label: "Invented Records".into(),
            popularity: 50,
            artists: self.artist_ids.iter().filter_map(|id| artists.get(id).cloned()).collect(),
        }
    }
}
