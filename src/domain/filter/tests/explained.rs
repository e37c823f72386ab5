//! What is explained is what the yardstick says, and each near miss is true.

use super::generate::{any_context, any_filter, any_tracks};
use crate::domain::capability::Capabilities;
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::evaluate::{Verdict, join};
use crate::domain::filter::explain::{ExplainedGroup, ExplainedNode, ExplainedRule, explain};
use crate::domain::filter::rule::Filter;
use crate::domain::filter::{json, oracle};
use crate::domain::track::{FilterableTrack, PartialDate, TrackArtist};
use proptest::prelude::*;
use serde_json::{Value, json};

fn rules<'e>(group: &'e ExplainedGroup, found: &mut Vec<&'e ExplainedRule>) {
    for node in &group.rules {
        match node {
            ExplainedNode::Group(inner) => rules(inner, found),
            ExplainedNode::Rule(rule) => found.push(rule),
        }
    }
}

fn one_rule(rule: &Value) -> Filter {
    json::parse(&json!({"schema_version": 1, "rules": [rule]})).unwrap_or_else(|faults| panic!("{rule} {faults:?}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn each_verdict_is_the_plain_one(filter in any_filter(), tracks in any_tracks(), context in any_context()) {
        let written = json::write(&filter);
        for track in &tracks {
            let told = explain(&filter, track, &context).unwrap();
            prop_assert_eq!(told.verdict, oracle::verdict(&filter, track, &context));
            let mut found = Vec::new();
            rules(&told.root, &mut found);
            prop_assert_eq!(found.len(), filter.rules().len());
            for rule in found {
                let alone = one_rule(written.pointer(&rule.pointer).unwrap());
                prop_assert_eq!(rule.verdict, oracle::verdict(&alone, track, &context), "{:?}", rule);
            }
        }
    }

    #[test]
    fn a_missing_value_decides_where_the_switch_turns_the_verdict(
        filter in any_filter(), tracks in any_tracks(), context in any_context(),
    ) {
        let written = json::write(&filter);
        for track in &tracks {
            let told = explain(&filter, track, &context).unwrap();
            let mut found = Vec::new();
            rules(&told.root, &mut found);
            for rule in found {
                let switched = |word: &str| {
                    let mut rule = written.pointer(&rule.pointer).unwrap().clone();
                    rule["when_missing"] = json!(word);
                    oracle::verdict(&one_rule(&rule), track, &context)
                };
                prop_assert_eq!(rule.decided_by_missing, switched("yes") != switched("no"), "{:?}", rule);
                let is_presence = rule.words.starts_with("With");
                if rule.seen.is_none() && rule.verdict != Verdict::Unknown && !is_presence {
                    prop_assert!(rule.decided_by_missing, "{:?}", rule);
                }
            }
        }
    }

    #[test]
    fn a_near_miss_is_true(filter in any_filter(), tracks in any_tracks(), context in any_context()) {
        let written = json::write(&filter);
        for track in &tracks {
            let told = explain(&filter, track, &context).unwrap();
            let mut found = Vec::new();
            rules(&told.root, &mut found);
            for rule in found {
                let Some(near) = &rule.near_miss else { continue };
                prop_assert_eq!(rule.verdict, Verdict::No);
                prop_assert_ne!(near.distance, 0, "{:?}", rule);
                let mut changed = written.pointer(&rule.pointer).unwrap().clone();
                changed["value"] = near.value.clone();
                prop_assert_eq!(oracle::verdict(&one_rule(&changed), track, &context), Verdict::Yes, "{:?}", rule);
            }
        }
    }

    #[test]
    fn whatever_the_other_rules_said_the_deciding_ones_decide(
        filter in any_filter(), tracks in any_tracks(), context in any_context(),
    ) {
        for track in &tracks {
            let told = explain(&filter, track, &context).unwrap();
            let deciding: Vec<&str> = told.deciding_rules().iter().map(|rule| rule.pointer.as_str()).collect();
            if told.root.verdict != Verdict::Unknown {
                prop_assert_eq!(with_others_turned(&told.root, &deciding), told.root.verdict, "{:?}", deciding);
            }
        }
    }
}

/// The verdict if each rule that is not named had said the opposite.
fn with_others_turned(group: &ExplainedGroup, named: &[&str]) -> Verdict {
    let said = |node: &ExplainedNode| match node {
        ExplainedNode::Group(inner) => with_others_turned(inner, named),
        ExplainedNode::Rule(rule) if named.contains(&rule.pointer.as_str()) => rule.verdict,
        ExplainedNode::Rule(rule) if rule.verdict == Verdict::Unknown => Verdict::Yes,
        ExplainedNode::Rule(rule) => rule.verdict.not(),
    };
    join(group.mode, group.rules.iter().map(said))
}

fn song() -> FilterableTrack {
    FilterableTrack {
        position: 7,
        uri: "spotify:track:2XU0oxnq2qxCpomAAuJY8K".into(),
        id: "2XU0oxnq2qxCpomAAuJY8K".into(),
        title: "Polly - Live".into(),
        artists: vec![TrackArtist {
            name: "Nirvana".into(),
            genres: Some(vec!["grunge".into()]),
            ..Default::default()
        }],
        duration_ms: 188_000,
        release_date: PartialDate::parse("1994"),
        added_at_ms: Some(1_793_000_000_000),
        popularity: Some(48),
        ..FilterableTrack::default()
    }
}

fn context(capabilities: Capabilities) -> EvalContext {
    EvalContext { now_ms: 1_795_305_600_000, zone: vec![(i64::MIN, 0)], capabilities }
}

/// The one rule of a filter, explained for the song.
fn told(rule: Value, capabilities: Capabilities) -> ExplainedRule {
    let told = explain(&one_rule(&rule), &song(), &context(capabilities)).unwrap();
    let [ExplainedNode::Rule(rule)] = told.root.rules.as_slice() else { panic!("{told:?}") };
    rule.clone()
}

#[test]
fn near_misses_read_as_people_speak() {
    let cases = [
        (
            json!({"field": "popularity", "op": "gte", "value": 50}),
            "48",
            "2 too low: would match with “popularity at least 48”",
        ),
        (
            json!({"field": "duration", "op": "lte", "value": 180_000}),
            "3:08",
            "8 s too long: would match with “at most 3:08 long”",
        ),
        (
            json!({"field": "duration", "op": "lt", "value": 100_000}),
            "3:08",
            "1:29 too long: would match with “shorter than 3:09”",
        ),
        (
            json!({"field": "release_year", "op": "between", "value": [1995, 1999]}),
            "1994",
            "1 year too early: would match with “released 1994 to 1999”",
        ),
        (
            json!({"field": "release_date", "op": "after", "value": "1995"}),
            "1994",
            "730 days too early: would match with “released after 1993-12-31”",
        ),
        (
            json!({"field": "added_at", "op": "in_last", "value": {"n": 20, "unit": "days"}}),
            "2026-10-26",
            "7 days too early: would match with “added in the last 27 days”",
        ),
        (
            json!({"field": "artist", "op": "count", "value": [2, null]}),
            "Nirvana",
            "1 too few: would match with “at least 1 artist”",
        ),
        (
            json!({"field": "position", "op": "lte", "value": 5}),
            "7",
            "2 rows too low down: would match with “position at most 7”",
        ),
    ];
    for (rule, seen, words) in cases {
        let told = told(rule.clone(), Capabilities::ALL);
        assert_eq!((told.verdict, told.seen_words.as_str()), (Verdict::No, seen), "{rule}");
        assert_eq!(told.near_miss.map(|near| near.words).as_deref(), Some(words), "{rule}");
    }
}

#[test]
fn what_cannot_be_seen_has_no_distance() {
    let rule = json!({"field": "popularity", "op": "gte", "value": 50});
    let withheld = told(rule, Capabilities::NONE);
    assert_eq!((withheld.verdict, withheld.seen, withheld.near_miss), (Verdict::Unknown, None, None));
    assert_eq!(withheld.seen_words, "withheld by Spotify");
    let day = told(json!({"field": "release_date", "op": "before", "value": "1994-06"}), Capabilities::ALL);
    assert!(day.decided_by_missing && day.near_miss.is_none() && day.verdict == Verdict::No, "{day:?}");
    assert_eq!(day.seen, Some(json!("1994")));
    let genre = told(json!({"field": "genre", "op": "is_missing"}), Capabilities::ALL);
    assert!(!genre.decided_by_missing && genre.verdict == Verdict::No);
}

#[test]
fn bans_come_before_pins_and_both_before_rules() {
    let uri = song().uri;
    let with = |pins: Vec<&str>, bans: Vec<&str>| {
        let rule = json!({"field": "popularity", "op": "gte", "value": 50});
        let filter = json!({"schema_version": 1, "rules": [rule], "pins": pins, "bans": bans});
        let told = explain(&json::parse(&filter).unwrap(), &song(), &context(Capabilities::ALL)).unwrap();
        assert_eq!(told.rules_verdict, Verdict::No);
        told.verdict
    };
    assert_eq!(with(vec![], vec![]), Verdict::No);
    assert_eq!(with(vec![&uri], vec![]), Verdict::Yes);
    assert_eq!(with(vec![&uri], vec![&uri]), Verdict::No);
}

#[test]
fn an_explanation_reads_back_as_it_was_written() {
    let filter = json!({"schema_version": 1, "match": "any", "rules": [
        {"field": "popularity", "op": "gte", "value": 50},
        {"match": "none", "rules": [{"field": "version_kind", "op": "any_of", "value": ["live"]}]}]});
    let told = explain(&json::parse(&filter).unwrap(), &song(), &context(Capabilities::ALL)).unwrap();
    let written = serde_json::to_value(&told).unwrap();
    assert_eq!(written.pointer("/root/rules/1/group/match"), Some(&json!("none")));
    assert_eq!(written.pointer("/root/rules/1/group/rules/0/rule/verdict"), Some(&json!("yes")));
    assert_eq!(written.pointer("/verdict"), Some(&json!("no")));
    assert_eq!(serde_json::from_value::<crate::domain::filter::explain::Explanation>(written).unwrap(), told);
    let deciding: Vec<&str> = told.deciding_rules().iter().map(|rule| rule.pointer.as_str()).collect();
    assert_eq!(deciding, ["/rules/0", "/rules/1/rules/0"]);
}
