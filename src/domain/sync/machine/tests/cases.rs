//! Named cases: what a run costs, how it ends, what it leaves alone.

use super::super::command::Request;
use super::super::decide::{ChildCase, Verdict, decide};
use super::super::input::{ArtistMeta, BaseRow, FaultKind, LastRun, OpenIntent};
use super::builders::{artist_id, genre_is, songs, title_has, track, uri};
use super::driver::Trouble;
use super::scene::Scene;
use super::spotify::fault;
use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::sync::diff::{Row, WriteKind};
use crate::domain::sync::event::{ChildOutcome, SyncOutcome, SyncStatus};
use crate::domain::sync::plan::{ChildCost, CostInput, cost};
use crate::domain::track::{SkipReason, SkippedRow};

/// `len` songs with the letter a; each third has the letter b, too. Ten artists.
fn base(len: u64) -> Scene {
    let mut scene = Scene::new((0..len).map(|number| {
        let letters = if number % 3 == 0 { "a b" } else { "a" };
        track(number, letters, number % 10)
    }));
    for artist in 0..10 {
        scene.world.spotify.set_genre(artist, if artist < 5 { "rock" } else { "jazz" });
    }
    scene
}

fn numbers(range: impl IntoIterator<Item = u64>) -> Vec<String> {
    range.into_iter().map(uri).collect()
}

/// A child whose write may have been done must not be told to be as it was because another child met a wait of hours.
#[test]
fn a_write_that_waits_to_be_repeated_when_the_run_stops_keeps_its_intent() {
    let mut scene = base(30);
    let unsure = scene.child(title_has("b"), songs([900]));
    scene.child(title_has("a"), songs([901]));
    let first = scene.world.store.children[unsure].playlist.clone();
    let finished = scene.run_with(&mut |request, _, _| {
        let kind = match request {
            Request::PutItems { playlist, .. } if Some(playlist) == first.as_ref() => FaultKind::Malformed,
            Request::PutItems { .. } => FaultKind::RateLimited { retry_after_s: Some(7_200), quota: false },
            _ => return None,
        };
        Some(Trouble { fault: fault(kind), done: kind == FaultKind::Malformed })
    });
    assert_eq!(finished.status, SyncStatus::Failed);
    let done = scene.done(unsure);
    assert_eq!((done.outcome, &done.after, done.closes_intent), (ChildOutcome::Failed, &None, false));
    assert!(scene.world.store.children[unsure].open_intent.is_some());
}

#[test]
fn a_cold_run_costs_what_the_formula_says_in_both_modes() {
    for (mode, artists) in [(ApiMode::Extended, 1), (ApiMode::Development, 10)] {
        let mut scene = base(260);
        scene.mode = mode;
        scene.child(title_has("b"), vec![]);
        scene.child(genre_is("rock"), songs([0, 1]));
        scene.child(title_has("a"), songs(900..1130));
        let finished = scene.run();
        assert_eq!((finished.status, finished.outcome), (SyncStatus::Completed, SyncOutcome::Full));
        let child = |total, write_requests| ChildCost { unknown_contents_total: Some(total), write_requests };
        let plan = cost(&CostInput {
            library_total: 8,
            base_total: 260,
            children: vec![child(0, 1), child(2, 2), child(230, 3)],
            unseen_artists: 10,
            needs_artists: true,
            mode,
            artists_delivered: true,
            lookups: Default::default(),
        });
        assert_eq!(plan.artists, artists);
        assert_eq!(finished.requests, plan.total(), "{mode:?}: {:?}", scene.world.sent);
        assert_eq!(scene.holds(0), numbers((0..260).filter(|number| number % 3 == 0)));
        assert_eq!(scene.holds(1), numbers((0..260).filter(|number| number % 10 < 5)));
        assert_eq!(scene.holds(2), numbers(0..260));
        assert_eq!((finished.tracks_processed, finished.artists_asked, finished.artists_found), (260, 10, 0));
    }
}

