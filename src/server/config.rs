//! Configuration: one struct is flags, environment, `--help` and the table of the README.

use clap::{Args, CommandFactory, Parser, ValueEnum};
use secrecy::{ExposeSecret, SecretString};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// What to do when Spotify limits us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RateLimitPolicy {
    /// Wait as long as allowed, then go on.
    Wait,
    /// Fail the sync at once.
    FailFast,
}

/// What Spotify lets this app do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ApiModeSetting {
    /// Found out by asking.
    Auto,
    /// Batch reads and all fields.
    Extended,
    /// Single reads, fields withheld.
    Development,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Everything that can be set.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// where the server listens
    #[arg(long, env = "HEADWATER_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    /// how browsers reach it; the redirect URI is this plus `/auth/callback` [default: `http://` + the address]
    #[arg(long, env = "HEADWATER_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// databases, instance locks, generated secret key
    #[arg(long, env = "HEADWATER_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
    /// the database [default: `sqlite://<data dir>/app.db`]; the cache is `<data dir>/cache.db`
    #[arg(long, env = "DATABASE_URL")]
    pub database_url: Option<String>,
    /// 32 bytes in base64, encrypts Spotify tokens at rest [default: generated, 0600, in the data dir]
    #[arg(long, env = "HEADWATER_SECRET_KEY", hide_env_values = true)]
    pub secret_key: Option<SecretString>,
    /// a file holding that key
    #[arg(long, env = "HEADWATER_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
    /// client id of your Spotify app; without it the server starts in demo mode
    #[arg(long, env = "SPOTIFY_CLIENT_ID")]
    pub spotify_client_id: Option<String>,
    /// client secret; optional, PKCE needs none
    #[arg(long, env = "SPOTIFY_CLIENT_SECRET", hide_env_values = true)]
    pub spotify_client_secret: Option<SecretString>,
    /// Spotify's accounts service
    #[arg(long, env = "SPOTIFY_ACCOUNTS_URL", default_value = "https://accounts.spotify.com")]
    pub spotify_accounts_url: String,
    /// Spotify's Web API
    #[arg(long, env = "SPOTIFY_API_URL", default_value = "https://api.spotify.com/v1")]
    pub spotify_api_url: String,
    /// what Spotify lets this app do; `auto` finds out
    #[arg(long, env = "HEADWATER_SPOTIFY_API_MODE", value_enum, default_value = "auto")]
    pub spotify_api_mode: ApiModeSetting,
    /// our own throttle: at most half of this many requests in any 30 seconds
    #[arg(long, env = "HEADWATER_SPOTIFY_REQUESTS_PER_MINUTE", default_value_t = 100, value_parser = clap::value_parser!(u32).range(2..))]
    pub spotify_requests_per_minute: u32,
    /// the longest `Retry-After` that a sync waits for; longer ones fail it with the time to retry
    #[arg(long, env = "HEADWATER_MAX_RATE_LIMIT_WAIT", default_value = "60s", value_parser = parse_duration)]
    pub max_rate_limit_wait: Duration,
    /// wait for Spotify's limit, or fail at once
    #[arg(long, env = "HEADWATER_RATE_LIMIT_POLICY", value_enum, default_value = "wait")]
    pub rate_limit_policy: RateLimitPolicy,
    /// how many times one sync goes on by itself after a restart or a rate limit; 0: only when asked
    #[arg(long, env = "HEADWATER_RESUMES_MAX", default_value = "3")]
    pub resumes_max: u32,
    /// read every written child back and compare
    #[arg(long, env = "HEADWATER_READ_BACK", default_value = "false", action = clap::ArgAction::Set)]
    pub read_back: bool,
    /// how long tracks stay in the cache (today nothing keeps any: playlist items carry them)
    #[arg(long, env = "HEADWATER_CACHE_TTL_TRACK", default_value = "24h", value_parser = parse_duration)]
    pub cache_ttl_track: Duration,
    /// how long albums stay in the cache (today nothing keeps any)
    #[arg(long, env = "HEADWATER_CACHE_TTL_ALBUM", default_value = "7d", value_parser = parse_duration)]
    pub cache_ttl_album: Duration,
    /// how long the items of a playlist stay in the cache (today nothing keeps any)
    #[arg(long, env = "HEADWATER_CACHE_TTL_PLAYLIST", default_value = "5m", value_parser = parse_duration)]
    pub cache_ttl_playlist: Duration,
    /// the part of the cache in memory, in megabytes; 0: none
    #[arg(long, env = "HEADWATER_CACHE_MEMORY", default_value_t = 8)]
    pub cache_memory_mb: u32,
    /// how long artists stay in the cache
    #[arg(long, env = "HEADWATER_CACHE_TTL_ARTIST", default_value = "7d", value_parser = parse_duration)]
    pub cache_ttl_artist: Duration,
    /// Redis for a cache and a throttle shared by several servers; commas between the nodes of a cluster
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: Option<SecretString>,
    /// sign-ins a minute, per address and per person
    #[arg(long, env = "HEADWATER_SIGN_INS_PER_MINUTE", default_value_t = 60)]
    pub sign_ins_per_minute: u32,
    /// accepted sync starts a minute, per address and per person
    #[arg(long, env = "HEADWATER_SYNC_STARTS_PER_MINUTE", default_value_t = 60)]
    pub sync_starts_per_minute: u32,
    /// addresses whose `X-Forwarded-For` is believed, separated by commas
    #[arg(long, env = "HEADWATER_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,
    /// let webhooks reach addresses that are not on the public internet, such as this machine
    #[arg(long, env = "HEADWATER_WEBHOOK_PRIVATE_HOSTS", default_value = "false", action = clap::ArgAction::Set)]
    pub webhook_private_hosts: bool,
    /// serve figures for Prometheus at `/metrics`, to anybody who can reach the server
    #[arg(long, env = "HEADWATER_METRICS", default_value = "false", action = clap::ArgAction::Set)]
    pub metrics: bool,
    /// `text` or `json` log lines; what is logged is set by `RUST_LOG`
    #[arg(long, env = "HEADWATER_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
    /// where the browser's files are
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub site_root: PathBuf,
}

