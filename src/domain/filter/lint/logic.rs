//! Rules and groups that no song or every song can match.

use super::accepts::Accepts;
use super::fix::{Fix, Patch, removal};
use super::{Lint, LintCode, LintFacts, quoted};
use crate::domain::filter::fields::Kind;
use crate::domain::filter::operators::Op;
use crate::domain::filter::rule::{Group, MatchMode, Node, Rule};

/// What is certain of a node: never a yes, never a no, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Constant {
    Never,
    Always,
    Varies,
}

/// Adds what is certain of the whole and of its parts.
pub fn judge_filter(root: &Group, facts: &LintFacts<'_>, found: &mut Vec<Lint>) {
    let constant = judge(root, "", facts, found);
    if found.iter().any(|lint| lint.pointer.is_empty()) {
        return;
    }
    let (code, words) = match constant {
        Constant::Never => (LintCode::Impossible, "No song can ever pass these rules."),
        Constant::Always => (LintCode::AlwaysTrue, "Every song passes these rules: this copy equals the base."),
        Constant::Varies => return,
    };
    found.push(Lint { pointer: String::new(), code, words: words.to_owned(), fix: None });
}

fn judge(group: &Group, pointer: &str, facts: &LintFacts<'_>, found: &mut Vec<Lint>) -> Constant {
    let mut constants = Vec::with_capacity(group.rules.len());
    for (at, node) in group.rules.iter().enumerate() {
        let here = format!("{pointer}/rules/{at}");
        constants.push(match node {
            Node::Group(inner) => judge(inner, &here, facts, found),
            Node::Rule(rule) => judge_rule(rule, group, here, facts, found),
        });
    }
    let joined = join(group.mode, &constants);
    if joined != Constant::Varies {
        return joined;
    }
    match find_conflict(&literals(group, group.mode == MatchMode::Any, facts)) {
        Some(conflict) => tell_conflict(group, pointer, &conflict, found),
        None => Constant::Varies,
    }
}

fn judge_rule(rule: &Rule, parent: &Group, here: String, facts: &LintFacts<'_>, found: &mut Vec<Lint>) -> Constant {
    let accepts = Accepts::of(rule, facts.context);
    let (constant, code, words) = if accepts.is_never() {
        (Constant::Never, LintCode::Impossible, why_never(rule))
    } else if accepts.is_always() {
        (Constant::Always, LintCode::AlwaysTrue, "Every song matches this rule.".to_owned())
    } else {
        return Constant::Varies;
    };
    let is_idle = match (parent.mode, constant) {
        (MatchMode::All, Constant::Always) | (MatchMode::Any | MatchMode::None, Constant::Never) => true,
        (_, _) => false,
    };
    // A field that may be withheld makes the rule unknown then, and taking it out makes a difference.
    let fix = removal(parent, &here, is_idle && rule.field.delivered.is_none());
    found.push(Lint { pointer: here, code, words, fix });
    constant
}

fn why_never(rule: &Rule) -> String {
    let label = rule.field.label.to_lowercase();
    match (rule.op, rule.field.kind) {
        (Op::Count, _) => {
            format!("No song can match this: a song without any {label} has none to count. Say “is missing” instead.")
        }
        (Op::AllOf, Kind::Set(_) | Kind::Ids) => {
            format!("No song can match this: these values of {label} never stand together. Say “has any of” instead.")
        }
        _ => "No song can ever match this rule: nothing lies in this range.".to_owned(),
    }
}

fn join(mode: MatchMode, constants: &[Constant]) -> Constant {
    let (has, all) = (|one| constants.contains(&one), |one| constants.iter().all(|constant| *constant == one));
    match mode {
        MatchMode::All if has(Constant::Never) => Constant::Never,
        MatchMode::All if all(Constant::Always) => Constant::Always,
        MatchMode::Any if has(Constant::Always) => Constant::Always,
        MatchMode::Any if all(Constant::Never) => Constant::Never,
        MatchMode::None if has(Constant::Always) => Constant::Never,
        MatchMode::None if all(Constant::Never) => Constant::Always,
        MatchMode::All | MatchMode::Any | MatchMode::None => Constant::Varies,
    }
}

