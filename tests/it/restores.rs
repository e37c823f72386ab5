//! Children that are put back to what they held before a sync.

use super::world::{Browser, World, world};
use headwater::simulator::config::Mode;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

struct Scene {
    world: World,
    base: String,
    child: String,
    /// The child's playlist on Spotify.
    list: String,
}

fn first(len: u32) -> Value {
    json!({"field": "position", "op": "lte", "value": len})
}

impl Scene {
    async fn new() -> Self {
        let world = world(Mode::Extended).await;
        let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
        let (child, list) = world.browser.child(&base, "First", first(10)).await;
        Self { world, base, child, list }
    }

    fn browser(&self) -> &Browser {
        &self.world.browser
    }

    fn holds(&self) -> Vec<String> {
        self.world.held(&self.list)
    }

    /// A sync after which the child holds the first `len` songs; gives its id.
    async fn sync(&self, len: u32) -> String {
        let filter = json!({"filter": {"schema_version": 1, "rules": [first(len)]}});
        let path = format!("/api/child-playlists/{}", self.child);
        assert_eq!(self.browser().api(Method::PATCH, &path, Some(filter)).await.0, StatusCode::OK);
        let run = self.browser().sync(&self.base).await;
        assert_eq!(run["status"], "completed", "{run}");
        assert_eq!(self.holds().len(), len as usize);
        run["id"].as_str().unwrap().to_owned()
    }

    /// Puts the child back to what it held before `event`, and waits for the end.
    async fn restore(&self, event: &str, body: Option<Value>) -> (StatusCode, Value) {
        let path = format!("/api/sync-events/{event}/children/{}/restore", self.child);
        self.post(&path, body).await
    }

    async fn post(&self, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let response = self.browser().send(Method::POST, path, body.as_ref(), &[("prefer", "wait=60")]).await;
        (response.status(), response.json().await.unwrap())
    }

