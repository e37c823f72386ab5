//! Each hint is true: of no song where it says none, of every song where it says every, and taking out what it
//! calls idle changes nothing.

use super::generate::{any_context, any_filter, any_tracks};
use crate::domain::capability::Capabilities;
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::coverage::{coverage, node_counts};
use crate::domain::filter::evaluate::Verdict;
use crate::domain::filter::fields::{self, Field};
use crate::domain::filter::lint::fix::apply;
use crate::domain::filter::lint::{Lint, LintCode, LintFacts, lint};
use crate::domain::filter::operators::{Shape, operators_of};
use crate::domain::filter::rule::Filter;
use crate::domain::filter::sentence::sentence;
use crate::domain::filter::{json, oracle};
use crate::domain::track::{FilterableTrack, PartialDate};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use serde_json::{Value, json};

/// Fields on which rules are made to meet.
const FIELDS: &[&str] = &[
    "popularity",
    "duration",
    "release_year",
    "position",
    "explicit",
    "album_type",
    "version_kind",
    "title",
    "genre",
    "artist",
    "album_id",
    "added_by",
    "release_date",
    "added_at",
    "artist_popularity",
];
const TITLES: &[&str] =
    &["a", "a b", "b", "ab", "a (live)", "b - remix", "a (live) (remix)", "b [radio edit]", "a demo"];
const WORDS: &[&str] = &["a", "b", "ab", "a b", "A"];
const DAYS: &[&str] = &["1990", "1990-06", "1990-06-15", "1991", "1991-01-01", "2026-11-01", "2026-11-20"];

fn small_value(field: &'static Field, op: crate::domain::filter::operators::Op) -> BoxedStrategy<Value> {
    let numbers: &'static [i64] = match field.id {
        "popularity" | "artist_popularity" => &[0, 1, 49, 50, 51, 99, 100],
        "release_year" => &[1989, 1990, 1991, 1992],
        "position" => &[0, 1, 2, 3],
        _ => &[0, 1, 100_000, 100_001, 4_294_967_295],
    };
    let texts: &'static [&'static str] = match field.kind {
        fields::Kind::Set(words) | fields::Kind::Enum(words) => words,
        _ => WORDS,
    };
    match op.shape() {
        Shape::Nothing => Just(Value::Null).boxed(),
        Shape::Texts | Shape::List => vec(select(texts), 1..3).prop_map(|list| json!(list)).boxed(),
        Shape::Number => select(numbers).prop_map(|n| json!(n)).boxed(),
        Shape::Range => (select(numbers), select(numbers)).prop_map(|(a, b)| json!([a.min(b), a.max(b)])).boxed(),
        Shape::CountRange => (0..3u32, option::of(0..2u32)).prop_map(|(a, b)| json!([a, b.map(|b| a + b)])).boxed(),
        Shape::Date => select(DAYS).prop_map(|day| json!(day)).boxed(),
        Shape::DateRange => (0..DAYS.len(), 0..DAYS.len()).prop_map(|(a, b)| json!([DAYS[a], DAYS[b]])).boxed(),
        Shape::Span => select(&[1, 3, 22, 30][..]).prop_map(|n| json!({"n": n, "unit": "days"})).boxed(),
        Shape::Year => (1989..1993i64).prop_map(|year| json!(year)).boxed(),
        Shape::Weekdays => subsequence(vec![1, 2, 3, 4, 5, 6, 7], 1..4).prop_map(|days| json!(days)).boxed(),
        Shape::Boolean => any::<bool>().prop_map(|b| json!(b)).boxed(),
    }
}

fn rule_on(field: &'static Field) -> BoxedStrategy<Value> {
    let line = select(operators_of(field.kind)).prop_flat_map(move |op| (Just(op), small_value(field, op)));
    (line, option::weighted(0.3, any::<bool>()), option::weighted(0.3, 0..3usize))
        .prop_map(move |((op, value), missing, items)| {
            let mut rule = json!({"field": field.id, "op": op.id()});
            if op.shape() != Shape::Nothing {
                rule["value"] = value;
            }
            if let Some(missing) = missing {
                rule["when_missing"] = json!(if missing { "yes" } else { "no" });
            }
            let is_list = operators_of(field.kind).iter().any(|op| op.id() == "all_of");
            if let Some(items) = items.filter(|_| is_list && op.id() != "count") {
                rule["item_match"] = json!(["exact", "contains", "has_word"][items]);
            }
            rule
        })
        .boxed()
}

