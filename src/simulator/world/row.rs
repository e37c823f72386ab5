//! One row of a playlist.

use crate::simulator::catalogue::Track;
use crate::simulator::urls::encoded;
use jiff::Timestamp;
use std::sync::Arc;

/// A row: a medium, and who put it there when.
#[derive(Debug, Clone)]
pub struct Row {
    /// None in very old rows.
    pub added_at: Option<Timestamp>,
    pub added_by: Option<Arc<str>>,
    pub medium: Medium,
}

/// What a row holds.
#[derive(Debug, Clone)]
pub enum Medium {
    Track(Arc<Track>),
    Local(Arc<LocalFile>),
    Episode(Arc<Episode>),
    /// No longer available: the row stays, its item is null.
    Gone,
}

/// A file on somebody's disk.
#[derive(Debug, PartialEq)]
pub struct LocalFile {
    pub uri: Arc<str>,
    pub artist: String,
    pub album: String,
    pub title: String,
    pub seconds: u32,
}

/// An episode of a podcast.
#[derive(Debug, PartialEq)]
pub struct Episode {
    pub id: String,
    pub uri: Arc<str>,
    pub name: String,
    pub show: String,
    pub duration_ms: u32,
}

impl LocalFile {
    /// Makes the URI that Spotify would: words joined by `+`, colons between the four parts.
    pub fn new(artist: &str, album: &str, title: &str, seconds: u32) -> Self {
        let part = |text: &str| -> String { text.split_whitespace().map(encoded).collect::<Vec<_>>().join("+") };
        Self {
            uri: format!("spotify:local:{}:{}:{}:{seconds}", part(artist), part(album), part(title)).into(),
            artist: artist.to_owned(),
            album: album.to_owned(),
            title: title.to_owned(),
            seconds,
        }
    }
}

impl Row {
    /// The row's URI; none where nothing is left.
    pub fn uri(&self) -> Option<&Arc<str>> {
        match &self.medium {
            Medium::Track(track) => Some(&track.uri),
            Medium::Local(file) => Some(&file.uri),
            Medium::Episode(episode) => Some(&episode.uri),
            Medium::Gone => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_file_has_an_encoded_uri() {
        let file = LocalFile::new("Die Ärzte", "", "Mixtape: One", 61);
        assert_eq!(&*file.uri, "spotify:local:Die+%C3%84rzte::Mixtape%3A+One:61");
    }
}
