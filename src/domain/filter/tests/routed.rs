//! Many filters over one base: where each row goes.

use super::super::columns::Columns;
use super::super::evaluate::Verdict;
use super::super::oracle;
use super::super::rule::Filter;
use super::generate::{any_context, any_filter, many_tracks};
use crate::domain::ids::ChildPlaylistId;
use crate::domain::playlist::{ChildKind, Routing};
use crate::domain::sync::routing::{RoutingChild, route, route_with};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    /// Songs repeat: the generator knows three ids.
    #[test]
    fn every_row_is_taken_or_unrouted_and_only_by_children_that_match(
        children in vec((any_filter(), any::<bool>(), any::<bool>()), 0..4),
        mut tracks in many_tracks(),
        context in any_context(),
        first_match in any::<bool>(),
    ) {
        // Half of the songs are songs of their own.
        tracks.iter_mut().enumerate().step_by(2).for_each(|(row, track)| track.uri = format!("spotify:track:{row}"));
        let subjects: Vec<RoutingChild<'_>> = children.iter().zip(0_u128..).map(|((filter, last, active), n)| RoutingChild {
            id: ChildPlaylistId::parse(&format!("{n:032x}")).unwrap(),
            filter,
            kind: if *last { ChildKind::Leftovers } else { ChildKind::Filter },
            active: *active,
            holds: None,
        }).collect();
        let routing = if first_match { Routing::FirstMatch } else { Routing::Overlap };
        let routed = route(&tracks, &subjects, routing, &context).unwrap();
        let columns = Columns::new(&tracks);
        prop_assert_eq!(&route_with(&columns, &subjects, routing, &context).unwrap(), &routed);

        let active: Vec<&RoutingChild<'_>> = subjects.iter().filter(|child| child.active).collect();
        prop_assert_eq!(routed.children.len(), active.len());
        let says = |filter: &Filter, row: usize| oracle::verdict(filter, &tracks[row], &context);
        for row in 0..tracks.len() {
            let takers: Vec<usize> = routed.takers(row).collect();
            prop_assert_eq!(takers.is_empty(), routed.unrouted_rows.has(row));
            prop_assert!(!first_match || takers.len() <= 1);
            for (at, child) in active.iter().enumerate() {
                let same_song = |other: &usize| tracks[*other].uri == tracks[row].uri;
                let matches = (0..tracks.len()).filter(same_song).any(|row| says(child.filter, row) == Verdict::Yes);
                let judged = routed.children[at].unknown == 0;
                prop_assert_eq!(takers.contains(&at), judged && routed.children[at].target.contains(&tracks[row].uri));
                prop_assert!(matches || !takers.contains(&at));
                if judged && !first_match && child.kind == ChildKind::Filter {
                    prop_assert_eq!(takers.contains(&at), matches);
                }
            }
        }
        prop_assert_eq!(routed.unrouted, routed.unrouted_rows.count());
    }
}