#[test]
fn nothing_changed_is_one_request() {
    let mut scene = base(60);
    scene.child(title_has("b"), vec![]);
    scene.run();
    scene.last_run =
        Some(LastRun { same_filters: true, valid_until_ms: None, without_problem: true, left: Vec::new() });
    let finished = scene.run();
    assert_eq!((finished.status, finished.outcome), (SyncStatus::Completed, SyncOutcome::NoChange));
    assert_eq!(scene.world.sent, [Request::LibraryPage { offset: 0 }]);
    assert_eq!(finished.base_snapshot.as_deref(), Some("v1"));
    assert_eq!(scene.done(0).outcome, ChildOutcome::Unchanged);
}

#[test]
fn whatever_may_have_changed_is_looked_at() {
    let fine = LastRun { same_filters: true, valid_until_ms: None, without_problem: true, left: Vec::new() };
    type Change = fn(&mut Scene);
    let changes: [(&str, Change); 6] = [
        ("base", |scene| scene.world.spotify.base_version += 1),
        ("child", |scene| scene.world.spotify.children.values_mut().for_each(|child| child.version += 1)),
        ("filters", |scene| scene.last_run.as_mut().unwrap().same_filters = false),
        ("problem", |scene| scene.last_run.as_mut().unwrap().without_problem = false),
        ("time", |scene| scene.last_run.as_mut().unwrap().valid_until_ms = Some(scene.world.now_ms)),
        ("never", |scene| scene.last_run = None),
    ];
    for (name, change) in changes {
        let mut scene = base(60);
        scene.child(title_has("b"), vec![]);
        scene.run();
        scene.last_run = Some(fine.clone());
        change(&mut scene);
        let finished = scene.run();
        assert_eq!(finished.outcome, SyncOutcome::NoChange, "{name}");
        assert_eq!(scene.sent(|request| matches!(request, Request::BaseItems { .. })), 2, "{name}");
        assert_eq!(scene.writes(), 0, "{name}");
    }
}

#[test]
fn a_large_library_is_asked_one_by_one() {
    let mut scene = base(10);
    scene.world.spotify.others = 300;
    scene.world.store.library_total = Some(302);
    scene.child(title_has("b"), vec![]);
    scene.run();
    assert_eq!(scene.sent(|request| matches!(request, Request::PlaylistSnapshot { .. })), 2);
    assert_eq!(scene.sent(|request| matches!(request, Request::LibraryPage { .. })), 0);
}

#[test]
fn what_spotify_withholds_costs_nothing_and_touches_nothing() {
    let mut scene = base(60);
    (scene.mode, scene.capabilities) = (ApiMode::Development, Capabilities::NONE);
    scene.child(genre_is("rock"), songs(0..5));
    scene.child(title_has("b"), vec![]);
    let finished = scene.run();
    assert_eq!((finished.status, finished.outcome), (SyncStatus::Completed, SyncOutcome::Partial));
    assert_eq!(scene.sent(|request| matches!(request, Request::Artist { .. } | Request::ArtistBatch { .. })), 0);
    assert_eq!(scene.done(0).outcome, ChildOutcome::Skipped);
    let words = scene.done(0).error.clone().unwrap();
    assert!(words.starts_with("Cannot judge: Spotify does not deliver genre"), "{words}");
    assert_eq!(scene.holds(0), numbers(0..5));
    assert_eq!(scene.done(1).outcome, ChildOutcome::Updated);
}

#[test]
fn genres_that_stay_away_unannounced_empty_no_playlist() {
    let mut scene = base(60);
    scene.world.spotify.genres_delivered = false;
    scene.child(genre_is("rock"), songs(0..5));
    let finished = scene.run();
    assert_eq!(scene.done(0).outcome, ChildOutcome::Skipped);
    assert!(!finished.capabilities.genre);
    assert_eq!(scene.holds(0), numbers(0..5));
}

#[test]
fn what_was_cached_while_genres_were_withheld_is_fetched_again() {
    let mut scene = base(60);
    for artist in 0..10 {
        let (id, popularity, followers) = (artist_id(artist), Some(1), Some(1));
        scene.world.store.cache.insert(id.clone(), ArtistMeta { id, genres: None, popularity, followers });
    }
    scene.child(genre_is("rock"), vec![]);
    let finished = scene.run();
    assert_eq!((finished.outcome, finished.artists_found), (SyncOutcome::Full, 0));
    assert_eq!(scene.holds(0).len(), 30);
}

