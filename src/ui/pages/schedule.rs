//! When a base playlist syncs by itself.

use crate::domain::schedule::{CHANGE_CRON, Frequency, Schedule, SchedulePause, weekday_name};
use crate::server_fns::schedules::{ScheduleContent, SetSchedule, get_schedule};
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::schedule_line::ScheduleLine;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// `/base-playlists/{id}/schedule`
#[component]
pub fn SchedulePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let content = load(move || id.get(), get_schedule);
    let action = ServerAction::<SetSchedule>::new();
    follow(action);
    loaded(content, move |content| view! { <Content content action /> }.into_any())
}

#[component]
fn Content(content: ScheduleContent, action: ServerAction<SetSchedule>) -> impl IntoView {
    let ScheduleContent { base, name, schedule, time_zone } = content;
    let page = format!("/base-playlists/{base}");
    view! {
        <Title text=format!("When {name} syncs") />
        <nav aria-label="Breadcrumb">
            <a href="/">"Base playlists"</a>
            " / "
            <a href=page.clone()>{name.clone()}</a>
        </nav>
        <h1>"When it syncs by itself"</h1>
        <p>
            "Each sync first asks Spotify whether anything has changed: if nothing has, that is one request and nothing is
            written. What was missed while Headwater was off is done once when it is back."
        </p>
        {schedule.clone().map(|schedule| view! { <ScheduleLine schedule /> })}
        <Form base schedule time_zone action />
    }
}

/// One choice among four, with boxes for each: those of the choice count, the others are left as they are.
#[component]
fn Form(
    base: String,
    schedule: Option<Schedule>,
    time_zone: String,
    action: ServerAction<SetSchedule>,
) -> impl IntoView {
    let frequency = schedule.as_ref().map(|schedule| Frequency::of_cron(&schedule.cron));
    let zone = schedule.as_ref().map_or(time_zone, |schedule| schedule.time_zone.clone());
    let is_paused = schedule.as_ref().is_some_and(|schedule| schedule.paused == Some(SchedulePause::Person));
    let only_if_changed = schedule.as_ref().is_some_and(|schedule| schedule.only_if_changed);
    let quiet = schedule.as_ref().and_then(|schedule| schedule.quiet_hours.clone());
    let (quiet_from, quiet_until) = quiet.map(|quiet| (quiet.from, quiet.until)).unzip();
    let by_change = only_if_changed && schedule.as_ref().is_some_and(|schedule| schedule.cron == CHANGE_CRON);
    let (chosen, weekday, time, cron) = match &frequency {
        _ if by_change => ("changed", 0, "03:00".to_owned(), String::new()),
        None => ("never", 0, "03:00".to_owned(), String::new()),
        Some(Frequency::Hourly { minute }) => ("hourly", 0, format!("03:{minute:02}"), String::new()),
        Some(Frequency::Daily { hour, minute }) => ("daily", 0, format!("{hour:02}:{minute:02}"), String::new()),
        Some(Frequency::Weekly { weekday, hour, minute }) => {
            ("weekly", *weekday, format!("{hour:02}:{minute:02}"), String::new())
        }
        Some(Frequency::Cron(cron)) => ("cron", 0, "03:00".to_owned(), cron.clone()),
    };
    let choice = move |word: &'static str, label: &'static str| {
        view! {
            <label class="choice">
                <input type="radio" name="form[how_often]" value=word checked=chosen == word />
                {label}
            </label>
        }
    };
    let weekdays = (0..7_u8).map(move |day| {
        // Weeks begin on Monday here.
        let day = (day + 1) % 7;
        view! { <option value=day.to_string() selected=day == weekday>{weekday_name(day)}</option> }
    });
    view! {
        <div class="schedule-form"><ActionForm action>
            <input type="hidden" name="id" value=base />
            <fieldset class="routing">
                <legend>"How often"</legend>
                {choice("never", "Never: only when I press Sync")}
                {choice("changed", "When something has changed, looked for every 15 minutes with one request")}
                {choice("hourly", "Every hour, at the minute of the time below")}
                {choice("daily", "Every day")}
                {choice("weekly", "Every week")}
                {choice("cron", "As this cron expression says")}
            </fieldset>
            <div class="field of-time">
                <label for="time">"Time"</label>
                <input id="time" name="form[time]" type="time" value=time />
            </div>
            <div class="field of-weekday">
                <label for="weekday">"Day"</label>
                <select id="weekday" name="form[weekday]">{weekdays.collect_view()}</select>
            </div>
            <div class="field of-cron">
                <label for="cron">"Cron expression"</label>
                <input id="cron" name="form[cron]" value=cron maxlength="100" autocomplete="off" aria-describedby="cron-hint" />
                <p id="cron-hint" class="quiet">
                    "Minute, hour, day of the month, month, weekday: 0 8-20/4 * * 1-5 is every four hours from 8 to 20 on working days."
                </p>
            </div>
            <div class="field of-zone">
                <label for="time_zone">"Time zone"</label>
                <input id="time_zone" name="form[time_zone]" required maxlength="64" value=zone autocomplete="off" />
            </div>
            <label class="choice of-changed">
                <input type="checkbox" name="form[only_if_changed]" value="true" checked=only_if_changed />
                "Only if something has changed by then: a look that finds nothing leaves no trace in the history"
            </label>
            <fieldset class="of-zone quiet-hours">
                <legend>"Quiet hours"</legend>
                <p id="quiet-hint" class="quiet">
                    "Nothing is started between these times. What falls due then is done once at their end. Leave both empty for none."
                </p>
                <div class="field">
                    <label for="quiet_from">"From"</label>
                    <input id="quiet_from" name="form[quiet_from]" type="time" value=quiet_from aria-describedby="quiet-hint" />
                </div>
                <div class="field">
                    <label for="quiet_until">"To"</label>
                    <input id="quiet_until" name="form[quiet_until]" type="time" value=quiet_until aria-describedby="quiet-hint" />
                </div>
            </fieldset>
            <label class="choice of-zone">
                <input type="checkbox" name="form[is_paused]" value="true" checked=is_paused />
                "Pause: keep this, but start nothing"
            </label>
            <p>
                <button type="submit" class="button">
                    "Save schedule"
                </button>
            </p>
        </ActionForm></div>
    }
}
