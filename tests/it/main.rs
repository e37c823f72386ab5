//! The integration tests: one binary, the real server, real SQLite, the simulator over HTTP.

mod arrows;
mod base_tracks;
mod cache;
mod changes;
mod contract;
mod docs;
mod explanations;
mod files;
mod killed;
mod limits;
mod live;
mod memory;
mod planned;
mod previewed;
mod priced;
mod probe;
mod redis_server;
mod rest;
mod restores;
mod routing;
mod schedules;
mod simulator;
mod story;
mod sync;
mod watching;
mod world;
