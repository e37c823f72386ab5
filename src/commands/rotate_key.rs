//! `headwater rotate-key`

use super::owner::{DONE, FAILED, Stop};
use crate::server::config::Config;
use crate::server::instance::Alone;
use crate::server::secret_key::{self, Keys};
use crate::server::store::Store;
use clap::Args;

/// Where the data are.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    config: Box<Config>,
}

fn failed(error: impl std::fmt::Display) -> Stop {
    Stop::new(FAILED, format!("The key was not changed: {error}."))
}

/// Makes a new key, seals all secrets with it, and forgets the one before. While nothing runs. Whenever it is
/// stopped, the file holds the keys of everything that is sealed, and another run goes on.
pub async fn run(options: Options) -> Result<i32, Stop> {
    let config = options.config.without_blanks();
    std::fs::create_dir_all(&config.data_dir).map_err(failed)?;
    let alone = Alone::claim(&config.data_dir).map_err(failed)?;
    let _alone = alone.ok_or_else(|| failed("a server or another command uses the data directory; stop it first"))?;
    let store = Store::open(&config.database_url(), &config.data_dir).await.map_err(failed)?;
    let keys = secret_key::keys(&config).map_err(failed)?;
    let file = secret_key::file(&config);
    let keys = match (&file, &keys.previous) {
        // A rotation was interrupted, or the environment names both: what they say is carried out.
        (_, Some(_)) => keys,
        (Some(file), None) => {
            let rotated = keys.rotated().map_err(failed)?;
            secret_key::replace(file, &rotated).map_err(failed)?;
            rotated
        }
        (None, None) => {
            let words = "HEADWATER_SECRET_KEY holds one key. Put a new one before it, as in “2:<new key> 1:<old key>”, \
                         and run this again";
            return Err(failed(words));
        }
    };
    let count = reseal(&store, &keys).await?;
    let only = Keys { previous: None, ..keys };
    match &file {
        Some(file) => secret_key::replace(file, &only).map_err(failed)?,
        None => println!("Take the old key out of HEADWATER_SECRET_KEY now."),
    }
    println!("{count} secrets are sealed with key {} now.", only.current.id);
    println!("A backup made before this brings back secrets of the old key: people then have to sign in again.");
    Ok(DONE)
}

async fn reseal(store: &Store, keys: &Keys) -> Result<u32, Stop> {
    let sealer = keys.sealer().map_err(failed)?;
    let sealed = store.reseal(|user, kind, blob| sealer.seal(user, kind, &sealer.open(user, kind, blob)?)).await;
    sealed.map_err(|error| {
        Stop::new(FAILED, format!("No secret was sealed anew: {error}. Both keys are kept; run this again."))
    })
}
