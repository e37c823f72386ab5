//! What was changed by hand, seen as the run sees it.

use super::subjects::Subject;
use crate::domain::sync::hands::{HandEdit, HandPolicy, Settlement, amended, hand_edits, settlement};
use crate::domain::sync::machine::changed_just_now;
use crate::domain::sync::machine::decide::Decision;
use crate::domain::sync::settle::Settled;

/// Amends the filters of children where the hand wins. True: routing has to be done again.
pub fn see(subjects: &mut [Subject], settled: &Settled, now_ms: i64) -> bool {
    let mut is_amended = false;
    let made = subjects.iter_mut().filter(|subject| !subject.is_unmade());
    for (subject, decision) in made.zip(&settled.decisions) {
        // As the run, which sees the children that it writes.
        let saved = subject.saved.as_ref().filter(|_| subject.is_asked);
        let Some(policy) = saved.map(|row| row.child.hand_policy) else { continue };
        let edits = edits(subject, decision.as_ref(), policy);
        let at_ms = subject.last_left.as_ref().map_or(0, |(_, at_ms)| *at_ms);
        match settlement(policy, &edits, at_ms, now_ms) {
            // The rules say what would be done; telling is the run's affair.
            Settlement::Nothing | Settlement::Told => {}
            Settlement::TooFresh => {
                subject.left_alone = subject.name().map(changed_just_now);
                is_amended = true;
            }
            Settlement::Wins => {
                subject.filter = amended(&subject.filter, edits.iter().map(|edit| (edit.uri.as_str(), edit.edit)));
                is_amended = true;
            }
        }
    }
    is_amended
}

fn edits(subject: &Subject, decision: Option<&Decision>, policy: HandPolicy) -> Vec<HandEdit> {
    let Some((decision, (last, _))) = decision.zip(subject.last_left.as_ref()) else { return Vec::new() };
    if decision.rows.is_none() || subject.open_intent.is_some() {
        return Vec::new();
    }
    hand_edits(last.iter().map(String::as_str), &subject.rows, &decision.target, policy)
}
