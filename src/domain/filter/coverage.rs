//! How much of a base the fields and the rules of a filter see.

use super::compile::{EvalContext, compile};
use super::evaluate::Verdict;
use super::fields::{FIELDS, Field};
use super::json::FilterError;
use super::read::{Value, reader};
use super::rule::{Filter, Group, MatchMode, Node, Reduce};
use crate::domain::capability::Capabilities;
use crate::domain::track::FilterableTrack;
use serde::{Deserialize, Serialize};

/// Where values come from.
const SPOTIFY: &str = "Spotify";

/// How many songs of a base have a value for a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FieldCoverage {
    /// The field's id.
    pub field: String,
    /// For people.
    pub label: String,
    /// Songs with a value; 0 while it is withheld.
    pub with: u32,
    /// Songs without one.
    pub without: u32,
    /// Spotify withholds it from this app: nothing can be said of any song.
    pub withheld: bool,
    /// Who says it.
    pub source: String,
}

/// Each field of the table over songs that were read with all that Spotify delivers.
pub fn coverage(tracks: &[FilterableTrack], capabilities: &Capabilities) -> Vec<FieldCoverage> {
    FIELDS.iter().map(|field| of_field(field, tracks, capabilities)).collect()
}

fn of_field(field: &'static Field, tracks: &[FilterableTrack], capabilities: &Capabilities) -> FieldCoverage {
    let withheld = field.is_withheld(capabilities);
    let read = reader(field);
    let has = |track: &&FilterableTrack| !withheld && read(track, Reduce::Max) != Value::Missing;
    let with = tracks.iter().filter(has).count();
    FieldCoverage {
        field: field.id.to_owned(),
        label: field.label.to_owned(),
        with: with as u32,
        without: (tracks.len() - with) as u32,
        withheld,
        source: SPOTIFY.to_owned(),
    }
}

/// How many songs a rule or a group says yes to, by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NodeCount {
    /// RFC 6901 within the filter; "" is the whole.
    pub pointer: String,
    pub matched: u32,
    /// Songs that it cannot be judged for.
    pub unknown: u32,
    /// Songs asked.
    pub total: u32,
}

/// Counts for the whole filter and for each rule and group in it.
pub fn node_counts(
    filter: &Filter,
    tracks: &[FilterableTrack],
    context: &EvalContext,
) -> Result<Vec<NodeCount>, FilterError> {
    let mut counts = vec![count(filter, String::new(), tracks, context)?];
    in_group(&filter.root, "", tracks, context, &mut counts)?;
    Ok(counts)
}

fn in_group(
    group: &Group,
    pointer: &str,
    tracks: &[FilterableTrack],
    context: &EvalContext,
    counts: &mut Vec<NodeCount>,
) -> Result<(), FilterError> {
    for (at, node) in group.rules.iter().enumerate() {
        let here = format!("{pointer}/rules/{at}");
        let root = Group { mode: MatchMode::All, rules: vec![node.clone()] };
        counts.push(count(&Filter { root, ..Filter::default() }, here.clone(), tracks, context)?);
        if let Node::Group(inner) = node {
            in_group(inner, &here, tracks, context, counts)?;
        }
    }
    Ok(())
}

fn count(
    filter: &Filter,
    pointer: String,
    tracks: &[FilterableTrack],
    context: &EvalContext,
) -> Result<NodeCount, FilterError> {
    let verdicts = compile(filter, context)?.verdicts(tracks);
    let of = |wanted| verdicts.iter().filter(|verdict| **verdict == wanted).count() as u32;
    Ok(NodeCount { pointer, matched: of(Verdict::Yes), unknown: of(Verdict::Unknown), total: tracks.len() as u32 })
}
