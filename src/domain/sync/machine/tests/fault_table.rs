//! Each kind of fault at each kind of request: how the run ends and how the child is left.

use super::super::command::{Finished, Request};
use super::super::input::FaultKind;
use super::builders::{Dice, genre_is, songs, title_has, track, uri};
use super::driver::Trouble;
use super::scene::{Scene, failing, lost};
use super::spotify::fault;
use crate::domain::sync::event::{ChildOutcome, SyncOutcome, SyncStatus};

const FOREVER: usize = 1_000;
const GONE: FaultKind = FaultKind::Transient { status: None };
const BUSY: FaultKind = FaultKind::Transient { status: Some(503) };
const LONG: FaultKind = FaultKind::RateLimited { retry_after_s: Some(3_600), quota: false };
const SHORT: FaultKind = FaultKind::RateLimited { retry_after_s: Some(9), quota: false };
const QUOTA: FaultKind = FaultKind::RateLimited { retry_after_s: None, quota: true };

/// Child 0 is filled by appends (Edits), child 1 by one PUT, child 2 by a rewriting in full.
fn scene() -> Scene {
    let mut scene = Scene::new((0..230).map(|number| {
        let letters = if number < 30 { "a b" } else { "a" };
        track(number, letters, number % 10)
    }));
    (0..10).for_each(|artist| scene.world.spotify.set_genre(artist, "rock"));
    scene.child(title_has("a"), songs(0..10));
    scene.child(title_has("b"), songs(500..505));
    scene.child(genre_is("rock"), songs(600..900));
    scene
}

fn is_library(request: &Request) -> bool {
    matches!(request, Request::LibraryPage { .. })
}
fn is_base(request: &Request) -> bool {
    matches!(request, Request::BaseItems { offset: 50, .. })
}
fn is_artists(request: &Request) -> bool {
    matches!(request, Request::ArtistBatch { .. })
}
fn is_child_read(request: &Request) -> bool {
    matches!(request, Request::ChildItems { playlist, .. } if playlist.as_str().ends_with("CHILD1"))
}
fn is_put(request: &Request) -> bool {
    matches!(request, Request::PutItems { playlist, .. } if playlist.as_str().ends_with("CHILD1"))
}
fn is_post(request: &Request) -> bool {
    matches!(request, Request::PostItems { playlist, .. } if playlist.as_str().ends_with("CHILD0"))
}
fn is_replace_post(request: &Request) -> bool {
    matches!(request, Request::PostItems { playlist, .. } if playlist.as_str().ends_with("CHILD2"))
}

type Wanted = fn(&Request) -> bool;

fn all_right(scene: &Scene) {
    let all: Vec<String> = (0..230).map(uri).collect();
    assert_eq!(scene.holds(0), all);
    assert_eq!(scene.holds(1), all[..30]);
    assert_eq!(scene.holds(2), all);
}

#[test]
fn what_passes_is_repeated_or_waited_for() {
    let places: [Wanted; 7] = [is_library, is_base, is_artists, is_child_read, is_put, is_post, is_replace_post];
    for (place, wanted) in places.into_iter().enumerate() {
        for kind in [GONE, BUSY, FaultKind::Malformed, SHORT] {
            for done in [false, true] {
                let mut scene = scene();
                let done = done && kind != SHORT;
                let finished = scene.run_with(&mut lost(wanted, kind, 2, done));
                assert_eq!(finished.outcome, SyncOutcome::Full, "{place} {kind:?} {done}: {finished:?}");
                all_right(&scene);
            }
        }
    }
}

