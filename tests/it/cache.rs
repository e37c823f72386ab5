//! The cache over its real layers: the same promises in each, and a sync that never notices what goes wrong there.

mod cluster;
mod faults;
mod layers;
mod proxy;
mod report;
mod scene;
mod shared;
