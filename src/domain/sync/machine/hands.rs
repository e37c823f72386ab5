//! What was changed by hand in Spotify since the last run, seen once the rules have said what they want.

use super::decide::Decision;
use super::input::ChildInput;
use super::run::{ChildState, Run};
use super::words;
use crate::domain::sync::event::ChildOutcome;
use crate::domain::sync::hands::{HandEdit, LeftList, Settlement, amended, hand_edits, settlement};

/// Looks at all children that are decided over. Where the hand wins, filters are amended for this run.
/// True: routing has to be done again.
pub fn see(run: &mut Run) -> bool {
    let mut is_amended = false;
    for index in run.selected().collect::<Vec<_>>() {
        let edits = edits(&run.input.children[index], &run.children[index]);
        let child = &mut run.input.children[index];
        let at_ms = child.hands.last.as_ref().map_or(0, |last| last.at_ms);
        match settlement(child.hands.policy, &edits, at_ms, run.input.now_ms) {
            Settlement::Nothing => {}
            Settlement::Told => run.children[index].hand_edits = edits,
            Settlement::TooFresh => {
                let reason = words::changed_just_now(&child.name);
                run.children[index].leave(Decision::untouched(ChildOutcome::Skipped, reason));
                is_amended = true;
            }
            Settlement::Wins => {
                child.filter = amended(&child.filter, edits.iter().map(|edit| (edit.uri.as_str(), edit.edit)));
                run.children[index].hand_edits = edits;
                is_amended = true;
            }
        }
    }
    is_amended
}

fn edits(child: &ChildInput, state: &ChildState) -> Vec<HandEdit> {
    let decision = state.decision.as_ref().filter(|_| !state.left_alone);
    // What an interrupted run left midway is not the work of a hand.
    let Some((decision, last)) = decision.zip(child.hands.last.as_ref()).filter(|_| child.open_intent.is_none()) else {
        return Vec::new();
    };
    let Some(rows) = &decision.rows else { return Vec::new() };
    let policy = child.hands.policy;
    match (&last.list, &child.known) {
        (LeftList::Uris(uris), _) => hand_edits(uris.iter().map(String::as_str), rows, &decision.target, policy),
        (LeftList::AsKnown, Some(known)) if known.rows == *rows => Vec::new(),
        (LeftList::AsKnown, Some(known)) => {
            hand_edits(known.rows.iter().map(|row| row.uri.as_str()), rows, &decision.target, policy)
        }
        (LeftList::AsKnown, None) => Vec::new(),
    }
}
