//! A time zone as the pure core takes it: a list of (instant, offset), frozen at the start of a run.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Rules look back at most this far with relative dates; older instants use the first offset.
const YEARS_BACK: i64 = 80;
const YEARS_AHEAD: i64 = 1;
const YEAR_S: i64 = 31_556_952;

/// Offsets from UTC in seconds, each from its instant (milliseconds since 1970) on. Unknown names are UTC.
pub fn offsets(name: &str, now_ms: i64) -> Vec<(i64, i32)> {
    let zone = TimeZone::get(name).unwrap_or(TimeZone::UTC);
    let now_s = now_ms / 1_000;
    let first = Timestamp::from_second(now_s - YEARS_BACK * YEAR_S).unwrap_or(Timestamp::UNIX_EPOCH);
    let last = Timestamp::from_second(now_s + YEARS_AHEAD * YEAR_S).unwrap_or(Timestamp::MAX);
    let mut offsets = vec![(i64::MIN, zone.to_offset(first).seconds())];
    offsets.extend(
        zone.following(first)
            .take_while(|transition| transition.timestamp() <= last)
            .map(|transition| (transition.timestamp().as_millisecond(), transition.offset().seconds())),
    );
    offsets
}

/// Whether this is a name of the IANA time zone database.
pub fn is_known(name: &str) -> bool {
    name == "UTC" || TimeZone::get(name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn berlin_is_an_hour_ahead_in_winter_and_two_in_summer() {
        let winter = 1_795_305_600_000;
        let list = offsets("Europe/Berlin", winter);
        let at = |ms| list.iter().rev().find(|(from, _)| *from <= ms).unwrap().1;
        assert_eq!(at(winter), 3_600);
        assert_eq!(at(winter - 150 * 86_400_000), 7_200);
        assert_eq!(offsets("UTC", winter), vec![(i64::MIN, 0)]);
        assert!(is_known("Europe/Berlin") && !is_known("Mars/Olympus"));
    }
}
