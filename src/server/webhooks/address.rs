//! Which addresses messages may be sent to: those of the public internet, so that nobody reaches through this server
//! what stands beside it. Names are looked up for each message, and the connection goes to the address that was
//! checked.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

const URL_LEN_MAX: usize = 500;

/// Reads the address of a webhook.
///
/// # Errors
/// In words, for people.
pub fn read(text: &str, may_be_private: bool) -> Result<Url, &'static str> {
    let url = Url::parse(text.trim()).map_err(|_| "This is no web address.")?;
    if text.len() > URL_LEN_MAX {
        return Err("An address has at most 500 characters.");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("An address must not carry a name or a password; messages are signed instead.");
    }
    match (url.scheme(), may_be_private) {
        ("https", _) | ("http", true) => {}
        _ => return Err("An address begins with https://."),
    }
    let is_private = match url.host() {
        Some(Host::Ipv4(ip)) => !is_public(ip.into()),
        Some(Host::Ipv6(ip)) => !is_public(ip.into()),
        Some(Host::Domain(name)) => is_local_name(name),
        None => return Err("This is no web address."),
    };
    if is_private && !may_be_private {
        return Err("This address is not on the public internet.");
    }
    Ok(url)
}

/// Names that never lead to the public internet (RFC 6761, RFC 8375, RFC 9476).
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    !name.contains('.')
        || ["localhost", "local", "internal", "test", "invalid", "example", "home.arpa", "alt"]
            .iter()
            .any(|end| name == *end || name.strip_suffix(end).is_some_and(|rest| rest.ends_with('.')))
}

/// Whether an address is reached over the public internet (IANA's registries of special-purpose addresses).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !is_special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    // Addresses that carry one of version 4 lead where that one leads.
    if let Some(ip) = ip.to_ipv4_mapped() {
        return is_public_v4(ip);
    }
    let carried = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => carried(high, low),
        [0x2002, high, low, ..] => carried(high, low),
        // Teredo and others of 2001::/23, documentation, the rest of what is not global unicast.
        [0x2001, second, ..] if second < 0x200 => false,
        [0x2001, 0xdb8, ..] => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

/// Looks names up, and keeps the public addresses only.
#[derive(Debug, Clone, Copy)]
pub struct PublicOnly {
    /// Keeps all of them.
    pub may_be_private: bool,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let may_be_private = self.may_be_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> =
                found.into_iter().filter(|address| may_be_private || is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err("its name leads to no address on the public internet".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        let inside = [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "255.255.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "::7f00:1",
            "5f00::1",
        ];
        for text in inside {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        let outside = [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.254",
            "2606:4700:4700::1111",
            "2a00:1450:4001:81b::200e",
            "64:ff9b::808:808",
            "2001:4860::8888",
        ];
        for text in outside {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn addresses_are_read_and_refused_in_words() {
        for good in ["https://hooks.ntfy.sh/mine", "https://n8n.mine.org:8443/webhook/1?x=y", "https://1.1.1.1/"] {
            assert!(read(good, false).is_ok(), "{good}");
        }
        let bad = [
            "",
            "mine.org/hook",
            "http://mine.org/",
            "ftp://mine.org/",
            "https://me:pass@mine.org/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://localhost/",
            "https://printer/",
            "https://nas.local/",
            "https://metadata.google.internal/",
            "https://localhost./",
            "https://a.home.arpa/",
        ];
        for bad in bad {
            assert!(read(bad, false).is_err(), "{bad}");
        }
        assert!(read("http://127.0.0.1:9000/hook", true).is_ok());
        assert!(read(&format!("https://mine.org/{}", "a".repeat(600)), false).is_err());
    }

    #[tokio::test]
    async fn a_name_that_leads_home_leads_nowhere() {
        let name = || "localhost".parse::<Name>().unwrap();
        assert!(PublicOnly { may_be_private: false }.resolve(name()).await.is_err());
        assert!(PublicOnly { may_be_private: true }.resolve(name()).await.is_ok());
    }
}
