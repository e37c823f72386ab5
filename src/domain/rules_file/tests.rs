//! Rules out and in again, other shapes, and files that are wrong.

mod native;
mod other_shapes;
mod schema;
