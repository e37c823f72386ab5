//! What was changed by hand, seen as the run sees it.

use super::subjects::Subject;
use crate::domain::sync::hands::{HandEdit, HandPolicy, SETTLED_AFTER_MS, amended, hand_edits};
use crate::domain::sync::machine::changed_just_now;
use crate::domain::sync::machine::decide::Decision;
use crate::domain::sync::settle::Settled;

/// Amends the filters of children where the hand wins. True: routing has to be done again.
pub fn see(subjects: &mut [Subject], settled: &Settled, now_ms: i64) -> bool {
    let mut is_amended = false;
    let made = subjects.iter_mut().filter(|subject| !subject.is_unmade());
    for (subject, decision) in made.zip(&settled.decisions) {
        let Some(policy) = subject.saved.as_ref().map(|row| row.child.hand_policy) else { continue };
        let edits = edits(subject, decision.as_ref(), policy);
        let at_ms = subject.last_left.as_ref().map_or(0, |(_, at_ms)| *at_ms);
        match policy {
            HandPolicy::Rules => {}
            HandPolicy::Learn | HandPolicy::Ask if edits.is_empty() => {}
            HandPolicy::Learn | HandPolicy::Ask if now_ms - at_ms < SETTLED_AFTER_MS => {
                subject.left_alone = subject.name().map(changed_just_now);
                is_amended = true;
            }
            HandPolicy::Learn | HandPolicy::Ask => {
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
