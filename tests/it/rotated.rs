//! The key that seals secrets is changed.

use super::world::{World, config, world};
use headwater::domain::backups::BackupKind;
use headwater::server::secret_key;
use headwater::server::store::Store;
use headwater::server::{backups, seal::Sealer};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::path::Path;
use std::process::{Command, Output};

fn rotate(dir: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headwater"));
    command.env_clear().args(["rotate-key", "--data-dir"]).arg(dir).current_dir(dir).output().unwrap()
}

fn key_text(dir: &Path) -> String {
    std::fs::read_to_string(dir.join("secret.key")).unwrap()
}

/// A directory of its own with the data of a server, as a backup holds them.
async fn copied(world: &World) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let made = backups::make(&world.app.store, world.dir.path(), BackupKind::Asked).await.unwrap();
    std::fs::copy(made, dir.path().join("app.db")).unwrap();
    std::fs::copy(world.dir.path().join("secret.key"), dir.path().join("secret.key")).unwrap();
    dir
}

/// How many secrets these keys open; all or none.
async fn opened(dir: &Path, sealer: &Sealer) -> Option<u32> {
    let store = Store::open(&format!("sqlite://{}", dir.join("app.db").display()), dir).await.unwrap();
    store.reseal(|user, kind, blob| sealer.open(user, kind, blob).map(|_| blob.to_vec())).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_only_the_new_key_opens_what_the_old_one_sealed() {
    let world = world(Mode::Extended).await;
    let webhook = json!({"url": "https://hooks.mine.org/x", "told": "failed"});
    assert_eq!(world.browser.api(Method::PUT, "/api/webhook", Some(webhook)).await.0, StatusCode::OK);
    let dir = copied(&world).await;
    let of = |dir: &Path| secret_key::sealer(&config(dir, "127.0.0.1:0", "http://127.0.0.1:9")).unwrap();
    let old = of(dir.path());
    assert_eq!(opened(dir.path(), &old).await, Some(3));

    let done = rotate(dir.path());
    assert!(done.status.success(), "{done:?}");
    assert!(String::from_utf8_lossy(&done.stdout).starts_with("3 secrets are sealed with key 2 now."), "{done:?}");
    assert_eq!(opened(dir.path(), &old).await, None);
    assert_eq!(opened(dir.path(), &of(dir.path())).await, Some(3));
    let text = key_text(dir.path());
    assert!(text.starts_with("2:") && text.lines().count() == 1, "only the new key is left");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(dir.path().join("secret.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_was_killed_is_carried_on() {
    let world = world(Mode::Extended).await;
    let dir = copied(&world).await;
    let before = secret_key::keys(&config(dir.path(), "127.0.0.1:0", "http://127.0.0.1:9")).unwrap();
    // The new key stands in the file, and nothing is sealed with it yet.
    let both = before.rotated().unwrap();
    secret_key::replace(&dir.path().join("secret.key"), &both).unwrap();
    assert_eq!(opened(dir.path(), &both.sealer().unwrap()).await, Some(2), "a server goes on with both");
    let done = rotate(dir.path());
    assert!(String::from_utf8_lossy(&done.stdout).starts_with("2 secrets are sealed with key 2 now."), "{done:?}");
    assert_eq!(opened(dir.path(), &before.sealer().unwrap()).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_server_runs_no_key_is_changed() {
    let world = world(Mode::Extended).await;
    let before = key_text(world.dir.path());
    let refused = rotate(world.dir.path());
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("stop it first"), "{refused:?}");
    assert_eq!(key_text(world.dir.path()), before);
    assert_eq!(world.browser.api(Method::GET, "/api/spotify/playlists", None).await.0, StatusCode::OK);
}
