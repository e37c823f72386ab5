//! The plan is what the run does: requests by kind, over sizes, modes and states of cache and playlists.

use super::super::command::Request;
use super::super::decide::{ChildCase, Decision, decide};
use super::super::input::{ArtistMeta, BaseRow, LastRun};
use super::builders::{artist_id, genre_is, songs, title_has, track};
use super::scene::Scene;
use super::spotify::base_id;
use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::filter::compile::EvalContext;
use crate::domain::sync::event::SyncOutcome;
use crate::domain::sync::plan::{BaseState, ChildState, Cost, LibraryState, Terms, opening, plan};
use crate::domain::sync::routing::{RoutedChild, RoutingChild};
use crate::domain::sync::settle::{is_exclusive, settle};
use crate::domain::track::FilterableTrack;
use std::collections::HashSet;

const SIZES: [u64; 5] = [100, 600, 1_000, 5_000, 10_000];
const LETTERS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// What of the artists plays a part.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Genres {
    NoRule,
    Delivered,
    Withheld,
}

/// The scene, its artists one a song; five children share the songs out, the last by genre where a rule asks for it.
fn scene_of(size: u64, mode: ApiMode, genres: Genres) -> Scene {
    let part = |number: u64| (number * 5 / size) as usize;
    let mut scene = Scene::new((0..size).map(|number| track(number, LETTERS[part(number)], number)));
    (0..size).for_each(|artist| scene.world.spotify.set_genre(artist, if part(artist) == 4 { "rock" } else { "jazz" }));
    scene.mode = mode;
    if genres == Genres::Withheld {
        (scene.capabilities, scene.world.spotify.genres_delivered) = (Capabilities::NONE, false);
    }
    for (number, letter) in LETTERS.into_iter().enumerate() {
        let by_genre = number == 4 && genres != Genres::NoRule;
        scene.child(if by_genre { genre_is("rock") } else { title_has(letter) }, Vec::new());
    }
    // As a child is known that was made for its base.
    for child in 0..5 {
        scene.know(child);
    }
    scene
}

/// One song in a hundred goes, another comes at the end.
fn change(scene: &mut Scene, size: u64) {
    let moved = (size / 100) as usize;
    scene.world.spotify.base.drain(..moved);
    for number in size..size + moved as u64 {
        let letter = LETTERS[(number % 5) as usize];
        scene.world.spotify.base.push(BaseRow::Track(Box::new(track(number, letter, number))));
        scene.world.spotify.set_genre(number, if letter == "e" { "rock" } else { "jazz" });
    }
    scene.world.spotify.base_version += 1;
}

/// What the plan says of the next run, from what can be known before it.
pub fn planned(scene: &Scene) -> Cost {
    let (input, now_ms) = (scene.input(), scene.world.now_ms + 60_000);
    let children = &scene.world.store.children;
    let ids = children.iter().filter_map(|child| child.playlist.clone()).chain([base_id()]);
    let seen = ids.filter_map(|id| Some((id.clone(), scene.world.spotify.seen(&id, now_ms)?))).collect();
    let library = LibraryState { seen, total: Some(scene.world.spotify.others + 1 + children.len() as u32) };
    let tracks = tracks(scene);
    let rows: Vec<_> = children.iter().map(|child| scene.rows_of(child)).collect();
    let held: Vec<Vec<String>> = rows.iter().map(|rows| super::builders::uris(rows)).collect();
    let routing: Vec<RoutingChild<'_>> = children
        .iter()
        .zip(&held)
        .map(|(child, held)| RoutingChild {
            id: child.id,
            filter: &child.filter,
            kind: child.kind,
            active: true,
            holds: Some(held),
        })
        .collect();
    let decided = |at: usize, routed: &RoutedChild| -> Option<Decision> {
        Some(decide(&ChildCase {
            filter: &children[at].filter,
            capabilities: &scene.capabilities,
            target: &routed.target,
            unknown: routed.unknown,
            rows: &rows[at],
            open_intent: children[at].open_intent.as_ref(),
            adopted_never_written: children[at].adopted_never_written,
            filter_changed: children[at].filter_changed,
            confirmed_plan_hash: None,
        }))
    };
    let context = EvalContext { now_ms: input.now_ms, zone: input.zone.clone(), capabilities: scene.capabilities };
    let settled = settle(&tracks, &routing, scene.routing, &context, &[], decided).unwrap();
    let states: Vec<ChildState<'_>> = (0..children.len())
        .map(|at| {
            let seen = library.seen.get(children[at].playlist.as_ref().unwrap()).unwrap();
            let is_known = children[at].known.as_ref().is_some_and(|known| known.snapshot == seen.snapshot);
            ChildState {
                filter: &children[at].filter,
                is_selected: children[at].selected,
                unread_rows: (!is_known).then_some(rows[at].len() as u32),
                unknown: settled.routed.children[at].unknown,
                decision: settled.decisions[at].as_ref().unwrap(),
            }
        })
        .collect();
    let base = BaseState {
        opening: opening(input, &library),
        total: scene.world.spotify.base.len() as u32,
        tracks: &tracks,
        unread_playlists: Vec::new(),
        is_exclusive: is_exclusive(children.iter().map(|child| child.kind), scene.routing),
    };
    let terms = Terms {
        capabilities: scene.capabilities,
        mode: scene.mode,
        read_back: scene.limits.read_back,
        per_minute: 100,
        latency_ms: 100,
    };
    let cache: HashSet<String> = scene.world.store.cache.keys().cloned().collect();
    plan(&base, &states, &terms, &cache).requests
}

