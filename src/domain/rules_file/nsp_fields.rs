//! Navidrome's fields, and what they are here.

/// A field of Navidrome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theirs {
    /// Ours under this id, with what differs.
    Ours(&'static str, Option<&'static str>),
    /// Known, and not to be had here, with the reason.
    Absent(&'static str),
    /// No field of theirs that we know.
    Unknown,
}

const YEAR: Option<&str> = Some("Read as the year of the album, the one that Spotify knows; it may be a reissue.");
const DATE: Option<&str> = Some("Read as the date of the album, the one that Spotify knows; it may be a reissue.");
const ADDED: Option<&str> = Some("Read as the day on which a song came into the base playlist.");

const OURS: &[(&str, &str, Option<&str>)] = &[
    ("title", "title", None),
    ("album", "album", None),
    ("artist", "artist", None),
    ("genre", "genre", None),
    ("year", "release_year", YEAR),
    ("releaseyear", "release_year", None),
    ("date", "release_date", DATE),
    ("releasedate", "release_date", None),
    ("dateadded", "added_at", ADDED),
    ("duration", "duration", None),
    ("tracknumber", "track_number", None),
    ("discnumber", "disc_number", None),
    ("isrc", "isrc", None),
    ("albumtype", "album_type", None),
    ("releasetype", "album_type", None),
    ("compilation", "album_type", None),
    ("explicitstatus", "explicit", None),
];

const ABSENT: &[(&[&str], &str)] = &[
    (&["rating", "albumrating", "artistrating", "averagerating", "daterated"], "Spotify has no ratings."),
    (
        &["playcount", "lastplayed", "albumplaycount", "albumlastplayed", "artistplaycount", "artistlastplayed"],
        "Spotify does not say how often or when a song was played.",
    ),
    (
        &["loved", "dateloved", "albumloved", "artistloved", "albumdateloved", "artistdateloved"],
        "Which songs are liked cannot be asked for yet.",
    ),
    (
        &["originalyear", "originaldate"],
        "Spotify knows only the date of the album, which may be a reissue; releaseYear asks for that.",
    ),
    (
        &["albumartist", "composer", "conductor", "lyricist", "arranger", "producer", "remixer", "performer"],
        "Spotify names only the artists of the song; artist asks for those.",
    ),
    (
        &[
            "filepath",
            "filetype",
            "size",
            "bitrate",
            "bitdepth",
            "samplerate",
            "channels",
            "codec",
            "hascoverart",
            "datemodified",
            "library_id",
            "comment",
            "lyrics",
        ],
        "This is about a file, and songs on Spotify are no files.",
    ),
    (
        &[
            "bpm",
            "mood",
            "grouping",
            "label",
            "recordlabel",
            "language",
            "media",
            "releasecountry",
            "catalognumber",
            "discsubtitle",
            "albumcomment",
            "sorttitle",
            "sortalbum",
            "sortartist",
            "sortalbumartist",
            "mbz_album_id",
            "mbz_album_artist_id",
            "mbz_artist_id",
            "mbz_recording_id",
            "mbz_release_track_id",
            "mbz_release_group_id",
        ],
        "Spotify does not deliver this.",
    ),
    (&["random"], "There is no random order here: the same songs would move at every sync."),
];

/// What a field of Navidrome is here; case does not matter.
pub fn lookup(name: &str) -> Theirs {
    let name = name.to_lowercase();
    if let Some((_, id, note)) = OURS.iter().find(|row| row.0 == name) {
        return Theirs::Ours(id, *note);
    }
    let absent = ABSENT.iter().find(|(names, _)| names.contains(&name.as_str()));
    absent.map_or(Theirs::Unknown, |(_, reason)| Theirs::Absent(reason))
}

/// All names that have a meaning here.
pub fn names() -> impl Iterator<Item = &'static str> {
    OURS.iter().map(|row| row.0)
}