#[test]
fn a_fault_before_any_write_ends_the_run_with_nothing_written() {
    let kinds = [GONE, BUSY, FaultKind::Malformed, LONG, QUOTA, FaultKind::ReconnectNeeded, FaultKind::Forbidden];
    for (place, wanted) in [is_library as Wanted, is_base].into_iter().enumerate() {
        for kind in kinds.into_iter().chain([FaultKind::NotFound, FaultKind::Rejected { status: 400 }]) {
            let mut scene = scene();
            let finished = scene.run_with(&mut failing(wanted, kind, FOREVER));
            assert_eq!(ended(&finished), (SyncStatus::Failed, SyncOutcome::None), "{place} {kind:?}");
            assert_eq!(scene.writes(), 0, "{place} {kind:?}");
            assert!(scene.world.store.done.is_empty());
            assert_eq!(finished.retry_at_ms.is_some(), [LONG, QUOTA].contains(&kind));
            assert_eq!(finished.reconnect_needed, kind == FaultKind::ReconnectNeeded);
            assert_eq!(scene.run().outcome, SyncOutcome::Full);
            all_right(&scene);
        }
    }
}

#[test]
fn artists_that_cannot_be_read_end_the_run_but_unknown_ones_do_not() {
    for kind in [GONE, BUSY, LONG, QUOTA, FaultKind::ReconnectNeeded] {
        let mut scene = scene();
        let finished = scene.run_with(&mut failing(is_artists, kind, FOREVER));
        assert_eq!(ended(&finished), (SyncStatus::Failed, SyncOutcome::None), "{kind:?}");
        assert_eq!(scene.writes(), 0, "{kind:?}");
    }
    for kind in [FaultKind::Forbidden, FaultKind::NotFound, FaultKind::Rejected { status: 400 }] {
        let mut scene = scene();
        let finished = scene.run_with(&mut failing(is_artists, kind, FOREVER));
        assert_eq!(finished.outcome, SyncOutcome::Full, "{kind:?}");
        all_right(&scene);
    }
}

#[test]
fn a_child_that_cannot_be_read_does_not_stop_the_others() {
    let failed = ChildOutcome::Failed;
    for (kind, outcome) in [
        (GONE, failed),
        (BUSY, failed),
        (FaultKind::Malformed, failed),
        (FaultKind::Forbidden, failed),
        (FaultKind::Rejected { status: 400 }, failed),
        (FaultKind::NotFound, ChildOutcome::Skipped),
    ] {
        let mut scene = scene();
        let finished = scene.run_with(&mut failing(is_child_read, kind, FOREVER));
        let status = if outcome == failed { SyncStatus::Failed } else { SyncStatus::Completed };
        assert_eq!(ended(&finished), (status, SyncOutcome::Partial), "{kind:?}");
        assert_eq!(scene.done(1).outcome, outcome, "{kind:?}");
        assert_eq!(scene.done(0).outcome, ChildOutcome::Updated);
        assert_eq!(scene.done(2).outcome, ChildOutcome::Updated);
        assert_eq!(scene.holds(1), (500..505).map(uri).collect::<Vec<_>>());
    }
}

#[test]
fn a_refused_write_fails_its_child_only() {
    for kind in [FaultKind::Forbidden, FaultKind::NotFound, FaultKind::Rejected { status: 400 }] {
        let mut scene = scene();
        let finished = scene.run_with(&mut failing(is_put, kind, FOREVER));
        assert_eq!(ended(&finished), (SyncStatus::Failed, SyncOutcome::Partial), "{kind:?}");
        let done = scene.done(1);
        assert_eq!(done.outcome, ChildOutcome::Failed);
        assert!(done.closes_intent && done.after.is_some(), "nothing was done, and the record says so");
        let words = done.error.as_deref().unwrap();
        for part in ["“Child 1”", "replacing the songs", "It holds what it held before.", "Retry"] {
            assert!(words.contains(part), "{part}: {words}");
        }
        assert_eq!(finished.error_message.as_deref(), Some(format!("1 of 3 child playlists failed. {words}").as_str()));
        assert_eq!(scene.run().outcome, SyncOutcome::Full);
        all_right(&scene);
    }
}

