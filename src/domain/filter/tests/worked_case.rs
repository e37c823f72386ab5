//! The case that the filter language was designed on.

use super::super::compile::{EvalContext, compile};
use super::super::evaluate::Verdict;
use super::super::json::parse;
use super::super::rule::Filter;
use crate::domain::capability::Capabilities;
use crate::domain::track::{FilterableTrack, PartialDate, TrackArtist};
use serde_json::{Value, json};

const NOON: i64 = 1_795_348_800_000;
const DAY_MS: i64 = 86_400_000;

fn track(
    title: &str,
    date: Option<&str>,
    genres: &[&str],
    explicit: bool,
    seconds: u32,
    days_ago: i64,
) -> FilterableTrack {
    FilterableTrack {
        title: title.to_owned(),
        artists: vec![TrackArtist {
            name: "Somebody".into(),
            genres: Some(genres.iter().map(|genre| (*genre).to_owned()).collect()),
            ..TrackArtist::default()
        }],
        release_date: date.and_then(PartialDate::parse),
        explicit,
        duration_ms: seconds * 1_000,
        added_at_ms: Some(NOON - days_ago * DAY_MS),
        ..FilterableTrack::default()
    }
}

fn verdicts(filter: &Value, tracks: &[FilterableTrack], capabilities: Capabilities) -> Vec<Verdict> {
    let context = EvalContext { now_ms: NOON, zone: vec![(i64::MIN, 0)], capabilities };
    compile(&parse(filter).unwrap(), &context).unwrap().verdicts(tracks)
}

fn tracks() -> Vec<FilterableTrack> {
    vec![
        track("T1", Some("1991"), &["grunge", "rock"], false, 219, 800),
        track("T2 - Live", Some("1994"), &["grunge"], false, 320, 12),
        track("Café T3", Some("1998"), &[], false, 170, 1_200),
        track("T4", Some("2024"), &["hip hop"], true, 160, 2),
        track("T5", None, &["rock"], false, 250, 1_500),
    ]
}

fn nineties_rock() -> Value {
    json!({"schema_version": 1, "match": "all", "rules": [
        {"field": "release_year", "op": "between", "value": [1990, 1999]},
        {"field": "genre", "op": "any_of", "value": ["rock", "grunge"], "item_match": "has_word"},
        {"match": "none", "rules": [{"field": "version_kind", "op": "any_of", "value": ["live", "karaoke"]}]}]})
}

#[test]
fn the_worked_case_comes_out_as_designed() {
    use Verdict::{No, Yes};
    let fresh = json!({"schema_version": 1, "rules": [{"field": "added_at", "op": "in_last", "value": {"n": 30, "unit": "days"}}]});
    let clean = json!({"schema_version": 1, "rules": [
        {"field": "explicit", "op": "is", "value": false}, {"field": "duration", "op": "lte", "value": 180_000}]});
    assert_eq!(verdicts(&nineties_rock(), &tracks(), Capabilities::ALL), [Yes, No, No, No, No]);
    assert_eq!(verdicts(&fresh, &tracks(), Capabilities::ALL), [No, Yes, No, Yes, No]);
    assert_eq!(verdicts(&clean, &tracks(), Capabilities::ALL), [No, No, Yes, No, No]);
}

#[test]
fn withheld_genres_are_unknown_unless_something_else_decides() {
    use Verdict::{No, Unknown};
    assert_eq!(verdicts(&nineties_rock(), &tracks(), Capabilities::NONE), [Unknown, No, Unknown, No, No]);
    for op in ["is_missing", "is_present"] {
        let rule = json!({"schema_version": 1, "rules": [{"field": "genre", "op": op}]});
        assert!(verdicts(&rule, &tracks(), Capabilities::NONE).iter().all(|verdict| *verdict == Unknown), "{op}");
    }
}

#[test]
fn words_and_accents_are_what_people_expect() {
    let rap = json!({"schema_version": 1, "rules": [{"field": "title", "op": "has_word", "value": "rap"}]});
    let songs = [track("Rapture", None, &[], false, 1, 1), track("Rap God", None, &[], false, 1, 1)];
    assert_eq!(verdicts(&rap, &songs, Capabilities::ALL), [Verdict::No, Verdict::Yes]);
    let cafe = json!({"schema_version": 1, "rules": [{"field": "title", "op": "contains", "value": "cafe"}]});
    assert_eq!(verdicts(&cafe, &tracks()[2..3], Capabilities::ALL), [Verdict::Yes]);
}

#[test]
fn a_year_does_not_decide_about_a_day_within_it() {
    let before = |missing: Option<&str>| {
        let mut rule = json!({"field": "release_date", "op": "before", "value": "1991-06-01"});
        if let Some(missing) = missing {
            rule["when_missing"] = json!(missing);
        }
        verdicts(&json!({"schema_version": 1, "rules": [rule]}), &tracks()[..1], Capabilities::ALL)
    };
    assert_eq!(before(None), [Verdict::No]);
    assert_eq!(before(Some("yes")), [Verdict::Yes]);
}

#[test]
fn a_filter_without_rules_takes_every_song_only_where_it_says_so() {
    let context = EvalContext { now_ms: NOON, zone: vec![], capabilities: Capabilities::NONE };
    let says = |filter: &Filter| compile(filter, &context).unwrap().verdict(&tracks()[0]);
    assert_eq!(says(&Filter::default()), Verdict::No);
    assert_eq!(says(&Filter::everything()), Verdict::Yes);
}

#[test]
fn an_order_by_a_withheld_field_cannot_be_judged() {
    let filter = json!({"schema_version": 1, "rules": [{"field": "release_year", "op": "gte", "value": 1995}],
        "output": {"sort": [{"field": "popularity", "dir": "desc"}], "limit": {"tracks": 5}}});
    use Verdict::{No, Unknown, Yes};
    assert_eq!(verdicts(&filter, &tracks(), Capabilities::ALL), [No, No, Yes, Yes, No]);
    assert_eq!(verdicts(&filter, &tracks(), Capabilities::NONE), [No, No, Unknown, Unknown, No]);
    let withheld = parse(&filter).unwrap().withheld_fields(&Capabilities::NONE);
    assert_eq!(withheld.iter().map(|field| field.id).collect::<Vec<_>>(), ["popularity"]);
}

#[test]
fn a_missing_list_has_no_count_unless_the_rule_says_so() {
    let count = |missing: &str| {
        let rule = json!({"field": "genre", "op": "count", "value": [0, 1], "when_missing": missing});
        verdicts(&json!({"schema_version": 1, "rules": [rule]}), &tracks()[1..3], Capabilities::ALL)
    };
    assert_eq!(count("no"), [Verdict::Yes, Verdict::No]);
    assert_eq!(count("yes"), [Verdict::Yes, Verdict::Yes]);
}

#[test]
fn ids_are_never_folded() {
    let by = |who: &str| json!({"schema_version": 1, "rules": [{"field": "added_by", "op": "any_of", "value": [who]}]});
    let song = [FilterableTrack { added_by: Some("Smedjan".into()), ..FilterableTrack::default() }];
    assert_eq!(verdicts(&by("Smedjan"), &song, Capabilities::ALL), [Verdict::Yes]);
    assert_eq!(verdicts(&by("smedjan"), &song, Capabilities::ALL), [Verdict::No]);
}
