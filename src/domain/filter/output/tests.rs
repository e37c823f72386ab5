use super::*;
use crate::domain::track::{PartialDate, TrackArtist};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

/// Title, artist, seconds, ISRC ("" for none), year ("" for none); the URI is the row's unless `uri` says another.
fn song(row: usize, title: &str, artist: &str, seconds: u32, isrc: &str, year: &str) -> FilterableTrack {
    FilterableTrack {
        position: row as u32 + 1,
        uri: format!("u{row}"),
        title: title.to_owned(),
        artists: vec![TrackArtist { name: artist.to_owned(), ..TrackArtist::default() }],
        duration_ms: seconds * 1_000,
        isrc: (!isrc.is_empty()).then(|| isrc.to_owned()),
        release_date: PartialDate::parse(year),
        ..FilterableTrack::default()
    }
}

fn base() -> Vec<FilterableTrack> {
    let rows = [
        ("One", "Air", 60, "X1", "1999"),
        ("Two", "Beck", 120, "x1", ""),
        ("ONE", "AIR", 62, "X2", "1990"),
        ("One", "Air", 64, "", "2000"),
        ("Three", "Air", 30, "", "1990"),
        ("", "Air", 10, "", ""),
        ("", "Air", 10, "", "1980"),
        ("One", "Beck", 60, "", "1999"),
    ];
    let songs = rows.iter().enumerate();
    let mut tracks: Vec<FilterableTrack> = songs
        .map(|(row, (title, artist, seconds, isrc, year))| song(row, title, artist, *seconds, isrc, year))
        .collect();
    tracks[4].uri = "u0".to_owned();
    tracks
}

fn stays(tracks: &[FilterableTrack], output: serde_json::Value) -> Vec<u32> {
    let rows: Vec<u32> = (0..tracks.len() as u32).collect();
    apply_output(&Columns::new(tracks), &rows, &Output::parse(&output).unwrap())
}

#[test]
fn each_option_does_what_it_says() {
    let cases = [
        (json!({}), vec![0, 1, 2, 3, 5, 6, 7]),
        (json!({"dedupe": "isrc"}), vec![0, 2, 3, 5, 6, 7]),
        // The fourth is like the third, which is gone itself; songs without a title are not alike.
        (json!({"dedupe": "isrc_then_name"}), vec![0, 5, 6, 7]),
        (json!({"max_per_artist": 1}), vec![0, 1]),
        (json!({"max_per_artist": 2}), vec![0, 1, 2, 7]),
        (json!({"sort": [{"field": "release_year"}]}), vec![6, 2, 0, 7, 3, 1, 5]),
        (json!({"sort": [{"field": "release_year", "dir": "desc"}]}), vec![3, 0, 7, 2, 6, 1, 5]),
        (json!({"sort": [{"field": "title"}, {"field": "duration", "dir": "desc"}]}), vec![3, 2, 0, 7, 1, 5, 6]),
        (json!({"limit": {"tracks": 2}}), vec![0, 1]),
        (json!({"limit": {"minutes": 3}}), vec![0, 1]),
        (json!({"limit": {"minutes": 2}}), vec![0]),
        // The cap comes before the order, the order before the limit.
        (json!({"max_per_artist": 1, "sort": [{"field": "title", "dir": "desc"}], "limit": {"tracks": 1}}), vec![1]),
    ];
    for (output, rows) in cases {
        assert_eq!(stays(&base(), output.clone()), rows, "{output}");
    }
}

#[test]
fn the_cap_counts_the_primary_artist_by_id_else_by_name() {
    let mut tracks = base();
    for (row, id) in [(0, "a"), (1, "a"), (2, "b")] {
        tracks[row].artists[0].id = Some(id.to_owned());
    }
    tracks[3].artists.clear();
    tracks[7].artists.clear();
    assert_eq!(stays(&tracks, json!({"max_per_artist": 1})), [0, 2, 3, 5, 7]);
}