#[test]
fn a_lost_post_is_never_added_twice() {
    for done in [false, true] {
        let mut scene = scene();
        let finished = scene.run_with(&mut lost(is_post, GONE, 1, done));
        assert_eq!(finished.outcome, SyncOutcome::Full);
        all_right(&scene);
        // Three parts of the plan; the lost one is sent again only if it was not done.
        assert_eq!(scene.done(0).requests, if done { 3 } else { 4 }, "{done}");
    }
}

#[test]
fn posts_that_never_come_through_leave_a_mix_and_an_open_intent() {
    let mut scene = scene();
    let mut post_number = 0;
    let mut second_post_fails = |request: &Request, number: usize, dice: &mut Dice| {
        post_number += usize::from(is_post(request));
        failing(|request| is_post(request) && post_number > 1, GONE, FOREVER)(request, number, dice)
    };
    let finished = scene.run_with(&mut second_post_fails);
    assert_eq!(ended(&finished), (SyncStatus::Failed, SyncOutcome::Partial));
    let done = scene.done(0);
    assert_eq!((done.outcome, done.closes_intent, done.after.is_none()), (ChildOutcome::Failed, false, true));
    assert!(done.error.as_deref().unwrap().contains("a mix of old and new songs"), "{done:?}");
    assert!(scene.world.store.children[0].open_intent.is_some());
    assert_eq!(scene.run().outcome, SyncOutcome::Full);
    all_right(&scene);
}

#[test]
fn a_rewriting_that_fails_is_put_back() {
    for kind in [GONE, FaultKind::Rejected { status: 400 }] {
        let mut scene = scene();
        let finished = scene.run_with(&mut failing(is_replace_post, kind, if kind == GONE { 5 } else { 1 }));
        assert_eq!(ended(&finished), (SyncStatus::Failed, SyncOutcome::Partial), "{kind:?}");
        let done = scene.done(2);
        assert_eq!((done.outcome, done.closes_intent), (ChildOutcome::RolledBack, true), "{kind:?}");
        assert!(done.error.as_deref().unwrap().contains("put back"));
        assert_eq!(scene.holds(2), (600..900).map(uri).collect::<Vec<_>>());
    }
}

#[test]
fn a_lost_post_on_the_way_back_adds_nothing_twice() {
    let mut scene = scene();
    let mut posts = 0;
    let finished = scene.run_with(&mut |request, _, _| {
        posts += usize::from(is_replace_post(request));
        let (kind, done) = match (is_replace_post(request), posts) {
            (true, 1) => (FaultKind::Rejected { status: 400 }, false),
            (true, 2..4) => (GONE, true),
            _ => return None,
        };
        Some(Trouble { fault: fault(kind), done })
    });
    assert_eq!(ended(&finished), (SyncStatus::Failed, SyncOutcome::Partial));
    assert_eq!(scene.done(2).outcome, ChildOutcome::RolledBack);
    assert_eq!(scene.holds(2), (600..900).map(uri).collect::<Vec<_>>());
}

#[test]
fn a_rewriting_that_cannot_be_put_back_says_that_it_is_mixed() {
    let mut scene = scene();
    let finished = scene.run_with(&mut failing(is_replace_post, FaultKind::Rejected { status: 400 }, FOREVER));
    assert_eq!(ended(&finished), (SyncStatus::Failed, SyncOutcome::Partial));
    let done = scene.done(2);
    assert_eq!((done.outcome, done.closes_intent), (ChildOutcome::Failed, false));
    assert!(done.error.as_deref().unwrap().contains("only a part of its songs"));
    assert_eq!(scene.run().outcome, SyncOutcome::Full);
    all_right(&scene);
}

