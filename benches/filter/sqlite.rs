//! The same songs and filters in SQLite: texts folded beforehand, lists in tables of their own, an index on every
//! column that a rule asks for, one connection, prepared statements. It only counts: no row has to be handed over.

use headwater::domain::filter::dates::{Span, local_day};
use headwater::domain::filter::operators::Op;
use headwater::domain::filter::rule::{Filter, Group, ItemMatch, MatchMode, Node, Rule};
use headwater::domain::filter::text::{fold, fold_genre};
use headwater::domain::filter::version_kind::version_kinds;
use headwater::domain::track::FilterableTrack;
use serde_json::Value;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Executor};
use std::collections::HashMap;
use tokio::runtime::Runtime;

const TABLES: &[&str] = &[
    "create table songs (id integer primary key, title text, explicit integer, duration integer, release_year integer, added_day integer)",
    "create table words (id integer primary key, field text, word text)",
    "create table song_words (word_id integer, song_id integer, primary key (word_id, song_id)) without rowid",
];
const INDEXES: &[&str] = &[
    "create index songs_title on songs (title)",
    "create index songs_duration on songs (duration, explicit)",
    "create index songs_explicit on songs (explicit, duration)",
    "create index songs_year on songs (release_year)",
    "create index songs_added on songs (added_day)",
    "create index words_word on words (field, word)",
    "analyze",
];

/// A database in memory that holds the songs.
pub struct Sqlite {
    runtime: Runtime,
    connection: SqliteConnection,
}

impl Sqlite {
    /// Fills it.
    pub fn new(tracks: &[FilterableTrack], zone: &[(i64, i32)]) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let connection = runtime.block_on(async {
            let mut connection = SqliteConnection::connect("sqlite::memory:").await.expect("memory");
            for statement in TABLES {
                connection.execute(*statement).await.expect(statement);
            }
            fill(&mut connection, tracks, zone).await.expect("songs fit");
            for statement in INDEXES {
                connection.execute(*statement).await.expect(statement);
            }
            connection
        });
        Self { runtime, connection }
    }

    /// How many songs match each statement.
    pub fn counts(&mut self, statements: &[&'static str]) -> Vec<i64> {
        self.runtime.block_on(async {
            let mut counts = Vec::new();
            for statement in statements {
                counts.push(sqlx::query_scalar(*statement).fetch_one(&mut self.connection).await.expect(statement));
            }
            counts
        })
    }
}

async fn fill(
    connection: &mut SqliteConnection,
    tracks: &[FilterableTrack],
    zone: &[(i64, i32)],
) -> Result<(), sqlx::Error> {
    let mut words: HashMap<(&str, String), i64> = HashMap::new();
    connection.execute("begin").await?;
    for track in tracks {
        let id = i64::from(track.position);
        sqlx::query("insert into songs values ($1, $2, $3, $4, $5, $6)")
            .bind(id)
            .bind(fold(&track.title))
            .bind(track.explicit)
            .bind(track.duration_ms)
            .bind(track.release_date.map(|date| date.year()))
            .bind(track.added_at_ms.map(|ms| local_day(ms, zone)))
            .execute(&mut *connection)
            .await?;
        let artists = track.artists.iter().map(|artist| ("artist", fold(&artist.name)));
        let genres = track.artists.iter().flat_map(|artist| artist.genres.iter().flatten());
        let kinds = version_kinds(&track.title).into_iter().map(|kind| ("version_kind", kind.to_owned()));
        for word in artists.chain(genres.map(|genre| ("genre", fold_genre(genre)))).chain(kinds) {
            let next = words.len() as i64;
            let (field, text) = (word.0, word.1.clone());
            let word_id = *words.entry(word).or_insert(next);
            if word_id == next {
                sqlx::query("insert into words values ($1, $2, $3)")
                    .bind(next)
                    .bind(field)
                    .bind(text)
                    .execute(&mut *connection)
                    .await?;
            }
            sqlx::query("insert or ignore into song_words values ($1, $2)")
                .bind(word_id)
                .bind(id)
                .execute(&mut *connection)
                .await?;
        }
    }
    connection.execute("commit").await?;
    Ok(())
}

/// A filter as a statement that lives as long as the bench.
pub fn statement(filter: &Filter, today: i32) -> &'static str {
    Box::leak(format!("select count(*) from songs where {}", group(&filter.root, today)).into_boxed_str())
}

fn group(of: &Group, today: i32) -> String {
    let parts: Vec<String> = of
        .rules
        .iter()
        .map(|node| match node {
            Node::Group(inner) => group(inner, today),
            Node::Rule(one) => rule(one, today),
        })
        .collect();
    match of.mode {
        MatchMode::All => format!("({})", parts.join(" and ")),
        MatchMode::Any => format!("({})", parts.join(" or ")),
        MatchMode::None => format!("not ({})", parts.join(" or ")),
    }
}

fn texts(rule: &Rule) -> Vec<String> {
    let spell = if rule.field.id == "genre" { fold_genre } else { fold };
    let spelled = |value: &Value| value.as_str().map(|text| spell(text).replace('\'', "''"));
    match rule.value.as_ref() {
        Some(Value::Array(items)) => items.iter().filter_map(spelled).collect(),
        Some(one) => spelled(one).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The rules that the bench uses, no others.
fn rule(rule: &Rule, today: i32) -> String {
    let value = rule.value.clone().unwrap_or_default();
    let any = |part: &dyn Fn(&String) -> String| texts(rule).iter().map(part).collect::<Vec<_>>().join(" or ");
    let column = rule.field.id;
    match (rule.op, rule.item_match) {
        (Op::Between, _) => format!("{column} between {} and {}", value[0], value[1]),
        (Op::Lte, _) => format!("{column} <= {value}"),
        (Op::Is, _) => format!("{column} = {}", i32::from(value == true)),
        (Op::InLast, _) => format!("added_day >= {}", Span::parse(&value).expect("a span").first_day(today)),
        (Op::Equals, _) => format!("({})", any(&|text| format!("title = '{text}'"))),
        (Op::Contains, _) => format!("({})", any(&|text| format!("instr(title, '{text}') > 0"))),
        (Op::AnyOf, ItemMatch::HasWord) => of_words(column, &any(&|w| format!("' ' || word || ' ' like '% {w} %'"))),
        (Op::AnyOf, _) => of_words(column, &format!("word in ('{}')", texts(rule).join("', '"))),
        (op, _) => panic!("no rule of the bench has {op:?}"),
    }
}

fn of_words(field: &str, wanted: &str) -> String {
    format!(
        "id in (select song_id from song_words where word_id in (select id from words where field = '{field}' and ({wanted})))"
    )
}
