use crate::domain::filter::output::{Dedupe, Direction, Limit, Output, SortKey};
use crate::domain::filter::rule::Filter;
use crate::domain::filter::tests::generate::any_filter;
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, UserId};
use crate::domain::playlist::{ChildKind, ChildPlaylist};
use crate::domain::rules_file::diff::Mark;
use crate::domain::rules_file::document::{Entry, write};
use crate::domain::rules_file::plan::{Change, ImportPlan, plan};
use crate::domain::rules_file::read::read;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use uuid::Uuid;

fn child(at: usize, entry: Entry) -> ChildPlaylist {
    ChildPlaylist {
        id: ChildPlaylistId::from_uuid(Uuid::from_u128(at as u128 + 1)),
        user_id: UserId::from_uuid(Uuid::nil()),
        base_playlist_id: BasePlaylistId::from_uuid(Uuid::nil()),
        name: entry.name,
        description: entry.description,
        kind: entry.kind,
        spotify_playlist_id: None,
        spotify_url: None,
        public: None,
        filter: entry.filter,
        filter_sentence: String::new(),
        hand_policy: Default::default(),
        is_active: true,
        position: entry.position.unwrap_or(0),
        track_total: None,
        adopted: None,
        created: String::new(),
        updated: String::new(),
    }
}

fn output() -> impl Strategy<Value = Output> {
    let sort = vec((select(&["title", "added_at", "release_year"][..]), any::<bool>()), 0..3);
    let dedupe = select(&[Dedupe::Id, Dedupe::Isrc, Dedupe::IsrcThenName][..]);
    let limit = option::of((1..500u32, any::<bool>()));
    (sort, limit, option::of(1..9u32), dedupe).prop_map(|(sort, limit, max_per_artist, dedupe)| Output {
        sort: sort
            .into_iter()
            .map(|(field, down)| SortKey {
                field: field.to_owned(),
                dir: if down { Direction::Desc } else { Direction::Asc },
            })
            .collect(),
        limit: limit.map(|(n, minutes)| if minutes { Limit::Minutes(n) } else { Limit::Tracks(n) }),
        max_per_artist,
        dedupe,
    })
}

fn any_children() -> impl Strategy<Value = Vec<ChildPlaylist>> {
    let uris = || vec(Just("spotify:track:2XU0oxnq2qxCpomAAuJY8K".to_owned()), 0..2);
    let filter =
        (any_filter(), output(), uris(), uris(), any::<bool>()).prop_map(|(filter, output, pins, bans, all)| {
            let filter = if all { Filter::everything() } else { filter };
            Filter { output, pins, bans, ..filter }
        });
    // Few names, so that some children share one.
    let name = select(&["Rock", "rock", "Café", "Rést", "B & C / ~d"][..]);
    let words = select(&["", "All of it", "“quoted” \\ slashed"][..]);
    let entries = vec((name, words, 0..20u32, filter), 1..6);
    entries.prop_map(|entries| {
        let made = entries.into_iter().enumerate().map(|(at, (name, words, position, filter))| {
            let entry = Entry {
                name: name.to_owned(),
                description: words.to_owned(),
                // At most one of these per base.
                kind: if at == 0 && position < 5 { ChildKind::Leftovers } else { ChildKind::Filter },
                position: Some(position),
                filter,
            };
            child(at, entry)
        });
        made.collect()
    })
}

fn import(text: &str, children: &[ChildPlaylist]) -> ImportPlan {
    plan(read(&serde_json::from_str(text).unwrap(), None), children).0
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = &[
        "headwater",
        "rules",
        "child_playlists",
        "schema_version",
        "filter",
        "match",
        "all",
        "any",
        "is",
        "inTheRange",
        "genre",
        "year",
        "duration",
        "duration_ms",
        "min",
        "include",
        "sort",
        "limit",
        "name",
        "op",
        "value",
        "field",
        "between",
        "x/y~z",
        "release_year",
        "notInTheLast",
        "dateadded",
        "explicitStatus",
        "e",
    ][..];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(words).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 5, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((select(words), inner), 0..4)
                .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn what_goes_out_comes_in_as_the_same(children in any_children()) {
        let text = write("Base", &children);
        let plan = import(&text, &children);
        prop_assert_eq!(&plan.faults, &[], "{}", text);
        prop_assert_eq!(plan.entries.len(), children.len());
        for entry in &plan.entries {
            prop_assert_eq!(entry.change, Change::Same, "{}", text);
            prop_assert!(entry.lines.iter().all(|line| line.mark == Mark::Kept));
        }
    }

    #[test]
    fn into_an_empty_base_everything_is_new_and_nothing_is_lost(children in any_children()) {
        let text = write("Base", &children);
        let (plan, saves) = plan(read(&serde_json::from_str(&text).unwrap(), None), &[]);
        prop_assert_eq!(&plan.faults, &[]);
        prop_assert!(plan.entries.iter().all(|entry| entry.change == Change::New));
        let again: Vec<ChildPlaylist> = saves.into_iter().enumerate().map(|(at, save)| child(at, save.entry)).collect();
        prop_assert_eq!(write("Base", &again), text);
    }

    #[test]
    fn any_json_is_read_or_refused_with_pointers_into_it(value in any_json(), children in any_children()) {
        let file = read(&value, Some("Name"));
        for remark in file.faults.iter().chain(&file.notes) {
            // What is missing is pointed at by where it should stand.
            let parent = remark.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            prop_assert!(value.pointer(&remark.pointer).is_some() || value.pointer(parent).is_some(), "{} {:?}", value, remark);
        }
        prop_assert!(!file.faults.is_empty() || !file.entries.is_empty());
        plan(file, &children);
    }
}

