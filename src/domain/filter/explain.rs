//! Why a song matches or not: the whole tree with what each rule saw, said and lacked.

mod near_miss;
mod seen;

use super::compile::EvalContext;
use super::evaluate::{Verdict, join};
use super::json::FilterError;
use super::leaf::Leaf;
use super::read::{Value, reader};
use super::rule::{Filter, Group, MatchMode, Node, Rule};
use super::sentence::sentence;
use crate::domain::track::FilterableTrack;
use near_miss::near_miss;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// [`Verdict`] on the wire: "yes", "no" or "unknown".
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(remote = "Verdict", rename_all = "snake_case")]
pub enum VerdictWord {
    Yes,
    No,
    Unknown,
}

/// What a filter says of one song, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Explanation {
    /// Whether the song enters: bans first, then pins, then the rules.
    #[serde(with = "VerdictWord")]
    #[cfg_attr(feature = "ssr", schema(value_type = VerdictWord))]
    pub verdict: Verdict,
    /// What the rules alone say.
    #[serde(with = "VerdictWord")]
    #[cfg_attr(feature = "ssr", schema(value_type = VerdictWord))]
    pub rules_verdict: Verdict,
    /// Listed by hand as never to enter.
    pub banned: bool,
    /// Listed by hand as always to enter.
    pub pinned: bool,
    /// Labels of the fields that it sorts by and that Spotify withholds: what matches cannot be put in order.
    pub unordered_by: Vec<String>,
    /// The outermost group; without rules where the filter takes every song.
    pub root: ExplainedGroup,
}

/// A group and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ExplainedGroup {
    /// RFC 6901 within the filter; "" is the outermost group.
    pub pointer: String,
    /// all, any or none.
    #[serde(rename = "match")]
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub mode: MatchMode,
    #[serde(with = "VerdictWord")]
    #[cfg_attr(feature = "ssr", schema(value_type = VerdictWord))]
    pub verdict: Verdict,
    #[cfg_attr(feature = "ssr", schema(no_recursion))]
    pub rules: Vec<ExplainedNode>,
}

/// A group or a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExplainedNode {
    Group(ExplainedGroup),
    Rule(ExplainedRule),
}

/// A rule and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ExplainedRule {
    /// RFC 6901 within the filter, as in `/rules/0`.
    pub pointer: String,
    /// The field's id.
    pub field: String,
    /// The rule in plain words.
    pub words: String,
    /// What the song has, in words.
    pub seen_words: String,
    /// What the song has: a text, a list, a number, a date; null where it has none or Spotify withholds it.
    #[cfg_attr(feature = "ssr", schema(value_type = Object, nullable))]
    pub seen: Option<Json>,
    #[serde(with = "VerdictWord")]
    #[cfg_attr(feature = "ssr", schema(value_type = VerdictWord))]
    pub verdict: Verdict,
    /// The song has no value, or one too coarse to tell, and `when_missing` decided.
    pub decided_by_missing: bool,
    /// How far a number, length or date is from matching this rule.
    pub near_miss: Option<NearMiss>,
}

/// How far a value is from matching, and which value of the rule would take it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NearMiss {
    /// As in "8 s too long: would match with “at most 3:08 long”".
    pub words: String,
    /// Above 0: too high, long or late; below: too low, short or early.
    pub distance: i64,
    /// Of the distance.
    pub unit: DistanceUnit,
    /// With this value the rule matches the song.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub value: Json,
}

/// Unit of a distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DistanceUnit {
    /// Of a plain number: points of popularity, followers, places.
    Number,
    Milliseconds,
    Days,
    Years,
    /// Entries of a list.
    Items,
}