/// Rules on one or two fields, nested, so that they meet.
fn crowded() -> impl Strategy<Value = Filter> {
    let modes = || select(&["all", "any", "none"][..]);
    subsequence(FIELDS, 1..=2).prop_flat_map(move |ids| {
        let rules: Vec<_> = ids.into_iter().map(|id| rule_on(fields::find(id).unwrap())).collect();
        let rule = proptest::strategy::Union::new(rules);
        let node = rule.prop_recursive(2, 8, 3, move |inner| {
            (modes(), vec(inner, 1..3)).prop_map(|(mode, rules)| json!({"match": mode, "rules": rules}))
        });
        (modes(), vec(node, 1..5)).prop_filter_map("dates in order", |(mode, rules)| {
            json::parse(&json!({"schema_version": 1, "match": mode, "rules": rules})).ok()
        })
    })
}

/// Songs whose values lie at the edges of what the rules ask.
fn edge_songs() -> impl Strategy<Value = Vec<FilterableTrack>> {
    let numbers = (
        option::of(select(&[0, 1, 48, 49, 50, 51, 52, 99, 100_u8][..])),
        select(&[0, 1, 99_999, 100_000, 100_001, 100_002, u32::MAX][..]),
        1..4u32,
    );
    let texts =
        (select(TITLES), option::of(select(&["album", "single", "ep"][..])), vec(vec(select(WORDS), 0..3), 0..3));
    let dates = (option::of(select(DAYS)), option::of(select(&[1_793_491_200_000, 1_795_132_800_000_i64][..])));
    let ids = (option::of(select(WORDS)), option::of(select(WORDS)));
    (any_tracks(), vec((numbers, texts, dates, ids), 8)).prop_map(|(mut songs, edges)| {
        let base = songs[0].clone();
        songs.extend(edges.into_iter().map(|(numbers, texts, dates, ids)| FilterableTrack {
            popularity: numbers.0,
            duration_ms: numbers.1,
            position: numbers.2,
            title: texts.0.to_owned(),
            album_type: texts.1.map(str::to_owned),
            artists: texts.2.into_iter().map(|genres| artist(&genres, numbers.0)).collect(),
            release_date: dates.0.and_then(PartialDate::parse),
            added_at_ms: dates.1,
            added_by: ids.0.map(str::to_owned),
            album_id: ids.1.map(str::to_owned),
            ..base.clone()
        }));
        songs
    })
}

fn artist(genres: &[&str], popularity: Option<u8>) -> crate::domain::track::TrackArtist {
    crate::domain::track::TrackArtist {
        id: None,
        name: genres.first().copied().unwrap_or("b").to_owned(),
        genres: Some(genres.iter().map(|genre| (*genre).to_owned()).collect()),
        popularity,
        followers: None,
    }
}

/// The rule or group at a pointer as a filter of its own.
fn part(filter: &Filter, pointer: &str) -> Filter {
    if pointer.is_empty() {
        return filter.clone();
    }
    let node = json::write(filter).pointer(pointer).unwrap().clone();
    json::parse(&json!({"schema_version": 1, "rules": [node]})).unwrap()
}

/// The filter without the rules at these pointers.
fn without(filter: &Filter, mut pointers: Vec<&str>) -> Filter {
    let mut value = json::write(filter);
    let numbered = |pointer: &str| pointer.split('/').map(|part| part.parse().unwrap_or(0)).collect::<Vec<usize>>();
    pointers.sort_by_key(|pointer| std::cmp::Reverse(numbered(pointer)));
    for pointer in pointers {
        let (parent, at) = pointer.rsplit_once('/').unwrap();
        value.pointer_mut(parent).unwrap().as_array_mut().unwrap().remove(at.parse().unwrap());
    }
    json::parse(&value).unwrap()
}

