use crate::domain::filter::json::write;
use crate::domain::filter::sentence::sentence;
use crate::domain::rules_file::read::{Format, read};
use serde_json::{Value, json};

/// The rules made of a file.
fn rules(file: &Value) -> Value {
    let found = read(file, Some("x"));
    assert_eq!(found.faults, [], "{file}");
    write(&found.entries[0].entry.filter)["rules"].clone()
}

fn faults(file: &Value) -> Vec<(String, String)> {
    let found = read(file, Some("x"));
    assert_eq!(found.entries, [], "{file}");
    found.faults.into_iter().map(|fault| (fault.pointer, fault.detail)).collect()
}

#[test]
fn ranges_and_sets_become_rules() {
    let file = json!({
        "name": "Short rock", "description": "Flat",
        "duration_ms": {"min": 60_000, "max": 180_000},
        "genres": {"include": ["rock"], "exclude": ["metal"]},
        "artists": {"exclude": ["Blur"]},
        "explicit": false,
        "popularity": {"min": 40, "max": null},
        "release_year": {"max": 1999},
        "added_at": {"min": "2024-05"},
        "album_type": {"include": ["album"]},
    });
    let found = read(&file, None);
    assert_eq!((found.format, found.faults.len()), (Format::Flat, 0), "{:?}", found.faults);
    let entry = &found.entries[0].entry;
    assert_eq!((entry.name.as_str(), entry.description.as_str()), ("Short rock", "Flat"));
    let rules = rules(&file);
    let wanted = [
        json!({"field": "duration", "op": "between", "value": [60_000, 180_000]}),
        json!({"field": "genre", "op": "any_of", "value": ["rock"]}),
        json!({"field": "genre", "op": "none_of", "value": ["metal"]}),
        json!({"field": "artist", "op": "none_of", "value": ["Blur"]}),
        json!({"field": "explicit", "op": "is", "value": false}),
        json!({"field": "popularity", "op": "gte", "value": 40}),
        json!({"field": "release_year", "op": "lte", "value": 1999}),
        json!({"field": "added_at", "op": "between", "value": ["2024-05", "9999"]}),
        json!({"field": "album_type", "op": "is_any_of", "value": ["album"]}),
    ];
    assert_eq!(rules.as_array().unwrap().len(), wanted.len());
    for rule in wanted {
        assert!(rules.as_array().unwrap().contains(&rule), "{rule} in {rules}");
    }
}

#[test]
fn faults_of_the_flat_shape_point_into_it() {
    let cases = [
        (json!({"genre": {"include": ["rock"]}, "duration_sm": {"min": 1}}), "/duration_sm", "\"duration_ms\""),
        (json!({"duration_ms": {"min": 5, "mx": 6}}), "/duration_ms/mx", "\"max\""),
        (json!({"duration_ms": {"min": 9, "max": 6}}), "/duration_ms", "reversed"),
        (json!({"duration_ms": {"min": "1:00", "max": 6}}), "/duration_ms/min", "milliseconds"),
        (json!({"release_year": {"min": 94}}), "/release_year/min", "1000"),
        (json!({"release_year": 1994}), "/release_year", "\"min\""),
        (json!({"release_year": {}}), "/release_year", "both"),
        (json!({"genres": {"include": ["rock", 5]}}), "/genres/include/1", "text"),
        (json!({"genres": {"include": []}}), "/genres/include", "1 to 200"),
        (json!({"album_type": {"exclude": ["ep"]}}), "/album_type/exclude/0", "compilation"),
        (json!({"explicit": "yes"}), "/explicit", "true or false"),
        (json!({"added_at": {"min": "soon"}}), "/added_at/min", "YYYY"),
        (json!({"name": "", "explicit": true}), "/name", "1 to 100"),
        (json!({}), "", "no rules"),
    ];
    for (file, pointer, words) in cases {
        let faults = faults(&file);
        assert!(faults.iter().any(|(at, said)| at == pointer && said.contains(words)), "{file}: {faults:?}");
    }
}

