//! Why a song does not match: the first thing that a filter demands and the song does not fulfil, in words.

use super::compile::{CompiledFilter, EvalContext, compile};
use super::evaluate::Verdict;
use super::json::FilterError;
use super::rule::{Filter, Group, MatchMode, Node};
use super::sentence::sentence;
use crate::domain::track::FilterableTrack;

/// A filter taken apart into demands that a song must fulfil, each and all.
#[derive(Debug)]
pub struct Demands(Vec<(CompiledFilter, String)>);

impl Demands {
    /// Takes a filter apart, in the order of its rules. Fails where the filter cannot be compiled.
    pub fn of(filter: &Filter, context: &EvalContext) -> Result<Self, FilterError> {
        let mut parts = Vec::new();
        take_apart(&filter.root, &mut parts);
        let demands = parts.into_iter().map(|root| {
            let part = Filter { root, ..Filter::default() };
            Ok((compile(&part, context)?, sentence(&part)))
        });
        demands.collect::<Result<Vec<_>, _>>().map(Self)
    }

    /// The first demand that a song surely does not fulfil, as in "Released 1990 to 1999"; `None` where it fulfils all
    /// that can be judged.
    pub fn first_failing(&self, track: &FilterableTrack) -> Option<&str> {
        let failing = self.0.iter().find(|(part, _)| part.verdict(track) == Verdict::No);
        failing.map(|(_, words)| words.as_str())
    }
}

/// "All of" demands each, "none of" demands the opposite of each, "any of" is one demand.
fn take_apart(group: &Group, parts: &mut Vec<Group>) {
    match group.mode {
        MatchMode::Any => parts.push(group.clone()),
        MatchMode::None => {
            parts.extend(group.rules.iter().map(|node| Group { mode: MatchMode::None, rules: vec![node.clone()] }));
        }
        MatchMode::All => {
            for node in &group.rules {
                match node {
                    Node::Group(inner) => take_apart(inner, parts),
                    Node::Rule(_) => parts.push(Group { mode: MatchMode::All, rules: vec![node.clone()] }),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::capability::Capabilities;
    use crate::domain::filter::json;
    use crate::domain::filter::tests::generate::{any_context, any_filter, any_tracks};
    use crate::domain::track::PartialDate;
    use proptest::prelude::*;
    use serde_json::json;

    fn context() -> EvalContext {
        EvalContext { now_ms: 1_795_305_600_000, zone: vec![], capabilities: Capabilities::ALL }
    }

    #[test]
    fn the_first_rule_that_fails_is_named() {
        let filter = json::parse(&json!({"schema_version": 1, "rules": [
            {"field": "release_year", "op": "between", "value": [1990, 1999]},
            {"match": "none", "rules": [{"field": "version_kind", "op": "any_of", "value": ["live"]}]},
            {"match": "any", "rules": [
                {"field": "explicit", "op": "is", "value": true}, {"field": "duration", "op": "lte", "value": 180_000}]}]}))
        .unwrap();
        let demands = Demands::of(&filter, &context()).unwrap();
        let track = |year, title: &str, duration_ms| FilterableTrack {
            release_date: Some(PartialDate::Year(year)),
            title: title.into(),
            duration_ms,
            ..FilterableTrack::default()
        };
        let cases = [
            (track(1980, "Song - Live", 200_000), Some("Released 1990 to 1999")),
            (track(1995, "Song - Live", 200_000), Some("Not live")),
            (track(1995, "Song", 200_000), Some("Explicit, or at most 3:00 long")),
            (track(1995, "Song", 180_000), None),
        ];
        for (track, words) in cases {
            assert_eq!(demands.first_failing(&track), words, "{track:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_024))]

        #[test]
        fn a_song_fails_a_demand_exactly_when_it_does_not_match(
            filter in any_filter(), tracks in any_tracks(), context in any_context(),
        ) {
            let whole = compile(&filter, &context).unwrap();
            let demands = Demands::of(&filter, &context).unwrap();
            for track in &tracks {
                let fails = demands.first_failing(track).is_some();
                prop_assert_eq!(fails, whole.verdict(track) == Verdict::No, "{:?} {:?}", filter, track);
            }
        }
    }
}
