//! `headwater restore-backup`

use super::owner::{DONE, FAILED, Stop};
use crate::server::backups::restore::restore;
use crate::server::config::Config;
use crate::server::seal::TokenKind;
use crate::server::secret_key;
use clap::Args;
use std::path::PathBuf;

/// What to restore.
#[derive(Debug, Args)]
pub struct Options {
    /// the backup, as `headwater backup list` names it
    file: PathBuf,
    #[command(flatten)]
    config: Box<Config>,
}

/// Restores it and says what became of the old database.
pub async fn run(options: Options) -> Result<i32, Stop> {
    let config = options.config.without_blanks();
    let restored = restore(&config, &options.file).await?;
    println!("Restored {}; people in it: {}.", options.file.display(), restored.copy.users);
    if let Some(replaced) = &restored.replaced {
        println!("The database that was here before is kept as {}.", replaced.display());
    }
    let sealer = secret_key::sealer(&config).map_err(|error| Stop::new(FAILED, error.to_string()))?;
    let opens = |(user, blob): &(_, Vec<u8>)| sealer.open(*user, TokenKind::Refresh, blob).is_ok();
    if !restored.copy.sample.as_ref().is_none_or(opens) {
        println!("The secret key in force does not open its tokens: use the key of that time, or sign in again.");
    }
    println!("Syncs that were running in it end as interrupted at the next start.");
    Ok(DONE)
}
