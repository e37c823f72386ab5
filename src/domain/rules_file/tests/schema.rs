use crate::domain::filter::fields::FIELDS;
use crate::domain::filter::json;
use crate::domain::filter::tests::generate::any_filter;
use crate::domain::rules_file::document::MARK;
use crate::domain::rules_file::read::read;
use crate::domain::rules_file::schema::schema;
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn file(filter: Value) -> Value {
    json!({"headwater": MARK, "schema_version": 1, "child_playlists": [{"name": "x", "filter": filter}]})
}

fn with_rule(rule: Value) -> Value {
    file(json!({"schema_version": 1, "rules": [rule]}))
}

#[test]
fn the_schema_is_one_and_every_example_of_the_table_fits() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema()));
    let validator = validator();
    for field in FIELDS {
        let file = with_rule(serde_json::from_str(field.example).unwrap());
        assert!(validator.is_valid(&file), "{file}");
        assert_eq!(read(&file, None).faults, [], "{file}");
    }
}

#[test]
fn what_the_schema_refuses_reading_refuses_too() {
    let everything = json!({"schema_version": 1, "rules": [], "everything": true});
    let rule = json!({"field": "title", "op": "equals", "value": "x"});
    let deep = (0..6).fold(rule.clone(), |inner, _| json!({"match": "all", "rules": [inner]}));
    let entry = |more: Value| {
        let mut entry = json!({"name": "x", "filter": everything});
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"headwater": MARK, "schema_version": 1, "child_playlists": [entry]})
    };
    let broken = [
        json!([]),
        json!({"headwater": MARK, "schema_version": 2, "child_playlists": []}),
        json!({"headwater": "other", "schema_version": 1, "child_playlists": [{"name": "x", "filter": everything}]}),
        entry(json!({"name": ""})),
        entry(json!({"name": "x".repeat(101)})),
        entry(json!({"name": "a\nb"})),
        entry(json!({"description": "x".repeat(301)})),
        entry(json!({"kind": "both"})),
        entry(json!({"position": -1})),
        entry(json!({"position": 5_000})),
        entry(json!({"colour": "red"})),
        file(json!({"schema_version": 1, "rules": []})),
        file(json!({"schema_version": 1, "rules": [rule], "everything": true})),
        file(json!({"schema_version": 1, "rules": [rule], "colour": 1})),
        file(json!({"schema_version": 1, "rules": [rule], "pins": ["spotify:album:x"]})),
        file(json!({"schema_version": 1, "rules": [rule], "output": {"limit": {"tracks": 0}}})),
        file(json!({"schema_version": 1, "rules": [rule], "output": {"sort": [{"field": "colour"}]}})),
        file(json!({"schema_version": 1, "rules": [{"match": "any", "rules": []}]})),
        file(json!({"schema_version": 1, "rules": [deep]})),
        with_rule(json!({"field": "relase_year", "op": "eq", "value": 1994})),
        with_rule(json!({"field": "release_year", "op": "equals", "value": 1994})),
        with_rule(json!({"field": "release_year", "op": "eq", "value": "1994"})),
        with_rule(json!({"field": "release_year", "op": "eq", "value": 94})),
        with_rule(json!({"field": "release_year", "op": "eq"})),
        with_rule(json!({"field": "release_year", "op": "is_missing", "value": 1})),
        with_rule(json!({"field": "release_year", "op": "between", "value": [1990]})),
        with_rule(json!({"field": "popularity", "op": "lt", "value": 101})),
        with_rule(json!({"field": "title", "op": "equals", "value": ""})),
        with_rule(json!({"field": "title", "op": "equals", "value": "x", "item_match": "contains"})),
        with_rule(json!({"field": "title", "op": "equals", "value": "x", "reduce": "max"})),
        with_rule(json!({"field": "version_kind", "op": "any_of", "value": ["lively"]})),
        with_rule(json!({"field": "artist", "op": "any_of", "value": "Björk"})),
        with_rule(json!({"field": "artist", "op": "count", "value": [1, 2], "item_match": "exact"})),
        with_rule(json!({"field": "added_at", "op": "in_last", "value": {"n": 0, "unit": "days"}})),
        with_rule(json!({"field": "added_at", "op": "weekday_is", "value": [8]})),
        with_rule(json!({"field": "release_date", "op": "after", "value": "June 2020"})),
        with_rule(json!({"field": "explicit", "op": "is", "value": "no"})),
        with_rule(json!({"field": "explicit", "op": "is", "value": true, "when_missing": true})),
        with_rule(json!({"field": "explicit", "op": "is", "value": true, "note": "x"})),
    ];
    let validator = validator();
    for file in broken {
        assert!(!validator.is_valid(&file), "{file}");
        assert_ne!(read(&file, None).faults, [], "{file}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn every_filter_fits_the_schema(filter in any_filter()) {
        // Made once for each thread of tests: compiling a schema takes longer than using it.
        thread_local! { static VALIDATOR: Validator = validator(); }
        let file = file(json::write(&filter));
        let faults: Vec<String> = VALIDATOR.with(|validator| validator.iter_errors(&file).map(|e| e.to_string()).collect());
        prop_assert!(faults.is_empty(), "{} {:?}", file, faults);
    }
}
