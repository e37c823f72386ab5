//! Parses the command and hands over.
#![forbid(unsafe_code)]

use clap::Parser;
use headwater::commands::Cli;

fn main() -> color_eyre::Result<()> {
    color_eyre::install()?;
    // Absent is the normal case.
    let _ = dotenvy::dotenv();
    let cli = Cli::parse();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(cli.run())
}
