//! Times and lengths in words. Instants arrive as RFC 3339 in UTC.

use crate::domain::track::PartialDate;
use leptos::prelude::*;

/// Seconds since 1970 of "2026-11-22T22:54:03…Z"; `None` for anything else.
pub fn epoch_seconds(instant: &str) -> Option<i64> {
    let (day, clock) = instant.get(..10).zip(instant.get(11..19))?;
    let days = i64::from(PartialDate::parse(day)?.interval().0);
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    Some(days * 86_400 + hours * 3_600 + minutes * 60 + seconds)
}

/// The distance from `then` to `now` (both seconds since 1970) in words.
pub fn relative_words(then: i64, now: i64) -> String {
    let (span, past) = ((now - then).abs(), now >= then);
    let (count, unit) = match span {
        0..45 => return if past { "just now".to_owned() } else { "in a moment".to_owned() },
        45..2_700 => ((span + 30) / 60, "minute"),
        2_700..79_200 => ((span + 1_800) / 3_600, "hour"),
        79_200..2_160_000 => ((span + 43_200) / 86_400, "day"),
        2_160_000..28_512_000 => ((span + 1_296_000) / 2_592_000, "month"),
        _ => ((span + 15_768_000) / 31_536_000, "year"),
    };
    let count = count.max(1);
    let plural = if count == 1 { "" } else { "s" };
    if past { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

/// A wait in words, rounded as its length allows.
pub fn about_words(seconds: u32) -> String {
    match seconds {
        0..10 => "a few seconds".to_owned(),
        10..60 => format!("about {} s", seconds.div_ceil(10) * 10),
        60..3_600 => format!("about {} min", (seconds + 30) / 60),
        _ => format!("about {} h", (seconds + 1_800) / 3_600),
    }
}

/// A length as M:SS or H:MM:SS.
pub fn clock_words(milliseconds: u64) -> String {
    let seconds = milliseconds / 1_000;
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

/// A length of many songs: "3 h 12 min".
pub fn length_words(milliseconds: u64) -> String {
    let minutes = (milliseconds + 30_000) / 60_000;
    if minutes >= 60 { format!("{} h {} min", minutes / 60, minutes % 60) } else { format!("{minutes} min") }
}

/// Seconds since 1970, from the clock of whichever side renders.
/// Now, in seconds since 1970 in UTC.
pub fn now() -> i64 {
    #[cfg(feature = "ssr")]
    {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |age| i64::try_from(age.as_secs()).unwrap_or(0))
    }
    #[cfg(not(feature = "ssr"))]
    {
        (leptos::web_sys::js_sys::Date::now() / 1_000.0) as i64
    }
}

/// An instant in relative words, with the exact one in `datetime` and `title`.
#[component]
pub fn Ago(
    /// RFC 3339, UTC.
    instant: String,
) -> impl IntoView {
    let words = epoch_seconds(&instant).map_or_else(|| instant.clone(), |then| relative_words(then, now()));
    let title = exact_words(&instant);
    view! { <time datetime=instant title=title>{words}</time> }
}

/// "2026-11-22 22:54 UTC".
pub fn exact_words(instant: &str) -> String {
    match instant.get(..10).zip(instant.get(11..16)) {
        Some((day, clock)) => format!("{day} {clock} UTC"),
        None => instant.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read() {
        assert_eq!(epoch_seconds("1970-01-02T00:01:05Z"), Some(86_465));
        assert_eq!(epoch_seconds("2026-11-22T22:54:03.123Z"), Some(1_795_388_043));
        assert_eq!(epoch_seconds("yesterday"), None);
    }

    #[test]
    fn distances_are_told_in_the_largest_fitting_unit() {
        let cases = [
            (0, "just now"),
            (60, "1 minute ago"),
            (44 * 60, "44 minutes ago"),
            (3_600, "1 hour ago"),
            (86_400, "1 day ago"),
            (86_400 * 40, "1 month ago"),
            (86_400 * 800, "2 years ago"),
            (-7_200, "in 2 hours"),
        ];
        for (age, words) in cases {
            assert_eq!(relative_words(1_000_000_000 - age, 1_000_000_000), words);
        }
    }

    #[test]
    fn lengths_are_told() {
        assert_eq!(clock_words(219_400), "3:39");
        assert_eq!(clock_words(3_725_000), "1:02:05");
        assert_eq!(length_words(11_520_000), "3 h 12 min");
        assert_eq!(about_words(3), "a few seconds");
        assert_eq!(about_words(34), "about 40 s");
        assert_eq!(about_words(121), "about 2 min");
    }
}
