//! How Redis is reached: one node with one connection that comes back by itself, or a cluster.

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, SlotAddr};
use redis::{Client, Cmd, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::sync::Mutex;

/// A cache that takes longer than this is no help.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(250);
const CONNECT_TIMEOUT: Duration = Duration::from_millis(250);
/// A batch in several steps, and a connection that is made anew.
const PATIENCE: Duration = Duration::from_millis(600);
const RETRIES: usize = 1;
const RETRY_DELAY: Duration = Duration::from_millis(50);
/// Groups of keys that lie on one node of a cluster each, so that a batch is written in few pieces.
const CLUSTER_SHARDS: usize = 16;

/// A way to Redis.
pub enum Link {
    /// One node; `None`: the address cannot be read.
    One(Option<Box<Mutex<One>>>),
    /// A cluster; `None`: an address cannot be read.
    Cluster(Option<Box<Mutex<Cluster>>>),
}

/// A node, connected when first asked.
pub struct One {
    client: Client,
    connection: Option<ConnectionManager>,
}

/// A cluster, connected when first asked.
pub struct Cluster {
    client: ClusterClient,
    connection: Option<ClusterConnection>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_cluster() { "a Redis cluster" } else { "Redis" })
    }
}

impl Link {
    /// Connects to nobody yet.
    pub fn new(url: &SecretString) -> Self {
        let nodes: Vec<&str> = url.expose_secret().split(',').map(str::trim).filter(|node| !node.is_empty()).collect();
        match nodes.as_slice() {
            [node] => {
                Self::One(Client::open(*node).ok().map(|client| Box::new(Mutex::new(One { client, connection: None }))))
            }
            nodes => Self::Cluster(
                cluster(nodes).ok().map(|client| Box::new(Mutex::new(Cluster { client, connection: None }))),
            ),
        }
    }

    const fn is_cluster(&self) -> bool {
        matches!(self, Self::Cluster(_))
    }

    /// How long a batch may take.
    pub const fn patience(&self) -> Duration {
        PATIENCE
    }

    /// Groups that keys fall into.
    pub const fn shard_count(&self) -> usize {
        if self.is_cluster() { CLUSTER_SHARDS } else { 1 }
    }

    /// The group of a key.
    pub fn shard_of(&self, text: &str) -> usize {
        usize::from(Sha256::digest(text)[0]) % self.shard_count()
    }

    /// What keys of a group begin with: in a cluster, what keeps them on one node.
    pub fn tag(&self, shard: usize) -> String {
        if self.is_cluster() { format!("{{{shard}}}") } else { String::new() }
    }

    /// Sends a command to the node of its keys.
    pub async fn command<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::One(one) => command.query_async(&mut node(one.as_deref()).await?).await,
            Self::Cluster(cluster) => command.query_async(&mut nodes(cluster.as_deref()).await?).await,
        }
    }

    /// Sends a command without keys to the node where this tag's keys lie.
    pub async fn command_at<T: FromRedisValue>(&self, tag: &str, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::One(one) => command.query_async(&mut node(one.as_deref()).await?).await,
            Self::Cluster(cluster) => {
                let route = SingleNodeRoutingInfo::SpecificNode(Route::with_key(tag, SlotAddr::Master));
                let routing = RoutingInfo::SingleNode(route);
                let answer = nodes(cluster.as_deref()).await?.route_command(command.clone(), routing).await?;
                Ok(T::from_redis_value(answer)?)
            }
        }
    }

    /// Sends commands whose keys are all of one group.
    pub async fn pipeline<T: FromRedisValue>(&self, pipeline: &Pipeline) -> RedisResult<T> {
        match self {
            Self::One(one) => pipeline.query_async(&mut node(one.as_deref()).await?).await,
            Self::Cluster(cluster) => pipeline.query_async(&mut nodes(cluster.as_deref()).await?).await,
        }
    }
}

fn cluster(nodes: &[&str]) -> RedisResult<ClusterClient> {
    ClusterClientBuilder::new(nodes.iter().copied())
        .connection_timeout(CONNECT_TIMEOUT)
        .response_timeout(ANSWER_TIMEOUT)
        .retries(1)
        .build()
}

async fn node(one: Option<&Mutex<One>>) -> RedisResult<ConnectionManager> {
    let mut one = one.ok_or_else(unreadable)?.lock().await;
    if let Some(connection) = &one.connection {
        return Ok(connection.clone());
    }
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_response_timeout(Some(ANSWER_TIMEOUT))
        .set_number_of_retries(RETRIES)
        .set_min_delay(RETRY_DELAY)
        .set_max_delay(RETRY_DELAY);
    let connection = ConnectionManager::new_lazy_with_config(one.client.clone(), config)?;
    Ok(one.connection.insert(connection).clone())
}

async fn nodes(cluster: Option<&Mutex<Cluster>>) -> RedisResult<ClusterConnection> {
    let mut cluster = cluster.ok_or_else(unreadable)?.lock().await;
    if let Some(connection) = &cluster.connection {
        return Ok(connection.clone());
    }
    let connection = cluster.client.get_async_connection().await?;
    Ok(cluster.connection.insert(connection).clone())
}

fn unreadable() -> RedisError {
    RedisError::from((ErrorKind::InvalidClientConfig, "REDIS_URL cannot be read"))
}
