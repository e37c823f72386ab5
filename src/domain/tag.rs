//! The person's own words for songs and artists.

use super::filter::text::fold;
use super::track::FilterableTrack;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Characters of a tag.
pub const TAG_LEN_MAX: usize = 50;
/// Tags of a person.
pub const TAGS_MAX: usize = 200;
/// Songs and artists under one tag.
pub const TAG_ITEMS_MAX: usize = 20_000;
/// Songs, or artists, in one request.
pub const TAG_BATCH_MAX: usize = 1_000;

/// A tag with what is under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Tag {
    /// As typed first.
    pub name: String,
    /// Songs that carry it.
    pub tracks: u32,
    /// Artists that carry it, and with them all their songs.
    pub artists: u32,
    /// RFC 3339, UTC.
    pub created: String,
}

/// A tag's name: as typed, and as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagName {
    pub typed: String,
    pub folded: String,
}

impl TagName {
    /// 1 to 50 characters without line breaks, of which something is left when folded; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.trim();
        let folded = fold(typed);
        let fits = typed.chars().count() <= TAG_LEN_MAX && !typed.chars().any(char::is_control);
        (fits && !folded.is_empty()).then(|| Self { typed: typed.to_owned(), folded })
    }
}

/// All tags of a person by Spotify id, frozen at the start of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TagBook {
    pub tracks: BTreeMap<String, Vec<String>>,
    pub artists: BTreeMap<String, Vec<String>>,
}

impl TagBook {
    /// Whether nothing is tagged.
    pub fn is_empty(&self) -> bool {
        self.tracks.is_empty() && self.artists.is_empty()
    }

    /// Writes into a song its own tags and those of its artists, each once.
    pub fn mark(&self, track: &mut FilterableTrack) {
        let of_artists = track.artists.iter().filter_map(|artist| self.artists.get(artist.id.as_ref()?));
        let mut tags: Vec<String> =
            self.tracks.get(&track.id).into_iter().chain(of_artists).flatten().cloned().collect();
        tags.sort_unstable();
        tags.dedup();
        track.tags = tags;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::track::TrackArtist;

    #[test]
    fn a_name_is_kept_as_typed_and_compared_folded() {
        let name = TagName::parse("  Für Élise  ").unwrap();
        assert_eq!((name.typed.as_str(), name.folded.as_str()), ("Für Élise", "fur elise"));
        for text in ["", "   ", "a\nb", &"x".repeat(51)] {
            assert_eq!(TagName::parse(text), None, "{text:?}");
        }
        assert!(TagName::parse(&"ü".repeat(50)).is_some(), "characters, not bytes");
    }

    #[test]
    fn a_song_carries_its_own_tags_and_those_of_its_artists_once() {
        let tags = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let book = TagBook {
            tracks: [("t".to_owned(), tags(&["Gym", "Run"]))].into(),
            artists: [("a".to_owned(), tags(&["Run"])), ("b".to_owned(), tags(&["Calm"]))].into(),
        };
        let artist = |id: Option<&str>| TrackArtist { id: id.map(str::to_owned), ..TrackArtist::default() };
        let artists = vec![artist(Some("a")), artist(None), artist(Some("b"))];
        let mut track = FilterableTrack { id: "t".to_owned(), artists, ..FilterableTrack::default() };
        book.mark(&mut track);
        assert_eq!(track.tags, ["Calm", "Gym", "Run"]);
        let mut other = FilterableTrack { id: "u".to_owned(), tags: tags(&["old"]), ..FilterableTrack::default() };
        book.mark(&mut other);
        assert!(other.tags.is_empty(), "what was marked before is forgotten");
    }
}