#[test]
fn a_base_outside_the_library_is_asked_for_by_itself() {
    let mut scene = base(6);
    scene.world.spotify.base_listed = false;
    scene.child(title_has("a"), vec![]);
    assert_eq!(scene.run().outcome, SyncOutcome::Full);
    assert_eq!(scene.sent(|request| matches!(request, Request::PlaylistSnapshot { .. })), 1);
    for kind in [FaultKind::NotFound, FaultKind::Forbidden] {
        let singles = |request: &Request| matches!(request, Request::PlaylistSnapshot { .. });
        let finished = scene.run_with(&mut super::scene::failing(singles, kind, 1));
        assert_eq!((finished.status, finished.outcome), (SyncStatus::Failed, SyncOutcome::None));
        assert_eq!(scene.writes(), 0);
    }
}

#[test]
fn a_base_of_more_than_ten_thousand_rows_is_refused() {
    let mut scene = base(10_001);
    scene.child(title_has("a"), vec![]);
    let finished = scene.run();
    assert_eq!((finished.status, finished.outcome), (SyncStatus::Failed, SyncOutcome::None));
    assert!(finished.error_message.unwrap().contains("10001 songs"));
    assert_eq!(scene.world.sent.len(), 2, "the library and the first page");
}

#[test]
fn a_library_that_shifts_between_its_pages_loses_no_child() {
    let mut scene = base(6);
    scene.world.spotify.others = 120;
    scene.world.store.library_total = None;
    for _ in 0..4 {
        scene.child(title_has("a"), vec![]);
    }
    // The second page says another total, and the first child slipped past it.
    scene.world.spotify.shifted_page = Some(100);
    let finished = scene.run();
    assert_eq!(finished.outcome, SyncOutcome::Full, "{:?}", scene.world.store.done);
    assert!((0..4).all(|index| scene.holds(index).len() == 6));
}

#[test]
fn a_refused_batch_becomes_single_reads_at_once() {
    let mut scene = Scene::new((0..130).map(|number| track(number, "a", number)));
    (0..130).for_each(|artist| scene.world.spotify.set_genre(artist, "rock"));
    scene.world.spotify.batches_allowed = false;
    scene.limits.concurrency = 1;
    scene.child(genre_is("rock"), vec![]);
    let finished = scene.run();
    assert_eq!(finished.mode, ApiMode::Development);
    assert_eq!(scene.sent(|request| matches!(request, Request::ArtistBatch { .. })), 1);
    assert_eq!(scene.sent(|request| matches!(request, Request::Artist { .. })), 130);
    assert_eq!(scene.holds(0), numbers(0..130));
    assert!(scene.world.store.cache.contains_key(&artist_id(129)));
    scene.world.spotify.base_version += 1;
    let again = scene.run();
    assert_eq!((again.artists_asked, again.artists_found, again.cached_api_requests), (130, 130, 3));
    assert_eq!(again.cache_hit_rate(), Some(1.0));
}

#[test]
fn rows_that_are_no_songs_are_counted_and_keep_their_place() {
    let mut scene = base(3);
    let local = SkippedRow { position: 0, name: "My tape".into(), reason: SkipReason::LocalFile };
    scene.world.spotify.base.insert(1, BaseRow::Skipped(local));
    scene.child(title_has("a"), vec![]);
    let finished = scene.run();
    assert_eq!((finished.tracks_processed, finished.tracks_skipped), (3, 1));
    assert_eq!(scene.holds(0), numbers(0..3));
}

#[test]
fn a_local_file_in_a_child_is_never_removed() {
    let mut scene = base(6);
    let mut rows = songs([7, 8, 0]);
    rows.insert(1, Row { uri: "spotify:local:x".into(), fixed: true });
    scene.child(title_has("a"), rows);
    scene.run();
    assert_eq!(scene.holds(0), numbers(0..6));
    let rows = &scene.world.spotify.children.values().next().unwrap().rows;
    assert_eq!(rows.iter().filter(|row| row.fixed).count(), 1);
}

