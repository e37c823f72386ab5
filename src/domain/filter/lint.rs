//! What looks wrong or idle in a filter, said only where it is certain. Without facts from the rules alone; with
//! facts also from what the base holds and what Spotify delivers.

mod accepts;
mod facts;
pub mod fix;
mod logic;
mod negation;
mod redundant;
mod set;

use super::compile::EvalContext;
use super::coverage::{FieldCoverage, NodeCount};
use super::rule::{Filter, Group, MatchMode, Node};
use fix::Fix;
use serde::{Deserialize, Serialize};

/// What is the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LintCode {
    /// No song can ever match this rule or group; at "" the whole filter.
    Impossible,
    /// Every song matches this rule or group.
    AlwaysTrue,
    /// The same as a neighbour.
    Duplicate,
    /// A neighbour leaves it nothing to decide.
    Subsumed,
    /// "None of" around something that is negated itself.
    DoubleNegation,
    /// Spotify withholds the field from this app.
    Withheld,
    /// No song of this base has a value for the field.
    NoValues,
    /// This rule alone removes every song of this base.
    RemovesEverything,
    /// With or without this rule, the songs of this base come out the same.
    RemovesNothing,
    /// The filter takes no song of this base.
    TakesNothing,
    /// The filter takes every song of this base.
    TakesEverything,
}

/// One hint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Lint {
    /// The rule or group it speaks of: RFC 6901 within the filter, "" for the whole, `/output/sort/0` for a sort key.
    pub pointer: String,
    pub code: LintCode,
    /// For people: what, and why it matters.
    pub words: String,
    /// One change that would mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

/// What is known beside the rules; leave out what is not known.
#[derive(Debug, Clone, Copy, Default)]
pub struct LintFacts<'f> {
    /// What Spotify delivers, and today.
    pub context: Option<&'f EvalContext>,
    /// How many songs of the base have each field.
    pub coverage: &'f [FieldCoverage],
    /// How many songs of the base match each rule and group.
    pub counts: &'f [NodeCount],
}

/// Looks a filter over. The hints stand in the order of the rules, those on the whole first.
pub fn lint(filter: &Filter, facts: &LintFacts<'_>) -> Vec<Lint> {
    let mut found = Vec::new();
    if !filter.root.rules.is_empty() {
        logic::judge_filter(&filter.root, facts, &mut found);
        each_group(&filter.root, "", &mut |group, pointer| {
            redundant::find(group, pointer, facts, &mut found);
            negation::find(group, pointer, &mut found);
        });
    }
    facts::find(filter, facts, &mut found);
    found.sort_by(|a, b| a.pointer.split('/').map(numbered).cmp(b.pointer.split('/').map(numbered)));
    found
}

impl LintCode {
    /// Something to mend, as against something to know.
    pub const fn is_problem(self) -> bool {
        match self {
            Self::Impossible | Self::Withheld | Self::NoValues | Self::RemovesEverything | Self::TakesNothing => true,
            Self::AlwaysTrue
            | Self::Duplicate
            | Self::Subsumed
            | Self::DoubleNegation
            | Self::RemovesNothing
            | Self::TakesEverything => false,
        }
    }
}

/// `/rules/10` stands behind `/rules/9`.
fn numbered(part: &str) -> (usize, &str) {
    (part.parse().unwrap_or_default(), part)
}

fn each_group(group: &Group, pointer: &str, act: &mut impl FnMut(&Group, &str)) {
    act(group, pointer);
    for (at, node) in group.rules.iter().enumerate() {
        if let Node::Group(inner) = node {
            each_group(inner, &format!("{pointer}/rules/{at}"), act);
        }
    }
}

/// The words of a rule or group, quoted.
fn quoted(node: &Node) -> String {
    let root = Group { mode: MatchMode::All, rules: vec![node.clone()] };
    format!("“{}”", super::sentence::sentence(&Filter { root, ..Filter::default() }))
}
