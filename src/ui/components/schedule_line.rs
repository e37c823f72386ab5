//! When a base syncs by itself, in words.

use crate::domain::schedule::{Schedule, SchedulePause};
use crate::ui::components::times::Ago;
use leptos::prelude::*;

/// What is set, in words.
#[component]
pub fn ScheduleLine(schedule: Schedule) -> impl IntoView {
    let words = schedule.when_words();
    let Schedule { time_zone, paused, next_run_at, .. } = schedule;
    let state = match paused {
        Some(SchedulePause::Person) => view! { "; paused." }.into_any(),
        Some(SchedulePause::Failures) => view! {
            "; paused, because three syncs in a row have failed. Save the schedule again to go on."
        }
        .into_any(),
        None => match next_run_at {
            Some(next) => view! { "; next " <Ago instant=next /> "." }.into_any(),
            None => view! { "; no time comes any more." }.into_any(),
        },
    };
    view! { <p>{format!("Syncs by itself {words}, {time_zone}")} {state}</p> }
}
