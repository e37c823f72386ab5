//! What the base and Spotify say to the rules.

use super::fix::removal;
use super::{Lint, LintCode, LintFacts, quoted};
use crate::domain::filter::coverage::NodeCount;
use crate::domain::filter::fields::Field;
use crate::domain::filter::operators::Op;
use crate::domain::filter::rule::{Filter, Group, MatchMode, Node, Rule};

/// Adds what the facts tell.
pub fn find(filter: &Filter, facts: &LintFacts<'_>, found: &mut Vec<Lint>) {
    for (at, field) in filter.sort_fields().into_iter().enumerate() {
        if is_withheld(field, facts) {
            let label = field.label.to_lowercase();
            let words = format!(
                "Spotify withholds {label} from this app: nothing can be sorted by it, and the child is left as it is."
            );
            found.push(Lint { pointer: format!("/output/sort/{at}"), code: LintCode::Withheld, words, fix: None });
        }
    }
    in_group(&filter.root, "", facts, found);
    if let Some(whole) = count_of("", facts).filter(|_| !filter.root.rules.is_empty()) {
        found.extend(on_the_whole(whole, found));
    }
}

fn in_group(group: &Group, pointer: &str, facts: &LintFacts<'_>, found: &mut Vec<Lint>) {
    for (at, node) in group.rules.iter().enumerate() {
        let here = format!("{pointer}/rules/{at}");
        let known = match node {
            Node::Group(inner) => {
                in_group(inner, &here, facts, found);
                None
            }
            Node::Rule(rule) => on_field(rule, &here, group, facts),
        };
        let is_said = known.is_some() || found.iter().any(|lint| lint.pointer == here);
        found.extend(known);
        if let Some(count) = count_of(&here, facts).filter(|_| !is_said) {
            found.extend(on_count(node, group, count));
        }
    }
}

fn is_withheld(field: &Field, facts: &LintFacts<'_>) -> bool {
    facts.context.is_some_and(|context| field.is_withheld(&context.capabilities))
}

fn on_field(rule: &Rule, here: &str, parent: &Group, facts: &LintFacts<'_>) -> Option<Lint> {
    let label = rule.field.label.to_lowercase();
    let lint = |code, words| Some(Lint { pointer: here.to_owned(), code, words, fix: removal(parent, here, false) });
    if is_withheld(rule.field, facts) {
        let words = format!(
            "Spotify withholds {label} from this app, so this rule cannot be judged: the child would be left as it is."
        );
        return lint(LintCode::Withheld, words);
    }
    let coverage = facts.coverage.iter().find(|coverage| coverage.field == rule.field.id)?;
    if coverage.with > 0 || coverage.without == 0 || matches!(rule.op, Op::IsMissing | Op::IsPresent) {
        return None;
    }
    lint(
        LintCode::NoValues,
        format!("No song of this base has a value for {label}: this rule only sees missing values."),
    )
}

fn count_of<'f>(pointer: &str, facts: &LintFacts<'f>) -> Option<&'f NodeCount> {
    facts.counts.iter().find(|count| count.pointer == pointer && count.total > 0 && count.unknown == 0)
}

fn on_count(node: &Node, parent: &Group, count: &NodeCount) -> Option<Lint> {
    let (total, words) = (count.total, quoted(node));
    let (is_none, is_all) = (count.matched == 0, count.matched == total);
    let (code, words, same_songs) = match parent.mode {
        MatchMode::All if is_none && is_outermost(&count.pointer) => {
            (LintCode::RemovesEverything, format!("{words} removes all {}.", songs(total)), false)
        }
        MatchMode::All if is_none => {
            (LintCode::RemovesEverything, "No song matches this today: its group takes nothing.".to_owned(), false)
        }
        MatchMode::None if is_all => {
            (LintCode::RemovesEverything, format!("{words} is true of all {}: none is left.", songs(total)), false)
        }
        MatchMode::All if is_all => {
            (LintCode::RemovesNothing, format!("All {} match this today: it removes nothing.", songs(total)), true)
        }
        MatchMode::None if is_none => {
            (LintCode::RemovesNothing, "No song matches this today: it removes nothing.".to_owned(), true)
        }
        MatchMode::Any if is_none => {
            (LintCode::RemovesNothing, "No song matches this today: it adds nothing.".to_owned(), true)
        }
        MatchMode::All | MatchMode::Any | MatchMode::None => return None,
    };
    // The songs of tomorrow may differ: only today's stay the same.
    let fix = removal(parent, &count.pointer, false).filter(|_| !same_songs);
    Some(Lint { pointer: count.pointer.clone(), code, words, fix })
}

fn on_the_whole(whole: &NodeCount, found: &[Lint]) -> Option<Lint> {
    let is_said = found.iter().any(|lint| lint.pointer.is_empty() && lint.code.is_problem());
    let total = whole.total;
    let (code, words) = match whole.matched {
        0 if is_said => return None,
        0 => {
            let culprit =
                found.iter().find(|lint| lint.code == LintCode::RemovesEverything && is_outermost(&lint.pointer));
            let why = culprit.map_or("no song passes these rules.", |culprit| culprit.words.as_str());
            (LintCode::TakesNothing, format!("0 of {total}: {why}"))
        }
        all if all == total => {
            (LintCode::TakesEverything, format!("All {} match: this copy equals the base.", songs(total)))
        }
        _ => return None,
    };
    Some(Lint { pointer: String::new(), code, words, fix: None })
}

/// A direct member of the outermost group.
fn is_outermost(pointer: &str) -> bool {
    pointer.matches("/rules/").count() == 1
}

fn songs(count: u32) -> String {
    if count == 1 { "1 song".to_owned() } else { format!("{count} songs") }
}
