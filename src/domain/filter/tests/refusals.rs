//! What is refused, where, and in which words.

use super::super::fields::FIELDS;
use super::super::json::parse;
use super::super::operators::{Op, operators_of};
use serde_json::{Value, json};

fn faults(filter: &Value) -> Vec<(String, String)> {
    parse(filter).err().unwrap_or_default().into_iter().map(|fault| (fault.pointer, fault.detail)).collect()
}

fn with_rule(rule: Value) -> Value {
    json!({"schema_version": 1, "rules": [rule]})
}

#[test]
fn each_refusal_names_its_place() {
    const ID: &str = "2XU0oxnq2qxCpomAAuJY8K";
    let long = "x".repeat(201);
    let many: Vec<String> = (0..201).map(|n| n.to_string()).collect();
    let large_together: Vec<String> = (0..200).map(|n| format!("\\w{{2}}{n}")).collect();
    let cases = [
        (json!([]), ""),
        (json!({"rules": [], "everything": true}), "/schema_version"),
        (json!({"schema_version": 2, "rules": [], "everything": true}), "/schema_version"),
        (json!({"schema_version": 1, "rules": []}), "/rules"),
        (json!({"schema_version": 1}), "/rules"),
        (json!({"schema_version": 1, "rules": [], "everything": 1}), "/everything"),
        (json!({"schema_version": 1, "rule": [], "rules": [], "everything": true}), "/rule"),
        (json!({"schema_version": 1, "match": "some", "rules": [], "everything": true}), "/match"),
        (json!({"schema_version": 1, "rules": [{"match": "any", "rules": []}]}), "/rules/0/rules"),
        (with_rule(json!({"op": "eq", "value": 1})), "/rules/0/field"),
        (with_rule(json!({"field": "relase_year", "op": "eq", "value": 1})), "/rules/0/field"),
        (with_rule(json!({"field": "mood", "op": "any_of", "value": ["x"]})), "/rules/0/field"),
        (with_rule(json!({"field": "title", "op": "eq", "value": "x"})), "/rules/0/op"),
        (with_rule(json!({"field": "title", "op": "equals"})), "/rules/0/value"),
        (with_rule(json!({"field": "title", "op": "equals", "value": 1})), "/rules/0/value"),
        (with_rule(json!({"field": "title", "op": "equals", "value": " "})), "/rules/0/value"),
        (with_rule(json!({"field": "title", "op": "equals", "value": long})), "/rules/0/value"),
        (with_rule(json!({"field": "title", "op": "regex", "value": "("})), "/rules/0/value"),
        (with_rule(json!({"field": "title", "op": "regex", "value": large_together})), "/rules/0/value"),
        (
            with_rule(json!({"field": "genre", "op": "any_of", "value": ["rock", "-"], "item_match": "contains"})),
            "/rules/0/value/1",
        ),
        (
            with_rule(json!({"field": "title", "op": "equals", "value": 1, "when_missing": "maybe"})),
            "/rules/0/when_missing",
        ),
        (with_rule(json!({"field": "title", "op": "is_missing", "value": 1})), "/rules/0/value"),
        (with_rule(json!({"field": "artist", "op": "any_of", "value": []})), "/rules/0/value"),
        (with_rule(json!({"field": "artist", "op": "any_of", "value": many})), "/rules/0/value"),
        (with_rule(json!({"field": "artist", "op": "any_of", "value": ["a", 1]})), "/rules/0/value/1"),
        (with_rule(json!({"field": "version_kind", "op": "any_of", "value": ["live", "dead"]})), "/rules/0/value/1"),
        (with_rule(json!({"field": "track_id", "op": "any_of", "value": ["x"]})), "/rules/0/value/0"),
        (
            with_rule(json!({"field": "artist_id", "op": "none_of", "value": [ID, "spotify:artist:x"]})),
            "/rules/0/value/1",
        ),
        (with_rule(json!({"field": "album_id", "op": "only", "value": ["0UywfDKYlyiu1b38DRrzY"]})), "/rules/0/value/0"),
        (with_rule(json!({"field": "in_playlist", "op": "any_of", "value": [ID, "Road trips"]})), "/rules/0/value/1"),
        (with_rule(json!({"field": "liked", "op": "is", "value": "yes"})), "/rules/0/value"),
        (with_rule(json!({"field": "liked", "op": "eq", "value": true})), "/rules/0/op"),
        (with_rule(json!({"field": "tag", "op": "any_of", "value": [""]})), "/rules/0/value/0"),
        (with_rule(json!({"field": "tag", "op": "count", "value": [3, 1]})), "/rules/0/value"),
        (with_rule(json!({"field": "duration", "op": "not_between", "value": [9, 1]})), "/rules/0/value"),
        (with_rule(json!({"field": "release_date", "op": "between", "value": ["2001", "1999"]})), "/rules/0/value"),
        (with_rule(json!({"field": "release_date", "op": "between", "value": ["1999", "soon"]})), "/rules/0/value/1"),
        (with_rule(json!({"field": "album_type", "op": "is_any_of", "value": ["ep"]})), "/rules/0/value/0"),
        (with_rule(json!({"field": "added_at", "op": "year_is", "value": "1999"})), "/rules/0/value"),
        (with_rule(json!({"field": "release_year", "op": "between", "value": [1999, 1990]})), "/rules/0/value"),
        (with_rule(json!({"field": "release_year", "op": "between", "value": [1990, "x"]})), "/rules/0/value/1"),
        (with_rule(json!({"field": "popularity", "op": "eq", "value": 101})), "/rules/0/value"),
        (with_rule(json!({"field": "release_date", "op": "before", "value": "2000-13"})), "/rules/0/value"),
        (with_rule(json!({"field": "added_at", "op": "in_last", "value": {"n": 0, "unit": "days"}})), "/rules/0/value"),
        (with_rule(json!({"field": "added_at", "op": "weekday_is", "value": [8]})), "/rules/0/value"),
        (
            with_rule(json!({"field": "title", "op": "equals", "value": "x", "item_match": "exact"})),
            "/rules/0/item_match",
        ),
        (
            with_rule(json!({"field": "title", "op": "equals", "value": "x", "when_missing": "maybe"})),
            "/rules/0/when_missing",
        ),
        (with_rule(json!({"field": "title", "op": "equals", "value": "x", "reduce": "min"})), "/rules/0/reduce"),
        (with_rule(json!({"field": "title", "op": "equals", "value": "x", "extra": 1})), "/rules/0/extra"),
        (json!({"schema_version": 1, "rules": [], "everything": true, "pins": ["x"]}), "/pins/0"),
        (
            json!({"schema_version": 1, "rules": [], "everything": true, "output": {"limit": {"tracks": 0}}}),
            "/output/limit",
        ),
        (
            json!({"schema_version": 1, "rules": [], "everything": true, "output": {"sort": [{"field": "x"}]}}),
            "/output/sort/0/field",
        ),
    ];
    for (filter, pointer) in cases {
        let found = faults(&filter);
        assert!(found.iter().any(|(at, _)| at == pointer), "{filter}: {found:?}");
    }
}

