//! What syncs did over a stretch of days: how they ended, how long they took, what they asked of Spotify and were
//! spared, why some failed, how children grew.

pub mod cause;
pub mod picture;

use crate::domain::filter::dates::civil_from_days;
use crate::domain::ids::{BasePlaylistId, ChildPlaylistId, SyncEventId};
use crate::domain::sync::event::{SyncStatus, SyncTrigger, SyncWord};
use crate::domain::track::PartialDate;
use cause::FailureCause;
use serde::{Deserialize, Serialize};

/// Days that one look may span.
pub const DAYS_MAX: i32 = 366;
/// Days of a look that names none.
pub const DAYS_DEFAULT: i32 = 30;
/// Periods that a picture shows at most.
const PERIODS_MAX: i32 = 53;
/// Runs of a base that its strip shows.
pub const STRIP_LEN: usize = 30;

/// First and last day, counted from 1970-01-01 where the person lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub first: i32,
    pub last: i32,
}

/// Why a stretch of days is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DaysError {
    /// A text that is no day.
    From,
    /// The same of the last one.
    To,
    /// It ends before it begins.
    Backwards,
    /// It is longer than `DAYS_MAX`.
    TooLong,
}

impl DaysError {
    /// What is wrong, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::From => "from is a day, such as 2026-11-01.",
            Self::To => "to is a day, such as 2026-11-30.",
            Self::Backwards => "from must not be after to.",
            Self::TooLong => "from and to must not be more than 366 days apart.",
        }
    }
}

impl Days {
    /// Reads "2026-11-01" and "2026-11-30"; what is empty follows from the other, or from today.
    pub fn parse(from: &str, to: &str, today: i32) -> Result<Self, DaysError> {
        let last = if to.is_empty() { None } else { Some(day_of(to).ok_or(DaysError::To)?) };
        let first = if from.is_empty() { None } else { Some(day_of(from).ok_or(DaysError::From)?) };
        let last = last.unwrap_or_else(|| first.map_or(today, |first| today.clamp(first, first + DAYS_MAX - 1)));
        let first = first.unwrap_or(last - DAYS_DEFAULT + 1);
        match last - first {
            ..=-1 => Err(DaysError::Backwards),
            0..DAYS_MAX => Ok(Self { first, last }),
            _ => Err(DaysError::TooLong),
        }
    }

    /// How many.
    pub const fn len(self) -> i32 {
        self.last - self.first + 1
    }

    /// A stretch has at least one day.
    pub const fn is_empty(self) -> bool {
        self.len() <= 0
    }

    /// Days of one period of a picture: a day, a week, or as many weeks as needed.
    fn period(self) -> i32 {
        match self.len() {
            ..=31 => 1,
            len => (len + PERIODS_MAX * 7 - 1) / (PERIODS_MAX * 7) * 7,
        }
    }
}

/// The day of "2026-11-01", counted from 1970-01-01.
pub fn day_of(text: &str) -> Option<i32> {
    let is_full = text.len() == 10;
    PartialDate::parse(text).filter(|_| is_full).map(|date| date.interval().0)
}

/// "2026-11-01".
pub fn day_text(day: i32) -> String {
    let (year, month, day) = civil_from_days(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// One ended sync, as the figures need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRun {
    /// Where the person lives.
    pub day: i32,
    pub status: SyncStatus,
    pub word: SyncWord,
    pub seconds: u32,
    pub requests: u32,
    pub requests_saved: u32,
    pub cache_asked: u32,
    pub cache_found: u32,
    pub error_message: Option<String>,
}

/// A sync that changed a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildChange {
    pub child_playlist_id: ChildPlaylistId,
    pub name: String,
    pub base_name: String,
    pub day: i32,
    pub added: u32,
    pub removed: u32,
    /// Songs after it.
    pub songs: u32,
}

/// How syncs of one period ended and what they asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PeriodFigures {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    pub done: u32,
    pub partly_done: u32,
    pub failed: u32,
    pub cancelled: u32,
    /// Requests sent to Spotify.
    pub requests: u32,
    /// Requests that the cache made unnecessary.
    pub requests_saved: u32,
}

impl PeriodFigures {
    /// Ended syncs.
    pub const fn runs(&self) -> u32 {
        self.done + self.partly_done + self.failed + self.cancelled
    }
}

/// How long ended syncs took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Took {
    pub median_seconds: u32,
    /// Nine of ten took at most as long.
    pub p90_seconds: u32,
}

/// Syncs that failed for one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CauseFigures {
    pub cause: FailureCause,
    pub runs: u32,
}

/// Songs of a child at the end of a day on which a sync changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct GrowthPoint {
    pub day: String,
    pub songs: u32,
}

/// How one child grew by syncs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChildGrowth {
    pub child_playlist_id: ChildPlaylistId,
    /// Its name at the last change.
    pub name: String,
    pub base_name: String,
    /// Before the first change.
    pub songs_before: u32,
    /// After the last change.
    pub songs: u32,
    pub added: u32,
    pub removed: u32,
    pub points: Vec<GrowthPoint>,
}

/// One of the last runs of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RunMark {
    pub id: SyncEventId,
    pub base_playlist_id: BasePlaylistId,
    pub base_name: String,
    pub word: SyncWord,
    pub trigger: SyncTrigger,
    /// RFC 3339, UTC.
    pub started_at: String,
}

