//! Rules in and out: the file that carries them, what else is read, and what an import would change.

pub mod diff;
pub mod document;
pub mod flat;
pub mod lines;
pub mod nsp;
pub mod nsp_fields;
pub mod places;
pub mod plan;
pub mod read;
#[cfg(feature = "ssr")]
pub mod schema;
pub mod translate;

#[cfg(test)]
mod tests;
