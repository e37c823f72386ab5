use super::*;
use crate::simulator::ids::is_id;
use std::collections::HashSet;

#[test]
fn the_built_in_catalogue_has_what_a_demo_needs() {
    let catalogue = Catalogue::built_in();
    let sizes: Vec<usize> = catalogue.playlists().iter().map(|playlist| playlist.tracks.len()).collect();
    assert_eq!(sizes, [60, 600, 5_000]);
    let tracks = catalogue.tracks();
    assert!(tracks.iter().all(|track| is_id(&track.id) && is_id(&track.album.id) && track.isrc.len() == 12));
    assert!(tracks.iter().all(|track| track.artists.iter().all(|artist| is_id(&artist.id))));
    let with = |part: &str| tracks.iter().filter(|track| track.name.contains(part)).count();
    assert!(with("(feat. ") > 100 && with(" - Live") > 20 && with("(Remastered ") > 100);
    assert!(tracks.iter().any(|track| !track.name.is_ascii()));
    let isrcs: HashSet<&str> = tracks.iter().map(|track| track.isrc.as_str()).collect();
    assert!(isrcs.len() < tracks.len(), "some recordings are released twice");
    let ids: HashSet<&str> = tracks.iter().map(|track| track.id.as_str()).collect();
    assert_eq!(ids.len(), tracks.len());
}

#[test]
fn its_years_genres_and_popularity_are_spread() {
    let catalogue = Catalogue::built_in();
    let tracks = catalogue.tracks();
    let decades: HashSet<String> = tracks
        .iter()
        .filter_map(|track| track.album.release_date.as_deref().map(|date| date[..3].to_owned()))
        .collect();
    assert_eq!(decades.len(), 7, "{decades:?}");
    let genres: HashSet<&String> = tracks.iter().flat_map(|track| &track.artists[0].genres).collect();
    assert!(genres.len() > 60);
    assert!(tracks.iter().any(|track| track.popularity > 80) && tracks.iter().any(|track| track.popularity < 5));
    assert!(tracks.iter().any(|track| track.artists[0].genres.is_empty()));
}

#[test]
fn making_it_twice_gives_the_same() {
    let (one, two) = (built_in::make(), built_in::make());
    assert_eq!(one.tracks(), two.tracks());
    assert_eq!(one.playlists(), two.playlists());
}

#[test]
fn rows_are_dated_up_to_just_before_now() {
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("time");
    assert_eq!(Added::Hourly.at(25, 100, now).to_string(), "2020-01-02T01:00:00Z");
    let added: Vec<Timestamp> = (0..5_000).map(|row| Added::OverDays(4_400).at(row, 5_000, now)).collect();
    assert!(added.iter().all(|at| *at < now));
    assert!(added[4_999] > now.saturating_sub(SignedDuration::from_hours(48)).expect("time"));
    assert!(added[0] < "2015-01-01T00:00:00Z".parse().expect("time"));
}

#[test]
fn a_file_is_linked_numbered_and_refused_when_it_dangles() {
    let text = r#"{"tracks": [
        {"id": "t1", "name": "One", "artist_ids": ["a"], "album_id": "b", "popularity": 1, "duration_ms": 2, "explicit": false},
        {"id": "t2", "name": "Two", "artist_ids": ["a"], "album_id": "b", "popularity": 1, "duration_ms": 2, "explicit": true}],
        "artists": [{"id": "a", "name": "A", "genres": ["pop"], "popularity": 3, "followers": 4}],
        "albums": [{"id": "b", "name": "B", "release_date": "2019", "release_date_precision": "year", "artist_ids": ["a"]}]}"#;
    let catalogue = Catalogue::from_json(text).expect("catalogue");
    let numbers: Vec<u32> = catalogue.tracks().iter().map(|track| track.track_number).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(catalogue.album("b").map(|album| album.total_tracks), Some(2));
    let names: Vec<&str> = catalogue.playlists().iter().map(|playlist| playlist.name.as_str()).collect();
    assert_eq!(names, ["Everything", "First 60", "First 600", "Empty"]);
    let dangling = Catalogue::from_json(&text.replace(r#""album_id": "b""#, r#""album_id": "x""#));
    assert!(matches!(dangling, Err(CatalogueError::Dangling { kind: "album", .. })));
}