/// All figures of a stretch of days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Insights {
    pub from: String,
    pub to: String,
    /// Ended syncs.
    pub runs: u32,
    /// Days of each period but perhaps the last.
    pub period_days: u32,
    pub periods: Vec<PeriodFigures>,
    /// Of syncs that completed; absent if none did.
    pub took: Option<Took>,
    pub requests: u32,
    pub requests_saved: u32,
    /// 0 to 1; null when nothing was asked of the cache.
    pub cache_hit_rate: Option<f64>,
    /// The most frequent first.
    pub failures: Vec<CauseFigures>,
    /// Children that a sync changed, in the order of base and name.
    pub children: Vec<ChildGrowth>,
}

/// Adds everything up.
pub fn insights(days: Days, runs: &[EndedRun], changes: &[ChildChange]) -> Insights {
    let (asked, found) = runs.iter().fold((0_u64, 0_u64), |(asked, found), run| {
        (asked + u64::from(run.cache_asked), found + u64::from(run.cache_found))
    });
    let sum = |of: fn(&EndedRun) -> u32| runs.iter().map(of).fold(0, u32::saturating_add);
    Insights {
        from: day_text(days.first),
        to: day_text(days.last),
        runs: u32::try_from(runs.len()).unwrap_or(u32::MAX),
        period_days: days.period().unsigned_abs(),
        periods: periods(days, runs),
        took: took(runs),
        requests: sum(|run| run.requests),
        requests_saved: sum(|run| run.requests_saved),
        cache_hit_rate: (asked > 0).then(|| found as f64 / asked as f64),
        failures: failures(runs),
        children: growth(changes),
    }
}

fn periods(days: Days, runs: &[EndedRun]) -> Vec<PeriodFigures> {
    let step = days.period();
    let starts = (0..days.len()).step_by(usize::try_from(step).unwrap_or(1));
    let mut periods: Vec<PeriodFigures> = starts
        .map(|start| PeriodFigures {
            from: day_text(days.first + start),
            to: day_text((days.first + start + step - 1).min(days.last)),
            ..PeriodFigures::default()
        })
        .collect();
    for run in runs {
        let at = usize::try_from((run.day - days.first) / step).unwrap_or(0).min(periods.len() - 1);
        let period = &mut periods[at];
        match run.word {
            SyncWord::Done | SyncWord::Queued | SyncWord::Syncing => period.done += 1,
            SyncWord::PartlyDone => period.partly_done += 1,
            SyncWord::Failed => period.failed += 1,
            SyncWord::Cancelled => period.cancelled += 1,
        }
        period.requests = period.requests.saturating_add(run.requests);
        period.requests_saved = period.requests_saved.saturating_add(run.requests_saved);
    }
    periods
}

fn took(runs: &[EndedRun]) -> Option<Took> {
    let mut seconds: Vec<u32> =
        runs.iter().filter(|run| run.status == SyncStatus::Completed).map(|run| run.seconds).collect();
    seconds.sort_unstable();
    // The nearest-rank method.
    let rank = |of_ten: usize| seconds.get((seconds.len() * of_ten).div_ceil(10).saturating_sub(1)).copied();
    Some(Took { median_seconds: rank(5)?, p90_seconds: rank(9)? })
}

fn failures(runs: &[EndedRun]) -> Vec<CauseFigures> {
    let failed = runs.iter().filter(|run| run.status == SyncStatus::Failed && run.word != SyncWord::Cancelled);
    let mut figures: Vec<CauseFigures> = Vec::new();
    for cause in failed.map(|run| FailureCause::of(run.error_message.as_deref().unwrap_or_default())) {
        match figures.iter_mut().find(|one| one.cause == cause) {
            Some(one) => one.runs += 1,
            None => figures.push(CauseFigures { cause, runs: 1 }),
        }
    }
    figures.sort_by_key(|one| (std::cmp::Reverse(one.runs), one.cause));
    figures
}

/// `changes` are in the order of time.
fn growth(changes: &[ChildChange]) -> Vec<ChildGrowth> {
    let mut children: Vec<ChildGrowth> = Vec::new();
    for change in changes {
        let at = children.iter().position(|child| child.child_playlist_id == change.child_playlist_id);
        let at = at.unwrap_or_else(|| {
            children.push(ChildGrowth {
                child_playlist_id: change.child_playlist_id,
                name: String::new(),
                base_name: String::new(),
                songs_before: (change.songs + change.removed).saturating_sub(change.added),
                songs: 0,
                added: 0,
                removed: 0,
                points: Vec::new(),
            });
            children.len() - 1
        });
        grow(&mut children[at], change);
    }
    children.sort_by(|a, b| (&a.base_name, &a.name).cmp(&(&b.base_name, &b.name)));
    children
}

fn grow(child: &mut ChildGrowth, change: &ChildChange) {
    child.name.clone_from(&change.name);
    child.base_name.clone_from(&change.base_name);
    child.added = child.added.saturating_add(change.added);
    child.removed = child.removed.saturating_add(change.removed);
    child.songs = change.songs;
    let day = day_text(change.day);
    match child.points.last_mut().filter(|point| point.day == day) {
        Some(point) => point.songs = change.songs,
        None => child.points.push(GrowthPoint { day, songs: change.songs }),
    }
}

#[cfg(test)]
mod tests;