impl Config {
    /// How browsers reach us, without a slash at the end.
    pub fn public_url(&self) -> String {
        let given = self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.addr));
        given.trim_end_matches('/').to_owned()
    }

    /// What must be registered at Spotify.
    pub fn redirect_uri(&self) -> String {
        format!("{}/auth/callback", self.public_url())
    }

    /// An empty line in `.env` sets nothing.
    #[must_use]
    pub fn without_blanks(mut self) -> Self {
        let blank = |text: &Option<String>| text.as_deref().is_some_and(|text| text.trim().is_empty());
        for text in [&mut self.public_url, &mut self.database_url, &mut self.spotify_client_id] {
            if blank(text) {
                *text = None;
            }
        }
        for secret in [&mut self.secret_key, &mut self.spotify_client_secret, &mut self.redis_url] {
            if secret.as_ref().is_some_and(|secret| secret.expose_secret().trim().is_empty()) {
                *secret = None;
            }
        }
        self
    }

    /// Plain HTTP is for this machine alone; everywhere else cookies are `Secure`.
    pub fn is_plain_loopback(&self) -> bool {
        let url = self.public_url();
        ["http://127.0.0.1", "http://[::1]", "http://localhost"].iter().any(|prefix| url.starts_with(prefix))
    }

    /// URL of the main database.
    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("app.db").display()))
    }
}

/// Reads "90", "60s", "5m", "24h" or "7d".
fn parse_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.char_indices().find(|(_, c)| !c.is_ascii_digit()) {
        Some((at, _)) => text.split_at(at),
        None => (text, "s"),
    };
    let number: u64 = number.parse().map_err(|_| format!("{text:?} is no duration; write 60s, 5m, 24h or 7d"))?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(format!("{text:?} is no duration; write 60s, 5m, 24h or 7d")),
    };
    Ok(Duration::from_secs(number * seconds))
}

#[derive(Parser)]
struct Table {
    #[command(flatten)]
    config: Config,
}

/// The configuration table of the README, as Markdown.
pub fn markdown() -> String {
    let mut out = String::from("| variable | default | meaning |\n|---|---|---|\n");
    for arg in Table::command().get_arguments() {
        let Some(env) = arg.get_env() else { continue };
        let default = arg.get_default_values().first().map_or("none".into(), |v| format!("`{}`", v.to_string_lossy()));
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let (meaning, default) = match help.split_once(" [default: ") {
            Some((meaning, rest)) => match rest.split_once(']') {
                Some((shown, tail)) => (format!("{meaning}{tail}"), shown.to_owned()),
                None => (help.clone(), default),
            },
            None => (help.clone(), default),
        };
        out.push_str(&format!("| `{}` | {default} | {meaning} |\n", env.to_string_lossy()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("60s"), Ok(Duration::from_secs(60)));
        assert_eq!(parse_duration("7d"), Ok(Duration::from_secs(604_800)));
        assert_eq!(parse_duration("5"), Ok(Duration::from_secs(5)));
        assert!(parse_duration("5 minutes").is_err());
        assert!(parse_duration("").is_err());
    }

    #[test]
    fn the_table_has_a_row_per_setting() {
        let table = markdown();
        for name in ["HEADWATER_ADDR", "SPOTIFY_CLIENT_ID", "HEADWATER_READ_BACK"] {
            assert!(table.contains(&format!("| `{name}` |")), "{table}");
        }
    }
}