#[test]
fn smart_playlists_of_navidrome_become_rules() {
    let file = json!({
        "name": "Eighties", "comment": "From my server", "public": true,
        "all": [
            {"any": [{"is": {"genre": "Rock"}}, {"contains": {"artist": "queen"}}]},
            {"inTheRange": {"year": [1981, 1990]}},
            {"lt": {"duration": 300}},
            {"notInTheLast": {"dateAdded": 30}},
            {"isNot": {"compilation": true}},
            {"notContains": {"title": "live"}},
            {"after": {"releaseDate": "1981-06-01"}},
            {"isNot": {"explicitStatus": "e"}}
        ],
        "sort": "-year,title", "order": "desc", "limit": 25
    });
    let found = read(&file, None);
    assert_eq!(found.faults, []);
    let filter = &found.entries[0].entry.filter;
    assert_eq!(
        write(filter),
        json!({"schema_version": 1, "match": "all", "rules": [
            {"match": "any", "rules": [
                {"field": "genre", "op": "any_of", "value": ["Rock"]},
                {"field": "artist", "op": "any_of", "value": ["queen"], "item_match": "contains"}]},
            {"field": "release_year", "op": "between", "value": [1981, 1990]},
            {"field": "duration", "op": "lt", "value": 300_000},
            {"field": "added_at", "op": "not_in_last", "value": {"n": 30, "unit": "days"}, "when_missing": "yes"},
            {"field": "album_type", "op": "is_none_of", "value": ["compilation"]},
            {"field": "title", "op": "not_contains", "value": "live"},
            {"field": "release_date", "op": "after", "value": "1981-06-01"},
            {"field": "explicit", "op": "is", "value": false}],
          "output": {"sort": [{"field": "release_year", "dir": "asc"}, {"field": "title", "dir": "desc"}],
                     "limit": {"tracks": 25}, "dedupe": "id"}})
    );
    assert!(sentence(filter).contains("released 1981 to 1990"), "{}", sentence(filter));
    let noted: Vec<&str> = found.notes.iter().map(|note| note.pointer.as_str()).collect();
    assert_eq!(noted, ["/public", "/all/1/inTheRange/year", "/all/3/notInTheLast/dateAdded", "/sort"]);
    assert_eq!(found.entries[0].entry.description, "From my server");
}

#[test]
fn operators_have_any_case_and_any_is_a_root_too() {
    let file = json!({"any": [{"ISNOT": {"ARTIST": "Blur"}}, {"intherange": {"trackNumber": [1, 3]}}]});
    assert_eq!(
        rules(&file),
        json!([{"field": "artist", "op": "none_of", "value": ["Blur"]},
               {"field": "track_number", "op": "between", "value": [1, 3]}])
    );
}

#[test]
fn what_cannot_be_said_here_is_named_and_never_guessed() {
    let cases = [
        (json!({"all": [{"gt": {"rating": 3}}]}), "/all/0/gt/rating", "no ratings"),
        (json!({"all": [{"any": [{"is": {"loved": true}}]}]}), "/all/0/any/0/is/loved", "liked"),
        (json!({"all": [{"gt": {"playCount": 0}}]}), "/all/0/gt/playCount", "played"),
        (json!({"all": [{"is": {"genere": "Rock"}}]}), "/all/0/is/genere", "\"genre\""),
        (json!({"all": [{"isnt": {"genre": "Rock"}}]}), "/all/0/isnt", "\"isNot\""),
        (json!({"all": [{"inPlaylist": {"id": "x"}}]}), "/all/0/inPlaylist", "cannot be asked"),
        (json!({"all": [{"startsWith": {"artist": "The"}}]}), "/all/0/startsWith/artist", "several"),
        (json!({"all": [{"inTheRange": {"year": [1990, 1981]}}]}), "/all/0/inTheRange/year", "reversed"),
        (json!({"all": [{"inTheRange": {"year": [1990, "x"]}}]}), "/all/0/inTheRange/year/1", "integer"),
        (json!({"all": [{"inTheLast": {"dateAdded": "x"}}]}), "/all/0/inTheLast/dateAdded", "days"),
        (json!({"all": [{"is": {"albumType": "ep"}}]}), "/all/0/is/albumType/0", "single"),
        (json!({"all": [{"is": {"explicitStatus": "c"}}]}), "/all/0/is/explicitStatus", "cannot be taken over"),
        (json!({"all": [{"is": {"genre": "a", "artist": "b"}}]}), "/all/0/is", "one field"),
        (json!({"all": [{"is": {"genre": "a"}, "gt": {"year": 1}}]}), "/all/0", "one operator"),
        (json!({"all": [], "any": []}), "", "not both"),
        (json!({"all": []}), "/all", "no rules"),
        (json!({"all": [{"is": {"genre": "a"}}], "sort": "random"}), "/sort", "random"),
        (json!({"all": [{"is": {"genre": "a"}}], "sort": "rating"}), "/sort", "ratings"),
        (json!({"all": [{"is": {"genre": "a"}}], "order": "up"}), "/order", "asc or desc"),
        (json!({"all": [{"is": {"genre": "a"}}], "limit": "many"}), "/limit", "how many"),
        (json!({"all": [{"is": {"genre": "a"}}], "limit": 100_000}), "/limit", "10000"),
        (json!({"all": [{"is": {"genre": "a"}}], "limitPercent": 5}), "/limitPercent", "Unknown key"),
    ];
    for (file, pointer, words) in cases {
        let faults = faults(&file);
        assert!(faults.iter().any(|(at, said)| at == pointer && said.contains(words)), "{file}: {faults:?}");
    }
}

#[test]
fn one_filter_alone_needs_a_name_beside_it() {
    let filter = json!({"schema_version": 1, "rules": [{"field": "explicit", "op": "is", "value": true}]});
    assert_eq!(read(&filter, Some("Loud")).entries[0].entry.name, "Loud");
    let nameless = read(&filter, None);
    assert_eq!((nameless.format, nameless.faults[0].pointer.as_str()), (Format::Filter, "/name"));
}
