//! Liked Songs and playlists that rules name: what is asked, what a refusal does, and when nothing has to be done.

use super::super::command::Request;
use super::super::input::{FaultKind, LastRun, NamedPlaylist};
use super::builders::{playlist, songs, title_has, track, uri};
use super::scene::{Scene, failing};
use super::spotify::FakePlaylist;
use crate::domain::filter::rule::Filter;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::event::{ChildOutcome, SyncOutcome};
use crate::domain::sync::plan::{ChildCost, CostInput, Lookups, cost};
use serde_json::{Value, json};

fn rule(field: &str, op: &str, value: Value) -> Filter {
    let rules = json!([{"field": field, "op": op, "value": value}]);
    serde_json::from_value(json!({"schema_version": 1, "rules": rules})).unwrap()
}

fn base() -> Scene {
    Scene::new((0..90).map(|number| track(number, "a", number % 10)))
}

/// A playlist of the library that a rule names.
fn named(scene: &mut Scene, len: u64) -> PlaylistId {
    let id = playlist("NAMED");
    scene.world.spotify.children.insert(id.clone(), FakePlaylist::new(songs(0..len)));
    scene.world.store.playlists.push(NamedPlaylist { playlist: id.clone(), known: None });
    id
}

fn fine() -> Option<LastRun> {
    Some(LastRun { same_filters: true, valid_until_ms: None, without_problem: true, left: Vec::new() })
}

#[test]
fn liked_songs_are_asked_for_in_forties_and_a_refusal_leaves_the_child_alone() {
    let mut scene = base();
    scene.world.spotify.liked = vec![uri(3), uri(70)];
    let liked = scene.child(rule("liked", "is", json!(true)), vec![]);
    let finished = scene.run();
    assert_eq!(scene.sent(|request| matches!(request, Request::LibraryContains { .. })), 3);
    assert_eq!(scene.holds(liked), [uri(3), uri(70)]);
    let plan = cost(&CostInput {
        library_total: 8,
        base_total: 90,
        children: vec![ChildCost { unknown_contents_total: Some(0), write_requests: 1 }],
        unseen_artists: 0,
        needs_artists: false,
        mode: scene.mode,
        artists_delivered: true,
        lookups: Lookups { liked_songs: 90, playlist_totals: vec![] },
    });
    assert_eq!(finished.requests, plan.total(), "{:?}", scene.world.sent);

    scene.world.spotify.liked_allowed = false;
    let other = scene.child(title_has("a"), vec![]);
    let finished = scene.run();
    assert_eq!((finished.outcome, finished.capabilities.liked), (SyncOutcome::Partial, false));
    assert_eq!(scene.done(liked).outcome, ChildOutcome::Skipped);
    assert!(scene.done(liked).error.as_ref().unwrap().contains("Sign out and in again"));
    assert_eq!(scene.holds(liked), [uri(3), uri(70)]);
    assert_eq!(scene.holds(other).len(), 90);

    scene.capabilities = finished.capabilities;
    scene.run();
    assert_eq!(scene.sent(|request| matches!(request, Request::LibraryContains { .. })), 0, "known to be refused");
}

#[test]
fn a_named_playlist_is_read_once_and_asked_for_in_the_cheap_question() {
    let mut scene = base();
    let id = named(&mut scene, 60);
    let new = scene.child(rule("in_playlist", "none_of", json!([id.as_str()])), vec![]);
    let finished = scene.run();
    assert_eq!(scene.holds(new), (60..90).map(uri).collect::<Vec<_>>());
    let plan = cost(&CostInput {
        library_total: 8,
        base_total: 90,
        children: vec![ChildCost { unknown_contents_total: Some(0), write_requests: 1 }],
        unseen_artists: 0,
        needs_artists: false,
        mode: scene.mode,
        artists_delivered: true,
        lookups: Lookups { liked_songs: 0, playlist_totals: vec![60] },
    });
    assert_eq!(finished.requests, plan.total(), "{:?}", scene.world.sent);

    scene.last_run = fine();
    scene.run();
    assert_eq!(scene.world.sent, [Request::LibraryPage { offset: 0 }], "nothing changed");

    let fake = scene.world.spotify.children.get_mut(&id).unwrap();
    (fake.rows, fake.version) = (songs(0..80), 2);
    scene.run();
    assert_eq!(scene.holds(new), (80..90).map(uri).collect::<Vec<_>>(), "the base is as it was, the playlist is not");

    // The base changes, the playlist does not: it is not read again.
    scene.world.spotify.base_version += 1;
    scene.run();
    let read = |request: &Request| matches!(request, Request::ChildItems { playlist, .. } if *playlist == id);
    assert_eq!(scene.sent(read), 0);
}

#[test]
fn a_named_playlist_that_is_gone_leaves_only_those_alone_that_name_it() {
    for gone in [true, false] {
        let mut scene = base();
        let id = named(&mut scene, 60);
        let asking = scene.child(rule("in_playlist", "none_of", json!([id.as_str()])), songs([5]));
        let other = scene.child(title_has("a"), vec![]);
        let rest = scene.leftovers(vec![]);
        scene.world.store.children[other].active = gone;
        if gone {
            scene.world.spotify.children.remove(&id);
        }
        let read = |request: &Request| matches!(request, Request::ChildItems { playlist, .. } if *playlist == id);
        scene.run_with(&mut failing(read, FaultKind::NotFound, usize::MAX));
        assert_eq!(scene.done(asking).outcome, ChildOutcome::Skipped, "gone: {gone}");
        assert!(scene.done(asking).error.as_ref().unwrap().contains("a rule names the playlist"));
        assert_eq!(scene.holds(asking), [uri(5)]);
        if gone {
            assert_eq!(scene.holds(other).len(), 90);
        } else {
            assert_eq!(scene.holds(rest).len(), 89, "it keeps song 5, which is not left over");
        }
        scene.last_run = fine();
        scene.run();
        let pages = scene.sent(|request| matches!(request, Request::BaseItems { .. }));
        assert_eq!(pages, 2, "what cannot be read is no reason to believe that nothing changed");
    }
}
