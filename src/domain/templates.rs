//! Starters.
