//! What an app in development mode may no longer call.

use http::Method;

/// Parts of `/me` that `/me/library` replaces.
const OLD_LIBRARIES: [&str; 6] = ["tracks", "albums", "episodes", "shows", "audiobooks", "following"];

/// Catalogue nouns whose batch form is gone.
const BATCHES: [&str; 7] = ["tracks", "artists", "albums", "episodes", "shows", "audiobooks", "chapters"];

/// Whether a path such as `/v1/artists` is removed in development mode.
pub(in crate::simulator) fn is_removed(method: &Method, path: &str) -> bool {
    let parts: Vec<&str> = path.trim_start_matches("/v1").split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [noun] => BATCHES.contains(noun) || *noun == "markets",
        ["playlists", _, "tracks"] | ["playlists", _, "followers", ..] => true,
        ["users" | "browse", ..] | ["artists", _, "top-tracks"] => true,
        ["me", noun] => OLD_LIBRARIES.contains(noun) && method != Method::GET,
        ["me", noun, "contains"] => *noun != "library",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_removed;
    use http::Method;

    #[test]
    fn the_table_of_february() {
        let removed = |method: Method, path: &str| is_removed(&method, path);
        for path in ["/v1/artists", "/v1/tracks", "/v1/albums", "/v1/playlists/x/tracks", "/v1/users/x/playlists"] {
            assert!(removed(Method::GET, path), "{path}");
        }
        assert!(removed(Method::DELETE, "/v1/playlists/x/followers"));
        assert!(removed(Method::PUT, "/v1/me/tracks") && removed(Method::GET, "/v1/me/tracks/contains"));
        for path in ["/v1/me", "/v1/me/playlists", "/v1/me/tracks", "/v1/artists/x", "/v1/me/library/contains"] {
            assert!(!removed(Method::GET, path), "{path}");
        }
        assert!(!removed(Method::DELETE, "/v1/me/library") && !removed(Method::PUT, "/v1/playlists/x/items"));
    }
}
