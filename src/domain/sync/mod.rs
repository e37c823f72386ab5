//! One sync, decided purely: what goes where, what to write, what it costs.

pub mod batch;
pub mod diff;
pub mod event;
pub mod explained;
pub mod machine;
pub mod placement;
pub mod plan;
pub mod routing;
