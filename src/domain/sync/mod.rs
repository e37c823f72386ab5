//! One sync, decided purely: what goes where, what to write, what it costs.

pub mod batch;
pub mod cycles;
pub mod diff;
pub mod event;
pub mod machine;
pub mod plan;
pub mod routing;
pub mod settle;
