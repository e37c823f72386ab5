//! The instants of a cron expression in a time zone, and which of them has come. Pure: the time is passed in.

use crate::domain::schedule::{Frequency, QuietHours};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

const HOUR_MS: i64 = 3_600_000;
/// A clock that was ahead of now by more than this when something ran was wrong then.
const CLOCK_ERROR_MS: i64 = 26 * HOUR_MS;
/// Instants that are looked at to find the shortest time between two.
const GAPS_LOOKED_AT: usize = 120;

/// An expression and a zone that can be read.
#[derive(Debug, Clone)]
pub struct Times {
    cron: Cron,
    zone: TimeZone,
    /// First minute of the quiet part of a day, and the one after its last.
    quiet: Option<(u16, u16)>,
}

/// Why one cannot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimesError {
    #[error("this is no cron expression of five fields ({0})")]
    Cron(String),
    #[error("this is no time zone of the IANA database")]
    Zone,
    #[error("this expression names no time that ever comes")]
    Never,
}

/// What a schedule does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Start a sync, one for all instants that were missed, and be due again at `next_ms`.
    Run { next_ms: Option<i64> },
    /// Not yet.
    Wait { next_ms: Option<i64> },
}

impl Times {
    /// Reads both: minute, hour, day of the month, month, weekday; a name of the IANA database.
    pub fn parse(cron: &str, zone: &str) -> Result<Self, TimesError> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(cron).map_err(|error| TimesError::Cron(error.to_string()))?;
        let zone = match zone {
            "UTC" => TimeZone::UTC,
            name => TimeZone::get(name).map_err(|_| TimesError::Zone)?,
        };
        Ok(Self { cron, zone, quiet: None })
    }

    /// The same, but what falls into quiet hours comes at their end; hours that cannot be read are none.
    pub fn outside(mut self, quiet: Option<&QuietHours>) -> Self {
        self.quiet = quiet.and_then(QuietHours::minutes);
        self
    }

    /// The first instant after this one, both in milliseconds since 1970. In quiet hours it is their end, if anything
    /// fell due since they began.
    pub fn after(&self, ms: i64) -> Option<i64> {
        let from = Timestamp::from_millisecond(ms).ok()?.to_zoned(self.zone.clone());
        let begin = self.quiet_around(&from).map(|(begin, _)| begin).filter(|begin| *begin < from);
        let next = match begin {
            Some(begin) => self.cron.find_next_occurrence(&begin, true).ok()?,
            None => self.cron.find_next_occurrence(&from, false).ok()?,
        };
        let next = self.quiet_around(&next).map_or(next, |(_, end)| end);
        Some(next.timestamp().as_millisecond())
    }

    /// Begin and end of the quiet hours in which this moment lies.
    fn quiet_around(&self, at: &Zoned) -> Option<(Zoned, Zoned)> {
        let (from, until) = self.quiet?;
        let minute = u16::try_from(at.hour()).ok()? * 60 + u16::try_from(at.minute()).ok()?;
        let is_over_night = from > until;
        let is_quiet = if is_over_night { minute >= from || minute < until } else { (from..until).contains(&minute) };
        if !is_quiet {
            return None;
        }
        let (today, is_morning) = (at.date(), minute < until);
        let first = if is_over_night && is_morning { today.yesterday().ok()? } else { today };
        let last = if is_morning { today } else { today.tomorrow().ok()? };
        let moment = |day: Date, minute: u16| {
            let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
            day.at(hour, minute, 0, 0).to_zoned(self.zone.clone()).ok()
        };
        // Where the clocks go back, the end comes twice: it must not lie before.
        moment(first, from).zip(moment(last, until)).filter(|(_, end)| end > at)
    }

    fn quiet_end_ms(&self, ms: i64) -> Option<i64> {
        let at = Timestamp::from_millisecond(ms).ok()?.to_zoned(self.zone.clone());
        self.quiet_around(&at).map(|(_, end)| end.timestamp().as_millisecond())
    }

    /// The shortest time between two instants from here on, in milliseconds; `None` where there is at most one.
    pub fn shortest_gap_ms(&self, from_ms: i64) -> Option<i64> {
        let mut times = std::iter::successors(self.after(from_ms), |at| self.after(*at)).take(GAPS_LOOKED_AT);
        let mut last = times.next()?;
        times.map(|at| at - std::mem::replace(&mut last, at)).min()
    }

    /// In words: our own for the common cases.
    pub fn words(&self) -> String {
        Frequency::of_cron(self.cron.as_str()).words().unwrap_or_else(|| {
            let words = self.cron.describe();
            let words = words.trim_end_matches('.');
            let mut letters = words.chars();
            letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
        })
    }

    /// Whether the time has come. `next_ms` is what was decided last, `done_ms` when a sync was started last: nothing
    /// before that is due again, so that a clock that is put back repeats nothing; unless it was far ahead then.
    pub fn judge(&self, next_ms: Option<i64>, done_ms: Option<i64>, now_ms: i64) -> Due {
        if next_ms.is_some_and(|next| next <= now_ms) {
            // It may have been missed for long and found only now.
            if let Some(end_ms) = self.quiet_end_ms(now_ms) {
                return Due::Wait { next_ms: Some(end_ms) };
            }
            return Due::Run { next_ms: self.after(now_ms) };
        }
        let done_ms = done_ms.filter(|done| *done <= now_ms.saturating_add(CLOCK_ERROR_MS));
        let next = self.after(done_ms.map_or(now_ms, |done| done.max(now_ms)));
        Due::Wait { next_ms: next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::collections::BTreeMap;

    const ZONES: [&str; 5] =
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"];
    const MINUTE_MS: i64 = 60_000;
    const DAY_MS: i64 = 24 * HOUR_MS;

    /// A schedule in virtual time, as the store and the job carry it out.
    struct Carried {
        times: Times,
        next_ms: Option<i64>,
        done_ms: Option<i64>,
        ran: Vec<i64>,
    }

    impl Carried {
        fn new(cron: &str, zone: &str, now_ms: i64) -> Self {
            let times = Times::parse(cron, zone).unwrap();
            let next_ms = times.after(now_ms);
            Self { times, next_ms, done_ms: None, ran: Vec::new() }
        }

        fn look(&mut self, now_ms: i64) {
            match self.times.judge(self.next_ms, self.done_ms, now_ms) {
                Due::Run { next_ms } => {
                    (self.next_ms, self.done_ms) = (next_ms, Some(now_ms));
                    self.ran.push(now_ms);
                }
                Due::Wait { next_ms } => self.next_ms = next_ms,
            }
        }
    }

    fn start() -> i64 {
        date(2026, 1, 1).at(0, 0, 30, 0).to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond()
    }

    /// Runs by the day of the zone.
    fn by_day(ran: &[i64], zone: &TimeZone) -> BTreeMap<Date, Vec<i64>> {
        let mut days: BTreeMap<Date, Vec<i64>> = BTreeMap::new();
        for ms in ran {
            let local = Timestamp::from_millisecond(*ms).unwrap().to_zoned(zone.clone());
            days.entry(local.date()).or_default().push(*ms);
        }
        days
    }

    #[test]
    fn for_two_years_in_five_zones_each_day_runs_once_through_every_change_of_the_clocks() {
        // In the hour that is left out, in the hour that comes twice, and outside of both.
        for (hour, minute) in [(2_i8, 30_i8), (1, 45), (0, 15), (23, 10)] {
            for name in ZONES {
                let zone = TimeZone::get(name).unwrap();
                let mut carried = Carried::new(&format!("{minute} {hour} * * *"), name, start());
                let (mut now, end) = (start(), start() + 730 * DAY_MS);
                let mut dice = fastrand::Rng::with_seed(11);
                while now < end {
                    carried.look(now);
                    now += dice.i64(1..45) * MINUTE_MS;
                }
                let days = by_day(&carried.ran, &zone);
                assert!(days.len() >= 729, "{name}: {} days", days.len());
                for (day, times) in &days {
                    assert_eq!(times.len(), 1, "{name}, {day}: {times:?}");
                    // Where the time comes twice that day, the first; where it is left out, it runs after the gap.
                    let nominal = zone.to_ambiguous_zoned(day.at(hour, minute, 0, 0)).earlier().unwrap();
                    let late_ms = times[0] - nominal.timestamp().as_millisecond();
                    assert!((0..=75 * MINUTE_MS).contains(&late_ms), "{name}: {late_ms} ms after {nominal}");
                }
            }
        }
    }

    #[test]
    fn what_was_missed_while_nothing_ran_runs_once_and_a_clock_that_jumps_repeats_nothing() {
        for name in ZONES {
            for cron in ["30 2 * * *", "0 * * * *", "15 9 * * 1-5"] {
                let mut dice = fastrand::Rng::with_seed(7);
                let mut carried = Carried::new(cron, name, start());
                // What the clock shows, and how much it is wrong.
                let (mut real, mut wrong_ms) = (start(), 0_i64);
                let mut expected = 0;
                let mut seen_to = start();
                while real < start() + 730 * DAY_MS {
                    let now = real + wrong_ms;
                    let before = carried.ran.len();
                    carried.look(now);
                    // An instant has come, and none later than the last one that was seen was run before.
                    let has_come = carried.times.after(seen_to).is_some_and(|at| at <= now);
                    expected += usize::from(has_come);
                    assert_eq!(carried.ran.len() - before, usize::from(has_come), "{name}, {cron}, at {now}");
                    seen_to = seen_to.max(now);
                    match dice.u8(..200) {
                        // A restart after hours or days.
                        0..4 => real += dice.i64(1..80) * HOUR_MS,
                        // The clock is put back or forward within a day, or is right again.
                        4..8 => wrong_ms = dice.i64(-12 * HOUR_MS..12 * HOUR_MS),
                        _ => {}
                    }
                    real += dice.i64(1..120) * MINUTE_MS;
                }
                assert_eq!(carried.ran.len(), expected);
                assert!(expected > 300, "{name}, {cron}: {expected}");
            }
        }
    }

    #[test]
    fn in_quiet_hours_nothing_runs_and_what_was_due_runs_once_at_their_end() {
        for (from, until) in [("22:00", "07:00"), ("01:30", "03:30"), ("12:00", "00:00")] {
            for name in ZONES {
                let zone = TimeZone::get(name).unwrap();
                let quiet = QuietHours { from: from.into(), until: until.into() };
                let (first, last) = quiet.minutes().unwrap();
                let mut carried = Carried::new("20 * * * *", name, start());
                carried.times = carried.times.outside(Some(&quiet));
                carried.next_ms = carried.times.after(start());
                let (mut now, mut dice) = (start(), fastrand::Rng::with_seed(5));
                while now < start() + 730 * DAY_MS {
                    // Now and then nothing looks for hours.
                    now += i64::from(dice.u8(..200) == 0) * dice.i64(1..9) * HOUR_MS;
                    carried.look(now);
                    now += dice.i64(1..20) * MINUTE_MS;
                }
                for times in by_day(&carried.ran, &zone).into_values() {
                    for ms in times {
                        let local = Timestamp::from_millisecond(ms).unwrap().to_zoned(zone.clone());
                        let minute = local.hour() as u16 * 60 + local.minute() as u16;
                        let is_quiet = if first < last {
                            (first..last).contains(&minute)
                        } else {
                            minute >= first || minute < last
                        };
                        assert!(!is_quiet, "{name}, {from} to {until}: {local}");
                    }
                }
                // Once for each night, but where nothing looked just then.
                let ends = carried.ran.iter().filter(|ms| {
                    let local = Timestamp::from_millisecond(**ms).unwrap().to_zoned(zone.clone());
                    let minute = local.hour() as u16 * 60 + local.minute() as u16;
                    (last..last + 20).contains(&minute)
                });
                let ends = ends.count();
                assert!((600..=740).contains(&ends), "{name}, {from} to {until}: {ends}");
            }
        }
    }

    #[test]
    fn a_clock_that_was_a_year_ahead_is_forgotten() {
        let mut carried = Carried::new("0 3 * * *", "UTC", start());
        carried.look(start() + 365 * DAY_MS);
        carried.look(start() + MINUTE_MS);
        assert_eq!(carried.next_ms, carried.times.after(start()));
        carried.look(start() + DAY_MS);
        assert_eq!(carried.ran.len(), 2);
    }

    #[test]
    fn nonsense_is_refused_with_a_reason() {
        let error = |cron, zone| Times::parse(cron, zone).unwrap_err();
        for cron in ["", "often", "* * * *", "61 * * * *", "0 3 * * * *", "0 0 3 * * * 2027"] {
            assert!(matches!(error(cron, "UTC"), TimesError::Cron(_)), "{cron}");
        }
        assert_eq!(error("0 3 * * *", "Mars/Olympus"), TimesError::Zone);
        assert_eq!(Times::parse("0 3 31 2 *", "UTC").unwrap().after(start()), None);
        assert_eq!(Times::parse("*/5 * * * *", "UTC").unwrap().shortest_gap_ms(start()), Some(5 * MINUTE_MS));
        assert_eq!(
            Times::parse("*/15 8-20 * * 1-5", "UTC").unwrap().words(),
            "at every 15 minutes, of hour 8-20, on Monday, Tuesday, Wednesday, Thursday, and Friday"
        );
    }
}
