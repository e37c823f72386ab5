//! Dates of rules, and moments in the person's time zone, frozen at the start of a run.

use crate::domain::track::{PartialDate, days_from_civil, days_in_month};
use serde_json::Value;

const DAY_MS: i64 = 86_400_000;

/// Unit of "in the last N".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Days,
    Weeks,
    Months,
}

/// "In the last N units".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub n: u32,
    pub unit: Unit,
}

impl Span {
    /// Reads `{"n": 30, "unit": "days"}`.
    pub fn parse(value: &Value) -> Option<Self> {
        let object = value.as_object().filter(|object| object.len() == 2)?;
        let n = u32::try_from(object.get("n")?.as_u64()?).ok().filter(|n| (1..=36_500).contains(n))?;
        let unit = match object.get("unit")?.as_str()? {
            "days" => Unit::Days,
            "weeks" => Unit::Weeks,
            "months" => Unit::Months,
            _ => return None,
        };
        Some(Self { n, unit })
    }

    /// The first day that lies in it, counted back from today.
    pub fn first_day(self, today: i32) -> i32 {
        let n = i32::try_from(self.n).unwrap_or(i32::MAX);
        match self.unit {
            Unit::Days => today.saturating_sub(n),
            Unit::Weeks => today.saturating_sub(n.saturating_mul(7)),
            Unit::Months => months_back(today, n),
        }
    }
}

/// The same day so many months ago, or the last day of that month.
fn months_back(today: i32, months: i32) -> i32 {
    let (year, month, day) = civil_from_days(today);
    let index = i32::from(year) * 12 + i32::from(month) - 1 - months;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let (Ok(year), Ok(month)) = (i16::try_from(year), u8::try_from(month)) else { return i32::MIN };
    days_from_civil(year, month, day.min(days_in_month(year, month)))
}

/// Year, month and day of a day since 1970-01-01 (Howard Hinnant, `civil_from_days`).
pub fn civil_from_days(days: i32) -> (i16, u8, u8) {
    let z = i64::from(days) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year as i16, month as u8, day as u8)
}

/// Reads "YYYY", "YYYY-MM" or "YYYY-MM-DD" as first and last day.
pub fn parse_interval(value: &Value) -> Option<(i32, i32)> {
    PartialDate::parse(value.as_str()?).map(PartialDate::interval)
}

/// The day of a moment in a zone given as (instant, offset), each offset from its instant on.
pub fn local_day(instant_ms: i64, zone: &[(i64, i32)]) -> i32 {
    let offset_s =
        zone.iter().rev().find(|(from, _)| *from <= instant_ms).or(zone.first()).map_or(0, |(_, offset)| *offset);
    let local = instant_ms.saturating_add(i64::from(offset_s) * 1_000);
    i32::try_from(local.div_euclid(DAY_MS)).unwrap_or(i32::MAX)
}

/// 1 (Monday) to 7.
pub fn weekday(day: i32) -> u8 {
    // 1970-01-01 was a Thursday.
    ((i64::from(day) + 3).rem_euclid(7) + 1) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar_goes_there_and_back() {
        for day in (-800_000..800_000).step_by(97) {
            let (y, m, d) = civil_from_days(day);
            assert_eq!(days_from_civil(y, m, d), day);
        }
        assert_eq!(weekday(days_from_civil(2026, 11, 22)), 7);
        assert_eq!(weekday(0), 4);
    }

    #[test]
    fn months_end_where_the_month_ends() {
        let day = |y, m, d| days_from_civil(y, m, d);
        let back = |n, today| Span { n, unit: Unit::Months }.first_day(today);
        assert_eq!(back(1, day(2026, 3, 31)), day(2026, 2, 28));
        assert_eq!(back(12, day(2024, 2, 29)), day(2023, 2, 28));
        assert_eq!(back(2, day(2026, 1, 15)), day(2025, 11, 15));
    }
}
