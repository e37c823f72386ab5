//! "None of" around something negated: right, but hard to read.

use super::fix::{Fix, Patch};
use super::{Lint, LintCode, quoted};
use crate::domain::filter::json::write;
use crate::domain::filter::operators::Op;
use crate::domain::filter::rule::{Filter, Group, MatchMode, Node, Rule};
use serde_json::Value;

/// Adds a hint where a group negates a negation.
pub fn find(group: &Group, pointer: &str, found: &mut Vec<Lint>) {
    if group.mode != MatchMode::None {
        return;
    }
    let plain = match group.rules.as_slice() {
        [Node::Group(inner)] if inner.mode == MatchMode::None => {
            Some(Group { mode: MatchMode::Any, rules: inner.rules.clone() })
        }
        [Node::Rule(rule)] => turned(rule).map(|rule| Group { mode: MatchMode::All, rules: vec![Node::Rule(rule)] }),
        _ => None,
    };
    if let Some(plain) = plain {
        let words = format!("Two negations in a row: this means {}.", quoted(&Node::Group(plain.clone())));
        let patch = replacement(plain, pointer);
        let fix = Some(Fix { words: "Say it plainly".to_owned(), same_songs: true, patch });
        found.push(Lint { pointer: pointer.to_owned(), code: LintCode::DoubleNegation, words, fix });
        return;
    }
    for (at, node) in group.rules.iter().enumerate() {
        let Node::Rule(rule) = node else { continue };
        if let Some(plain) = turned(rule) {
            let meant = quoted(&Node::Rule(plain));
            let words = format!("“None of” around a “not”: only songs that are {meant} pass.");
            let pointer = format!("{pointer}/rules/{at}");
            found.push(Lint { pointer, code: LintCode::DoubleNegation, words, fix: None });
        }
    }
}

/// Puts another group in the place of one.
fn replacement(plain: Group, pointer: &str) -> Vec<Patch> {
    let written = write(&Filter { root: plain, ..Filter::default() });
    let part = |key: &str| written.get(key).cloned().unwrap_or(Value::Null);
    vec![
        Patch::replace(format!("{pointer}/match"), part("match")),
        Patch::replace(format!("{pointer}/rules"), part("rules")),
    ]
}

/// The plain form of a negated rule, which takes just the other songs.
fn turned(rule: &Rule) -> Option<Rule> {
    let op = match rule.op {
        Op::NotEquals => Op::Equals,
        Op::NotContains => Op::Contains,
        Op::NotRegex => Op::Regex,
        Op::Ne => Op::Eq,
        Op::NotBetween => Op::Between,
        Op::NotInLast => Op::InLast,
        Op::IsNoneOf => Op::IsAnyOf,
        Op::NoneOf => Op::AnyOf,
        _ => return None,
    };
    let missing = !rule.when_missing.unwrap_or_else(|| rule.op.default_when_missing());
    let when_missing = (missing != op.default_when_missing()).then_some(missing);
    Some(Rule { op, when_missing, ..rule.clone() })
}
