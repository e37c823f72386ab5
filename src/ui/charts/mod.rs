//! Pictures of numbers. Each has its table twin, and each part of it is a link.

pub mod bars;
pub mod flow;
