//! First match and leftovers in a run: whoever is not written keeps what it holds, and nobody else gets it.

use super::super::command::Request;
use super::super::input::FaultKind;
use super::builders::{genre_is, songs, title_has, track, uri};
use super::scene::{Scene, failing};
use crate::domain::capability::Capabilities;
use crate::domain::playlist::Routing;
use crate::domain::sync::event::{ChildOutcome, SyncOutcome};

/// 60 songs; even ones have the letter a, each third the letter b.
fn base() -> Scene {
    Scene::new((0..60).map(|number| {
        let letters: String = [(2, 'a'), (3, 'b')].iter().filter(|(n, _)| number % n == 0).map(|(_, l)| *l).collect();
        track(number, &letters, number % 10)
    }))
}

fn numbers(wanted: impl Fn(u64) -> bool) -> Vec<String> {
    (0..60).filter(|number| wanted(*number)).map(uri).collect()
}

#[test]
fn the_first_match_takes_and_leftovers_get_what_is_left_wherever_they_stand() {
    for (routing, second) in
        [(Routing::FirstMatch, numbers(|n| n % 3 == 0 && n % 2 != 0)), (Routing::Overlap, numbers(|n| n % 3 == 0))]
    {
        let mut scene = base();
        scene.routing = routing;
        let rest = scene.leftovers(vec![]);
        let first = scene.child(title_has("a"), vec![]);
        let other = scene.child(title_has("b"), vec![]);
        assert_eq!(scene.run().outcome, SyncOutcome::Full);
        assert_eq!(scene.holds(first), numbers(|n| n % 2 == 0));
        assert_eq!(scene.holds(other), second, "{routing:?}");
        assert_eq!(scene.holds(rest), numbers(|n| n % 2 != 0 && n % 3 != 0), "{routing:?}");
    }
}

#[test]
fn a_held_child_keeps_its_songs_and_the_others_neither_lose_nor_gain_by_it() {
    let mut scene = base();
    scene.routing = Routing::FirstMatch;
    // All 40 songs that it holds would go although nobody changed its filter.
    let held = scene.child(title_has("b"), songs((0..60).filter(|n| n % 3 != 0)));
    scene.world.store.children[held].filter_changed = false;
    let other = scene.child(title_has("a"), vec![]);
    let rest = scene.leftovers(vec![]);
    scene.run();
    assert_eq!(scene.done(held).outcome, ChildOutcome::Held);
    assert_eq!(scene.holds(held), numbers(|n| n % 3 != 0));
    // Its filter would take the multiples of 3, but it does not get them: they are free for the others.
    assert_eq!(scene.holds(other), numbers(|n| n % 6 == 0));
    assert_eq!(scene.holds(rest), numbers(|n| n % 3 == 0 && n % 2 != 0));
}

#[test]
fn what_cannot_be_judged_or_read_or_is_not_listed_counts_as_holding_what_it_holds() {
    type Trouble = fn(&mut Scene, usize);
    let troubles: [(&str, Trouble); 3] = [
        ("withheld", |scene, child| {
            scene.capabilities = Capabilities::NONE;
            scene.world.store.children[child].filter = genre_is("rock");
        }),
        ("unread", |_, _| {}),
        ("withheld and known", |scene, child| {
            scene.run();
            scene.capabilities = Capabilities::NONE;
            scene.world.store.children[child].filter = genre_is("rock");
        }),
    ];
    for (name, trouble) in troubles {
        let mut scene = base();
        let child = scene.child(title_has("a"), songs((0..60).filter(|n| n % 2 == 0)));
        let rest = scene.leftovers(vec![]);
        trouble(&mut scene, child);
        let playlist = scene.world.store.children[child].playlist.clone().unwrap();
        if name == "unread" {
            let rows = songs((0..60).filter(|n| n % 2 == 0));
            scene.world.store.children[child].known =
                Some(super::super::input::KnownContents { snapshot: "older".to_owned(), rows });
        }
        let unread = |request: &Request| {
            name == "unread" && matches!(request, Request::ChildItems { playlist: of, .. } if *of == playlist)
        };
        scene.run_with(&mut failing(unread, FaultKind::Forbidden, usize::MAX));
        let outcome = scene.done(child).outcome;
        assert!(matches!(outcome, ChildOutcome::Skipped | ChildOutcome::Failed), "{name}: {outcome:?}");
        assert_eq!(scene.holds(rest), numbers(|n| n % 2 != 0), "{name}");
    }
}

#[test]
fn a_child_that_fails_while_it_is_written_leaves_its_songs_to_the_others() {
    let mut scene = base();
    let failing_child = scene.child(title_has("a"), songs([1, 7]));
    let rest = scene.leftovers(vec![]);
    let playlist = scene.world.store.children[failing_child].playlist.clone().unwrap();
    let write_of_it = |request: &Request| match request {
        Request::PutItems { playlist: of, .. }
        | Request::PostItems { playlist: of, .. }
        | Request::DeleteItems { playlist: of, .. } => *of == playlist,
        _ => false,
    };
    scene.run_with(&mut failing(write_of_it, FaultKind::Forbidden, usize::MAX));
    assert!(matches!(scene.done(failing_child).outcome, ChildOutcome::Failed | ChildOutcome::RolledBack));
    assert_eq!(scene.holds(failing_child), [uri(1), uri(7)]);
    assert_eq!(scene.holds(rest), numbers(|n| n != 1 && n != 7), "it holds 1 and 7, and nothing else");
    // Once it can be written, both are right.
    scene.run();
    assert_eq!(scene.holds(failing_child), numbers(|n| n % 2 == 0));
    assert_eq!(scene.holds(rest), numbers(|n| n % 2 != 0));
}
