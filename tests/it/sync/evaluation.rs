//! Children against an evaluation that knows nothing of the filter core: plain code over the simulator's songs.

use super::*;
use headwater::simulator::catalogue::{Catalogue, Track};

type Wanted = fn(&Track) -> bool;

fn year(track: &Track) -> Option<u32> {
    let year = track.album.release_date.as_deref()?.get(..4)?.parse().ok()?;
    (year >= 1000).then_some(year)
}

fn has_genre(track: &Track, genre: &str) -> bool {
    track.artists.iter().any(|artist| artist.genres.iter().any(|one| one == genre))
}

fn rule(field: &str, op: &str, value: impl Into<Value>) -> Value {
    json!({"field": field, "op": op, "value": value.into()})
}

/// Filters with what they mean; the flag: only where Spotify delivers everything.
fn cases() -> Vec<(&'static str, Value, Wanted, bool)> {
    vec![
        ("short", rule("duration", "lte", 200_000), |track| track.duration_ms <= 200_000, false),
        ("explicit", rule("explicit", "is", true), |track| track.explicit, false),
        (
            "nineties",
            rule("release_year", "between", json!([1990, 1999])),
            |track| year(track).is_some_and(|year| (1990..=1999).contains(&year)),
            false,
        ),
        (
            "not the nineties",
            rule("release_year", "not_between", json!([1990, 1999])),
            |track| year(track).is_some_and(|year| !(1990..=1999).contains(&year)),
            false,
        ),
        (
            "nested",
            json!({"match": "any", "rules": [
                {"match": "all", "rules": [rule("explicit", "is", true), rule("duration", "gt", 210_000)]},
                {"match": "all", "rules": [
                    rule("release_year", "gte", 2015),
                    {"match": "none", "rules": [rule("duration", "gt", 180_000), rule("track_number", "eq", 1)]}]}]}),
            |track| {
                (track.explicit && track.duration_ms > 210_000)
                    || (year(track).is_some_and(|year| year >= 2015)
                        && track.duration_ms <= 180_000
                        && track.track_number != 1)
            },
            false,
        ),
        (
            "albums",
            rule("album_type", "is_any_of", json!(["album"])),
            |one| one.album.album_type.as_str() == "album",
            false,
        ),
        ("nothing", rule("duration", "gt", 80_000_000), |_| false, false),
        ("popular", rule("popularity", "gte", 50), |track| track.popularity >= 50, true),
        (
            "genres",
            rule("genre", "any_of", json!(["grunge", "dance pop"])),
            |one| has_genre(one, "grunge") || has_genre(one, "dance pop"),
            true,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn children_hold_what_plain_code_says_in_the_order_of_the_base() {
    let catalogue = Catalogue::built_in();
    let song = |uri: &str| catalogue.track(uri.strip_prefix("spotify:track:").unwrap()).unwrap().clone();
    for mode in [Mode::Extended, Mode::Development] {
        let world = world(mode).await;
        for name in ["Kitchen Radio", "Road Trips & Rainy Days"] {
            let playlist = world.playlist(name);
            let base = world.browser.link(&playlist).await;
            let songs = world.held(&playlist);
            let mut lists = Vec::new();
            for (name, rule, _, _) in cases() {
                lists.push(world.browser.child(&base, name, rule).await.1);
            }
            world.simulator.journal().clear();
            let run = world.browser.sync(&base).await;
            assert_eq!(run["status"], "completed", "{run}");
            assert_eq!(run["total_api_requests"], world.simulator.journal().count_web_api(), "{run}");
            for (at, (rule_name, _, wanted, extended_only)) in cases().into_iter().enumerate() {
                let child = &run["children"][at];
                if extended_only && mode == Mode::Development {
                    assert_eq!(child["outcome"], "skipped", "{rule_name}: {child}");
                    assert!(world.simulator.journal().writes().iter().all(|write| !write.path.contains(&lists[at])));
                    continue;
                }
                let expected = once_each(songs.iter().filter(|uri| wanted(&song(uri))));
                assert_eq!(world.held(&lists[at]), expected, "{mode:?}, {name}, {rule_name}");
                assert_eq!(child["matched"], expected.len(), "{child}");
                if songs.len() > 100 && rule_name != "nothing" {
                    assert!(!expected.is_empty() && expected.len() < songs.len(), "{rule_name} tells nothing");
                }
            }
            assert!(world.simulator.journal().writes().iter().all(|write| !write.path.contains(&playlist)));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_changed_a_sync_is_one_request() {
    for mode in [Mode::Extended, Mode::Development] {
        let world = world(mode).await;
        let base = world.browser.link(&world.playlist("Road Trips & Rainy Days")).await;
        for (name, rule, _, extended_only) in cases() {
            if !extended_only || mode == Mode::Extended {
                world.browser.child(&base, name, rule).await;
            }
        }
        assert_eq!(world.browser.sync(&base).await["outcome"], "full");
        for _ in 0..2 {
            world.simulator.journal().clear();
            let run = world.browser.sync(&base).await;
            assert_eq!((&run["outcome"], &run["total_api_requests"]), (&json!("no_change"), &json!(1)), "{run}");
            assert_eq!(world.simulator.journal().count_web_api(), 1);
        }
    }
}
