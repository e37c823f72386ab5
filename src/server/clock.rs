//! Now, in the two forms that are stored.

use jiff::Timestamp;

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

/// RFC 3339 in UTC with milliseconds: text order is time order.
pub fn now_text() -> String {
    text_of(now_ms())
}

/// The same form for a given instant; out-of-range instants become the epoch.
pub fn text_of(ms: i64) -> String {
    let instant = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{instant:.3}")
}

/// Reads RFC 3339.
pub fn parse_ms(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_milliseconds_agree() {
        assert_eq!(text_of(1_795_305_600_123), "2026-11-22T00:00:00.123Z");
        assert_eq!(parse_ms("2026-11-22T00:00:00.123Z"), Some(1_795_305_600_123));
        assert_eq!(parse_ms("yesterday"), None);
    }
}
