//! Rules that a neighbour makes idle.

use super::accepts::Accepts;
use super::fix::removal;
use super::{Lint, LintCode, LintFacts, quoted};
use crate::domain::filter::rule::{Group, MatchMode, Node};

/// Which of two neighbours can go.
enum Idle {
    /// They say the same: the later one.
    Same,
    Earlier,
    Later,
}

/// Adds a hint for each idle rule or group among the direct members of a group.
pub fn find(group: &Group, pointer: &str, facts: &LintFacts<'_>, found: &mut Vec<Lint>) {
    let accepts: Vec<Option<Accepts>> = group
        .rules
        .iter()
        .map(|node| match node {
            Node::Group(_) => None,
            // What never or always matches is said by itself.
            Node::Rule(rule) => {
                Some(Accepts::of(rule, facts.context)).filter(|one| !one.is_never() && !one.is_always())
            }
        })
        .collect();
    let mut is_gone = vec![false; group.rules.len()];
    for later in 0..group.rules.len() {
        for earlier in 0..later {
            if is_gone[earlier] || is_gone[later] {
                continue;
            }
            let same = group.rules[earlier] == group.rules[later];
            let idle = if same { Some(Idle::Same) } else { idle(group.mode, &accepts[earlier], &accepts[later]) };
            let (gone, stays, code) = match idle {
                None => continue,
                Some(Idle::Same) => (later, earlier, LintCode::Duplicate),
                Some(Idle::Later) => (later, earlier, LintCode::Subsumed),
                Some(Idle::Earlier) => (earlier, later, LintCode::Subsumed),
            };
            is_gone[gone] = true;
            found.push(hint(group, pointer, gone, stays, code));
        }
    }
}

fn idle(mode: MatchMode, earlier: &Option<Accepts>, later: &Option<Accepts>) -> Option<Idle> {
    let (earlier, later) = (earlier.as_ref()?, later.as_ref()?);
    match (earlier.implies(later), later.implies(earlier), mode) {
        (true, true, _) => Some(Idle::Same),
        (true, false, MatchMode::All) | (false, true, MatchMode::Any | MatchMode::None) => Some(Idle::Later),
        (false, true, MatchMode::All) | (true, false, MatchMode::Any | MatchMode::None) => Some(Idle::Earlier),
        (false, false, _) => None,
    }
}

fn hint(group: &Group, pointer: &str, gone: usize, stays: usize, code: LintCode) -> Lint {
    let stays = quoted(&group.rules[stays]);
    let words = match (code, group.mode) {
        (LintCode::Duplicate, _) => format!("This says the same as {stays}; one of them is enough."),
        (_, MatchMode::All) => format!("This changes nothing: {stays} already asks for it."),
        (_, MatchMode::Any) => format!("This changes nothing: {stays} already lets these songs in."),
        (_, MatchMode::None) => format!("This changes nothing: {stays} already keeps these songs out."),
    };
    let pointer = format!("{pointer}/rules/{gone}");
    let fix = removal(group, &pointer, true);
    Lint { pointer, code, words, fix }
}
