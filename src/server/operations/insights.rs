//! What a person's syncs did over a stretch of days.

use super::{CurrentUser, checks};
use crate::domain::filter::dates::local_day;
use crate::domain::insights::{ChildChange, Days, EndedRun, Insights, RunMark, STRIP_LEN, insights};
use crate::error::{AppError, ErrorCode};
use crate::server::clock;
use crate::server::csv_file;
use crate::server::error::{ServerError, not_found};
use crate::server::state::AppState;
use crate::server::store::insights::{ChangeRow, EndedRow, Stretch};
use crate::server::sync::zone;
use serde::{Deserialize, Serialize};

/// Which syncs; what is absent is the last 30 days, and all bases.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InsightsFilter {
    /// "2026-11-01".
    pub from: String,
    pub to: String,
    pub base_playlist_id: String,
}

/// Days of the person with the instants where they begin and end.
///
/// # Errors
/// 400 for what is no stretch of days.
pub fn days_of(user: &CurrentUser, from: &str, to: &str) -> Result<(Days, i64, i64), AppError> {
    let now_ms = clock::now_ms();
    let today = local_day(now_ms, &zone::offsets(&user.time_zone, now_ms));
    let days = Days::parse(from.trim(), to.trim(), today)
        .map_err(|error| AppError::new(ErrorCode::BadRequest, error.words()))?;
    let begins = |day| zone::begin_of_day(&user.time_zone, day);
    Ok((days, begins(days.first), begins(days.last + 1)))
}

/// The figures.
pub async fn get(app: &AppState, user: &CurrentUser, filter: &InsightsFilter) -> Result<Insights, ServerError> {
    let (days, from_ms, until_ms) = days_of(user, &filter.from, &filter.to)?;
    let base = match filter.base_playlist_id.as_str() {
        "" => None,
        id => {
            let no_id = |_| AppError::new(ErrorCode::BadRequest, "base_playlist_id is no id.");
            Some(checks::base_id(id).map_err(no_id)?)
        }
    };
    let stretch = Stretch { from_ms, until_ms, base };
    let offsets = zone::offsets(&user.time_zone, clock::now_ms());
    let day = |ms| local_day(ms, &offsets).clamp(days.first, days.last);
    let ended = app.store.list_ended(user.id, stretch).await?;
    let runs: Vec<EndedRun> = ended.into_iter().map(|row| run(row, &day)).collect();
    let changes = app.store.list_child_changes(user.id, stretch).await?;
    let changes: Vec<ChildChange> = changes.into_iter().map(|row| change(row, &day)).collect();
    Ok(insights(days, &runs, &changes))
}

fn run(row: EndedRow, day: &impl Fn(i64) -> i32) -> EndedRun {
    let EndedRow {
        started_ms,
        status,
        word,
        seconds,
        requests,
        requests_saved,
        cache_asked,
        cache_found,
        error_message,
    } = row;
    let day = day(started_ms);
    EndedRun { day, status, word, seconds, requests, requests_saved, cache_asked, cache_found, error_message }
}

fn change(row: ChangeRow, day: &impl Fn(i64) -> i32) -> ChildChange {
    let ChangeRow { child_playlist_id, name, base_name, started_ms, added, removed, songs } = row;
    ChildChange { child_playlist_id, name, base_name, day: day(started_ms), added, removed, songs }
}

/// The last runs of a base, the newest first.
pub async fn strip(app: &AppState, user: &CurrentUser, base_id: &str) -> Result<Vec<RunMark>, ServerError> {
    Ok(app.store.list_marks(user.id, checks::base_id(base_id)?, STRIP_LEN).await?)
}

/// One of the tables as CSV: `runs`, `failures` or `children`; another name is absent.
pub fn csv(found: &Insights, table: &str) -> Result<String, ServerError> {
    Ok(match table {
        "runs" => runs_csv(found)?,
        "failures" => failures_csv(found)?,
        "children" => children_csv(found)?,
        _ => return Err(not_found().into()),
    })
}

fn runs_csv(found: &Insights) -> Result<String, AppError> {
    let header = ["from", "to", "done", "partly_done", "failed", "cancelled", "requests", "requests_saved"];
    let rows = found.periods.iter().map(|one| {
        let numbers = [one.done, one.partly_done, one.failed, one.cancelled, one.requests, one.requests_saved];
        let [a, b, c, d, e, f] = numbers.map(|number| number.to_string());
        [one.from.clone(), one.to.clone(), a, b, c, d, e, f]
    });
    csv_file::write(header, rows)
}

fn failures_csv(found: &Insights) -> Result<String, AppError> {
    let rows = found.failures.iter().map(|one| [one.cause.words().to_owned(), one.runs.to_string()]);
    csv_file::write(["cause", "runs"], rows)
}

fn children_csv(found: &Insights) -> Result<String, AppError> {
    let header = ["base", "child", "songs_before", "added", "removed", "songs"];
    let rows = found.children.iter().map(|one| {
        let [before, added, removed, songs] =
            [one.songs_before, one.added, one.removed, one.songs].map(|number| number.to_string());
        [one.base_name.clone(), one.name.clone(), before, added, removed, songs]
    });
    csv_file::write(header, rows)
}
