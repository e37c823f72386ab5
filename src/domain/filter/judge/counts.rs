//! What each rule and group of one filter does, in numbers of songs: the preview while somebody types.

use super::super::columns::Columns;
use super::super::compile::EvalContext;
use super::super::json::FilterError;
use super::super::rule::{Filter, Group, MatchMode, Node};
use super::{Leaves, Truth};

/// What a rule or a group does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCount {
    /// As in JSON, "/rules/0/rules/1"; the whole is "".
    pub pointer: String,
    /// Songs that it says yes to, taken by itself.
    pub yes: u32,
    /// Songs that it cannot judge.
    pub unknown: u32,
    /// Songs that it judges only because a rule says what a missing value decides.
    pub missing: u32,
    /// Songs that the filter does not match now, but would without this rule or group.
    pub removes: u32,
}

/// Counts for the whole and for every rule and group, in the order of the pointers: a group before its rules.
///
/// A group that loses its only rule is gone itself. Without any rule at all, "all" and "none" of nothing are every
/// song, "any" of nothing is none; the whole removes nothing. Pins, bans and output are no part of this.
///
/// # Errors
/// Where a pattern cannot be compiled here.
pub fn count_rules(
    columns: &Columns<'_>,
    filter: &Filter,
    context: &EvalContext,
) -> Result<Vec<RuleCount>, FilterError> {
    let mut leaves = Leaves::new(columns, context);
    let mut root = Counted::group(&mut leaves, &filter.root, String::new())?;
    let whole = leaves.filter(filter)?;
    if filter.root.rules.is_empty() {
        (root.truth, root.strict) = (whole.clone(), whole.clone());
    }
    let mut counts = Vec::new();
    root.write(&whole, &mut Vec::new(), &mut counts);
    Ok(counts)
}

/// A rule or a group, judged.
struct Counted {
    pointer: String,
    truth: Truth,
    /// The same if missing values decided nothing.
    strict: Truth,
    /// Of a group; a rule has none below it.
    mode: MatchMode,
    rules: Vec<Self>,
}

/// A group on the way down: what its other rules say together, where it has others.
struct Above {
    mode: MatchMode,
    others: Option<Truth>,
}

impl Counted {
    fn group<'a>(leaves: &mut Leaves<'a>, group: &'a Group, pointer: String) -> Result<Self, FilterError> {
        let neutral = Truth::neutral(group.mode, leaves.columns.len());
        let (mut truth, mut strict) = (neutral.clone(), neutral);
        let mut rules = Vec::with_capacity(group.rules.len());
        for (at, node) in group.rules.iter().enumerate() {
            let one = Self::node(leaves, node, format!("{pointer}/rules/{at}"))?;
            truth.join(group.mode, &one.truth);
            strict.join(group.mode, &one.strict);
            rules.push(one);
        }
        let (truth, strict) = (truth.closed(group.mode), strict.closed(group.mode));
        Ok(Self { pointer, truth, strict, mode: group.mode, rules })
    }

    fn node<'a>(leaves: &mut Leaves<'a>, node: &'a Node, pointer: String) -> Result<Self, FilterError> {
        let rule = match node {
            Node::Group(group) => return Self::group(leaves, group, pointer),
            Node::Rule(rule) => rule,
        };
        let answer = leaves.rule(rule, &pointer)?;
        let (truth, mut strict) = (answer.truth.clone(), answer.truth.clone());
        strict.yes.and_not(&answer.missing);
        strict.maybe.or(&answer.missing);
        Ok(Self { pointer, truth, strict, mode: MatchMode::All, rules: Vec::new() })
    }

    /// Writes its own line, then those of its rules.
    fn write(self, whole: &Truth, above: &mut Vec<Above>, counts: &mut Vec<RuleCount>) {
        let unknown = self.truth.unknown();
        let mut by_missing = self.strict.unknown();
        by_missing.and_not(&unknown);
        counts.push(RuleCount {
            pointer: self.pointer,
            yes: self.truth.yes.count(),
            unknown: unknown.count(),
            missing: by_missing.count(),
            removes: removes(whole, above),
        });
        let others = others(self.mode, &self.rules);
        for (rule, others) in self.rules.into_iter().zip(others) {
            above.push(Above { mode: self.mode, others });
            rule.write(whole, above, counts);
            above.pop();
        }
    }
}

/// For each rule of a group what all the others say together, the group not closed; nothing where there are none.
fn others(mode: MatchMode, rules: &[Counted]) -> Vec<Option<Truth>> {
    let mut others: Vec<Option<Truth>> = Vec::with_capacity(rules.len());
    let mut before: Option<Truth> = None;
    for rule in rules {
        others.push(before.clone());
        before = joined(mode, before, Some(&rule.truth));
    }
    let mut after: Option<Truth> = None;
    for (rule, other) in rules.iter().zip(&mut others).rev() {
        *other = joined(mode, other.take(), after.as_ref());
        after = joined(mode, after, Some(&rule.truth));
    }
    others
}

fn joined(mode: MatchMode, one: Option<Truth>, other: Option<&Truth>) -> Option<Truth> {
    match (one, other) {
        (Some(mut one), Some(other)) => {
            one.join(mode, other);
            Some(one)
        }
        (one, other) => one.or_else(|| other.cloned()),
    }
}

/// Songs that match without what stands below these groups, and do not match now.
fn removes(whole: &Truth, above: &[Above]) -> u32 {
    let Some(root) = above.first() else { return 0 };
    let rest = above.iter().rev().fold(None, |rest: Option<Truth>, group| {
        joined(group.mode, rest, group.others.as_ref()).map(|truth| truth.closed(group.mode))
    });
    let mut matching = match rest {
        Some(truth) => truth.yes,
        None => Truth::every(whole.yes.len(), root.mode != MatchMode::Any).yes,
    };
    matching.and_not(&whole.yes);
    matching.count()
}
