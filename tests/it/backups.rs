//! Backups are made while people work, checked, put back, and refused where they must be.

use super::world::{World, world};
use headwater::domain::backups::BackupKind;
use headwater::domain::ids::{ChildPlaylistId, UserId};
use headwater::server::backups::{self, BackupError};
use headwater::server::clock;
use headwater::server::instance::Instance;
use headwater::server::store::Store;
use headwater::server::store::backups::check_copy;
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use tempfile::tempdir;

const CYCLES: usize = 20;

async fn open(dir: &Path) -> Store {
    Store::open(&format!("sqlite://{}", dir.join("app.db").display()), dir).await.unwrap()
}

async fn back_up(world: &World) -> PathBuf {
    backups::make(&world.app.store, world.dir.path(), BackupKind::Asked).await.unwrap()
}

/// Adds children and syncs, over and over, and writes down what the server has confirmed.
async fn work(world: Arc<World>, base: String, confirmed: Arc<Mutex<Vec<(String, u32)>>>) {
    for number in 0.. {
        let name = format!("Child {number}");
        let body = json!({"name": name, "filter": {"schema_version": 1, "rules": [
            {"field": "position", "op": "lte", "value": number % 30 + 1},
        ]}});
        let path = format!("/api/base-playlists/{base}/child-playlists");
        let (status, child) = world.browser.api(Method::POST, &path, Some(body)).await;
        if status != StatusCode::CREATED {
            continue;
        }
        let run = world.browser.sync(&base).await;
        assert_eq!(run["status"], "completed", "{run}");
        let id = child["id"].as_str().unwrap().to_owned();
        confirmed.lock().unwrap().push((id.clone(), number % 30 + 1));
        let path = format!("/api/child-playlists/{id}");
        if number > 2 {
            // Room for more, and other kinds of writes.
            let old = confirmed.lock().unwrap().remove(0).0;
            world.browser.api(Method::DELETE, &format!("/api/child-playlists/{old}"), None).await;
            world.browser.api(Method::PATCH, &path, Some(json!({"position": 0}))).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_backups_under_load_hold_all_that_was_confirmed_before_them() {
    let world = Arc::new(world(Mode::Extended).await);
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let me = world.browser.api(Method::GET, "/api/me", None).await.1;
    let user = UserId::parse(me["id"].as_str().unwrap()).unwrap();
    let confirmed = Arc::new(Mutex::new(Vec::new()));
    let working = tokio::spawn(work(world.clone(), base, confirmed.clone()));
    let place = tempdir().unwrap();
    for cycle in 0..CYCLES {
        // At least one more is confirmed between two backups.
        let seen = confirmed.lock().unwrap().last().cloned();
        while confirmed.lock().unwrap().last().cloned() == seen {
            assert!(!working.is_finished(), "the work has stopped");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let before = confirmed.lock().unwrap().last().cloned().unwrap();
        let file = back_up(&world).await;
        assert_eq!(check_copy(&file).await.unwrap(), None);
        let dir = place.path().join(cycle.to_string());
        std::fs::create_dir_all(&dir).unwrap();
        if cycle % 2 == 0 {
            // Whatever was there before is kept beside it.
            std::fs::write(dir.join("app.db"), b"garbage").unwrap();
        }
        let replaced = backups::put_back(&file, &dir.join("app.db"), &dir).await.unwrap();
        assert_eq!(replaced.map(|file| std::fs::read(file).unwrap()), (cycle % 2 == 0).then(|| b"garbage".to_vec()));
        let store = open(&dir).await;
        let child = store.get_child_playlist(user, ChildPlaylistId::parse(&before.0).unwrap()).await.unwrap();
        let contents = store.find_contents(user, child.spotify_playlist_id.as_ref().unwrap()).await.unwrap();
        assert_eq!(contents.map(|known| known.rows.len() as u32), Some(before.1), "cycle {cycle}");
    }
    working.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_damaged_or_anothers_is_refused_and_nothing_is_replaced() {
    let world = world(Mode::Extended).await;
    let good = back_up(&world).await;
    let dir = tempdir().unwrap();
    let database = dir.path().join("app.db");
    std::fs::write(&database, b"mine").unwrap();
    let mut bytes = std::fs::read(&good).unwrap();
    let len = bytes.len();
    bytes[len / 2..len / 2 + 4_096].fill(0xa5);
    let bad = dir.path().join("bad.db");
    for content in [bytes, b"no database".to_vec(), Vec::new()] {
        std::fs::write(&bad, content).unwrap();
        let refused = backups::put_back(&bad, &database, dir.path()).await;
        assert!(matches!(refused, Err(BackupError::Faulty(_))), "{refused:?}");
    }
    let absent = backups::put_back(&dir.path().join("absent.db"), &database, dir.path()).await;
    assert!(absent.is_err());
    let running = Instance::claim(dir.path()).unwrap();
    assert!(matches!(backups::put_back(&good, &database, dir.path()).await, Err(BackupError::InUse)));
    assert_eq!(std::fs::read(&database).unwrap(), b"mine", "nothing was replaced");
    drop(running);
    assert!(backups::put_back(&good, &database, dir.path()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_made_once_and_a_folder_that_cannot_be_used_is_an_error() {
    let world = world(Mode::Extended).await;
    let dir = world.dir.path();
    std::fs::create_dir_all(backups::folder(dir)).unwrap();
    let left = backups::folder(dir).join("app-hourly-1700000000000.db.part");
    std::fs::write(&left, b"killed while it was copied").unwrap();
    for _ in 0..2 {
        backups::make_due(&world.app.store, dir).await.unwrap();
        let kinds: Vec<BackupKind> = backups::list(dir).unwrap().iter().map(|backup| backup.kind).collect();
        assert_eq!(kinds.len(), 2, "hourly and daily, once: {kinds:?}");
    }
    assert!(!left.exists(), "nobody finishes it any more");
    let newest = backups::list(dir).unwrap()[0];
    assert!((clock::now_ms() - newest.at_ms).abs() < 60_000);
    std::fs::remove_dir_all(backups::folder(dir)).unwrap();
    std::fs::write(backups::folder(dir), b"a file in the way").unwrap();
    assert!(backups::make(&world.app.store, dir, BackupKind::Asked).await.is_err());
    assert_eq!(world.browser.api(Method::GET, "/api/me", None).await.0, StatusCode::OK, "the server goes on");
}
