//! Songs of children that somebody adds or removes by hand between two syncs.

use super::world::{Browser, World, world};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

struct Scene {
    world: World,
    base: String,
    child: String,
    list: String,
    /// A song that the rules do not want.
    strange: String,
}

impl Scene {
    /// A child that a sync filled with the first ten songs an hour ago.
    async fn new(policy: &str) -> Self {
        let world = world(Mode::Extended).await;
        let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
        let rule = json!({"field": "position", "op": "lte", "value": 10});
        let (child, list) = world.browser.child(&base, "First", rule).await;
        let strange = world.held(&world.playlist("Everything I Ever Liked"))[4_000].clone();
        let scene = Self { world, base, child, list, strange };
        let shown = scene.patch(json!({"hand_policy": policy})).await;
        assert_eq!(shown["hand_policy"], policy);
        scene.sync().await;
        scene.an_hour_passes().await;
        scene
    }

    async fn patch(&self, body: Value) -> Value {
        let (status, shown) = self.world.browser.api(Method::PATCH, &self.path(""), Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{shown}");
        shown
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/child-playlists/{}{rest}", self.child)
    }

    async fn sync(&self) -> Value {
        let run = self.world.browser.sync(&self.base).await;
        assert_eq!(run["status"], "completed", "{run}");
        run
    }

    /// What looks like a hand right after a write may be Spotify being late; so the last write is made older.
    async fn an_hour_passes(&self) {
        let file = self.world.dir.path().join("app.db");
        let database = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        // A finished event never changes, but here by force.
        let older = "drop trigger if exists sync_events_finished; update sync_events set completed_at = '2026-01-01T00:00:00.000Z'";
        sqlx::raw_sql(older).execute(&database).await.unwrap();
        database.close().await;
    }

    /// Takes the fourth song out, and puts the strange one in as the second; gives the one that went.
    fn by_hand(&self) -> String {
        let went = self.holds()[3].clone();
        self.world.simulator.remove_rows(&self.list, 3..4).unwrap();
        self.world.simulator.add_rows(&self.list, Some(1), std::slice::from_ref(&self.strange)).unwrap();
        went
    }

    fn holds(&self) -> Vec<String> {
        self.world.held(&self.list)
    }

    async fn edits(&self) -> Vec<(String, String, String)> {
        let (status, shown) = self.world.browser.api(Method::GET, &self.path("/hand-edits"), None).await;
        assert_eq!(status, StatusCode::OK, "{shown}");
        let word = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
        let edits = shown["items"].as_array().unwrap().iter();
        edits.map(|item| (word(&item["track"], "uri"), word(item, "edit"), word(item, "state"))).collect()
    }

    async fn answer(&self, uris: &[&str], answer: &str) -> (StatusCode, Value) {
        let body = json!({"uris": uris, "answer": answer});
        self.world.browser.api(Method::POST, &self.path("/hand-edits"), Some(body)).await
    }

    async fn planned(&self) -> Value {
        let path = format!("/api/base-playlists/{}/preview", self.base);
        self.world.browser.api(Method::POST, &path, None).await.1["children"][0].clone()
    }
}

fn sorted(mut edits: Vec<(String, String, String)>) -> Vec<(String, String, String)> {
    edits.sort();
    edits
}

fn edit(uri: &str, edit: &str, state: &str) -> (String, String, String) {
    (uri.to_owned(), edit.to_owned(), state.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_win_by_default_and_what_they_undid_is_shown_and_can_be_turned() {
    let scene = Scene::new("rules").await;
    let before = scene.holds();
    let went = scene.by_hand();
    scene.sync().await;
    assert_eq!(scene.holds(), before);
    let undone = [edit(&scene.strange, "added", "undone"), edit(&went, "removed", "undone")];
    assert_eq!(sorted(scene.edits().await), sorted(undone.to_vec()));

    // Afterwards the person says that it was meant.
    let (status, left) = scene.answer(&[&scene.strange, &went], "keep").await;
    assert_eq!((status, left["items"].as_array().unwrap().len()), (StatusCode::OK, 0), "{left}");
    scene.sync().await;
    let held = scene.holds();
    assert!(held.contains(&scene.strange) && !held.contains(&went), "{held:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_asks_both_stay_until_the_word_is_given() {
    let scene = Scene::new("ask").await;
    let before = scene.holds();
    let went = scene.by_hand();
    let planned = scene.planned().await;
    let run = scene.sync().await;
    let done = &run["children"][0];
    for part in ["matched", "added", "removed", "kept", "plan_hash"] {
        assert_eq!(planned[part], done[part], "{part}: {planned} {done}");
    }
    let held = scene.holds();
    assert!(held.contains(&scene.strange) && !held.contains(&went), "{held:?}");
    let open = [edit(&scene.strange, "added", "open"), edit(&went, "removed", "open")];
    assert_eq!(sorted(scene.edits().await), sorted(open.to_vec()));
    // Nobody has said anything, so nothing changes; nothing is found twice.
    scene.an_hour_passes().await;
    assert_eq!(scene.sync().await["outcome"], "no_change");
    assert_eq!(scene.planned().await["verdict"], "unchanged");

    assert_eq!(scene.answer(&[&scene.strange], "keep").await.0, StatusCode::OK);
    assert_eq!(scene.answer(&[&went], "undo").await.0, StatusCode::OK);
    assert!(scene.edits().await.is_empty());
    scene.sync().await;
    let held = scene.holds();
    assert!(held.contains(&scene.strange) && before.iter().all(|uri| held.contains(uri)), "{held:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_learns_pins_and_exclusions_are_made_of_it() {
    let scene = Scene::new("learn").await;
    let went = scene.by_hand();
    scene.sync().await;
    let child = scene.world.browser.api(Method::GET, &scene.path(""), None).await.1;
    assert_eq!(child["filter"]["pins"], json!([scene.strange]), "{child}");
    assert_eq!(child["filter"]["bans"], json!([went]), "{child}");
    let learnt = [edit(&scene.strange, "added", "learnt"), edit(&went, "removed", "learnt")];
    assert_eq!(sorted(scene.edits().await), sorted(learnt.to_vec()));
    let held = scene.holds();
    scene.an_hour_passes().await;
    scene.sync().await;
    assert_eq!(scene.holds(), held);
    assert_eq!(scene.answer(&[&went], "undo").await.0, StatusCode::OK);
    scene.sync().await;
    assert!(scene.holds().contains(&went));
}

#[tokio::test(flavor = "multi_thread")]
async fn right_after_a_write_nothing_is_learnt() {
    let scene = Scene::new("learn").await;
    scene.world.simulator.remove_rows(&scene.list, 0..1).unwrap();
    scene.sync().await;
    // That was learnt; now the last write is fresh.
    scene
        .patch(json!({"filter": {"schema_version": 1, "rules": [{"field": "position", "op": "lte", "value": 20}]}}))
        .await;
    scene.sync().await;
    scene.world.simulator.remove_rows(&scene.list, 5..6).unwrap();
    let run = scene.sync().await;
    assert_eq!(run["children"][0]["outcome"], "skipped", "{run}");
    assert!(run["children"][0]["error"].as_str().unwrap().contains("less than a minute ago"), "{run}");
    scene.an_hour_passes().await;
    assert_eq!(scene.sync().await["children"][0]["outcome"], "unchanged");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_words_and_strangers_change_nothing() {
    let scene = Scene::new("ask").await;
    let went = scene.by_hand();
    scene.sync().await;
    let bad = [
        json!({"uris": ["spotify:track:nothing"], "answer": "keep"}),
        json!({"uris": [went], "answer": "perhaps"}),
        json!({"uris": went, "answer": "keep"}),
        json!({"uris": [went]}),
    ];
    for body in bad {
        let (status, problem) =
            scene.world.browser.api(Method::POST, &scene.path("/hand-edits"), Some(body.clone())).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {problem}");
    }
    let (status, _) = scene.world.browser.api(Method::PATCH, &scene.path(""), Some(json!({"hand_policy": "x"}))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let stranger = Browser::new(scene.world.browser.base.clone());
    stranger.sign_in_as(scene.world.simulator.create_account("Other").as_str()).await;
    let body = json!({"uris": [went], "answer": "keep"});
    for (method, body) in [(Method::GET, None), (Method::POST, Some(body))] {
        assert_eq!(stranger.api(method, &scene.path("/hand-edits"), body).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(scene.edits().await.len(), 2);
}