#[test]
fn an_unfollowed_child_is_left_alone() {
    let mut scene = base(6);
    scene.child(title_has("a"), vec![]);
    scene.world.spotify.children.values_mut().for_each(|child| child.followed = false);
    let finished = scene.run();
    assert_eq!((finished.status, finished.outcome), (SyncStatus::Completed, SyncOutcome::Partial));
    assert!(scene.done(0).error.as_deref().unwrap().contains("not in your library"));
    assert_eq!(scene.writes(), 0);
}

#[test]
fn an_adopted_playlist_is_held_until_its_plan_is_confirmed() {
    let mut scene = base(6);
    scene.child(title_has("a"), songs([0, 77]));
    scene.world.store.children[0].adopted_never_written = true;
    let finished = scene.run();
    assert_eq!((finished.status, finished.outcome), (SyncStatus::Completed, SyncOutcome::Partial));
    assert_eq!((scene.done(0).outcome, scene.done(0).removed), (ChildOutcome::Held, 1));
    assert_eq!(scene.writes(), 0);
    scene.world.store.children[0].confirmed_plan_hash = Some("another plan".into());
    assert_eq!(scene.run().outcome, SyncOutcome::Partial);
    scene.world.store.children[0].confirmed_plan_hash = scene.done(0).plan_hash.clone();
    assert_eq!(scene.run().outcome, SyncOutcome::Full);
    assert_eq!(scene.holds(0), numbers(0..6));
}

#[test]
fn an_adopted_playlist_that_only_gains_songs_is_written() {
    let mut scene = base(6);
    scene.child(title_has("a"), songs([0, 1]));
    scene.world.store.children[0].adopted_never_written = true;
    assert_eq!(scene.run().outcome, SyncOutcome::Full);
}

#[test]
fn a_large_removal_is_held_unless_the_filter_changed() {
    // Songs held, of which 3 stay; filter changed; held?
    for (held, changed, expected) in
        [(13, false, ChildOutcome::Held), (13, true, ChildOutcome::Updated), (12, false, ChildOutcome::Updated)]
    {
        let mut scene = base(3);
        scene.child(title_has("a"), songs((0..3).chain(500..497 + held)));
        scene.world.store.children[0].filter_changed = changed;
        scene.run();
        assert_eq!(scene.done(0).outcome, expected, "{held} {changed}");
    }
    let mut scene = base(30);
    scene.child(title_has("a"), songs((0..30).chain(500..530)));
    scene.world.store.children[0].filter_changed = false;
    scene.run();
    assert_eq!(scene.done(0).outcome, ChildOutcome::Updated, "exactly half is not more than half");
}

#[test]
fn a_target_that_fits_into_no_playlist_fails_before_any_write() {
    let target = numbers(0..10_001);
    let case = ChildCase {
        filter: &title_has("a"),
        capabilities: &Capabilities::ALL,
        target: &target,
        unknown: 0,
        rows: &[],
        open_intent: None,
        adopted_never_written: false,
        filter_changed: true,
        confirmed_plan_hash: None,
    };
    let decision = decide(&case);
    let Verdict::Untouched { outcome: ChildOutcome::Failed, reason } = decision.verdict else { panic!("{decision:?}") };
    assert!(reason.contains("10000") && reason.contains("add a limit"), "{reason}");
}

#[test]
fn a_partial_run_writes_only_what_was_asked_for() {
    let mut scene = base(6);
    scene.child(title_has("a"), vec![]);
    scene.child(title_has("b"), vec![]);
    scene.world.store.children[0].selected = false;
    let finished = scene.run();
    assert_eq!(finished.outcome, SyncOutcome::Full);
    assert_eq!((scene.holds(0).len(), scene.holds(1).len()), (0, 2));
    assert_eq!(scene.world.store.done.len(), 1);
}