/// Explains what a filter says of a song. Fails where a pattern cannot be compiled here, as `compile` does.
pub fn explain(filter: &Filter, track: &FilterableTrack, context: &EvalContext) -> Result<Explanation, FilterError> {
    let root = group(&filter.root, track, context, "")?;
    let matches = if filter.root.rules.is_empty() { filter.everything.into() } else { root.verdict };
    let unordered_by: Vec<String> = filter
        .sort_fields()
        .into_iter()
        .filter(|field| field.is_withheld(&context.capabilities))
        .map(|field| field.label.to_owned())
        .collect();
    let rules_verdict = if matches == Verdict::Yes && !unordered_by.is_empty() { Verdict::Unknown } else { matches };
    let (banned, pinned) = (filter.bans.contains(&track.uri), filter.pins.contains(&track.uri));
    let verdict = match (banned, pinned) {
        (true, _) => Verdict::No,
        (false, true) => Verdict::Yes,
        (false, false) => rules_verdict,
    };
    Ok(Explanation { verdict, rules_verdict, banned, pinned, unordered_by, root })
}

fn group(
    group_: &Group,
    track: &FilterableTrack,
    context: &EvalContext,
    pointer: &str,
) -> Result<ExplainedGroup, FilterError> {
    let mut rules = Vec::with_capacity(group_.rules.len());
    for (at, node) in group_.rules.iter().enumerate() {
        let pointer = format!("{pointer}/rules/{at}");
        rules.push(match node {
            Node::Group(inner) => ExplainedNode::Group(group(inner, track, context, &pointer)?),
            Node::Rule(one) => ExplainedNode::Rule(rule(one, track, context, pointer)?),
        });
    }
    let verdict = join(group_.mode, rules.iter().map(ExplainedNode::verdict));
    Ok(ExplainedGroup { pointer: pointer.to_owned(), mode: group_.mode, verdict, rules })
}

fn rule(
    rule: &Rule,
    track: &FilterableTrack,
    context: &EvalContext,
    pointer: String,
) -> Result<ExplainedRule, FilterError> {
    let judged = |missing: Option<bool>| {
        let asked = Rule { when_missing: missing.or(rule.when_missing), ..rule.clone() };
        Leaf::new(&asked, context)
            .map(|leaf| leaf.verdict(track))
            .map_err(|fault| FilterError::new(format!("{pointer}/value"), fault.detail))
    };
    let verdict = judged(None)?;
    // Where the switch turns the answer round, it is the switch that decides: this also finds a year that is too
    // coarse for a rule about a day.
    let decided_by_missing = judged(Some(true))? != judged(Some(false))?;
    let withheld = rule.field.is_withheld(&context.capabilities);
    let value = if withheld { Value::Missing } else { reader(rule.field)(track, rule.reduce) };
    let is_near = verdict == Verdict::No && !decided_by_missing;
    Ok(ExplainedRule {
        pointer,
        field: rule.field.id.to_owned(),
        words: rule_words(rule),
        seen_words: if withheld { "withheld by Spotify".to_owned() } else { seen::words(rule.field, &value, context) },
        seen: seen::json(&value),
        verdict,
        decided_by_missing,
        near_miss: if is_near { near_miss(rule, &value, track, context) } else { None },
    })
}

/// One rule in plain words.
pub fn rule_words(rule: &Rule) -> String {
    let root = Group { mode: MatchMode::All, rules: vec![Node::Rule(rule.clone())] };
    sentence(&Filter { root, ..Filter::default() })
}

impl ExplainedNode {
    /// What it says.
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Group(group) => group.verdict,
            Self::Rule(rule) => rule.verdict,
        }
    }
}

impl Explanation {
    /// The rules that the rules' verdict rests on, from top to bottom: all that say no where all must match, all
    /// that say yes where none may, and so on.
    pub fn deciding_rules(&self) -> Vec<&ExplainedRule> {
        let mut found = Vec::new();
        collect_deciding(&self.root, &mut found);
        found
    }
}

fn collect_deciding<'e>(group: &'e ExplainedGroup, found: &mut Vec<&'e ExplainedRule>) {
    let wanted = match group.mode {
        MatchMode::All | MatchMode::Any => group.verdict,
        MatchMode::None => group.verdict.not(),
    };
    for node in group.rules.iter().filter(|node| node.verdict() == wanted) {
        match node {
            ExplainedNode::Group(inner) => collect_deciding(inner, found),
            ExplainedNode::Rule(rule) => found.push(rule),
        }
    }
}