/// A rule that must hold, or must not.
struct Literal {
    accepts: Accepts,
    words: String,
}

/// What must hold together for a group to say yes, or, with `turned`, for it to say no. Parts that are no plain
/// "and" are left out: what conflicts without them conflicts with them.
fn literals(group: &Group, turned: bool, facts: &LintFacts<'_>) -> Vec<Literal> {
    let is_single = group.rules.len() == 1;
    let members_turned = match (group.mode, turned) {
        (MatchMode::All, false) => false,
        (MatchMode::None, false) | (MatchMode::Any, true) => true,
        (MatchMode::All | MatchMode::Any, turned) if is_single => turned,
        (MatchMode::None, true) if is_single => false,
        (MatchMode::Any, false) | (MatchMode::All | MatchMode::None, true) => return Vec::new(),
    };
    group.rules.iter().flat_map(|node| literal(node, members_turned, facts)).collect()
}

fn literal(node: &Node, turned: bool, facts: &LintFacts<'_>) -> Vec<Literal> {
    match node {
        Node::Group(inner) => literals(inner, turned, facts),
        Node::Rule(rule) => {
            let accepts = Accepts::of(rule, facts.context);
            let words = quoted(node);
            vec![match turned {
                false => Literal { accepts, words },
                true => Literal { accepts: accepts.complement(), words: format!("not {words}") },
            }]
        }
    }
}

/// The words of those that cannot hold together.
fn find_conflict(literals: &[Literal]) -> Option<Vec<&str>> {
    for (at, later) in literals.iter().enumerate() {
        if let Some(earlier) = literals[..at].iter().find(|earlier| earlier.accepts.excludes(&later.accepts)) {
            return Some(vec![&earlier.words, &later.words]);
        }
    }
    find_narrow_conflict(literals)
}

/// Three or more that leave nothing, while each two leave something.
fn find_narrow_conflict(literals: &[Literal]) -> Option<Vec<&str>> {
    let mut narrowed: Vec<(Accepts, Vec<&str>)> = Vec::new();
    for literal in literals {
        let mut is_new = true;
        for (accepts, words) in &mut narrowed {
            if let Some(both) = accepts.and(&literal.accepts) {
                words.push(&literal.words);
                if both.is_never() {
                    return Some(words.clone());
                }
                *accepts = both;
                is_new = false;
            }
        }
        if is_new {
            narrowed.push((literal.accepts.clone(), vec![&literal.words]));
        }
    }
    None
}

fn tell_conflict(group: &Group, pointer: &str, words: &[&str], found: &mut Vec<Lint>) -> Constant {
    let both = if words.len() == 2 { "both" } else { "all" };
    let pointer = pointer.to_owned();
    if group.mode == MatchMode::Any {
        // These are the turned ones: no song fails them together.
        let words = words.iter().map(|words| words.strip_prefix("not ").unwrap_or(words)).collect::<Vec<_>>();
        let words = format!("Every song matches {}: this lets every song through.", words.join(" or "));
        found.push(Lint { pointer, code: LintCode::AlwaysTrue, words, fix: None });
        return Constant::Always;
    }
    let words = format!("{} cannot {both} hold: no song can pass.", listed(words));
    let is_plain = group.mode == MatchMode::All && group.rules.iter().all(|node| matches!(node, Node::Rule(_)));
    let fix = (is_plain && group.rules.len() == 2).then(|| Fix {
        words: "Match any of them instead".to_owned(),
        same_songs: false,
        patch: vec![Patch::replace(format!("{pointer}/match"), "any")],
    });
    found.push(Lint { pointer, code: LintCode::Impossible, words, fix });
    Constant::Never
}

fn listed(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some(_) | None => words.concat(),
    }
}
