//! A filter made ready for many songs.

use super::evaluate::{Verdict, join};
use super::json::FilterError;
use super::leaf::Leaf;
use super::rule::{Filter, Group, MatchMode, Node};
use crate::domain::capability::Capabilities;
use crate::domain::track::FilterableTrack;

/// What a run freezes at its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalContext {
    /// Milliseconds since 1970 in UTC.
    pub now_ms: i64,
    /// The person's time zone: offsets in seconds, each from its instant (milliseconds) on.
    pub zone: Vec<(i64, i32)>,
    /// What Spotify delivers.
    pub capabilities: Capabilities,
}

/// A filter that answers fast.
#[derive(Debug)]
pub struct CompiledFilter {
    root: CompiledGroup,
    everything: bool,
    /// A sort key is withheld: which songs match may be clear, but not where they stand or which the limit keeps.
    order_unknown: bool,
}

#[derive(Debug)]
struct CompiledGroup {
    mode: MatchMode,
    nodes: Vec<CompiledNode>,
}

#[derive(Debug)]
enum CompiledNode {
    Group(CompiledGroup),
    Leaf(Leaf),
}

/// Makes a filter ready. Fails where a pattern cannot be compiled here.
pub fn compile(filter: &Filter, context: &EvalContext) -> Result<CompiledFilter, FilterError> {
    Ok(CompiledFilter {
        root: compile_group(&filter.root, context, "")?,
        everything: filter.everything,
        order_unknown: filter.sort_fields().iter().any(|field| field.is_withheld(&context.capabilities)),
    })
}

fn compile_group(group: &Group, context: &EvalContext, pointer: &str) -> Result<CompiledGroup, FilterError> {
    let mut nodes = Vec::with_capacity(group.rules.len());
    for (at, node) in group.rules.iter().enumerate() {
        let pointer = format!("{pointer}/rules/{at}");
        nodes.push(match node {
            Node::Group(group) => CompiledNode::Group(compile_group(group, context, &pointer)?),
            Node::Rule(rule) => CompiledNode::Leaf(
                Leaf::new(rule, context).map_err(|error| FilterError::new(format!("{pointer}/value"), error.detail))?,
            ),
        });
    }
    Ok(CompiledGroup { mode: group.mode, nodes })
}

impl CompiledFilter {
    /// What the filter says of a song. Without rules it takes every song only where it says so.
    pub fn verdict(&self, track: &FilterableTrack) -> Verdict {
        let verdict = if self.root.nodes.is_empty() { self.everything.into() } else { self.root.verdict(track) };
        if verdict == Verdict::Yes && self.order_unknown { Verdict::Unknown } else { verdict }
    }

    /// The same of many songs, in their order.
    pub fn verdicts(&self, tracks: &[FilterableTrack]) -> Vec<Verdict> {
        tracks.iter().map(|track| self.verdict(track)).collect()
    }
}

impl CompiledGroup {
    fn verdict(&self, track: &FilterableTrack) -> Verdict {
        join(
            self.mode,
            self.nodes.iter().map(|node| match node {
                CompiledNode::Group(group) => group.verdict(track),
                CompiledNode::Leaf(leaf) => leaf.verdict(track),
            }),
        )
    }
}
