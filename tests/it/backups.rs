//! Backups while everything works, and back again: nothing that was committed before is lost.

use super::story::{start_process, until_ready};
use super::world::{Browser, World, config, world, world_with};
use headwater::domain::backup::BackupKind;
use headwater::server::backups::make::{make_due, make_now};
use headwater::server::backups::restore::restore;
use headwater::server::backups::{BackupError, folder};
use headwater::server::clock;
use headwater::server::config::Config;
use headwater::server::store::backups;
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const CYCLES: usize = 20;
/// Below what one person can have.
const TAGS: usize = 150;

async fn base_with_child(world: &World) -> String {
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    world.browser.child(&base, "First ten", json!({"field": "position", "op": "lte", "value": 10})).await;
    base
}

fn settings(world: &World, dir: &Path) -> Config {
    config(dir, "127.0.0.1:0", &world.spotify.url())
}

/// What was answered as stored.
#[derive(Default)]
struct Stored {
    tags: Mutex<Vec<String>>,
    events: Mutex<Vec<String>>,
}

impl Stored {
    fn so_far(&self) -> (Vec<String>, Vec<String>) {
        (self.tags.lock().unwrap().clone(), self.events.lock().unwrap().clone())
    }
}

async fn edit_on(browser: &Browser, song: &str, stored: &Stored, stop: &AtomicBool) {
    for number in 0_usize.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        // A tag more every tenth time: the others add and remove a song.
        let tag = format!("tag-{}", number / 10 % TAGS);
        let method = if number % 10 == 5 { Method::DELETE } else { Method::PUT };
        let (status, body) =
            browser.api(method, &format!("/api/tags/{tag}/items"), Some(json!({"track_uris": [song]}))).await;
        assert!(status.is_success(), "{status} {body}");
        if number % 10 == 9 {
            stored.tags.lock().unwrap().push(tag);
        }
    }
}

async fn sync_on(browser: &Browser, base: &str, stored: &Stored, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        let event = browser.sync(base).await;
        // More starts in a minute than allowed are refused.
        if event["status"] == "completed" {
            stored.events.lock().unwrap().push(event["id"].as_str().unwrap().to_owned());
        }
    }
}

fn texts(answer: &Value, key: &str) -> Vec<String> {
    answer["items"].as_array().unwrap().iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
}

