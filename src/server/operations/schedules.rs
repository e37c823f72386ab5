//! When a base syncs by itself.

use super::CurrentUser;
use crate::domain::playlist::BasePlaylist;
use crate::domain::schedule::{QuietHours, Schedule, SchedulePause};
use crate::error::AppError;
use crate::server::clock;
use crate::server::error::ServerError;
use crate::server::state::AppState;
use crate::server::store::schedules::{FAILURES_MAX, ScheduleRow};
use crate::server::sync::cron::{Times, TimesError};
use serde::{Deserialize, Serialize};

/// Syncs of one base are at least this far apart.
const GAP_MIN_MS: i64 = 5 * 60_000;
const MINUTE_MS: i64 = 60_000;

/// When a base shall sync by itself.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSchedule {
    /// Minute, hour, day of the month, month, weekday.
    pub cron: String,
    /// Name of the IANA database; the person's own if absent.
    pub time_zone: Option<String>,
    /// Looks first, with the cheap question of a sync, and starts nothing where it would change nothing.
    #[serde(default)]
    pub only_if_changed: bool,
    /// Hours in which it starts nothing.
    #[serde(default)]
    pub quiet_hours: Option<QuietHours>,
    /// Kept, but starts nothing.
    #[serde(default)]
    pub is_paused: bool,
}

/// Puts their schedules to bases of a person.
pub async fn add_to(app: &AppState, user: &CurrentUser, bases: &mut [BasePlaylist]) -> Result<(), ServerError> {
    for row in app.store.list_schedules(user.id).await? {
        if let Some(base) = bases.iter_mut().find(|base| base.id == row.base) {
            base.schedule = Some(shown(row));
        }
    }
    Ok(())
}

fn shown(row: ScheduleRow) -> Schedule {
    let words = Times::parse(&row.cron, &row.time_zone).map_or_else(|_| row.cron.clone(), |times| times.words());
    let paused = match (row.is_paused, row.failures >= FAILURES_MAX) {
        (true, _) => Some(SchedulePause::Person),
        (false, true) => Some(SchedulePause::Failures),
        (false, false) => None,
    };
    let next_run_at = row.next_ms.filter(|_| paused.is_none()).map(clock::text_of);
    Schedule {
        cron: row.cron,
        time_zone: row.time_zone,
        words,
        only_if_changed: row.only_if_changed,
        quiet_hours: row.quiet_hours,
        paused,
        next_run_at,
    }
}

/// What a new schedule of a base comes to; `None` stays `None`.
pub async fn check(
    app: &AppState,
    user: &CurrentUser,
    base: &BasePlaylist,
    new: Option<NewSchedule>,
) -> Result<Option<ScheduleRow>, ServerError> {
    let Some(new) = new else { return Ok(None) };
    let time_zone = new.time_zone.unwrap_or_else(|| user.time_zone.clone());
    if new.quiet_hours.as_ref().is_some_and(|quiet| quiet.minutes().is_none()) {
        let words = "The schedule was not saved: quiet hours go from one time of the day to another.";
        return Err(AppError::invalid("/schedule/quiet_hours", words).hint("Write 22:00 and 07:00.").into());
    }
    let times = Times::parse(new.cron.trim(), &time_zone).map_err(refused)?.outside(new.quiet_hours.as_ref());
    let now_ms = clock::now_ms();
    let next_ms = Some(times.after(now_ms).ok_or_else(|| refused(TimesError::Never))?);
    check_budget(app, user, base, &times, now_ms, new.only_if_changed).await?;
    Ok(Some(ScheduleRow {
        base: base.id,
        user: user.id,
        cron: new.cron.trim().to_owned(),
        time_zone,
        is_paused: new.is_paused,
        only_if_changed: new.only_if_changed,
        quiet_hours: new.quiet_hours,
        next_ms,
        done_ms: None,
        failures: 0,
    }))
}

fn refused(error: TimesError) -> AppError {
    let pointer = match error {
        TimesError::Cron(_) | TimesError::Never => "/schedule/cron",
        TimesError::Zone => "/schedule/time_zone",
    };
    let hint = match error {
        TimesError::Cron(_) => {
            "Write minute, hour, day of the month, month and weekday, as in 0 3 * * * for 03:00 every day."
        }
        TimesError::Zone => "A name such as Europe/Berlin or America/New_York.",
        TimesError::Never => "Name a day that exists.",
    };
    AppError::invalid(pointer, format!("The schedule was not saved: {error}.")).hint(hint)
}

/// A base must not be due again before its sync can have ended, at the rate that this app may ask Spotify.
async fn check_budget(
    app: &AppState,
    user: &CurrentUser,
    base: &BasePlaylist,
    times: &Times,
    now_ms: i64,
    only_if_changed: bool,
) -> Result<(), ServerError> {
    let Some(gap_ms) = times.shortest_gap_ms(now_ms) else { return Ok(()) };
    let requests = i64::from(app.store.max_requests_of(user.id, base.id).await?);
    let per_minute = i64::from(app.config.spotify_requests_per_minute.max(1));
    let needed_ms = requests * MINUTE_MS / per_minute;
    // A look costs next to nothing; while a sync goes on, nothing is looked for.
    let least_ms = if only_if_changed { GAP_MIN_MS } else { GAP_MIN_MS.max(2 * needed_ms) };
    if gap_ms >= least_ms {
        return Ok(());
    }
    let minutes = |ms: i64| ms.div_euclid(MINUTE_MS) + i64::from(ms % MINUTE_MS > 0);
    let detail = format!(
        "The schedule was not saved: it asks for a sync every {} min. A sync of this base has taken up to {requests} \
         requests, about {} min at {per_minute} requests a minute.",
        minutes(gap_ms),
        minutes(needed_ms).max(1),
    );
    Err(AppError::invalid("/schedule/cron", detail)
        .hint(format!("Leave at least {} min between two.", minutes(least_ms)))
        .into())
}