    async fn preview(&self, event: &str) -> Value {
        let path = format!("/api/sync-events/{event}/restore?child_playlist_id={}", self.child);
        let (status, shown) = self.browser().api(Method::GET, &path, None).await;
        assert_eq!(status, StatusCode::OK, "{shown}");
        shown
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_goes_back_to_what_it_held_before_any_kept_sync_and_the_next_sync_fills_it_again() {
    let scene = Scene::new().await;
    scene.sync(10).await;
    let ten = scene.holds();
    let second = scene.sync(30).await;
    let third = scene.sync(20).await;
    // Somebody takes songs out and puts one in.
    scene.world.simulator.remove_rows(&scene.list, 0..4).unwrap();
    let strange = scene.world.held(&scene.world.playlist("Everything I Ever Liked"))[4_000].clone();
    scene.world.simulator.add_rows(&scene.list, Some(3), std::slice::from_ref(&strange)).unwrap();
    let by_hand = scene.holds();

    let shown = scene.preview(&second).await;
    let child = &shown["children"][0];
    assert_eq!((&child["total"], &child["refused"]), (&json!(10), &Value::Null), "{shown}");
    assert_eq!((&child["added"], &child["removed"], &child["kept"]), (&json!(0), &json!(10), &json!(10)), "{shown}");

    let (status, run) = scene.restore(&second, None).await;
    assert_eq!((status, &run["status"]), (StatusCode::OK, &json!("completed")), "{run}");
    assert_eq!((&run["trigger"], &run["restores"]), (&json!("restore"), &json!(second)), "{run}");
    assert_eq!(scene.holds(), ten);
    assert_eq!(run["children"][0]["outcome"], "updated");

    // It is a run with a record of its own, and can be undone like any other.
    let undone = scene.restore(run["id"].as_str().unwrap(), None).await.1;
    assert_eq!(undone["status"], "completed", "{undone}");
    assert_eq!(scene.holds(), by_hand);

    let again = scene.restore(&third, None).await.1;
    assert_eq!((again["status"].as_str(), scene.holds().len()), (Some("completed"), 30));
    // No filter gave this, so the next sync looks and writes.
    let run = scene.browser().sync(&scene.base).await;
    assert_eq!((&run["outcome"], scene.holds().len()), (&json!("full"), 20), "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_is_paused_with_it_stays_put_back() {
    let scene = Scene::new().await;
    scene.sync(10).await;
    let second = scene.sync(30).await;
    let (_, other) = scene.browser().child(&scene.base, "Other", first(5)).await;
    let (status, run) = scene.restore(&second, Some(json!({"pause": true}))).await;
    assert_eq!((status, &run["status"]), (StatusCode::OK, &json!("completed")), "{run}");
    let path = format!("/api/child-playlists/{}", scene.child);
    assert_eq!(scene.browser().api(Method::GET, &path, None).await.1["is_active"], false);
    let run = scene.browser().sync(&scene.base).await;
    assert_eq!(run["status"], "completed", "{run}");
    assert_eq!((scene.holds().len(), scene.world.held(&other).len()), (10, 5));
    // Whoever looks is told whether the base syncs by itself.
    assert_eq!(scene.preview(&second).await["is_scheduled"], false);
    let path = format!("/api/base-playlists/{}", scene.base);
    let schedule = json!({"schedule": {"cron": "0 3 * * *", "time_zone": "Europe/Berlin"}});
    assert_eq!(scene.browser().api(Method::PATCH, &path, Some(schedule)).await.0, StatusCode::OK);
    assert_eq!(scene.preview(&second).await["is_scheduled"], true);
    // A paused child can be put back as well.
    assert_eq!(scene.restore(&second, None).await.1["outcome"], "no_change");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_sync_is_undone_but_only_what_it_wrote() {
    let scene = Scene::new().await;
    let (_, other) = scene.browser().child(&scene.base, "Other", first(7)).await;
    scene.sync(10).await;
    let second = scene.sync(30).await;
    scene.world.simulator.remove_rows(&other, 0..2).unwrap();
    let (status, run) = scene.post(&format!("/api/sync-events/{second}/restore"), None).await;
    assert_eq!((status, &run["status"]), (StatusCode::OK, &json!("completed")), "{run}");
    assert_eq!(run["children"].as_array().unwrap().len(), 1, "{run}");
    assert_eq!((scene.holds().len(), scene.world.held(&other).len()), (10, 5));

    scene.browser().sync(&scene.base).await;
    let nothing = scene.browser().sync(&scene.base).await;
    assert_eq!(nothing["outcome"], "no_change", "{nothing}");
    let nothing = nothing["id"].as_str().unwrap();
    let (status, refused) = scene.post(&format!("/api/sync-events/{nothing}/restore"), None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hand_had_put_in_twice_and_a_local_file_survive() {
    let scene = Scene::new().await;
    scene.sync(10).await;
    scene.world.simulator.duplicate_row(&scene.list, 3).unwrap();
    let repeated = scene.holds();
    assert_eq!(repeated.len(), 11);
    let second = scene.sync(12).await;
    assert_eq!(scene.restore(&second, None).await.1["status"], "completed");
    assert_eq!(scene.holds(), repeated, "the second copy comes back");

    let third = scene.sync(14).await;
    scene.world.simulator.add_local_file(&scene.list, Some(0), ("A", "B", "Tape"), 60).unwrap();
    let run = scene.restore(&third, None).await.1;
    assert_eq!(run["status"], "completed", "{run}");
    let holds = scene.holds();
    assert!(holds[0].starts_with("spotify:local"), "the local file keeps its place");
    assert_eq!(holds[1..], each_once(&repeated)[..], "beside it a song counts once");
}

fn each_once(uris: &[String]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    uris.iter().filter(|uri| seen.insert(*uri)).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_base_may_be_gone_and_a_child_outside_the_library_is_left_alone() {
    let scene = Scene::new().await;
    scene.sync(10).await;
    let second = scene.sync(30).await;
    let base = scene.world.playlist("Kitchen Radio");
    scene.world.simulator.delete_playlist(&base).unwrap();
    assert_eq!(scene.restore(&second, None).await.1["status"], "completed");
    assert_eq!(scene.holds().len(), 10);

    scene.world.simulator.unfollow(&scene.world.user, &scene.list).unwrap();
    let run = scene.restore(&second, None).await.1;
    assert_eq!(run["children"][0]["outcome"], "skipped", "{run}");
    assert!(run["children"][0]["error"].as_str().unwrap().contains("not in your library"), "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_put_back_is_refused_with_the_reason_and_nothing_happens() {
    let scene = Scene::new().await;
    let first_run = scene.sync(10).await;
    let nobody = uuid::Uuid::now_v7();
    let absent = [
        format!("/api/sync-events/{nobody}/restore"),
        format!("/api/sync-events/{first_run}/children/{nobody}/restore"),
        "/api/sync-events/nonsense/restore".to_owned(),
    ];
    for path in absent {
        assert_eq!(scene.post(&path, None).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let whole = format!("/api/sync-events/{first_run}/restore");
    for body in [json!({"child_playlist_ids": [nobody]}), json!({"child_playlist_ids": ["x"]}), json!({"pauses": true})]
    {
        let (status, problem) = scene.post(&whole, Some(body.clone())).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {problem}");
    }

    // What is kept for a time only goes, here by force.
    let second = scene.sync(20).await;
    let file = scene.world.dir.path().join("app.db");
    let database = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let gone = "update sync_event_children set uris_before = null, uris_after = null";
    sqlx::query(gone).execute(&database).await.unwrap();
    let (status, problem) = scene.restore(&second, None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem["detail"].as_str().unwrap().contains("not kept any more"), "{problem}");
    assert_eq!(scene.preview(&second).await["children"][0]["refused"], "not_kept");

    let third = scene.sync(15).await;
    let path = format!("/api/child-playlists/{}", scene.child);
    assert_eq!(scene.browser().api(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    let (status, problem) = scene.restore(&third, None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert_eq!(scene.holds().len(), 15, "nothing was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_person_sees_nothing_of_it_and_a_running_sync_is_named() {
    let scene = Scene::new().await;
    scene.sync(10).await;
    let second = scene.sync(20).await;
    let other = Browser::new(scene.browser().base.clone());
    other.sign_in_as(scene.world.simulator.create_account("Other").as_str()).await;
    for path in [
        format!("/api/sync-events/{second}/restore"),
        format!("/api/sync-events/{second}/children/{}/restore", scene.child),
    ] {
        assert_eq!(other.api(Method::POST, &path, None).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(
        other.api(Method::GET, &format!("/api/sync-events/{second}/restore"), None).await.0,
        StatusCode::NOT_FOUND
    );

    let stall = FaultAction::Stall { ms: 3_000 };
    scene.world.simulator.set_faults(FaultScript::of([FaultRule::new("GET", "/v1/me/playlists", stall)]));
    let path = format!("/api/base-playlists/{}/sync", scene.base);
    let running = scene.browser().api(Method::POST, &path, None).await.1;
    let (status, problem) = scene.restore(&second, None).await;
    assert_eq!((status, &problem["sync_event_id"]), (StatusCode::CONFLICT, &running["id"]), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_fails_is_retried_or_resumed_as_a_restore() {
    let scene = Scene::new().await;
    scene.sync(10).await;
    let second = scene.sync(30).await;
    for word in ["retry", "resume"] {
        let refused = FaultAction::Answer { status: 400, body: None, retry_after: None, headers: Default::default() };
        let rules =
            ["PUT", "POST", "DELETE"].map(|method| FaultRule::new(method, "/v1/playlists/*/items", refused.clone()));
        scene.world.simulator.set_faults(FaultScript::of(rules));
        let failed = scene.restore(&second, None).await.1;
        assert_eq!((&failed["status"], scene.holds().len()), (&json!("failed"), 30), "{failed}");
        scene.world.simulator.set_faults(FaultScript::default());
        let failed = failed["id"].as_str().unwrap();
        match word {
            "resume" => {
                let path = format!("/api/sync-events/{failed}/resume");
                assert_eq!(scene.browser().api(Method::POST, &path, None).await.0, StatusCode::ACCEPTED);
            }
            _ => scene.retry_by_form(failed).await,
        }
        let newest = scene.ended().await;
        assert_eq!((&newest["status"], &newest["restores"]), (&json!("completed"), &json!(second)), "{word}: {newest}");
        assert_eq!(scene.holds().len(), 10, "{word}");
        scene.browser().sync(&scene.base).await;
        assert_eq!(scene.holds().len(), 30);
    }
}

impl Scene {
    /// *Retry* as a browser without scripts sends it.
    async fn retry_by_form(&self, event: &str) {
        let browser = self.browser();
        let form = browser.http.post(format!("{}/fn/retry_sync", browser.base)).body(format!("event_id={event}"));
        let form = form.header("cookie", browser.cookie_line()).header("accept", "text/html");
        let answer = form.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
        assert!(answer.status().is_redirection(), "{}", answer.status());
    }

    /// The newest run, once it has ended.
    async fn ended(&self) -> Value {
        let path = format!("/api/sync-events?base_playlist_id={}", self.base);
        let newest = self.browser().api(Method::GET, &path, None).await.1["items"][0]["id"].clone();
        let id = newest.as_str().unwrap().parse().unwrap();
        self.world.app.running.wait(headwater::domain::ids::SyncEventId::from_uuid(id)).await;
        self.browser().api(Method::GET, &format!("/api/sync-events/{id}"), None).await.1
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_starts_it_once() {
    let scene = Scene::new().await;
    scene.sync(10).await;
    let second = scene.sync(30).await;
    let path = format!("/api/sync-events/{second}/restore");
    let headers = [("prefer", "wait=60"), ("idempotency-key", "once")];
    let mut ids = Vec::new();
    for _ in 0..2 {
        let run: Value = scene.browser().send(Method::POST, &path, None, &headers).await.json().await.unwrap();
        ids.push(run["id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    let body = json!({"pause": true});
    let other = scene.browser().send(Method::POST, &path, Some(&body), &headers).await;
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
