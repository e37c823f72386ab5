//! The filter language: one tree of rules per child playlist, evaluated purely on both sides.

pub mod bits;
pub mod check;
pub mod columns;
pub mod compile;
pub mod coverage;
pub mod dates;
pub mod duration;
pub mod evaluate;
pub mod exception;
pub mod explain;
pub mod fields;
pub mod first_failing;
pub mod form;
pub mod histogram;
pub mod json;
pub mod judge;
pub mod leaf;
pub mod lint;
pub mod markdown;
pub mod operators;
#[doc(hidden)]
pub mod oracle;
pub mod output;
pub mod read;
pub mod rule;
pub mod sentence;
pub mod suggest;
pub mod text;
pub mod version_kind;

#[cfg(test)]
pub(crate) mod tests;
