//! A Redis of our own on a free port, for the tests that need one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// Nodes of a cluster also listen 10,000 ports higher.
const PORT_MAX: u16 = 55_000;

/// Killed when it is dropped.
pub struct RedisServer {
    pub url: String,
    pub child: Child,
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl RedisServer {
    /// `None`, with a sentence in the output, where `redis-server` is not installed.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same with more arguments.
    pub fn start_with(arguments: &[&str]) -> Option<Self> {
        let port = free_port();
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else {
            // Not eprintln, which the test harness swallows.
            let test = std::thread::current().name().unwrap_or("a test").to_owned();
            let why = "skipped: redis-server is not installed (scripts/setup test installs it)";
            std::io::stderr().write_all(format!("{test} {why}\n").as_bytes()).unwrap();
            return None;
        };
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let server = Self { url: format!("redis://127.0.0.1:{port}"), child };
        let mut line = String::new();
        while !line.contains("Ready to accept connections") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "redis-server ended");
        }
        // Read on, so that it never waits for us.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        assert!(answers(port), "redis-server does not answer");
        Some(server)
    }

    /// Where it listens.
    pub fn addr(&self) -> String {
        self.url.trim_start_matches("redis://").to_owned()
    }
}

fn free_port() -> u16 {
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if port < PORT_MAX {
            return port;
        }
    }
}

fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut answer = [0; 5];
    stream.write_all(b"PING\r\n").is_ok() && stream.read_exact(&mut answer).is_ok() && answer.starts_with(b"+PONG")
}