#[test]
fn a_child_without_matches_is_emptied_by_one_request() {
    let mut scene = base(6);
    scene.child(title_has("z"), songs(0..6));
    scene.run();
    assert_eq!((scene.writes(), scene.holds(0).len()), (1, 0));
}

#[test]
fn read_back_costs_the_pages_of_each_written_child() {
    let mut scene = base(260);
    scene.limits.read_back = true;
    scene.child(title_has("a"), vec![]);
    let finished = scene.run();
    assert_eq!(finished.outcome, SyncOutcome::Full);
    // Reads of the empty child before, and of its six pages after; a late one is read again.
    assert!(scene.sent(|request| matches!(request, Request::ChildItems { .. })) >= 7);
}

#[test]
fn a_cancelled_run_stops_at_the_next_safe_point() {
    let mut between = 0;
    for at in 1..80 {
        let mut scene = base(120);
        let letters = ["a", "b", "a", "b", "a", "b", "a", "b", "a"];
        letters.iter().for_each(|letter| _ = scene.child(title_has(letter), vec![]));
        scene.cancel_at = Some(at);
        let finished = scene.run();
        let held: Vec<usize> = (0..letters.len()).map(|child| scene.holds(child).len()).collect();
        let wanted = letters.map(|letter| if letter == "a" { 120 } else { 40 });
        let whole = held.iter().zip(wanted).all(|(held, wanted)| *held == 0 || *held == wanted);
        assert!(whole, "cancelled inside a child's write at {at}: {held:?}");
        match finished.outcome {
            SyncOutcome::Cancelled => assert_eq!(finished.status, SyncStatus::Failed),
            outcome => assert_eq!((outcome, held.as_slice()), (SyncOutcome::Full, wanted.as_slice())),
        }
        between += usize::from(held.contains(&0) && held.iter().any(|held| *held > 0));
    }
    assert!(between > 0, "never stopped between two children");
}

#[test]
fn a_run_without_its_lease_says_nothing_more() {
    for at in 1..40 {
        let mut scene = base(120);
        scene.child(title_has("a"), vec![]);
        scene.lose_lease_at = Some(at);
        // The driver of the test refuses each request and commit after the lease is gone.
        scene.try_run(&mut super::driver::clear_sky);
    }
}

#[test]
fn a_base_whose_pages_never_fit_together_is_not_trusted() {
    let mut scene = base(120);
    scene.world.spotify.short_page = Some(50);
    scene.child(title_has("a"), vec![]);
    let finished = scene.run();
    assert_eq!(scene.sent(|request| matches!(request, Request::BaseItems { .. })), 6);
    assert_eq!((finished.outcome, finished.base_snapshot), (SyncOutcome::Full, None));
}

#[test]
fn what_was_allowed_once_is_finished_without_asking_again() {
    let mut scene = base(3);
    scene.child(title_has("a"), songs((0..3).chain(500..520)));
    scene.world.store.children[0].filter_changed = false;
    // As after a crash: the intent was written down, and nobody knows whether the request was done.
    let (old, new) = (songs((0..3).chain(500..520)), numbers(0..3));
    scene.world.store.children[0].open_intent = Some(OpenIntent { old, new, kind: WriteKind::Edits });
    assert_eq!(scene.run().outcome, SyncOutcome::Full);
    assert_eq!(scene.holds(0), numbers(0..3));
}

#[test]
fn a_child_with_an_open_intent_is_read_whatever_its_snapshot_says() {
    let mut scene = base(150);
    scene.child(title_has("b"), vec![]);
    scene.run();
    let known = scene.world.spotify.children.values().next().unwrap().version;
    scene.world.store.children[0].filter = title_has("a");
    let posts = |request: &Request| matches!(request, Request::PostItems { .. });
    scene.run_with(&mut super::scene::failing(posts, FaultKind::ReconnectNeeded, 1));
    assert_eq!(scene.holds(0).len(), 100, "left in the middle");
    // The library still lists the snapshot from before that run.
    scene.world.spotify.children.values_mut().for_each(|child| child.listed = Some((i64::MAX, known)));
    assert_eq!(scene.run().outcome, SyncOutcome::Full);
    assert_eq!(scene.sent(|request| matches!(request, Request::ChildItems { .. })), 2);
    assert_eq!(scene.holds(0), numbers(0..150));
}

