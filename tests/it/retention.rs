//! What is not kept for ever.

use super::world::world;
use headwater::simulator::config::Mode;
use serde_json::json;

/// As many as the program says, and some more.
const KEPT_RUNS: i64 = 50;
const RUNS: i64 = 55;

/// Runs whose contents are there, newest first; runs are numbered from the oldest.
async fn with_contents(database: &sqlx::SqlitePool, child: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select sync_event_id from sync_event_children where child_playlist_id = $1 and uris_after is not null \
         order by sync_event_id desc",
    )
    .bind(child)
    .fetch_all(database)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contents_of_the_newest_fifty_runs_of_each_child_are_kept() {
    let world = world(Mode::Extended).await;
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let rule = |number: i64| json!({"field": "position", "op": "lte", "value": number});
    let (busy, _) = world.browser.child(&base, "Busy", rule(5)).await;
    let (quiet, _) = world.browser.child(&base, "Quiet", rule(3)).await;
    let run = world.browser.sync(&base).await;
    assert_eq!(run["status"], "completed", "{run}");
    let url = format!("sqlite://{}", world.dir.path().join("app.db").display());
    let database = sqlx::SqlitePool::connect(&url).await.unwrap();
    let id = run["id"].as_str().unwrap();
    for number in 1..RUNS {
        // More runs of the busy child, each later than the one before; ids are in the order of time.
        let later = format!("ffffffff-ffff-7fff-8fff-{number:012}");
        let columns: Vec<String> =
            sqlx::query_scalar("select name from pragma_table_info('sync_events')").fetch_all(&database).await.unwrap();
        let copied: Vec<&str> = columns.iter().map(|name| if name == "id" { "$2" } else { name.as_str() }).collect();
        let copy = format!("insert into sync_events select {} from sync_events where id = $1", copied.join(", "));
        sqlx::query(sqlx::AssertSqlSafe(copy)).bind(id).bind(&later).execute(&database).await.unwrap();
        sqlx::query(
            "insert into sync_event_children (sync_event_id, child_playlist_id, name, ordinal, outcome, added, uris_before, uris_after) \
             select $2, child_playlist_id, name, ordinal, outcome, added, uris_before, uris_after from sync_event_children \
             where sync_event_id = $1 and child_playlist_id = $3",
        )
        .bind(id)
        .bind(&later)
        .bind(&busy)
        .execute(&database)
        .await
        .unwrap();
    }
    let before = with_contents(&database, &busy).await;
    world.app.store.purge().await.unwrap();
    let kept = with_contents(&database, &busy).await;
    assert_eq!(kept.len() as i64, KEPT_RUNS);
    assert_eq!(kept, before[..kept.len()], "the newest");
    assert_eq!(with_contents(&database, &quiet).await.len(), 1, "its own runs count, not those of others");
    let (rows,): (i64,) =
        sqlx::query_as("select count(*) from sync_event_children where child_playlist_id = $1 and added > 0")
            .bind(&busy)
            .fetch_one(&database)
            .await
            .unwrap();
    assert_eq!(rows, RUNS, "names and numbers stay");
}
