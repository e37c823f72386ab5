//! Pictures of numbers. Each has its table twin.

pub mod bars;
pub mod columns;
pub mod flow;
pub mod step_line;
