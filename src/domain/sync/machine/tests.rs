//! The machine against an in-memory Spotify and store, in virtual time, with answers in any order.

mod builders;
mod cases;
mod driver;
mod fault_table;
mod faults;
mod hands;
mod lookups;
mod matrix;
mod planned;
mod restored;
mod resumed;
mod scene;
mod sharing;
mod simulation;
mod spotify;
mod store;
