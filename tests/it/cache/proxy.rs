//! A door to Redis that can be slammed, slowed, or made to talk nonsense, at a chosen command.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SLOW_BY: Duration = Duration::from_secs(3);

/// What the door does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Door {
    Open = 0,
    Shut = 1,
    Slow = 2,
    Garbage = 3,
}

type Hook = Arc<dyn Fn() + Send + Sync>;

struct Shared {
    upstream: String,
    door: AtomicU8,
    /// Messages of the client until the hook is called; negative: no more.
    left: AtomicI64,
    hook: std::sync::Mutex<Option<Hook>>,
}

/// Cheap to clone; listens as long as the test's runtime lives.
#[derive(Clone)]
pub struct Proxy {
    pub url: String,
    shared: Arc<Shared>,
}

impl Proxy {
    /// In front of `upstream`, open.
    pub async fn start(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let shared = Shared {
            upstream,
            door: AtomicU8::new(Door::Open as u8),
            left: AtomicI64::new(-1),
            hook: std::sync::Mutex::default(),
        };
        let proxy = Self { url, shared: Arc::new(shared) };
        let serving = proxy.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.pump(client).await });
            }
        });
        proxy
    }

    pub fn set(&self, door: Door) {
        self.shared.door.store(door as u8, Ordering::SeqCst);
    }

    /// Calls `hook` before the client's message of this number, counted from 1, is passed on.
    pub fn at_message(&self, number: i64, hook: impl Fn() + Send + Sync + 'static) {
        *self.shared.hook.lock().unwrap() = Some(Arc::new(hook));
        self.shared.left.store(number, Ordering::SeqCst);
    }

    /// Whether the hook was called.
    pub fn was_reached(&self) -> bool {
        self.shared.left.load(Ordering::SeqCst) <= 0
    }

    fn is(&self, door: Door) -> bool {
        self.shared.door.load(Ordering::SeqCst) == door as u8
    }

    async fn pump(&self, mut client: TcpStream) {
        if self.is(Door::Shut) {
            return;
        }
        let Ok(mut server) = TcpStream::connect(&self.shared.upstream).await else { return };
        let (mut from_client, mut from_server) = ([0; 65_536], [0; 65_536]);
        loop {
            let sent = tokio::select! {
                read = client.read(&mut from_client) => match read {
                    Ok(len) if len > 0 => self.pass_on(&from_client[..len], &mut client, &mut server).await,
                    Ok(_) | Err(_) => return,
                },
                read = server.read(&mut from_server) => match read {
                    Ok(len) if len > 0 => client.write_all(&from_server[..len]).await.is_ok(),
                    Ok(_) | Err(_) => return,
                },
            };
            if !sent {
                return;
            }
        }
    }

    async fn pass_on(&self, message: &[u8], client: &mut TcpStream, server: &mut TcpStream) -> bool {
        if self.shared.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            let hook = self.shared.hook.lock().unwrap().clone().unwrap();
            tokio::task::spawn_blocking(move || hook()).await.unwrap();
        }
        if self.is(Door::Shut) {
            return false;
        }
        if self.is(Door::Garbage) {
            return client.write_all(b"<html>503 Service Unavailable</html>\r\n").await.is_ok();
        }
        if self.is(Door::Slow) {
            // Not passed on: it would reach Redis when the next case has begun.
            tokio::time::sleep(SLOW_BY).await;
            return false;
        }
        server.write_all(message).await.is_ok()
    }
}
