//! Filters on all songs at once. Rules that several filters share are answered once, each into a set of rows;
//! groups are algebra on those sets.

mod answer;
mod counts;

use super::bits::Bits;
use super::columns::{self, Columns};
use super::compile::EvalContext;
use super::fields::FIELDS;
use super::json::FilterError;
use super::leaf::Leaf;
use super::rule::{Filter, Group, MatchMode, Node, Rule};
use answer::{Answer, answer};
pub use counts::{RuleCount, count_rules};

/// What a filter says of every song: yes, unknown, or neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdicts {
    pub yes: Bits,
    /// Songs that cannot be judged because Spotify withholds a field.
    pub unknown: Bits,
}

/// Judges every song by every filter, in the order of both.
///
/// # Errors
/// Which filter has a pattern that cannot be compiled here, and where.
pub fn judge(
    columns: &Columns<'_>,
    filters: &[&Filter],
    context: &EvalContext,
) -> Result<Vec<Verdicts>, (usize, FilterError)> {
    let mut leaves = Leaves::new(columns, context);
    let mut judged = Vec::with_capacity(filters.len());
    for (at, filter) in filters.iter().enumerate() {
        let truth = leaves.filter(filter).map_err(|error| (at, error))?;
        judged.push(truth.verdicts(filter, context));
    }
    Ok(judged)
}

/// Where the truth lies (Kleene's logic as two bounds): surely yes, and perhaps yes. What is between is unknown.
#[derive(Debug, Clone)]
struct Truth {
    yes: Bits,
    maybe: Bits,
}

impl Truth {
    fn known(yes: Bits) -> Self {
        Self { maybe: yes.clone(), yes }
    }

    fn every(len: usize, yes: bool) -> Self {
        Self::known(if yes { Bits::all(len) } else { Bits::none(len) })
    }

    /// What a group says before it has a rule, and before "none" turns it round.
    fn neutral(mode: MatchMode, len: usize) -> Self {
        Self::every(len, mode == MatchMode::All)
    }

    /// One rule more in a group.
    fn join(&mut self, mode: MatchMode, other: &Self) {
        match mode {
            MatchMode::All => {
                self.yes.and(&other.yes);
                self.maybe.and(&other.maybe);
            }
            MatchMode::Any | MatchMode::None => {
                self.yes.or(&other.yes);
                self.maybe.or(&other.maybe);
            }
        }
    }

    /// What the group says, all its rules being joined.
    fn closed(mut self, mode: MatchMode) -> Self {
        match mode {
            MatchMode::All | MatchMode::Any => self,
            MatchMode::None => {
                std::mem::swap(&mut self.yes, &mut self.maybe);
                self.yes.not();
                self.maybe.not();
                self
            }
        }
    }

    fn unknown(&self) -> Bits {
        let mut unknown = self.maybe.clone();
        unknown.and_not(&self.yes);
        unknown
    }

    /// A sort key that is withheld leaves open where songs stand, and which the limit keeps.
    fn verdicts(self, filter: &Filter, context: &EvalContext) -> Verdicts {
        if filter.sort_fields().iter().any(|field| field.is_withheld(&context.capabilities)) {
            return Verdicts { yes: Bits::none(self.yes.len()), unknown: self.maybe };
        }
        Verdicts { unknown: self.unknown(), yes: self.yes }
    }
}

/// Rules that were answered already.
struct Leaves<'a> {
    columns: &'a Columns<'a>,
    context: &'a EvalContext,
    /// By field, so that few are compared.
    known: Vec<Vec<(&'a Rule, Answer)>>,
}

impl<'a> Leaves<'a> {
    fn new(columns: &'a Columns<'_>, context: &'a EvalContext) -> Self {
        Self { columns, context, known: FIELDS.iter().map(|_| Vec::new()).collect() }
    }

    /// A filter without rules takes every song only where it says so.
    fn filter(&mut self, filter: &'a Filter) -> Result<Truth, FilterError> {
        if filter.root.rules.is_empty() {
            return Ok(Truth::every(self.columns.len(), filter.everything));
        }
        self.group(&filter.root, "")
    }

    fn group(&mut self, group: &'a Group, pointer: &str) -> Result<Truth, FilterError> {
        let mut truth = Truth::neutral(group.mode, self.columns.len());
        for (at, node) in group.rules.iter().enumerate() {
            let pointer = format!("{pointer}/rules/{at}");
            match node {
                Node::Group(inner) => truth.join(group.mode, &self.group(inner, &pointer)?),
                Node::Rule(rule) => truth.join(group.mode, &self.rule(rule, &pointer)?.truth),
            }
        }
        Ok(truth.closed(group.mode))
    }

    fn rule(&mut self, rule: &'a Rule, pointer: &str) -> Result<&Answer, FilterError> {
        let known = &mut self.known[columns::index(rule.field)];
        let at = match known.iter().position(|(other, _)| is_same(other, rule)) {
            Some(at) => at,
            None => {
                let leaf = Leaf::new(rule, self.context)
                    .map_err(|error| FilterError::new(format!("{pointer}/value"), error.detail))?;
                known.push((rule, answer(&leaf, self.columns)));
                known.len() - 1
            }
        };
        Ok(&known[at].1)
    }
}

/// Whether two rules on the same field ask the same; a default that is spelled out is the default.
fn is_same(a: &Rule, b: &Rule) -> bool {
    let when_missing = |rule: &Rule| rule.when_missing.unwrap_or_else(|| rule.op.default_when_missing());
    a.op == b.op
        && a.item_match == b.item_match
        && a.reduce == b.reduce
        && when_missing(a) == when_missing(b)
        && a.value == b.value
}