fn rock(years: [u16; 2]) -> Value {
    json!({"schema_version": 1, "rules": [
        {"field": "release_year", "op": "between", "value": years},
        {"match": "any", "rules": [{"field": "genre", "op": "any_of", "value": ["rock"]}]}]})
}

fn entry(name: &str, filter: &Value) -> Entry {
    let filter = crate::domain::filter::json::parse(filter).unwrap();
    Entry { name: name.into(), description: String::new(), kind: ChildKind::Filter, position: Some(0), filter }
}

fn file(entries: Value) -> String {
    json!({"headwater": "rules", "schema_version": 1, "child_playlists": entries}).to_string()
}

#[test]
fn a_changed_child_is_found_by_its_name_and_says_what_changes() {
    let children = [child(0, entry("Rock", &rock([1990, 1999])))];
    let mut filter = rock([1980, 1999]);
    filter["rules"].as_array_mut().unwrap().push(json!({"field": "explicit", "op": "is", "value": false}));
    filter["rules"][1]["rules"] = json!([{"field": "artist", "op": "any_of", "value": ["Blur"]}]);
    let plan = import(&file(json!([{"name": "Rocks", "filter": filter}])), &children);
    assert_eq!(plan.entries[0].change, Change::New, "another word is another name");
    let plan = import(&file(json!([{"name": "ROCK", "filter": filter}])), &children);
    let entry = &plan.entries[0];
    assert_eq!((entry.change, entry.child_playlist_id), (Change::Changed, Some(children[0].id)));
    let lines: Vec<(Mark, u8, &str, Option<&str>)> =
        entry.lines.iter().map(|line| (line.mark, line.depth, line.words.as_str(), line.before.as_deref())).collect();
    assert_eq!(
        lines,
        [
            (Mark::Changed, 0, "Name: ROCK", Some("Name: Rock")),
            (Mark::Changed, 0, "Released 1980 to 1999", Some("Released 1990 to 1999")),
            (Mark::Kept, 0, "Any of these rules:", None),
            (Mark::Removed, 1, "Rock", None),
            (Mark::Added, 1, "By Blur", None),
            (Mark::Added, 0, "Not explicit", None),
        ]
    );
    assert_eq!(entry.old_sentence.as_deref(), Some("Released 1990 to 1999, Rock"));
}

#[test]
fn long_lists_say_which_values_move() {
    let list = |last: &str| {
        json!({"schema_version": 1, "rules": [
            {"field": "artist", "op": "any_of", "value": ["A", "B", "C", "D", "E", "F", "G", last]}]})
    };
    let children = [child(0, entry("Many", &list("Old")))];
    let plan = import(&file(json!([{"name": "Many", "filter": list("New")}])), &children);
    let words = &plan.entries[0].lines[1].words;
    assert!(words.ends_with("(with New; without Old)"), "{words}");
}

#[test]
fn a_name_that_is_there_twice_is_not_guessed() {
    let children = [child(0, entry("Rock", &rock([1990, 1999]))), child(1, entry("rock", &rock([1980, 1989])))];
    let plan = import(&file(json!([{"name": "Rock", "filter": rock([1970, 1979])}])), &children);
    assert_eq!(plan.faults[0].pointer, "/child_playlists/0/name");
    let same = import(&file(json!([{"name": "rock", "filter": rock([1980, 1989])}])), &children);
    assert_eq!(same.entries[0].change, Change::Same);
    let one = [children[0].clone()];
    let twice = json!([{"name": "Rock", "filter": rock([1970, 1979])}, {"name": "rock", "filter": rock([1960, 1969])}]);
    assert_eq!(import(&file(twice), &one).faults.len(), 2);
}

#[test]
fn one_unknown_field_is_named_with_its_place_and_its_neighbour() {
    let good = json!({"name": "Good", "filter": rock([1990, 1999])});
    let bad = json!({"name": "Bad", "filter": {"schema_version": 1, "rules": [{"field": "gener", "op": "any_of", "value": ["x"]}]}});
    let plan = import(&file(json!([good, bad])), &[]);
    assert!(!plan.is_savable());
    assert_eq!(plan.entries.len(), 1);
    let [fault] = plan.faults.as_slice() else { panic!("{:?}", plan.faults) };
    assert_eq!(fault.pointer, "/child_playlists/1/filter/rules/0/field");
    assert_eq!(fault.detail, "There is no field \"gener\". Did you mean \"genre\"?");
}

#[test]
fn a_base_has_one_child_of_leftovers_at_most() {
    let rest =
        json!({"name": "Rest", "kind": "leftovers", "filter": {"schema_version": 1, "rules": [], "everything": true}});
    let other =
        json!({"name": "Other", "kind": "leftovers", "filter": {"schema_version": 1, "rules": [], "everything": true}});
    assert_eq!(import(&file(json!([rest])), &[]).faults, []);
    let both = import(&file(json!([rest, other])), &[]);
    assert_eq!(both.faults[0].pointer, "/child_playlists/1/kind");
}
