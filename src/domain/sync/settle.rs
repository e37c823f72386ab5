//! Routing and deciding together: a child that is not written keeps what it holds, so later children must not take
//! that as well (first match), and leftovers must leave it where it is.

use super::machine::decide::{Decision, Verdict};
use super::routing::{Routed, RoutedChild, RoutingChild, route};
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::json::FilterError;
use crate::domain::filter::rule::Filter;
use crate::domain::playlist::{ChildKind, Routing};
use crate::domain::track::FilterableTrack;
use std::collections::BTreeMap;

/// What all children get, and what becomes of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The children in the order given. One that is left as it is has what it holds for its target.
    pub routed: Routed,
    /// Of the same children; `None` where nothing was decided.
    pub decisions: Vec<Option<Decision>>,
    /// By index, what routing would give those that `decide` leaves as they are.
    pub refused: BTreeMap<usize, RoutedChild>,
}

/// Whether what one child takes decides over what another gets.
pub fn is_exclusive(children: impl IntoIterator<Item = ChildKind>, routing: Routing) -> bool {
    routing == Routing::FirstMatch || children.into_iter().any(|kind| kind == ChildKind::Leftovers)
}

/// Takes the base's tracks, the **active** children by priority, the indexes of those that are left as they are for
/// another reason, and `decide`, which says what becomes of the child with an index under what routing gives it
/// (`None`: not the caller's affair). Children that `decide` leaves untouched count as taking what they hold.
///
/// # Errors
/// [`FilterError`] of the first child whose filter cannot be compiled.
pub fn settle(
    tracks: &[FilterableTrack],
    children: &[RoutingChild<'_>],
    routing: Routing,
    context: &EvalContext,
    left: &[usize],
    decide: impl Fn(usize, &RoutedChild) -> Option<Decision>,
) -> Result<Settled, FilterError> {
    let mut stand_ins: BTreeMap<usize, Filter> = BTreeMap::new();
    let exclusive = is_exclusive(children.iter().map(|child| child.kind), routing);
    if exclusive {
        stand_ins.extend(left.iter().map(|&index| (index, what_it_holds(&children[index]))));
    }
    let mut order: Vec<usize> = (0..children.len()).collect();
    order.sort_by_key(|&index| children[index].kind == ChildKind::Leftovers);
    let mut decisions: Vec<Option<Decision>> = vec![None; children.len()];
    let mut refused = BTreeMap::new();
    let mut next = 0;
    loop {
        let mut routed = route(tracks, &with_stand_ins(children, &stand_ins), routing, context)?;
        // What stands before `next` cannot change any more: only earlier children decide over later ones.
        let untouched = order[next..].iter().position(|&index| {
            decisions[index] = decide(index, &routed.children[index]);
            let is_new = exclusive && routed.children[index].unknown == 0 && !stand_ins.contains_key(&index);
            is_new && decisions[index].as_ref().is_some_and(is_untouched)
        });
        let Some(at) = untouched else { return Ok(Settled { routed, decisions, refused }) };
        let index = order[next + at];
        refused.insert(index, routed.children.swap_remove(index));
        stand_ins.insert(index, what_it_holds(&children[index]));
        next += at + 1;
    }
}

const fn is_untouched(decision: &Decision) -> bool {
    matches!(decision.verdict, Verdict::Untouched { .. })
}

/// A filter that takes what the child holds, past every rule and every other child, and nothing else.
fn what_it_holds(child: &RoutingChild<'_>) -> Filter {
    Filter { pins: child.holds.unwrap_or_default().to_vec(), ..Filter::default() }
}

fn with_stand_ins<'a>(children: &[RoutingChild<'a>], stand_ins: &'a BTreeMap<usize, Filter>) -> Vec<RoutingChild<'a>> {
    let with = |(index, child): (usize, &RoutingChild<'a>)| RoutingChild {
        filter: stand_ins.get(&index).unwrap_or(child.filter),
        ..*child
    };
    children.iter().enumerate().map(with).collect()
}
