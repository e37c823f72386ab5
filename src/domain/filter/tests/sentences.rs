//! Filters in plain words.

use super::super::fields::markdown;
use super::super::json::parse;
use super::super::sentence::sentence;
use serde_json::{Value, json};

fn said(rules: Value) -> String {
    sentence(&parse(&json!({"schema_version": 1, "rules": rules})).unwrap())
}

#[test]
fn sentences_read_like_english() {
    let cases = [
        (
            json!([{"field": "genre", "op": "any_of", "value": ["rock", "grunge"]}, {"field": "release_year", "op": "between", "value": [1990, 1999]},
                {"match": "none", "rules": [{"field": "version_kind", "op": "any_of", "value": ["live"]}]}]),
            "Rock or Grunge, released 1990 to 1999, not live",
        ),
        (
            json!([{"field": "explicit", "op": "is", "value": false}, {"field": "duration", "op": "lte", "value": 180000}]),
            "Not explicit, at most 3:00 long",
        ),
        (
            json!([{"field": "added_at", "op": "in_last", "value": {"n": 30, "unit": "days"}}]),
            "Added in the last 30 days",
        ),
        (json!([{"field": "artist", "op": "any_of", "value": ["Björk", "Sade"]}]), "By Björk or Sade"),
        (json!([{"field": "title", "op": "contains", "value": "love"}]), "Title contains “love”"),
        (
            json!([{"match": "any", "rules": [{"field": "artist", "op": "any_of", "value": ["Sade"]}, {"field": "explicit", "op": "is", "value": true}]}]),
            "(by Sade, or explicit)",
        ),
        (json!([{"field": "popularity", "op": "gte", "value": 50}]), "Popularity at least 50"),
        (json!([{"field": "genre", "op": "is_missing"}]), "Without a genre"),
        (json!([{"field": "genre", "op": "count", "value": [1, null]}]), "At least 1 genre"),
        (json!([{"field": "release_year", "op": "ne", "value": 1990}]), "Not released in 1990"),
        (json!([{"field": "added_by", "op": "any_of", "value": ["Smedjan"]}]), "Added by Smedjan"),
        (json!([{"field": "isrc", "op": "is_present"}]), "With an ISRC"),
        (
            json!([{"match": "none", "rules": [{"field": "artist", "op": "any_of", "value": ["Sade"]}, {"field": "explicit", "op": "is", "value": true}]}]),
            "Neither by Sade nor explicit",
        ),
        (
            json!([{"field": "release_year", "op": "gte", "value": 2020, "when_missing": "yes"}]),
            "Released 2020 or later (or not known)",
        ),
    ];
    for (rules, words) in cases {
        assert_eq!(said(rules), words);
    }
    assert_eq!(sentence(&parse(&json!({"schema_version": 1, "rules": [], "everything": true})).unwrap()), "Every song");
}

#[test]
fn every_field_and_operator_says_something() {
    for field in super::super::fields::FIELDS {
        let rule: Value = serde_json::from_str(field.example).unwrap();
        let words = said(json!([rule]));
        assert!(words.len() > 3 && !words.contains("  "), "{}: {words:?}", field.id);
        assert!(markdown().contains(&format!("| `{}` |", field.id)));
    }
}