/// The songs as a plan sees them, artists looked up where Spotify delivers them.
fn tracks(scene: &Scene) -> Vec<FilterableTrack> {
    let rows = scene.world.spotify.base.iter().zip(1..);
    let tracks = rows.filter_map(|(row, position)| match row {
        BaseRow::Track(track) => Some(FilterableTrack { position, ..track.as_ref().clone() }),
        BaseRow::Skipped(_) => None,
    });
    let mut tracks: Vec<FilterableTrack> = tracks.collect();
    for artist in tracks.iter_mut().flat_map(|track| &mut track.artists).filter(|_| scene.capabilities.genre) {
        artist.genres = artist.id.as_ref().and_then(|id| scene.world.spotify.genres.get(id)).cloned();
    }
    tracks
}

/// What the simulated Spotify counted, by kind.
pub fn counted(scene: &Scene) -> Cost {
    let count = |wanted: fn(&Request) -> bool| scene.sent(wanted) as u32;
    Cost {
        snapshots: count(|one| matches!(one, Request::LibraryPage { .. } | Request::PlaylistSnapshot { .. })),
        base_pages: count(|one| matches!(one, Request::BaseItems { .. })),
        artists: count(|one| matches!(one, Request::Artist { .. } | Request::ArtistBatch { .. })),
        lookups: count(|one| matches!(one, Request::LibraryContains { .. })),
        child_reads: count(|one| matches!(one, Request::ChildItems { .. })),
        writes: count(Request::is_write),
    }
}

fn check(scene: &mut Scene, what: &str) -> Cost {
    let plan = planned(scene);
    let finished = scene.run();
    assert_eq!(plan, counted(scene), "{what}");
    assert_eq!(plan.total(), finished.requests, "{what}");
    plan
}

/// Cold, unchanged, one in a hundred changed; then the same base cold once more with four artists of five known.
fn check_states(size: u64, mode: ApiMode, genres: Genres) {
    let what = format!("{size} songs, {mode:?}, genres {genres:?}");
    let mut scene = scene_of(size, mode, genres);
    let cold = check(&mut scene, &format!("{what}, cold"));
    let artists = match (mode, genres) {
        (_, Genres::NoRule | Genres::Withheld) => 0,
        (ApiMode::Extended, Genres::Delivered) => size.div_ceil(50),
        (ApiMode::Development, Genres::Delivered) => size,
    };
    assert_eq!(u64::from(cold.artists), artists, "{what}");
    let judged = genres != Genres::Withheld;
    scene.last_run =
        Some(LastRun { same_filters: true, valid_until_ms: None, without_problem: judged, left: Vec::new() });
    let unchanged = check(&mut scene, &format!("{what}, unchanged"));
    assert_eq!(unchanged.total() == 1, judged, "{what}: {unchanged:?}");
    assert_eq!(unchanged.writes, 0, "{what}");
    change(&mut scene, size);
    let changed = check(&mut scene, &format!("{what}, 1 % changed"));
    assert!(changed.writes > 0 && changed.artists <= (size / 100) as u32, "{what}: {changed:?}");

    let mut warm = scene_of(size, mode, genres);
    for artist in 0..size * 4 / 5 {
        let (id, genres) = (artist_id(artist), Some(vec!["jazz".to_owned()]));
        let known = ArtistMeta { id: id.clone(), genres, popularity: Some(1), followers: Some(1) };
        warm.world.store.cache.insert(id, known);
    }
    let plan = check(&mut warm, &format!("{what}, warm"));
    assert_eq!(plan.artists, if artists > 0 { (artists as u32).div_ceil(5) } else { 0 }, "{what}");
}

#[test]
fn the_plan_is_what_the_run_sends_in_every_size_mode_and_state() {
    for size in SIZES {
        for mode in [ApiMode::Extended, ApiMode::Development] {
            for genres in [Genres::NoRule, Genres::Delivered, Genres::Withheld] {
                check_states(size, mode, genres);
            }
        }
    }
}

#[test]
fn the_plan_counts_adopted_children_and_what_is_read_back() {
    for read_back in [false, true] {
        let mut scene = Scene::new((0..260).map(|number| track(number, "a", number)));
        scene.limits.read_back = read_back;
        scene.child(title_has("a"), songs(0..120));
        scene.child(title_has("a"), songs(900..1_130));
        scene.child(title_has("b"), Vec::new());
        let plan = planned(&scene);
        assert_eq!(plan.child_reads, 3 + 5 + 1 + if read_back { 6 + 6 } else { 0 });
        // Lag makes a read-back ask again, which no plan can know.
        scene.world.lag_ms = Some(0);
        assert_eq!(scene.run().outcome, SyncOutcome::Full);
        assert_eq!(plan, counted(&scene), "read back: {read_back}");
    }
}

#[test]
fn no_artist_is_read_for_a_child_that_is_not_written() {
    let mut scene = scene_of(100, ApiMode::Development, Genres::Delivered);
    scene.world.store.children[4].selected = false;
    assert_eq!(planned(&scene).artists, 0);
    scene.run();
    assert_eq!(counted(&scene).artists, 0);
}
