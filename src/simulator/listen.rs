//! The simulator on a port of its own.

use super::Simulator;
use std::net::SocketAddr;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::task::JoinHandle;

/// A simulator that answers on a port until this is dropped.
#[derive(Debug)]
pub struct Listening {
    pub addr: SocketAddr,
    task: JoinHandle<std::io::Result<()>>,
}

impl Listening {
    /// The base of the accounts service; the Web API is at `/v1` below it.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Answers until the process ends.
    pub async fn forever(mut self) -> std::io::Result<()> {
        (&mut self.task).await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Simulator {
    /// Binds and answers in the background; links get this address unless a public URL was set.
    pub async fn listen(&self, addr: impl ToSocketAddrs) -> std::io::Result<Listening> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let mut state = self.lock();
        if state.look.public_url.is_empty() {
            state.look.public_url = format!("http://{addr}");
        }
        drop(state);
        let router = self.router();
        let task = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Listening { addr, task })
    }
}