fn pointers_of<'l>(lints: &'l [Lint], codes: &[LintCode]) -> Vec<&'l str> {
    lints.iter().filter(|lint| codes.contains(&lint.code)).map(|lint| lint.pointer.as_str()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_048))]

    #[test]
    fn impossible_is_true_of_no_song_and_always_true_of_every_song(
        filter in crowded(), songs in edge_songs(), context in any_context(), is_told in any::<bool>(),
    ) {
        let facts = LintFacts { context: is_told.then_some(&context), ..LintFacts::default() };
        let lints = lint(&filter, &facts);
        for song in &songs {
            for pointer in pointers_of(&lints, &[LintCode::Impossible]) {
                prop_assert_ne!(oracle::verdict(&part(&filter, pointer), song, &context), Verdict::Yes, "{} {:?}", pointer, lints);
            }
            for pointer in pointers_of(&lints, &[LintCode::AlwaysTrue]) {
                let verdict = oracle::verdict(&part(&filter, pointer), song, &context);
                prop_assert_ne!(verdict, Verdict::No, "{} {:?}", pointer, lints);
                let delivered = EvalContext { capabilities: Capabilities::ALL, ..context.clone() };
                let verdict = oracle::verdict(&part(&filter, pointer), song, &delivered);
                prop_assert_eq!(verdict, Verdict::Yes, "{} {:?}", pointer, lints);
            }
        }
    }

    #[test]
    fn idle_rules_can_go_all_at_once(filter in crowded(), songs in edge_songs(), context in any_context()) {
        let facts = LintFacts { context: Some(&context), ..LintFacts::default() };
        let lints = lint(&filter, &facts);
        let idle = pointers_of(&lints, &[LintCode::Duplicate, LintCode::Subsumed]);
        let lean = without(&filter, idle);
        for song in &songs {
            let (before, after) = (oracle::verdict(&filter, song, &context), oracle::verdict(&lean, song, &context));
            prop_assert_eq!(before, after, "{:?}", lints);
        }
    }

    #[test]
    fn a_fix_that_promises_the_same_songs_keeps_its_word(
        filter in crowded(), songs in edge_songs(), context in any_context(),
    ) {
        let facts = LintFacts { context: Some(&context), ..LintFacts::default() };
        for hint in lint(&filter, &facts) {
            let Some(fix) = &hint.fix else { continue };
            let mended = apply(&filter, fix).unwrap_or_else(|faults| panic!("{hint:?} {faults:?}"));
            prop_assert_ne!(&mended, &filter);
            for song in songs.iter().filter(|_| fix.same_songs) {
                let (before, after) = (oracle::verdict(&filter, song, &context), oracle::verdict(&mended, song, &context));
                prop_assert_eq!(before, after, "{:?}", hint);
            }
        }
    }

    #[test]
    fn what_counts_say_is_true_of_the_songs_counted(filter in crowded(), songs in edge_songs(), context in any_context()) {
        let counts = node_counts(&filter, &songs, &context).unwrap();
        let facts = LintFacts { counts: &counts, ..LintFacts::default() };
        let lints = lint(&filter, &facts);
        let matched = |filter: &Filter| -> Vec<Verdict> {
            songs.iter().map(|song| oracle::verdict(filter, song, &context)).collect()
        };
        for count in &counts {
            let verdicts = matched(&part(&filter, &count.pointer));
            prop_assert_eq!(count.matched as usize, verdicts.iter().filter(|v| **v == Verdict::Yes).count());
            prop_assert_eq!(count.unknown as usize, verdicts.iter().filter(|v| **v == Verdict::Unknown).count());
        }
        for pointer in pointers_of(&lints, &[LintCode::RemovesNothing]) {
            let (parent, _) = pointer.rsplit_once('/').unwrap();
            if json::write(&filter).pointer(parent).unwrap().as_array().unwrap().len() > 1 {
                prop_assert_eq!(matched(&without(&filter, vec![pointer])), matched(&filter), "{}", pointer);
            }
        }
        for pointer in pointers_of(&lints, &[LintCode::RemovesEverything, LintCode::TakesNothing]) {
            let whole = if pointer.matches("/rules/").count() == 1 { "" } else { pointer.rsplit_once("/rules/").map_or("", |it| it.0) };
            prop_assert!(matched(&part(&filter, whole)).iter().all(|verdict| *verdict == Verdict::No), "{:?}", lints);
        }
    }

    #[test]
    fn any_filter_is_looked_over_and_said(filter in any_filter(), tracks in any_tracks(), context in any_context()) {
        let counts = node_counts(&filter, &tracks, &context).unwrap();
        let coverage = coverage(&tracks, &context.capabilities);
        let facts = LintFacts { context: Some(&context), coverage: &coverage, counts: &counts };
        let written = json::write(&filter);
        for lints in [lint(&filter, &facts), lint(&filter, &LintFacts::default())] {
            for hint in lints {
                prop_assert!(written.pointer(&hint.pointer).is_some(), "{:?}", hint);
                prop_assert!(hint.words.ends_with('.'), "{}", hint.words);
            }
        }
        prop_assert!(!sentence(&filter).is_empty());
    }
}

