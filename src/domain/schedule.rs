//! When a base syncs by itself: the common cases in words, with a cron expression behind each.

use serde::{Deserialize, Serialize};

/// Days as cron counts them: 0 is Sunday.
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// What a person may choose without knowing cron.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frequency {
    Hourly {
        minute: u8,
    },
    Daily {
        hour: u8,
        minute: u8,
    },
    Weekly {
        weekday: u8,
        hour: u8,
        minute: u8,
    },
    /// Any other cron expression of five fields.
    Cron(String),
}

/// Why a schedule starts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SchedulePause {
    /// The person wants it so.
    Person,
    /// Three syncs in a row that it started have failed.
    Failures,
}

/// Hours of each day in which nothing is started; what falls due then is done once at their end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// "22:00", in the schedule's zone.
    pub from: String,
    /// "07:00"; before `from` it is that of the next day.
    pub until: String,
}

impl QuietHours {
    /// Both as minutes of the day; `None` if one is no time, or they are the same.
    pub fn minutes(&self) -> Option<(u16, u16)> {
        let minutes = |text: &str| clock_of(text).map(|(hour, minute)| u16::from(hour) * 60 + u16::from(minute));
        minutes(&self.from).zip(minutes(&self.until)).filter(|(from, until)| from != until)
    }
}

/// When a base syncs by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Schedule {
    /// Minute, hour, day of the month, month, weekday.
    pub cron: String,
    /// Name of the IANA database, in which the expression is read.
    pub time_zone: String,
    /// The same in words, without the zone.
    pub words: String,
    /// Starts a sync only where it would change something, or a relative date falls due.
    pub only_if_changed: bool,
    pub quiet_hours: Option<QuietHours>,
    pub paused: Option<SchedulePause>,
    /// RFC 3339, UTC; none while paused.
    pub next_run_at: Option<String>,
}

/// How often a base that syncs when it changes is looked at.
pub const CHANGE_CRON: &str = "*/15 * * * *";

impl Schedule {
    /// When it starts a sync, in words.
    pub fn when_words(&self) -> String {
        let words = match (self.only_if_changed, self.cron == CHANGE_CRON) {
            (true, true) => "when something has changed, looked for every 15 minutes".to_owned(),
            (true, false) => format!("{}, if something has changed", self.words),
            (false, _) => self.words.clone(),
        };
        match &self.quiet_hours {
            Some(quiet) => format!("{words}, not from {} to {}", quiet.from, quiet.until),
            None => words,
        }
    }
}

impl Frequency {
    /// The expression behind it.
    pub fn cron(&self) -> String {
        match self {
            Self::Hourly { minute } => format!("{minute} * * * *"),
            Self::Daily { hour, minute } => format!("{minute} {hour} * * *"),
            Self::Weekly { weekday, hour, minute } => format!("{minute} {hour} * * {weekday}"),
            Self::Cron(cron) => cron.clone(),
        }
    }

    /// What an expression says, if that is one of the common cases.
    pub fn of_cron(cron: &str) -> Self {
        Self::common(cron).unwrap_or_else(|| Self::Cron(cron.trim().to_owned()))
    }

    fn common(cron: &str) -> Option<Self> {
        let fields: Vec<&str> = cron.split_whitespace().collect();
        let [minute, hour, "*", "*", weekday] = fields.as_slice() else { return None };
        let minute = number(minute, 59)?;
        match (*hour, *weekday) {
            ("*", "*") => Some(Self::Hourly { minute }),
            (hour, "*") => Some(Self::Daily { hour: number(hour, 23)?, minute }),
            // 7 is Sunday too.
            (hour, day) => Some(Self::Weekly { weekday: number(day, 7)? % 7, hour: number(hour, 23)?, minute }),
        }
    }

    /// In words, where it is one of the common cases.
    pub fn words(&self) -> Option<String> {
        Some(match self {
            Self::Hourly { minute: 0 } => "every hour".to_owned(),
            Self::Hourly { minute } => format!("every hour, {minute} minutes past"),
            Self::Daily { hour, minute } => format!("every day at {hour:02}:{minute:02}"),
            Self::Weekly { weekday, hour, minute } => {
                format!("every {} at {hour:02}:{minute:02}", weekday_name(*weekday))
            }
            Self::Cron(_) => return None,
        })
    }
}

/// "Sunday" for 0 and 7.
pub fn weekday_name(weekday: u8) -> &'static str {
    WEEKDAYS[usize::from(weekday) % WEEKDAYS.len()]
}

/// Hour and minute of "03:00".
pub fn clock_of(text: &str) -> Option<(u8, u8)> {
    let (hour, minute) = text.trim().split_once(':')?;
    // Browsers may send seconds.
    let minute = minute.split(':').next()?;
    Some((number(hour, 23)?, number(minute, 59)?))
}

/// Digits only, so that "+5" and "5/2" are none.
fn number(text: &str, max: u8) -> Option<u8> {
    let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_number && *number <= max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frequency() -> impl Strategy<Value = Frequency> {
        prop_oneof![
            (0..60_u8).prop_map(|minute| Frequency::Hourly { minute }),
            (0..24_u8, 0..60_u8).prop_map(|(hour, minute)| Frequency::Daily { hour, minute }),
            (0..7_u8, 0..24_u8, 0..60_u8).prop_map(|(weekday, hour, minute)| Frequency::Weekly {
                weekday,
                hour,
                minute
            }),
            Just(Frequency::Cron("*/15 8-20 * * 1-5".into())),
        ]
    }

    proptest! {
        #[test]
        fn what_was_chosen_is_found_again_in_the_expression(frequency in frequency()) {
            prop_assert_eq!(Frequency::of_cron(&frequency.cron()), frequency);
        }

        #[test]
        fn any_text_is_read(text in "[0-9*/, ]{0,20}") {
            let frequency = Frequency::of_cron(&text);
            prop_assert_eq!(Frequency::of_cron(&frequency.cron()), frequency);
        }
    }

    #[test]
    fn words_are_those_of_a_person() {
        let words = |cron: &str| Frequency::of_cron(cron).words();
        assert_eq!(words("0 3 * * *").unwrap(), "every day at 03:00");
        assert_eq!(words("30 18 * * 7").unwrap(), "every Sunday at 18:30");
        assert_eq!(words("15 * * * *").unwrap(), "every hour, 15 minutes past");
        assert_eq!(words("*/15 * * * *"), None);
        assert_eq!((clock_of("03:05"), clock_of("24:00"), clock_of("3")), (Some((3, 5)), None, None));
    }
}