/// The server starts on what was restored, knows the person by the session of before, and has everything.
async fn assert_served(dir: &Path, world: &World, before: &(Vec<String>, Vec<String>)) {
    let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let browser = Browser::new(format!("http://{addr}"));
    *browser.cookies.lock().unwrap() = world.browser.cookies.lock().unwrap().clone();
    let _process = start_process(dir, &addr, &world.spotify.url());
    until_ready(&browser).await;
    let (status, tags) = browser.api(Method::GET, "/api/tags", None).await;
    assert_eq!(status, StatusCode::OK, "{tags}");
    let tags = texts(&tags, "name");
    assert!(before.0.iter().all(|tag| tags.contains(tag)), "{:?} in {tags:?}", before.0);
    for event in &before.1 {
        let (status, event) = browser.api(Method::GET, &format!("/api/sync-events/{event}"), None).await;
        assert_eq!((status, &event["status"]), (StatusCode::OK, &json!("completed")), "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_backups_under_load_come_back_without_a_loss() {
    let world = world_with(Mode::Extended, |config| config.sync_starts_per_minute = 100_000).await;
    let base = base_with_child(&world).await;
    let song = world.held(&world.playlist("Kitchen Radio")).remove(0);
    let (stored, stop, target) = (Stored::default(), AtomicBool::new(false), tempfile::tempdir().unwrap());
    std::fs::copy(world.dir.path().join("secret.key"), target.path().join("secret.key")).unwrap();
    let cycles = async {
        for cycle in 1..=CYCLES {
            // There is always something new to lose.
            let goal = (cycle, cycle);
            until(|| stored.so_far().0.len() >= goal.0 && stored.so_far().1.len() >= goal.1).await;
            let before = stored.so_far();
            let made = make_now(&world.app.store, world.dir.path()).await.unwrap();
            let restored = restore(&settings(&world, target.path()), &made.path).await.unwrap();
            assert_eq!((restored.copy.users, restored.replaced.is_some()), (1, cycle > 1));
            // Killed at the end, so that the next restore finds what a crash leaves.
            assert_served(target.path(), &world, &before).await;
        }
        stop.store(true, Ordering::Relaxed);
    };
    tokio::join!(
        cycles,
        edit_on(&world.browser, &song, &stored, &stop),
        sync_on(&world.browser, &base, &stored, &stop)
    );
    let (tags, events) = stored.so_far();
    println!("{CYCLES} cycles, {} tags and {} syncs stored meanwhile", tags.len(), events.len());
    let replaced = folder::list(target.path()).unwrap();
    assert_eq!(replaced.iter().filter(|backup| backup.kind == BackupKind::Replaced).count(), CYCLES - 1);
}

async fn until(is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < deadline, "it does not come about");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_made_once_privately_and_old_ones_go() {
    let world = world(Mode::Extended).await;
    let (store, dir) = (&world.app.store, world.dir.path());
    let start = clock::now_ms();
    assert_eq!(make_due(store, dir, start).await.unwrap().len(), 2, "an hourly and a daily one");
    assert_eq!(make_due(store, dir, start + 1_000).await.unwrap().len(), 0);
    for hour in 1..=26 {
        assert!(!make_due(store, dir, start + hour * 3_600_000).await.unwrap().is_empty(), "hour {hour}");
    }
    let of = |kind| folder::list(dir).unwrap().into_iter().filter(|backup| backup.kind == kind).count();
    assert_eq!((of(BackupKind::Hourly), of(BackupKind::Daily)), (24, 2));
    for backup in folder::list(dir).unwrap() {
        backups::check(&backup.path).await.unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&backup.path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    let left = std::fs::read_dir(folder::of(dir)).unwrap().flatten().filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        !name.ends_with(".db") && name != "lock"
    });
    assert_eq!(left.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_refused_and_nothing_changes() {
    let world = world(Mode::Extended).await;
    let made = make_now(&world.app.store, world.dir.path()).await.unwrap();
    let target = tempfile::tempdir().unwrap();
    let settings = settings(&world, target.path());
    let database = target.path().join("app.db");
    std::fs::write(&database, "what was here").unwrap();
    let good = std::fs::read(&made.path).unwrap();
    let mut flipped = good.clone();
    for page in flipped.chunks_mut(4096).skip(1) {
        page[..16].fill(0xA5);
    }
    let half = good[..good.len() / 2].to_vec();
    for (name, bytes) in [("flipped", flipped), ("half", half), ("empty", Vec::new()), ("text", b"SQLite? no".to_vec())]
    {
        let bad = target.path().join(name);
        std::fs::write(&bad, bytes).unwrap();
        let refused = restore(&settings, &bad).await;
        assert!(matches!(refused, Err(BackupError::Unusable { .. })), "{name}: {refused:?}");
        assert_eq!(std::fs::read(&database).unwrap(), b"what was here", "{name}");
    }
    assert!(restore(&settings, &target.path().join("absent")).await.is_err());
    assert!(!target.path().join("app.db.restoring").exists());

    // Garbage is replaced and kept; an absent database is no obstacle.
    let restored = restore(&settings, &made.path).await.unwrap();
    assert_eq!(std::fs::read(restored.replaced.unwrap()).unwrap(), b"what was here");
    std::fs::remove_file(&database).unwrap();
    assert!(restore(&settings, &made.path).await.unwrap().replaced.is_none());
    backups::check(&database).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_below_a_running_server_is_refused() {
    let world = world(Mode::Extended).await;
    let made = make_now(&world.app.store, world.dir.path()).await.unwrap();
    let refused = restore(&settings(&world, world.dir.path()), &made.path).await;
    assert!(matches!(refused, Err(BackupError::InUse(_))), "{refused:?}");
    let output = Command::new(env!("CARGO_BIN_EXE_headwater"))
        .args(["restore-backup", made.path.to_str().unwrap(), "--data-dir", world.dir.path().to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("stop it first"), "{output:?}");
    assert_eq!(world.browser.api(Method::GET, "/api/me", None).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_is_told_and_the_server_goes_on() {
    let world = world(Mode::Extended).await;
    // A file where the folder should be: no permission of any user gets around it.
    std::fs::write(folder::of(world.dir.path()), "in the way").unwrap();
    assert!(make_due(&world.app.store, world.dir.path(), clock::now_ms()).await.is_err());
    assert!(make_now(&world.app.store, world.dir.path()).await.is_err());
    assert_eq!(world.browser.api(Method::GET, "/api/me", None).await.0, StatusCode::OK);
    base_with_child(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_make_and_list_beside_a_running_server_and_restore_without_one() {
    let world = world(Mode::Extended).await;
    let run = |args: &[&str], dir: &Path| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_headwater")).args(args).arg("--data-dir").arg(dir).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let made: Value = serde_json::from_str(&run(&["backup", "now", "--json"], world.dir.path())).unwrap();
    let listed: Value = serde_json::from_str(&run(&["backup", "list", "--json"], world.dir.path())).unwrap();
    assert_eq!((&made, &made[0]["kind"]), (&listed, &json!("manual")));
    assert!(run(&["backup", "list"], world.dir.path()).contains("manual"));
    // Another directory makes a key of its own, which opens nothing of this one's.
    let target = tempfile::tempdir().unwrap();
    let words = run(&["restore-backup", made[0]["path"].as_str().unwrap()], target.path());
    assert!(words.contains("people in it: 1") && words.contains("does not open its tokens"), "{words}");
}
