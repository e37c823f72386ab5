//! Redis gone, slow, mad, flushed, poisoned, retyped, read-only or full: before a sync, in its middle, and between
//! two syncs. The songs are the same each time.

use super::super::redis_server::RedisServer;
use super::proxy::{Door, Proxy};
use super::scene::{Outcome, Scene};
use redis::Connection;
use std::fmt::Write;

/// The first message that is not the handshake or the lookup: the lookup is answered, the writing is not.
const MIDDLE: i64 = 6;
/// A layer that fails rests for a moment; without that each of the many batches would fail by itself.
const WARNINGS_MAX: u64 = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Gone,
    Slow,
    Garbage,
    Flushed,
    Poisoned,
    WrongType,
    ReadOnly,
    Full,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Before,
    Middle,
    Between,
}

const FAULTS: [Fault; 8] = [
    Fault::Gone,
    Fault::Slow,
    Fault::Garbage,
    Fault::Flushed,
    Fault::Poisoned,
    Fault::WrongType,
    Fault::ReadOnly,
    Fault::Full,
];

fn each(connection: &mut Connection, keys: &[String], command: &str, value: &str) {
    for key in keys {
        redis::cmd("DEL").arg(key).exec(connection).unwrap();
        redis::cmd(command).arg(key).arg(value).exec(connection).unwrap();
    }
}

/// Does it, at once.
fn inflict(fault: Fault, url: &str, proxy: &Proxy, keys: &[String]) {
    let mut connection = redis::Client::open(url).unwrap().get_connection().unwrap();
    let mut tell = |words: &str| {
        let mut parts = words.split(' ');
        let mut command = redis::cmd(parts.next().unwrap());
        parts.for_each(|part| {
            command.arg(part);
        });
        command.exec(&mut connection).unwrap();
    };
    match fault {
        Fault::Gone => proxy.set(Door::Shut),
        Fault::Slow => proxy.set(Door::Slow),
        Fault::Garbage => proxy.set(Door::Garbage),
        Fault::Flushed => tell("FLUSHALL"),
        Fault::Poisoned => each(&mut connection, keys, "SET", "{\"genres\":[\"poison\"]}"),
        Fault::WrongType => each(&mut connection, keys, "RPUSH", "poison"),
        Fault::ReadOnly => tell("REPLICAOF 127.0.0.1 1"),
        Fault::Full => {
            tell("CONFIG SET maxmemory-policy noeviction");
            tell("CONFIG SET maxmemory 1");
        }
    }
}

fn heal(url: &str) {
    let mut connection = redis::Client::open(url).unwrap().get_connection().unwrap();
    redis::cmd("REPLICAOF").arg("NO").arg("ONE").exec(&mut connection).unwrap();
    redis::cmd("CONFIG").arg("SET").arg("maxmemory").arg(0).exec(&mut connection).unwrap();
    redis::cmd("FLUSHALL").exec(&mut connection).unwrap();
}

/// Whether the fault shows: an empty cache is none, and whoever only reads does not see that it could not write.
const fn is_noticed(fault: Fault, moment: Moment) -> bool {
    match fault {
        Fault::Gone | Fault::Slow | Fault::Garbage | Fault::Poisoned => true,
        // Redis itself answers a batch of keys of another type as if they were not there.
        Fault::Flushed | Fault::WrongType => false,
        Fault::ReadOnly | Fault::Full => !matches!(moment, Moment::Between),
    }
}

/// What a healthy run holds and asks.
struct Healthy {
    outcome: Outcome,
    asked: usize,
    keys: Vec<String>,
}

async fn healthy(server: &RedisServer) -> Healthy {
    let mut plain = Scene::new(None).await;
    let asked = plain.sync_with_another_child().await;
    plain.sync_with_another_child().await;
    let mut scene = Scene::new(Some(server.url.clone())).await;
    assert_eq!(scene.sync_with_another_child().await, asked);
    assert_eq!(scene.sync_with_another_child().await, 0, "the second sync finds every artist");
    assert_eq!(scene.outcome(), plain.outcome());
    let second = scene.second().await;
    assert_eq!((second.warnings, second.is_healthy), (0, true), "{second:?}");
    let artists = scene.artists().await;
    assert!(artists.hits >= asked as u64 && artists.requests_avoided == artists.hits, "{artists:?}");
    let mut connection = redis::Client::open(server.url.as_str()).unwrap().get_connection().unwrap();
    let keys: Vec<String> = redis::cmd("KEYS").arg("spotify:artist:v1:*").query(&mut connection).unwrap();
    assert_eq!(keys.len(), asked);
    Healthy { outcome: plain.outcome(), asked, keys }
}

async fn check(fault: Fault, moment: Moment, server: &RedisServer, healthy: &Healthy) -> String {
    heal(&server.url);
    let proxy = Proxy::start(server.addr()).await;
    let inflicts = {
        let (url, proxy, keys) = (server.url.clone(), proxy.clone(), healthy.keys.clone());
        move || inflict(fault, &url, &proxy, &keys)
    };
    let mut scene = Scene::new(Some(proxy.url.clone())).await;
    match moment {
        Moment::Before => inflicts(),
        Moment::Middle => proxy.at_message(MIDDLE, inflicts.clone()),
        Moment::Between => {}
    }
    let first = scene.sync_with_another_child().await;
    match moment {
        Moment::Before => {}
        Moment::Middle => assert!(proxy.was_reached(), "{fault:?}: the middle was never reached"),
        Moment::Between => inflicts(),
    }
    let then = scene.sync_with_another_child().await;
    let what = format!("{fault:?} {moment:?}");
    assert_eq!(scene.outcome(), healthy.outcome, "{what}");
    assert!(first <= healthy.asked && then <= healthy.asked, "{what}: {first} and {then} requests");
    let warnings = scene.second().await.warnings;
    assert_eq!(warnings > 0, is_noticed(fault, moment), "{what}: {warnings} warnings");
    assert!(warnings <= WARNINGS_MAX || fault == Fault::Poisoned, "{what}: {warnings} warnings");
    format!("{what:<20} {first:>4} {then:>4} requests for artists, {warnings:>3} warnings")
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_redis_the_songs_are_the_same() {
    let Some(server) = RedisServer::start() else { return };
    let healthy = healthy(&server).await;
    let mut table = String::new();
    for fault in FAULTS {
        for moment in [Moment::Before, Moment::Middle, Moment::Between] {
            writeln!(table, "{}", check(fault, moment, &server, &healthy).await).unwrap();
        }
    }
    println!("healthy: {} requests for artists, then 0\n{table}", healthy.asked);
    assert_eq!(table.lines().count(), 24);
}
