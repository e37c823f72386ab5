//! Which redirect URI is the registered one.

/// Whether a requested redirect URI is the registered one: equal to the letter, except that the port of a loopback
/// IP literal is free. `localhost` never is.
pub fn is_registered(requested: &str, registered: &str) -> bool {
    let Some(requested) = Parts::of(requested) else { return false };
    let Some(registered) = Parts::of(registered) else { return false };
    if requested.host.eq_ignore_ascii_case("localhost") {
        return false;
    }
    let loopback = matches!(requested.host, "127.0.0.1" | "[::1]");
    if requested.scheme == "http" && !loopback {
        return false;
    }
    let port_fits = requested.port == registered.port || loopback;
    requested.scheme == registered.scheme
        && requested.host == registered.host
        && port_fits
        && requested.rest == registered.rest
}

struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: Option<u16>,
    /// Path and query.
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn of(uri: &'a str) -> Option<Self> {
        let (scheme, after) = uri.split_once("://")?;
        if !matches!(scheme, "http" | "https") || uri.contains('#') {
            return None;
        }
        let end = after.find(['/', '?']).unwrap_or(after.len());
        let (authority, rest) = after.split_at(end);
        let host_end = authority.find(']').map_or_else(|| authority.find(':'), |bracket| Some(bracket + 1));
        let (host, port) = authority.split_at(host_end.unwrap_or(authority.len()));
        let port = match port.strip_prefix(':') {
            Some(digits) => Some(digits.parse().ok()?),
            None if port.is_empty() => None,
            None => return None,
        };
        let well_formed = !host.is_empty() && !host.contains('@');
        well_formed.then_some(Self { scheme, host, port, rest })
    }
}

#[cfg(test)]
mod tests {
    use super::is_registered;

    const REGISTERED: &str = "http://127.0.0.1/auth/callback";

    #[test]
    fn any_port_on_the_loopback_literal() {
        assert!(is_registered("http://127.0.0.1/auth/callback", REGISTERED));
        assert!(is_registered("http://127.0.0.1:3000/auth/callback", REGISTERED));
        assert!(is_registered("http://[::1]:8080/cb", "http://[::1]/cb"));
    }

    #[test]
    fn everything_else_to_the_letter() {
        for wrong in [
            "http://localhost:3000/auth/callback",
            "http://127.0.0.1:3000/auth/callback/",
            "http://127.0.0.1:3000/Auth/callback",
            "https://127.0.0.1:3000/auth/callback",
            "http://127.0.0.1:3000/auth/callback?x=1",
            "http://[::1]:3000/auth/callback",
            "http://evil@127.0.0.1/auth/callback",
            "http://127.0.0.1:99999/auth/callback",
            "nonsense",
        ] {
            assert!(!is_registered(wrong, REGISTERED), "{wrong}");
        }
        assert!(!is_registered("http://localhost/cb", "http://localhost/cb"));
        assert!(is_registered("https://app.example/cb", "https://app.example/cb"));
        assert!(!is_registered("https://app.example:444/cb", "https://app.example/cb"));
        assert!(!is_registered("http://app.example/cb", "http://app.example/cb"));
    }
}
