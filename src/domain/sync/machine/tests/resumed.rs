//! Stopped at any command and gone on with: the children are right, and hardly anything is asked for twice.

use super::super::checkpoint::UNSAVED_PAGES_MAX;
use super::super::command::Request;
use super::builders::{genre_is, songs, title_has, track};
use super::driver::{Weather, clear_sky};
use super::scene::Scene;
use crate::domain::sync::event::{SyncOutcome, SyncStatus};
use std::collections::BTreeSet;

const SONGS: u64 = 730;

/// A base of fifteen pages; a child that needs artists, one with strange songs, one that must be read.
fn scene() -> Scene {
    let letters = |number: u64| if number.is_multiple_of(3) { "a b" } else { "b" };
    let mut scene = Scene::new((0..SONGS).map(|number| track(number, letters(number), number % 90)));
    (0..90).for_each(|artist| scene.world.spotify.set_genre(artist, if artist % 2 == 0 { "rock" } else { "jazz" }));
    scene.child(title_has("a"), songs(0..60));
    scene.child(genre_is("rock"), songs(5_000..5_020));
    scene.child(title_has("b"), Vec::new());
    scene
}

fn is_page(request: &Request) -> bool {
    matches!(request, Request::BaseItems { .. })
}

fn is_artist(request: &Request) -> bool {
    matches!(request, Request::Artist { .. } | Request::ArtistBatch { .. })
}

/// Runs to this command, then goes on; gives the requests of both. `None`: it ended before that command.
fn interrupted(at: usize) -> Option<(Scene, Vec<Request>, Vec<Request>)> {
    let mut scene = scene();
    let input = scene.input();
    let weather = &mut Weather { trouble: &mut clear_sky, crash_at: Some(at), cancel_at: None, lose_lease_at: None };
    let ended = scene.world.run(input, weather).is_some();
    // Killed after the last commit, it is complete: there is nothing to go on with.
    if ended || scene.world.store.finished.is_some() {
        return None;
    }
    let first = scene.world.sent.clone();
    scene.world.now_ms += 60_000;
    let mut input = scene.input();
    input.checkpoint = scene.world.store.checkpoint.take();
    let weather = &mut Weather { trouble: &mut clear_sky, crash_at: None, cancel_at: None, lose_lease_at: None };
    let finished = scene.world.run(input, weather).unwrap();
    assert_eq!(finished.status, SyncStatus::Completed, "stopped at command {at}: {finished:?}");
    let second = scene.world.sent.clone();
    Some((scene, first, second))
}

#[test]
fn a_run_stopped_at_any_command_goes_on_with_what_is_missing() {
    let mut whole = scene();
    assert_eq!(whole.run().outcome, SyncOutcome::Full);
    let lost_pages = 2 * UNSAVED_PAGES_MAX - 1;
    let (alone, concurrency) = (whole.world.sent.len(), whole.limits.concurrency);
    let expected: Vec<Vec<String>> = (0..3).map(|index| whole.holds(index)).collect();
    // Pages that are being written down and that are not yet, what is on its way, the cheap question, and the child in the middle of
    // which it stopped, which is read.
    let bound = lost_pages + concurrency + 1 + (SONGS as usize).div_ceil(50) + 1;
    let mut stops = 0;
    for at in 1.. {
        let Some((scene, first, second)) = interrupted(at) else { break };
        stops += 1;
        let held: Vec<Vec<String>> = (0..3).map(|index| scene.holds(index)).collect();
        assert_eq!(held, expected, "stopped at command {at}");
        assert!(first.len() + second.len() <= alone + bound, "stopped at command {at}: {second:?}");
        let twice = |wanted: fn(&Request) -> bool| {
            let asked: BTreeSet<String> =
                first.iter().filter(|one| wanted(one)).map(|one| format!("{one:?}")).collect();
            second.iter().filter(|one| wanted(one) && asked.contains(&format!("{one:?}"))).count()
        };
        assert!(twice(is_page) <= lost_pages + concurrency, "stopped at command {at}: {second:?}");
        assert!(twice(is_artist) <= concurrency, "stopped at command {at}: {second:?}");
        if first.iter().any(Request::is_write) {
            assert_eq!((twice(is_page), twice(is_artist)), (0, 0), "stopped at command {at}");
        }
    }
    assert!(stops > 60, "only {stops} commands");
}

#[test]
fn pages_of_another_snapshot_or_without_the_first_one_are_not_used() {
    for spoil in [
        |scene: &mut Scene| scene.world.store.checkpoint.as_mut().unwrap().snapshot.push('x'),
        |scene: &mut Scene| {
            scene.world.store.checkpoint.as_mut().unwrap().pages.retain(|page| page.offset > 0);
        },
    ] {
        let mut scene = scene();
        scene.cancel_at = Some(40);
        assert_eq!(scene.run().outcome, SyncOutcome::Cancelled);
        assert!(scene.world.store.checkpoint.as_ref().is_some_and(|kept| kept.pages.len() > 2));
        spoil(&mut scene);
        scene.cancel_at = None;
        let mut input = scene.input();
        input.checkpoint = scene.world.store.checkpoint.take();
        let weather = &mut Weather { trouble: &mut clear_sky, crash_at: None, cancel_at: None, lose_lease_at: None };
        assert_eq!(scene.world.run(input, weather).unwrap().outcome, SyncOutcome::Full);
        assert_eq!(scene.sent(is_page), (SONGS as usize).div_ceil(50));
    }
}