#[test]
fn a_long_wait_stops_the_run_at_its_checkpoint() {
    for kind in [LONG, QUOTA, FaultKind::ReconnectNeeded] {
        let mut scene = scene();
        (0..4).for_each(|_| _ = scene.child(genre_is("rock"), songs(600..900)));
        let finished = scene.run_with(&mut failing(is_put, kind, FOREVER));
        assert_eq!(finished.status, SyncStatus::Failed, "{kind:?}");
        assert!(matches!(finished.outcome, SyncOutcome::Partial | SyncOutcome::None), "{kind:?}");
        let done = scene.world.store.done.clone();
        assert!((1..=5).contains(&done.len()), "{} children were reached", done.len());
        let complete = done.iter().filter(|done| done.outcome == ChildOutcome::Updated).count();
        let wait_h = finished.retry_at_ms.map(|retry_at_ms| (retry_at_ms - scene.world.now_ms) / 3_600_000);
        let expected = if kind == LONG { Some(0) } else { (kind == QUOTA).then_some(23) };
        assert_eq!(wait_h, expected, "{kind:?}");
        let words = finished.error_message.as_deref().unwrap();
        let counted = if complete == 0 {
            "No child playlist was".into()
        } else {
            format!("{complete} of 7 child playlists were")
        };
        assert!(words.contains(&format!("{counted} finished")), "{words}");
        assert_eq!(scene.run().outcome, SyncOutcome::Full);
        all_right(&scene);
    }
}

#[test]
fn short_waits_without_end_are_a_long_one() {
    let mut scene = scene();
    let finished = scene.run_with(&mut failing(is_base, SHORT, FOREVER));
    assert_eq!(ended(&finished), (SyncStatus::Failed, SyncOutcome::None));
    assert!(finished.retry_at_ms.is_some());
    assert_eq!(scene.sent(is_base), 11);
}

#[test]
fn fail_fast_neither_waits_nor_repeats() {
    for (wanted, kind) in [(is_base as Wanted, SHORT), (is_base, BUSY), (is_put, SHORT), (is_post, GONE)] {
        let mut scene = scene();
        scene.limits.fail_fast = true;
        let finished = scene.run_with(&mut failing(wanted, kind, 1));
        assert_eq!(finished.status, SyncStatus::Failed, "{kind:?}");
        assert_eq!(scene.sent(wanted), 1, "{kind:?}");
        assert_eq!(finished.retry_at_ms.is_some(), kind == SHORT);
        scene.limits.fail_fast = false;
        assert_eq!(scene.run().outcome, SyncOutcome::Full);
        all_right(&scene);
    }
}

#[test]
fn a_dead_song_is_found_and_left_out() {
    for dead in [uri(7), uri(29)] {
        let mut scene = scene();
        scene.world.spotify.dead = vec![dead.clone()];
        // Only the child that is filled by one PUT, whose old contents do not hold the dead song.
        scene.world.store.children[0].active = false;
        scene.world.store.children[2].active = false;
        let finished = scene.run();
        assert_eq!(ended(&finished), (SyncStatus::Completed, SyncOutcome::Partial));
        let done = scene.done(1);
        assert_eq!(done.outcome, ChildOutcome::Updated);
        assert!(done.error.as_deref().unwrap().contains(&dead), "{done:?}");
        let expected: Vec<String> = (0..30).map(uri).filter(|uri| *uri != dead).collect();
        assert_eq!(scene.holds(1), expected);
        assert_eq!(done.added, 29);
    }
}

#[test]
fn a_dead_song_in_a_long_list_is_found_too() {
    let mut scene = scene();
    scene.world.spotify.dead = vec![uri(150), uri(222)];
    scene.world.store.children[1].active = false;
    let finished = scene.run();
    assert_eq!(ended(&finished), (SyncStatus::Completed, SyncOutcome::Partial));
    let expected: Vec<String> = (0..230).filter(|number| ![150, 222].contains(number)).map(uri).collect();
    assert_eq!(scene.holds(0), expected);
    assert_eq!(scene.holds(2), expected);
}

fn ended(finished: &Finished) -> (SyncStatus, SyncOutcome) {
    (finished.status, finished.outcome)
}