/// The properties above would hold of no hints at all.
#[test]
fn crowded_filters_give_hints_of_each_kind() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counts = std::collections::HashMap::new();
    for _ in 0..1_000 {
        let filter = crowded().new_tree(&mut runner).unwrap().current();
        for hint in lint(&filter, &LintFacts::default()) {
            *counts.entry(hint.code).or_insert(0) += 1;
        }
    }
    use LintCode::{AlwaysTrue, DoubleNegation, Duplicate, Impossible, Subsumed};
    for code in [AlwaysTrue, DoubleNegation, Duplicate, Impossible, Subsumed] {
        assert!(counts.get(&code).copied().unwrap_or(0) >= 20, "{counts:?}");
    }
}

fn told(filter: Value, facts: &LintFacts<'_>) -> Vec<(String, LintCode, String)> {
    let filter = json::parse(&filter).unwrap_or_else(|faults| panic!("{filter} {faults:?}"));
    lint(&filter, facts).into_iter().map(|lint| (lint.pointer, lint.code, lint.words)).collect()
}

fn group(mode: &str, rules: Value) -> Value {
    json!({"schema_version": 1, "match": mode, "rules": rules})
}

#[test]
fn hints_on_rules_alone() {
    let year = |op: &str, value: Value| json!({"field": "release_year", "op": op, "value": value});
    let versions = |op: &str, value: Value| json!({"field": "version_kind", "op": op, "value": value});
    let genre = |op: &str, value: Value| json!({"field": "genre", "op": op, "value": value});
    let length = |op: &str, value: Value| json!({"field": "duration", "op": op, "value": value});
    use LintCode::{AlwaysTrue, DoubleNegation, Duplicate, Impossible, Subsumed};
    type Case = (&'static str, Value, Vec<(&'static str, LintCode)>);
    let cases: Vec<Case> = vec![
        ("all", json!([year("gte", json!(2000)), year("lte", json!(1990))]), vec![("", Impossible)]),
        ("any", json!([year("gte", json!(2000)), year("lte", json!(1990))]), vec![]),
        ("all", json!([year("gte", json!(2000)), year("between", json!([1990, 2000]))]), vec![]),
        ("all", json!([year("gte", json!(1990)), year("gte", json!(2000))]), vec![("/rules/0", Subsumed)]),
        ("any", json!([year("gte", json!(1990)), year("gte", json!(2000))]), vec![("/rules/1", Subsumed)]),
        ("all", json!([year("eq", json!(1990)), year("between", json!([1990, 1990]))]), vec![("/rules/1", Duplicate)]),
        (
            "all",
            json!([versions("all_of", json!(["live", "original"]))]),
            vec![("", Impossible), ("/rules/0", Impossible)],
        ),
        (
            "all",
            json!([versions("any_of", json!(["live"])), versions("any_of", json!(["original"]))]),
            vec![("", Impossible)],
        ),
        ("all", json!([versions("any_of", json!(["live"])), versions("any_of", json!(["remix"]))]), vec![]),
        (
            "all",
            json!([genre("any_of", json!(["rock"])), genre("none_of", json!(["Rock", "pop"]))]),
            vec![("", Impossible)],
        ),
        ("all", json!([genre("any_of", json!(["rock"])), genre("none_of", json!(["pop"]))]), vec![]),
        (
            "all",
            json!([genre("any_of", json!(["r&b"])), genre("any_of", json!(["RnB"]))]),
            vec![("/rules/1", Duplicate)],
        ),
        ("all", json!([genre("count", json!([0, 0]))]), vec![("", Impossible), ("/rules/0", Impossible)]),
        ("all", json!([length("gte", json!(0)), year("eq", json!(1990))]), vec![("/rules/0", AlwaysTrue)]),
        ("any", json!([length("gte", json!(9_000)), length("lt", json!(9_000))]), vec![("", AlwaysTrue)]),
        ("none", json!([length("gte", json!(9_000)), length("lt", json!(9_000))]), vec![("", Impossible)]),
        ("none", json!([{"match": "none", "rules": [year("eq", json!(1990))]}]), vec![("", DoubleNegation)]),
        ("none", json!([year("ne", json!(1990))]), vec![("", DoubleNegation)]),
        (
            "all",
            json!([year("gte", json!(2000)), {"match": "none", "rules": [year("gte", json!(1990))]}]),
            vec![("", Impossible)],
        ),
        (
            "all",
            json!([year("ne", json!(1990)), year("between", json!([1990, 1991])), year("ne", json!(1991))]),
            vec![("", Impossible)],
        ),
    ];
    for (mode, rules, expected) in cases {
        let told = told(group(mode, rules.clone()), &LintFacts::default());
        let found: Vec<(&str, LintCode)> = told.iter().map(|(pointer, code, _)| (pointer.as_str(), *code)).collect();
        assert_eq!(found, expected, "{mode} {rules} {told:?}");
    }
    let words = told(group("all", json!([year("gte", json!(2000)), year("lte", json!(1990))])), &LintFacts::default());
    assert_eq!(
        words[0].2,
        "“Released 2000 or later” and “Released 1990 or earlier” cannot both hold: no song can pass."
    );
}

