//! The integration tests: one binary, the real server, real SQLite, the simulator over HTTP.

mod arrows;
mod docs;
mod rest;
mod simulator;
mod story;
mod support;
mod sync;
