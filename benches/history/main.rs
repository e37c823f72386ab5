//! A history of 100,000 syncs: `cargo bench --features ssr --bench history --profile dev`.
//!
//! One person has 100 syncs, another 100,000 over three years; the same questions are asked for both in turn, in one
//! run. Printed are medians and p99 of the answers, and their ratio: a page costs what it shows, not what there is.

#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod world;

use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::SqlitePool;
use std::time::{Duration, Instant};
use world::{Browser, world};

const FEW: i64 = 100;
const MANY: i64 = 100_000;
const ROUNDS: usize = 60;

/// A person with a base and one sync of it, which is then repeated in the database.
async fn person(browser: &Browser, database: &SqlitePool, playlist: &str, count: i64) -> String {
    let base = browser.link(playlist).await;
    browser.child(&base, "First", json!({"field": "position", "op": "lte", "value": 10})).await;
    let run = browser.sync(&base).await;
    let id = run["id"].as_str().unwrap().to_owned();
    repeat(database, &id, count - 1).await;
    base
}

#[expect(clippy::disallowed_types, reason = "a bench writes what no statement of the program would")]
fn statement(text: String) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(text)
}

/// Copies an ended sync with its child: one every 15 minutes, back in time; one of seven has failed.
async fn repeat(database: &SqlitePool, id: &str, count: i64) {
    let columns: Vec<(String,)> =
        sqlx::query_as("select name from pragma_table_info('sync_events')").fetch_all(database).await.unwrap();
    let of = |(name,): &(String,)| match name.as_str() {
        "id" => "printf('00000000-0000-7000-8000-%s%07x', substr(e.id, 30, 5), n.n)".to_owned(),
        "started_at" | "completed_at" => {
            format!("strftime('%Y-%m-%dT%H:%M:%fZ', e.{name}, '-' || (n.n * 15) || ' minutes')")
        }
        "status" => "case n.n % 7 when 0 then 'failed' else e.status end".to_owned(),
        "outcome" => "case n.n % 7 when 0 then 'none' else e.outcome end".to_owned(),
        name => format!("e.{name}"),
    };
    let names: Vec<&str> = columns.iter().map(|(name,)| name.as_str()).collect();
    let values: Vec<String> = columns.iter().map(of).collect();
    let events = format!(
        "insert into sync_events ({}) with recursive n(n) as (select 1 union all select n + 1 from n where n < {count}) \
         select {} from n, sync_events e where e.id = '{id}'",
        names.join(", "),
        values.join(", ")
    );
    let children = format!(
        "insert into sync_event_children (sync_event_id, child_playlist_id, name, ordinal, outcome, matched, added, kept) \
         select c.id, o.child_playlist_id, o.name, o.ordinal, o.outcome, o.matched, 0, o.matched from sync_events c, \
         sync_event_children o where o.sync_event_id = '{id}' and c.user_id = (select user_id from sync_events where id = '{id}') \
         and c.id <> '{id}'"
    );
    for text in [events, children] {
        sqlx::query(statement(text)).execute(database).await.unwrap();
    }
}

async fn ask(browser: &Browser, path: &str) -> (Duration, String) {
    let from = Instant::now();
    let answer = browser.send(Method::GET, path, None, &[]).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let text = answer.text().await.unwrap();
    (from.elapsed(), text)
}

/// A cursor in the middle of the history.
async fn deep(browser: &Browser, pages: usize) -> String {
    let mut cursor = String::new();
    for _ in 0..pages {
        let (_, text) = ask(browser, &format!("/api/sync-events?limit=200&cursor={cursor}")).await;
        let page: Value = serde_json::from_str(&text).unwrap();
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    cursor
}

fn told(name: &str, few: &mut [Duration], many: &mut [Duration]) -> bool {
    few.sort();
    many.sort();
    let median = |times: &[Duration]| times[times.len() / 2];
    let p99 = |times: &[Duration]| times[(times.len() * 99).div_ceil(100) - 1];
    let ratio = median(many).as_secs_f64() / median(few).as_secs_f64();
    println!(
        "{name:<34} {FEW} syncs: median {:>9.2?} p99 {:>9.2?}   {MANY} syncs: median {:>9.2?} p99 {:>9.2?}   ratio {ratio:.2}",
        median(few),
        p99(few),
        median(many),
        p99(many)
    );
    ratio <= 2.0
}

#[tokio::main]
async fn main() {
    let world = world(Mode::Extended).await;
    let file = world.dir.path().join("app.db");
    let database = SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let few_playlist = world.playlist("Kitchen Radio");
    let few_base = person(&world.browser, &database, &few_playlist, FEW).await;
    let other = Browser::new(world.browser.base.clone());
    let account = world.simulator.create_account("Many");
    other.sign_in_as(account.as_str()).await;
    let songs = world.held(&few_playlist);
    let many_playlist = world.simulator.create_playlist(&account, "Own", &songs).unwrap();
    let from = Instant::now();
    let many_base = person(&other, &database, &many_playlist, MANY).await;
    println!("{MANY} syncs written in {:.1?}", from.elapsed());
    database.close().await;
    let (few_cursor, many_cursor) = (deep(&world.browser, 1).await, deep(&other, 250).await);
    let questions = [
        ("history page", "/history".to_owned(), "/history".to_owned()),
        (
            "history page of a base, failed",
            format!("/history?base={few_base}&status=failed"),
            format!("/history?base={many_base}&status=failed"),
        ),
        ("API, newest 25", "/api/sync-events?limit=25".to_owned(), "/api/sync-events?limit=25".to_owned()),
        (
            "API, 25 failed ones",
            "/api/sync-events?limit=25&status=failed".to_owned(),
            "/api/sync-events?limit=25&status=failed".to_owned(),
        ),
        (
            "API, 25 far back",
            format!("/api/sync-events?limit=25&cursor={few_cursor}"),
            format!("/api/sync-events?limit=25&cursor={many_cursor}"),
        ),
        ("first page", "/".to_owned(), "/".to_owned()),
    ];
    let mut is_met = true;
    for (name, for_few, for_many) in questions {
        let (mut few, mut many) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            few.push(ask(&world.browser, &for_few).await.0);
            many.push(ask(&other, &for_many).await.0);
        }
        is_met &= told(name, &mut few, &mut many);
    }
    println!("each at most twice as long: {}", if is_met { "met" } else { "MISSED" });
}
