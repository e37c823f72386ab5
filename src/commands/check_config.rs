//! `headwater check-config`

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
        secret_key::sealer(config)?;
        println!("secret key      usable");
    }
    Ok(())
}
