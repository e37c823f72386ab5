//! The same songs and filters in JsonLogic: rules compiled once, songs parsed once, texts folded beforehand.

use datalogic_rs::{Engine, Logic, ParsedData};
use headwater::domain::filter::dates::{Span, local_day};
use headwater::domain::filter::operators::Op;
use headwater::domain::filter::rule::{Filter, Group, ItemMatch, MatchMode, Node, Rule};
use headwater::domain::filter::text::{fold, fold_genre};
use headwater::domain::filter::version_kind::version_kinds;
use headwater::domain::track::FilterableTrack;
use serde_json::{Value, json};

/// An engine with the songs.
pub struct JsonLogic {
    engine: Engine,
    songs: Vec<ParsedData>,
}

impl JsonLogic {
    /// Parses the songs.
    pub fn new(tracks: &[FilterableTrack], zone: &[(i64, i32)]) -> Self {
        let parsed = |track| ParsedData::from_json(&song(track, zone).to_string()).expect("a song is JSON");
        Self { engine: Engine::new(), songs: tracks.iter().map(parsed).collect() }
    }

    /// Makes a filter ready.
    pub fn compile(&self, filter: &Filter, today: i32) -> Logic {
        self.engine.compile(group(&filter.root, today).to_string().as_str()).expect("a rule of JsonLogic")
    }

    /// How many songs match.
    pub fn count(&self, logic: &Logic) -> i64 {
        let mut session = self.engine.session();
        let mut count = 0;
        for song in &self.songs {
            count += i64::from(session.eval_borrowed(logic, song).expect("it evaluates").as_bool() == Some(true));
            session.reset();
        }
        count
    }
}

/// Genres stand between spaces, so that a whole word is found by looking for a text.
fn song(track: &FilterableTrack, zone: &[(i64, i32)]) -> Value {
    let genres = track.artists.iter().flat_map(|artist| artist.genres.iter().flatten());
    json!({
        "title": fold(&track.title),
        "artist": track.artists.iter().map(|artist| fold(&artist.name)).collect::<Vec<_>>(),
        "genre": genres.map(|genre| format!(" {} ", fold_genre(genre))).collect::<Vec<_>>(),
        "version_kind": version_kinds(&track.title),
        "explicit": track.explicit,
        "duration": track.duration_ms,
        "release_year": track.release_date.map(|date| date.year()),
        "added_day": track.added_at_ms.map(|ms| local_day(ms, zone)),
    })
}

fn group(of: &Group, today: i32) -> Value {
    let parts: Vec<Value> = of
        .rules
        .iter()
        .map(|node| match node {
            Node::Group(inner) => group(inner, today),
            Node::Rule(one) => rule(one, today),
        })
        .collect();
    match of.mode {
        MatchMode::All => json!({"and": parts}),
        MatchMode::Any => json!({"or": parts}),
        MatchMode::None => json!({"!": [{"or": parts}]}),
    }
}

/// The rules that the bench uses, no others.
fn rule(rule: &Rule, today: i32) -> Value {
    let value = rule.value.clone().unwrap_or_default();
    let texts: Vec<String> = match &value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(fold).collect(),
        one => one.as_str().map(fold).into_iter().collect(),
    };
    let field = json!({"var": rule.field.id});
    match (rule.op, rule.item_match) {
        (Op::Between, _) => json!({"<=": [value[0], field, value[1]]}),
        (Op::Lte, _) => json!({"<=": [field, value]}),
        (Op::Is, _) => json!({"==": [field, value]}),
        (Op::InLast, _) => json!({">=": [{"var": "added_day"}, Span::parse(&value).expect("a span").first_day(today)]}),
        (Op::Equals, _) => json!({"in": [field, texts]}),
        (Op::Contains, _) => json!({"or": texts.iter().map(|text| json!({"in": [text, field]})).collect::<Vec<_>>()}),
        (Op::AnyOf, ItemMatch::HasWord) => {
            let has = |word: &String| json!({"in": [format!(" {} ", fold_genre(word)), {"var": ""}]});
            json!({"some": [field, {"or": texts.iter().map(has).collect::<Vec<_>>()}]})
        }
        (Op::AnyOf, _) => json!({"some": [field, {"in": [{"var": ""}, texts]}]}),
        (op, _) => panic!("no rule of the bench has {op:?}"),
    }
}
