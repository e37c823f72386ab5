//! Path patterns: without `*` a prefix, with it a pattern for the whole path.

/// Whether a path fits a pattern; `*` stands for any run of characters without `/`, `**` for any run at all.
pub(super) fn path_fits(pattern: &str, path: &str) -> bool {
    if pattern.contains('*') { whole_fits(pattern, path) } else { path.starts_with(pattern) }
}

fn whole_fits(pattern: &str, path: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("**") {
        return ends(path, true).any(|tail| whole_fits(rest, tail));
    }
    if let Some(rest) = pattern.strip_prefix('*') {
        return ends(path, false).any(|tail| whole_fits(rest, tail));
    }
    match (pattern.chars().next(), path.chars().next()) {
        (None, None) => true,
        (Some(wanted), Some(found)) if wanted == found => {
            whole_fits(&pattern[wanted.len_utf8()..], &path[found.len_utf8()..])
        }
        (Some(_), Some(_)) | (Some(_), None) | (None, Some(_)) => false,
    }
}

/// The tails of a path that a star may leave over, the whole path first.
fn ends(path: &str, over_slashes: bool) -> impl Iterator<Item = &str> {
    let stop = if over_slashes { path.len() } else { path.find('/').unwrap_or(path.len()) };
    path.char_indices().map(|(at, _)| at).chain([path.len()]).filter(move |at| *at <= stop).map(|at| &path[at..])
}

#[cfg(test)]
mod tests {
    use super::path_fits;

    #[test]
    fn prefixes_and_stars() {
        assert!(path_fits("/v1/me", "/v1/me/playlists"));
        assert!(path_fits("/v1/playlists/*/items", "/v1/playlists/abc/items"));
        assert!(!path_fits("/v1/playlists/*", "/v1/playlists/abc/items"));
        assert!(path_fits("/v1/playlists/**", "/v1/playlists/abc/items"));
        assert!(!path_fits("/v1/playlists/*/items", "/v1/playlists/abc/tracks"));
        assert!(path_fits("**/items", "/v1/playlists/abc/items"));
    }
}