#[test]
fn hints_from_the_base_and_from_spotify() {
    let songs: Vec<FilterableTrack> = (1..=3)
        .map(|n| FilterableTrack { position: n, duration_ms: n * 60_000, ..FilterableTrack::default() })
        .collect();
    let context = EvalContext {
        now_ms: 0,
        zone: vec![(i64::MIN, 0)],
        capabilities: Capabilities { popularity: false, ..Capabilities::ALL },
    };
    let coverage = coverage(&songs, &context.capabilities);
    let hints = |mode: &str, rules: Value| {
        let filter = group(mode, rules);
        let counts = node_counts(&json::parse(&filter).unwrap(), &songs, &context).unwrap();
        let facts = LintFacts { context: Some(&context), coverage: &coverage, counts: &counts };
        told(filter, &facts).into_iter().map(|(pointer, _, words)| format!("{pointer} {words}")).collect::<Vec<_>>()
    };
    let length = |op: &str, minutes: i64| json!({"field": "duration", "op": op, "value": minutes * 60_000});
    assert_eq!(
        hints("all", json!([length("gte", 30), length("gte", 2)])),
        [
            " 0 of 3: “At least 30:00 long” removes all 3 songs.",
            "/rules/0 “At least 30:00 long” removes all 3 songs.",
            "/rules/1 This changes nothing: “At least 30:00 long” already asks for it."
        ]
    );
    assert_eq!(
        hints("all", json!([length("lte", 30)])),
        [
            " All 3 songs match: this copy equals the base.",
            "/rules/0 All 3 songs match this today: it removes nothing."
        ]
    );
    assert_eq!(
        hints("all", json!([{"field": "popularity", "op": "gte", "value": 5}])),
        [
            "/rules/0 Spotify withholds popularity from this app, so this rule cannot be judged: the child would be left as it is."
        ]
    );
    assert_eq!(
        hints("any", json!([{"field": "genre", "op": "any_of", "value": ["rock"]}, length("eq", 1)])),
        ["/rules/0 No song of this base has a value for genre: this rule only sees missing values."]
    );
    assert_eq!(hints("all", json!([length("gte", 2)])), Vec::<String>::new());
}

#[test]
fn coverage_tells_what_is_there_and_what_is_withheld() {
    let songs = vec![
        FilterableTrack { popularity: Some(3), isrc: Some("X".into()), ..FilterableTrack::default() },
        FilterableTrack::default(),
    ];
    let found = coverage(&songs, &Capabilities { popularity: false, ..Capabilities::ALL });
    let of =
        |id: &str| found.iter().find(|one| one.field == id).map(|one| (one.with, one.without, one.withheld)).unwrap();
    assert_eq!(found.len(), fields::FIELDS.len());
    assert_eq!((of("popularity"), of("isrc"), of("duration")), ((0, 2, true), (1, 1, false), (2, 0, false)));
}
