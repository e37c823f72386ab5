//! Songs that somebody moved by hand between two runs.

use super::builders::{songs, title_has, track, uri};
use super::scene::Scene;
use super::spotify::FakePlaylist;
use crate::domain::sync::event::{ChildOutcome, SyncOutcome};
use crate::domain::sync::hands::{Edit, EditState, HandPolicy, LastLeft, LeftList, amended};

/// A child that a run filled with songs 0 to 9, long ago.
fn filled(policy: HandPolicy) -> (Scene, usize) {
    let mut scene = Scene::new((0..10).map(|number| track(number, "a", 0)));
    let index = scene.child(title_has("a"), vec![]);
    scene.run();
    left(&mut scene, index);
    scene.world.store.children[index].hands.policy = policy;
    scene.world.now_ms += 3_600_000;
    (scene, index)
}

/// What the store would tell the next run.
fn left(scene: &mut Scene, index: usize) {
    let at_ms = scene.world.now_ms;
    scene.world.store.children[index].hands.last = Some(LastLeft { list: LeftList::AsKnown, at_ms });
}

/// Somebody takes song 3 out and puts song 77 in.
fn by_hand(scene: &mut Scene, index: usize) {
    let id = scene.world.store.children[index].playlist.clone().unwrap();
    let fake = scene.world.spotify.children.get_mut(&id).unwrap();
    let mut rows = fake.rows.clone();
    rows.remove(3);
    rows.insert(1, songs([77]).remove(0));
    *fake = FakePlaylist { version: fake.version + 1, ..FakePlaylist::new(rows) };
}

fn numbers(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(uri).collect()
}

#[test]
fn where_the_rules_win_both_are_undone_and_told() {
    let (mut scene, index) = filled(HandPolicy::Rules);
    by_hand(&mut scene, index);
    assert_eq!(scene.run().outcome, SyncOutcome::Full);
    assert_eq!(scene.holds(index), numbers(0..10));
    let told: Vec<_> =
        scene.done(index).hand_edits.iter().map(|edit| (edit.uri.clone(), edit.edit, edit.state)).collect();
    let undone = EditState::Undone;
    assert_eq!(told, [(uri(77), Edit::Added, undone), (uri(3), Edit::Removed, undone)]);
}

#[test]
fn where_the_hand_wins_both_stay_and_the_next_run_has_nothing_to_do() {
    for policy in [HandPolicy::Ask, HandPolicy::Learn] {
        let (mut scene, index) = filled(policy);
        by_hand(&mut scene, index);
        scene.run();
        let done = scene.done(index).clone();
        assert!(done.hand_edits.iter().all(|edit| edit.state == EditState::Open) && done.hand_edits.len() == 2);
        let held = scene.holds(index);
        assert!(held.contains(&uri(77)) && !held.contains(&uri(3)) && held.len() == 10, "{held:?}");
        // The store keeps open edits as pins and exclusions of the next run.
        let child = &mut scene.world.store.children[index];
        child.filter = amended(&child.filter, done.hand_edits.iter().map(|edit| (edit.uri.as_str(), edit.edit)));
        left(&mut scene, index);
        scene.world.now_ms += 3_600_000;
        let again = scene.run();
        assert_eq!((again.outcome, scene.holds(index)), (SyncOutcome::NoChange, held), "{policy:?}");
        assert!(scene.done(index).hand_edits.is_empty());
    }
}

#[test]
fn what_shows_right_after_a_write_may_be_nobodys_edit() {
    for (policy, outcome) in [(HandPolicy::Ask, ChildOutcome::Skipped), (HandPolicy::Rules, ChildOutcome::Updated)] {
        let (mut scene, index) = filled(policy);
        scene.world.store.children[index].hands.last.as_mut().unwrap().at_ms = scene.world.now_ms - 5_000;
        by_hand(&mut scene, index);
        scene.run();
        assert_eq!((scene.done(index).outcome, scene.done(index).hand_edits.len()), (outcome, 0), "{policy:?}");
        assert_eq!(scene.writes() > 0, policy == HandPolicy::Rules);
    }
}

#[test]
fn a_child_that_was_emptied_by_hand_stays_empty_where_the_hand_wins() {
    let (mut scene, index) = filled(HandPolicy::Learn);
    let id = scene.world.store.children[index].playlist.clone().unwrap();
    let fake = scene.world.spotify.children.get_mut(&id).unwrap();
    *fake = FakePlaylist { version: fake.version + 1, ..FakePlaylist::new(vec![]) };
    scene.run();
    assert_eq!((scene.holds(index).len(), scene.writes()), (0, 0));
    assert_eq!(scene.done(index).hand_edits.len(), 10);
}

#[test]
fn a_song_that_a_hand_took_out_of_the_first_goes_to_the_next_that_wants_it() {
    let (mut scene, index) = filled(HandPolicy::Ask);
    scene.routing = crate::domain::playlist::Routing::FirstMatch;
    let other = scene.child(title_has("a"), vec![]);
    by_hand(&mut scene, index);
    scene.run();
    assert_eq!(scene.holds(other), numbers([3]));
}