/// Reads the page on filters word by word, song by song.
fn naive(tracks: &[FilterableTrack], matched: &[u32], output: &Output) -> Vec<u32> {
    let track = |row: &u32| &tracks[*row as usize];
    let artist = |row: &u32| track(row).artists.first().map(|artist| artist.name.clone()).unwrap_or_default();
    let same = |a: &u32, b: &u32| {
        let recording = track(a).isrc.as_ref().is_some_and(|isrc| {
            track(b).isrc.as_ref().is_some_and(|other| isrc.to_uppercase() == other.to_uppercase())
        });
        let name = !track(a).title.is_empty()
            && (fold(&track(a).title), fold(&artist(a))) == (fold(&track(b).title), fold(&artist(b)))
            && track(a).duration_ms.abs_diff(track(b).duration_ms) <= 2_000;
        track(a).uri == track(b).uri
            || (output.dedupe != Dedupe::Id && recording)
            || (output.dedupe == Dedupe::IsrcThenName && name)
    };
    let alone = |at: &usize| !matched[..*at].iter().any(|earlier| same(earlier, &matched[*at]));
    let mut kept: Vec<u32> = (0..matched.len()).filter(alone).map(|at| matched[at]).collect();
    if let Some(most) = output.max_per_artist {
        let all = kept.clone();
        let nth = |row: &u32| all.iter().take_while(|other| *other != row).filter(|o| artist(o) == artist(row)).count();
        kept.retain(|row| track(row).artists.is_empty() || nth(row) < most as usize);
    }
    // The last key first: a stable sort keeps what it left.
    for key in output.sort.iter().rev() {
        let read =
            |row: &u32| crate::domain::filter::read::reader(fields::find(&key.field).unwrap())(track(row), Reduce::Max);
        let (mut there, missing): (Vec<u32>, Vec<u32>) =
            kept.iter().copied().partition(|row| read(row) != crate::domain::filter::read::Value::Missing);
        there.sort_by(|a, b| {
            let order = sort_key(&read(a)).cmp(&sort_key(&read(b)));
            if key.dir == Direction::Desc { order.reverse() } else { order }
        });
        kept = [there, missing].concat();
    }
    let fits = |count: &usize| match output.limit {
        None => true,
        Some(Limit::Tracks(most)) => *count <= most as usize,
        Some(Limit::Minutes(most)) => {
            kept[..*count].iter().map(|row| track(row).duration_ms).sum::<u32>() <= most * 60_000
        }
    };
    let count = (0..=kept.len()).rev().find(fits).unwrap();
    kept[..count].to_vec()
}

fn sort_key(value: &crate::domain::filter::read::Value<'_>) -> (i64, String) {
    use crate::domain::filter::read::Value;
    match value {
        Value::Missing => (i64::MAX, String::new()),
        Value::Text(text) => (0, fold(text)),
        Value::Texts(items) => (0, fold(&items[0])),
        Value::Number(number) | Value::Instant(number) => (*number, String::new()),
        Value::Boolean(yes) => (i64::from(*yes), String::new()),
        Value::Days(first, _) => (i64::from(*first), String::new()),
    }
}

const TITLES: &[&str] = &["One", "one", "Ünder", "Two (Live)", ""];
const SORTS: &[&str] =
    &["title", "artist", "duration", "release_date", "explicit", "added_at", "version_kind", "position"];

fn any_song() -> impl Strategy<Value = FilterableTrack> {
    let names = (select(TITLES), option::of(select(&["Air", "Beck", "Low"][..])), select(&["", "X1", "x1", "X2"][..]));
    let numbers = (0..6_u32, 50..90_u32, select(&["", "1990", "1990-05", "1999-12-31"][..]));
    (names, numbers, any::<bool>(), option::of(0..3_i64)).prop_map(
        |((title, artist, isrc), numbers, explicit, added)| {
            let (uri, seconds, year) = numbers;
            let mut track = song(0, title, artist.unwrap_or_default(), seconds, isrc, year);
            if artist.is_none() {
                track.artists.clear();
            }
            FilterableTrack { uri: format!("u{uri}"), explicit, added_at_ms: added, ..track }
        },
    )
}

fn any_output() -> impl Strategy<Value = Output> {
    let key = (select(SORTS), any::<bool>()).prop_map(|(field, desc)| SortKey {
        field: field.to_owned(),
        dir: if desc { Direction::Desc } else { Direction::Asc },
    });
    let limit = prop_oneof![(1..8_u32).prop_map(Limit::Tracks), (1..8_u32).prop_map(Limit::Minutes)];
    let dedupe = select(&[Dedupe::Id, Dedupe::Isrc, Dedupe::IsrcThenName][..]);
    (vec(key, 0..3), option::of(limit), option::of(1..4_u32), dedupe)
        .prop_map(|(sort, limit, max_per_artist, dedupe)| Output { sort, limit, max_per_artist, dedupe })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn the_target_is_what_the_words_say(
        songs in vec((any_song(), any::<bool>()), 0..20), output in any_output(),
    ) {
        let (mut tracks, matches): (Vec<FilterableTrack>, Vec<bool>) = songs.into_iter().unzip();
        tracks.iter_mut().zip(1..).for_each(|(track, position)| track.position = position);
        let matched: Vec<u32> = (0..tracks.len() as u32).filter(|row| matches[*row as usize]).collect();
        let stays = apply_output(&Columns::new(&tracks), &matched, &output);
        prop_assert_eq!(stays, naive(&tracks, &matched, &output));
    }
}
