//! What runs of the person's syncs, on every page: an item in the header and the percent in the title.

use crate::domain::sync::progress::{RunProgress, RunningSync};
use crate::server_fns::sync_events::list_running_syncs;
use crate::ui::browser::notify;
use crate::ui::components::icon::Icon;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// Each tick looks whether it is time to ask.
const TICK: Duration = Duration::from_secs(1);
/// Ticks between two questions while something runs and the page is visible.
const TICKS_RUNNING: u32 = 2;
/// While something runs and the page is hidden: its title still counts.
const TICKS_HIDDEN: u32 = 10;
/// While nothing runs: a sync may have begun elsewhere.
const TICKS_IDLE: u32 = 30;

/// The running syncs, shared by header, title and the page of a run.
#[derive(Clone, Copy)]
pub struct Activity {
    running: RwSignal<Vec<RunningSync>>,
    /// Percent of the run whose page is open: newer than what is asked.
    looked_at: RwSignal<Option<u32>>,
    is_signed_in: StoredValue<bool>,
}

impl Activity {
    /// Nothing is known to run.
    pub fn new() -> Self {
        Self {
            running: RwSignal::new(Vec::new()),
            looked_at: RwSignal::new(None),
            is_signed_in: StoredValue::new(false),
        }
    }

    /// Takes what the server said with the page; `None` while signed out.
    pub fn take(self, running: Option<Vec<RunningSync>>) {
        self.is_signed_in.set_value(running.is_some());
        let running = running.unwrap_or_default();
        if self.running.try_with_untracked(|known| *known != running) == Some(true) {
            self.running.try_set(running);
        }
    }

    /// The page of a run is open.
    pub fn look_at(self, progress: RwSignal<RunProgress>) {
        Effect::new(move |_| self.looked_at.set(Some(progress.with(|progress| progress.percent))));
    }

    /// It is left, or the run is over.
    pub fn look_away(self) {
        self.looked_at.try_set(None);
    }

    /// What puts the percent of what runs before the title of a page; tracked. The server asks for the title when the
    /// page is done and its signals' arena is no longer at hand, so that this holds on to the signals themselves.
    pub fn titles(self) -> impl Fn(String) -> String + Send + Sync + 'static {
        let (running, looked_at) = (ArcRwSignal::from(self.running), ArcRwSignal::from(self.looked_at));
        move |title| {
            let percent = looked_at.get().or_else(|| running.with(|running| running.first().map(|run| run.percent)));
            match percent.filter(|percent| *percent < 100) {
                Some(percent) => format!("{percent}% – {title}"),
                None => title,
            }
        }
    }

    /// Tells of what runs no more, if nobody looks and the person wants to be told.
    fn tell_ended(self, running: &[RunningSync]) {
        if !document().hidden() {
            return;
        }
        let has_ended = |run: &&RunningSync| !running.iter().any(|one| one.id == run.id);
        let ended = self.running.try_with_untracked(|known| {
            known.iter().filter(has_ended).map(|run| run.base_name.clone()).collect::<Vec<_>>()
        });
        for name in ended.into_iter().flatten() {
            notify(&format!("The sync of {name} has ended"));
        }
    }

    /// Asks again and again, in the browser. Pages call it, so that the code comes with them and not before.
    pub fn watch(self) {
        let ticks = StoredValue::new(0_u32);
        Effect::new(move |_| {
            let tick = move || {
                let is_idle = self.running.with_untracked(Vec::is_empty);
                let due = match (is_idle, document().hidden()) {
                    (true, true) => return,
                    (true, false) => TICKS_IDLE,
                    (false, true) => TICKS_HIDDEN,
                    (false, false) => TICKS_RUNNING,
                };
                ticks.update_value(|ticks| *ticks += 1);
                if ticks.get_value() >= due && self.is_signed_in.get_value() {
                    ticks.set_value(0);
                    spawn_local(async move {
                        if let Ok(running) = list_running_syncs().await.and_then(|running| running.read()) {
                            self.tell_ended(&running);
                            self.take(Some(running));
                        }
                    });
                }
            };
            let clock = set_interval_with_handle(tick, TICK);
            on_cleanup(move || {
                if let Ok(clock) = clock {
                    clock.clear();
                }
            });
        });
    }
}

impl Default for Activity {
    fn default() -> Self {
        Self::new()
    }
}

/// "Syncing Road Trips 45 %", or how many run; nothing while none does.
#[component]
pub fn ActivityItem() -> impl IntoView {
    let activity = expect_context::<Activity>();
    let path = Memo::new(move |_| activity.running.with(|running| path(running)));
    move || {
        path.get().map(|path| {
            view! {
                <a class="activity" href=path>
                    <Icon name="sync" />
                    <span class="activity-words">{move || activity.running.with(|running| name(running))}</span>
                    <span class="activity-percent">{move || activity.running.with(|running| percent(running))}</span>
                </a>
            }
        })
    }
}

fn path(running: &[RunningSync]) -> Option<String> {
    match running {
        [] => None,
        [one] => Some(format!("/history/{}", one.id)),
        [_, _, ..] => Some("/history?status=in_progress".to_owned()),
    }
}

fn name(running: &[RunningSync]) -> String {
    match running {
        [] => String::new(),
        [one] => format!("Syncing {}", one.base_name),
        many => format!("{} syncs running", many.len()),
    }
}

fn percent(running: &[RunningSync]) -> String {
    match running {
        [one] => format!(" {}%", one.percent),
        [] | [_, _, ..] => String::new(),
    }
}
