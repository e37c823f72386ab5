//! `headwater check-config`

use crate::server::backups;
use crate::server::clock;
use crate::server::config::Config;
use crate::server::secret_key;

/// Prints what is in force, without secrets; fails where the server could not start.
pub fn run(config: &Config) -> color_eyre::Result<()> {
    println!("listens at      {}", config.addr);
    println!("public URL      {}", config.public_url());
    println!("redirect URI    {}", config.redirect_uri());
    println!("database        {}", config.database_url());
    println!("client id       {}", if config.spotify_client_id.is_some() { "set" } else { "not set: starts as demo" });
    if config.data_dir.exists() {
        let newest = backups::list(&config.data_dir)?.first().map(|backup| clock::text_of(backup.at_ms));
        println!("last backup     {}", newest.as_deref().unwrap_or("none yet"));
        secret_key::sealer(config)?;
        println!("secret key      usable");
    }
    Ok(())
}