#[test]
fn the_nearest_name_is_suggested_and_all_faults_are_said_at_once() {
    let found = faults(&json!({"schema_version": 1, "rules": [
        {"field": "relase_year", "op": "eq", "value": 1}, {"field": "title", "op": "contain", "value": "x"}]}));
    assert!(found[0].1.contains("release_year"), "{found:?}");
    assert!(found[1].1.contains("\"contains\""), "{found:?}");
}

#[test]
fn depth_and_number_of_rules_are_limited() {
    let mut nested = json!({"field": "explicit", "op": "is", "value": true});
    for _ in 0..4 {
        nested = json!({"match": "all", "rules": [nested]});
    }
    assert!(faults(&with_rule(nested.clone())).is_empty());
    assert!(!faults(&with_rule(json!({"match": "all", "rules": [nested]}))).is_empty());
    let rule = json!({"field": "explicit", "op": "is", "value": true});
    assert!(faults(&json!({"schema_version": 1, "rules": vec![rule.clone(); 100]})).is_empty());
    assert_eq!(faults(&json!({"schema_version": 1, "rules": vec![rule; 101]}))[0].0, "/rules/100");
}

#[test]
fn each_field_has_its_own_operators_and_a_true_example() {
    for field in FIELDS {
        let example: Value = serde_json::from_str(field.example).unwrap();
        assert_eq!(faults(&with_rule(example)), [], "{}", field.id);
        for op in Op::ALL {
            let has = operators_of(field.kind).iter().any(|own| own.id() == op.id());
            let rule = with_rule(json!({"field": field.id, "op": op.id(), "value": null}));
            assert_eq!(faults(&rule).iter().any(|(at, _)| at == "/rules/0/op"), !has, "{} {}", field.id, op.id());
        }
    }
}
