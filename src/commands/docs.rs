//! `headwater docs`: pages made from the code, so that they cannot be wrong.

use crate::domain::filter::fields;
use crate::domain::rules_file::schema;
use crate::server::config;
use clap::ValueEnum;

/// Which page.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Page {
    /// The table of settings.
    Configuration,
    /// The table of filter fields.
    Fields,
    /// The JSON Schema of a rules file.
    Schema,
}

/// Prints it.
pub fn run(page: Page) -> color_eyre::Result<()> {
    match page {
        Page::Configuration => print!("{}", config::markdown()),
        Page::Fields => print!("{}", fields::markdown()),
        Page::Schema => print!("{}", schema::text()),
    }
    Ok(())
}
