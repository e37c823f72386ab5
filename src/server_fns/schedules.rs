//! When a base syncs by itself.

use crate::domain::schedule::Schedule;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the page of a schedule shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleContent {
    /// The base's id and name.
    pub base: String,
    pub name: String,
    pub schedule: Option<Schedule>,
    /// The person's own.
    pub time_zone: String,
}

/// Reads it.
#[server(endpoint = "get_schedule")]
pub async fn get_schedule(id: String) -> Result<Wire<ScheduleContent>, AppError> {
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let base = operations::base_playlists::get(&state, &user, &id).await?;
        let (id, time_zone) = (base.id.to_string(), user.time_zone.clone());
        Ok(ScheduleContent { base: id, name: base.name, schedule: base.schedule, time_zone })
    })
    .await?;
    Wire::of(&found)
}

/// What the form of a schedule sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleForm {
    /// never, changed, hourly, daily, weekly or cron; of the others what that needs.
    pub how_often: String,
    pub time: String,
    pub weekday: u8,
    pub cron: String,
    pub time_zone: String,
    #[serde(default)]
    pub only_if_changed: bool,
    /// Times, or both empty for no quiet hours.
    #[serde(default)]
    pub quiet_from: String,
    #[serde(default)]
    pub quiet_until: String,
    #[serde(default)]
    pub is_paused: bool,
}

/// Sets or forgets it.
#[server(endpoint = "set_schedule")]
pub async fn set_schedule(id: String, form: ScheduleForm) -> Result<(), AppError> {
    use crate::domain::schedule::{CHANGE_CRON, Frequency, QuietHours, clock_of};
    use crate::server::adapt;
    use crate::server::operations::base_playlists::{self, BasePatch};
    use crate::server::operations::schedules::NewSchedule;
    let ScheduleForm { how_often, time, weekday, cron, time_zone, only_if_changed, is_paused, quiet_from, quiet_until } =
        form;
    let has_quiet = !(quiet_from.is_empty() && quiet_until.is_empty());
    let quiet_hours = has_quiet.then_some(QuietHours { from: quiet_from, until: quiet_until });
    let clock = || {
        let none = AppError::invalid("/time", "The schedule was not saved: it needs a time.");
        clock_of(&time).ok_or_else(|| none.hint("Write hours and minutes, as in 03:00."))
    };
    let frequency = match how_often.as_str() {
        "never" => None,
        "hourly" => Some(Frequency::Hourly { minute: clock()?.1 }),
        "daily" => clock().map(|(hour, minute)| Some(Frequency::Daily { hour, minute }))?,
        "weekly" => clock().map(|(hour, minute)| Some(Frequency::Weekly { weekday: weekday % 7, hour, minute }))?,
        "changed" => Some(Frequency::Cron(CHANGE_CRON.to_owned())),
        _ => Some(Frequency::Cron(cron)),
    };
    let only_if_changed = only_if_changed || how_often == "changed";
    let zone = Some(time_zone);
    let new =
        frequency.map(|one| NewSchedule { cron: one.cron(), time_zone: zone, only_if_changed, quiet_hours, is_paused });
    let base = adapt::signed_in(|state, user| async move {
        let patch = BasePatch { schedule: Some(new), ..BasePatch::default() };
        base_playlists::update(&state, &user, &id, patch).await
    })
    .await?;
    adapt::flash_success(&match &base.schedule {
        None => format!("{} syncs only when you start it.", base.name),
        Some(schedule) if is_paused => format!("Saved and paused: {} would sync {}.", base.name, schedule.words),
        Some(schedule) => format!("{} now syncs by itself {}.", base.name, schedule.when_words()),
    });
    adapt::redirect(&format!("/base-playlists/{}", base.id));
    Ok(())
}
