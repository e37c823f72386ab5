//! A time zone as the pure core takes it: a list of (instant, offset), frozen at the start of a run.

use crate::domain::filter::dates::civil_from_days;
use jiff::Timestamp;
use jiff::civil::Date;
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

/// When a day, counted from 1970-01-01, begins in a zone; milliseconds since 1970. Unknown names are UTC.
pub fn begin_of_day(name: &str, day: i32) -> i64 {
    let zone = TimeZone::get(name).unwrap_or(TimeZone::UTC);
    let (year, month, day_of_month) = civil_from_days(day);
    let begin = i8::try_from(month).ok().zip(i8::try_from(day_of_month).ok()).and_then(|(month, day)| {
        // Where the clocks go forward at midnight, the day begins after the gap.
        Date::new(year, month, day).ok()?.to_zoned(zone).ok()
    });
    begin.map_or_else(|| i64::from(day) * 86_400_000, |begin| begin.timestamp().as_millisecond())
}

/// Whether this is a name of the IANA time zone database.
pub fn is_known(name: &str) -> bool {
    name == "UTC" || TimeZone::get(name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::clock::text_of as clock_text;

    #[test]
    fn berlin_is_an_hour_ahead_in_winter_and_two_in_summer() {
        let winter = 1_795_305_600_000;
        let list = offsets("Europe/Berlin", winter);
        let at = |ms| list.iter().rev().find(|(from, _)| *from <= ms).unwrap().1;
        assert_eq!(at(winter), 3_600);
        assert_eq!(at(winter - 150 * 86_400_000), 7_200);
        assert_eq!(offsets("UTC", winter), vec![(i64::MIN, 0)]);
        let day = |day, zone| clock_text(begin_of_day(zone, day));
        assert_eq!(day(20_779, "Europe/Berlin"), "2026-11-21T23:00:00.000Z");
        assert_eq!(day(20_779, "UTC"), "2026-11-22T00:00:00.000Z");
        assert!(is_known("Europe/Berlin") && !is_known("Mars/Olympus"));
    }
}
