//! Three nodes that share the keys: the same songs, and still when one of them dies.

use super::super::redis_server::RedisServer;
use super::scene::Scene;
use headwater::domain::cache::CacheKind;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A cluster of three masters.
pub struct Cluster {
    pub nodes: Vec<RedisServer>,
    _dirs: Vec<TempDir>,
}

impl Cluster {
    /// `None` where Redis is not installed.
    pub async fn start() -> Option<Self> {
        let mut cluster = Self { nodes: Vec::new(), _dirs: Vec::new() };
        for _ in 0..3 {
            let dir = tempfile::tempdir().unwrap();
            let at = dir.path().to_str().unwrap();
            let node = RedisServer::start_with(&[
                "--cluster-enabled",
                "yes",
                "--cluster-node-timeout",
                "2000",
                "--cluster-require-full-coverage",
                "no",
                "--dir",
                at,
            ])?;
            cluster.nodes.push(node);
            cluster._dirs.push(dir);
        }
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]).args(cluster.nodes.iter().map(RedisServer::addr)).arg("--cluster-yes");
        let created = create.output().unwrap();
        assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stdout));
        let deadline = Instant::now() + Duration::from_secs(20);
        while !cluster.nodes.iter().all(is_ready) {
            assert!(Instant::now() < deadline, "the cluster does not come up");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(cluster)
    }

    /// All nodes, separated by commas.
    pub fn url(&self) -> String {
        self.nodes.iter().map(|node| node.url.as_str()).collect::<Vec<_>>().join(",")
    }
}

fn is_ready(node: &RedisServer) -> bool {
    let said: String = redis::cmd("CLUSTER").arg("INFO").query(&mut connection(node)).unwrap();
    said.contains("cluster_state:ok") && said.contains("cluster_slots_ok:16384")
}

fn connection(node: &RedisServer) -> redis::Connection {
    redis::Client::open(node.url.as_str()).unwrap().get_connection().unwrap()
}

/// Of the cache; the gate has a few of its own.
fn keys_on(node: &RedisServer) -> u64 {
    let keys: Vec<String> = redis::cmd("KEYS").arg("*spotify:*").query(&mut connection(node)).unwrap();
    keys.len() as u64
}

fn poison(node: &RedisServer) {
    let mut connection = connection(node);
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut connection).unwrap();
    for key in keys {
        redis::cmd("SET").arg(key).arg("poison").exec(&mut connection).unwrap();
    }
}

fn kill(mut node: RedisServer) {
    node.child.kill().unwrap();
    node.child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_serves_as_one_and_a_dead_node_is_only_slower() {
    let Some(mut cluster) = Cluster::start().await else { return };
    let mut plain = Scene::new(None).await;
    let asked = plain.sync_with_another_child().await;
    let mut scene = Scene::new(Some(cluster.url())).await;
    assert_eq!(scene.sync_with_another_child().await, asked);
    assert_eq!(scene.sync_with_another_child().await, 0);
    let spread: Vec<u64> = cluster.nodes.iter().map(keys_on).collect();
    assert_eq!(spread.iter().sum::<u64>(), asked as u64);
    assert!(spread.iter().all(|keys| *keys > 0), "{spread:?}");
    let second = scene.second().await;
    assert_eq!(second.warnings, 0, "{second:?}");
    assert_eq!(second.sizes.as_ref().unwrap()[1].entries, asked as u64, "{second:?}");

    let deleted = scene.world.app.spotify.cache().delete_kind(CacheKind::Artist).await;
    assert_eq!((deleted.entries, deleted.is_complete), (asked as u64, true));
    assert_eq!(scene.sync_with_another_child().await, asked, "deleted means fetched again");

    redis::cmd("FLUSHALL").exec(&mut connection(&cluster.nodes[0])).unwrap();
    assert_eq!(scene.sync_with_another_child().await as u64, spread[0], "only what the flushed node held");
    poison(&cluster.nodes[1]);
    assert_eq!(scene.sync_with_another_child().await as u64, spread[1], "only what the poisoned node held");
    assert_eq!(scene.second().await.warnings, spread[1]);

    kill(cluster.nodes.remove(0));
    let one_dead = scene.sync_with_another_child().await;
    assert!(scene.second().await.warnings > spread[1] && one_dead <= asked, "{one_dead}, {:?}", scene.second().await);
    cluster.nodes.drain(..).for_each(kill);
    assert!(scene.sync_with_another_child().await <= asked);
    for _ in 0..6 {
        plain.sync_with_another_child().await;
    }
    assert_eq!(scene.outcome(), plain.outcome());
    println!("a cluster: {asked} artists over nodes as {spread:?}; one node dead: {one_dead} requests for artists");
}