#[test]
fn an_open_intent_outlives_a_run_that_cannot_look_at_the_child() {
    let mut scene = base(150);
    scene.child(title_has("a"), songs(900..1100));
    let posts = |request: &Request| matches!(request, Request::PostItems { .. });
    scene.run_with(&mut super::scene::failing(posts, FaultKind::ReconnectNeeded, 1));
    scene.world.spotify.children.values_mut().for_each(|child| child.followed = false);
    assert_eq!(scene.run().outcome, SyncOutcome::Partial);
    assert!(scene.world.store.children[0].open_intent.is_some());
}

#[test]
fn a_row_that_is_twice_in_the_base_costs_a_second_reading() {
    let mut scene = base(120);
    scene.child(title_has("a"), vec![]);
    let twin = scene.world.spotify.base[0].clone();
    scene.world.spotify.base.push(twin);
    let finished = scene.run();
    assert_eq!(scene.sent(|request| matches!(request, Request::BaseItems { .. })), 6);
    assert_eq!(finished.base_snapshot.as_deref(), Some("v1"));
    assert_eq!(scene.holds(0), numbers(0..120));
}

#[test]
fn an_interrupted_rewriting_stays_one_until_it_is_finished() {
    let mut scene = base(150);
    // Repeated songs: a rewriting in full, during which songs that stay are missing.
    scene.child(title_has("a"), songs((0..150).chain(0..3)));
    let posts = |request: &Request| matches!(request, Request::PostItems { .. });
    for _ in 0..2 {
        let finished = scene.run_with(&mut super::scene::failing(posts, FaultKind::ReconnectNeeded, 1));
        assert!(finished.reconnect_needed);
        let intent = scene.world.store.children[0].open_intent.clone().unwrap();
        assert_eq!((intent.kind, intent.old.len(), intent.new.len()), (WriteKind::Replace, 153, 150));
    }
    assert_eq!(scene.run().outcome, SyncOutcome::Full);
    assert_eq!(scene.holds(0), numbers(0..150));
    assert_eq!(scene.world.store.children[0].open_intent, None);
}

#[test]
fn a_pause_outlives_the_child_that_asked_for_it() {
    for seed in 0..20 {
        let mut scene = base(30);
        scene.world.dice = super::builders::Dice(seed);
        scene.child(title_has("a"), songs(800..950));
        scene.child(title_has("b"), vec![]);
        let finished = scene.run_with(&mut |request, _, _| {
            let kind = match request {
                Request::ChildItems { offset: 50, .. } => {
                    FaultKind::RateLimited { retry_after_s: Some(9), quota: false }
                }
                Request::ChildItems { offset: 100, .. } => FaultKind::Forbidden,
                _ => return None,
            };
            Some(super::driver::Trouble { fault: super::spotify::fault(kind), done: false })
        });
        assert_eq!((finished.status, finished.outcome), (SyncStatus::Failed, SyncOutcome::Partial));
        assert_eq!(scene.done(1).outcome, ChildOutcome::Updated);
    }
}

#[test]
fn a_song_that_is_shown_as_nothing_is_not_added_again() {
    for lost in [false, true] {
        let mut scene = base(230);
        scene.limits.read_back = true;
        let child = scene.child(title_has("a"), Vec::new());
        scene.know(child);
        scene.world.spotify.blank = vec![uri(7), uri(150)];
        let mut posts = 0;
        let finished = scene.run_with(&mut |request, _, _| {
            posts += usize::from(matches!(request, Request::PostItems { .. }));
            let hit = lost && posts == 2 && matches!(request, Request::PostItems { .. });
            let fault = fault(FaultKind::Transient { status: None });
            hit.then_some(Trouble { fault, done: true })
        });
        assert_eq!(finished.outcome, SyncOutcome::Full, "{finished:?}");
        assert_eq!((scene.writes(), scene.holds(child)), (3, numbers(0..230)), "answer lost: {lost}");
    }
}
