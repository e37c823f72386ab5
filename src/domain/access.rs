//! Who may act for a person: their browsers' sessions, and the tokens that their programs carry.

use serde::{Deserialize, Serialize};

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything that changes nothing.
    Read,
    /// Starting, resuming and cancelling syncs.
    Sync,
    /// Changing base playlists, child playlists, rules, tags and settings, and putting children back.
    Write,
}

impl Scope {
    /// Every value, in order.
    pub const ALL: [Self; 3] = [Self::Read, Self::Sync, Self::Write];

    /// The word used in database and API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Sync => "sync",
            Self::Write => "write",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Read => "Read everything",
            Self::Sync => "Start, resume and cancel syncs",
            Self::Write => "Change playlists, rules, tags and settings",
        }
    }
}

/// What no token may touch: the account itself, and what lets others in.
const NEVER: [&str; 3] = ["/api/tokens", "/api/sessions", "/api/webhook"];
/// What is asked by POST and changes nothing.
const ASKED: [&str; 3] = ["/preview", "/explain", "/lint"];
/// What moves songs by the rules as they are.
const SYNCS: [&str; 4] = ["/sync", "/resume", "/cancel", "/api/sync-batches"];

/// The scope that a request of the contract needs; `None`: no token will do.
pub fn scope_of(is_safe: bool, path: &str) -> Option<Scope> {
    let is_below = |root: &str| path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    let ends = |list: &[&str]| list.iter().any(|end| path.ends_with(end));
    if !path.starts_with("/api/") || NEVER.into_iter().any(is_below) {
        return None;
    }
    match is_safe {
        true => Some(Scope::Read),
        false if path == "/api/me" => None,
        false if ends(&ASKED) => Some(Scope::Read),
        false if ends(&SYNCS) => Some(Scope::Sync),
        false => Some(Scope::Write),
    }
}

/// A token as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PersonalToken {
    pub id: String,
    pub name: String,
    pub scopes: Vec<Scope>,
    /// Only in the answer that made it.
    pub token: Option<String>,
    /// RFC 3339, UTC.
    pub created: String,
    pub expires_at: Option<String>,
    /// Written down at most once an hour.
    pub last_used_at: Option<String>,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionLine {
    /// Names it here; it opens nothing.
    pub id: String,
    /// Browser and system, as far as they tell.
    pub browser: String,
    /// The one that asks.
    pub is_this: bool,
    /// RFC 3339, UTC.
    pub signed_in_at: String,
    /// Written down at most once an hour.
    pub last_seen_at: String,
}

const BROWSERS: [(&str, &str); 6] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// "Firefox on Linux", from a `User-Agent`: only what lets a person tell their own browsers apart.
pub fn browser_words(user_agent: &str) -> String {
    let find = |list: &[(&str, &'static str)]| list.iter().find(|(sign, _)| user_agent.contains(sign)).map(|one| one.1);
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "An unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_has_its_scope() {
        let cases = [
            (true, "/api/me", Some(Scope::Read)),
            (true, "/api/sync-events.atom", Some(Scope::Read)),
            (false, "/api/base-playlists/1/preview", Some(Scope::Read)),
            (false, "/api/base-playlists/1/sync", Some(Scope::Sync)),
            (false, "/api/sync-events/1/cancel", Some(Scope::Sync)),
            (false, "/api/sync-batches", Some(Scope::Sync)),
            (false, "/api/sync-events/1/restore", Some(Scope::Write)),
            (false, "/api/base-playlists", Some(Scope::Write)),
            (false, "/api/child-playlists/1", Some(Scope::Write)),
            (false, "/api/me", None),
            (true, "/api/tokens", None),
            (false, "/api/tokens/1", None),
            (true, "/api/sessions", None),
            (false, "/api/webhook/trial", None),
            (true, "/account", None),
            (false, "/fn/start_sync", None),
            (false, "/auth/logout", None),
        ];
        for (is_safe, path, scope) in cases {
            assert_eq!(scope_of(is_safe, path), scope, "{path}");
        }
        assert!(Scope::ALL.iter().all(|scope| Scope::parse(scope.as_str()) == Some(*scope)));
    }

    #[test]
    fn browsers_are_told_apart() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        assert_eq!(browser_words(chrome), "Chrome on Linux");
        assert_eq!(browser_words(&format!("{chrome} Edg/140.0")), "Edge on Linux");
        assert_eq!(
            browser_words("Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0"),
            "Firefox on Windows"
        );
        assert_eq!(browser_words("curl/8.1"), "curl");
        assert_eq!(browser_words(""), "An unknown browser");
    }
}
