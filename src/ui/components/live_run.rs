//! A run that is watched: its page hears from the server what happens, and asks where it hears nothing.

use crate::domain::sync::event::{SyncEvent, SyncEventChild, SyncStatus};
use crate::domain::sync::progress::RunProgress;
use crate::server_fns::sync_events::get_sync_event;
use crate::ui::browser::Listening;
use crate::ui::components::activity::Activity;
use crate::ui::components::loading::Refresh;
use crate::ui::components::times::now;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// A stream that said nothing for so long may be held up on the way: then the page asks.
const SILENT_SECONDS: i64 = 5;
/// A stream that the server refused is asked for again after so long.
const AGAIN_SECONDS: i64 = 15;
const KINDS: [&str; 4] = ["progress", "waiting", "child", "finished"];

/// One run, as its page shows it.
#[derive(Clone, Copy)]
pub struct LiveRun {
    /// Its record; while it runs, only its children change here.
    pub event: RwSignal<SyncEvent>,
    /// Where it is.
    pub progress: RwSignal<RunProgress>,
    /// Seconds since 1970: counts while the run goes on.
    pub clock: RwSignal<i64>,
    heard_at: StoredValue<i64>,
    is_asking: StoredValue<bool>,
}

impl LiveRun {
    /// Of a record, and kept up to date from now on if it runs.
    pub fn of(event: SyncEvent) -> Self {
        let run = Self {
            progress: RwSignal::new(event.run_progress()),
            event: RwSignal::new(event),
            clock: RwSignal::new(now()),
            heard_at: StoredValue::new(now()),
            is_asking: StoredValue::new(false),
        };
        if run.is_running_untracked() {
            run.watch();
        }
        run
    }

    /// Whether it runs; tracked.
    pub fn is_running(self) -> bool {
        self.event.with(|event| event.status == SyncStatus::InProgress)
    }

    fn is_running_untracked(self) -> bool {
        self.event.try_with_untracked(|event| event.status == SyncStatus::InProgress).unwrap_or(false)
    }

    fn watch(self) {
        let (refresh, activity) = (expect_context::<Refresh>(), expect_context::<Activity>());
        let id = self.event.with_untracked(|event| event.id.to_string());
        activity.look_at(self.progress);
        on_cleanup(move || activity.look_away());
        Effect::new(move |_| {
            let stream = StoredValue::new_local(None::<Listening>);
            let opened_at = StoredValue::new(0_i64);
            let id = id.clone();
            let tick = move || {
                if !self.is_running_untracked() {
                    stream.set_value(None);
                    return;
                }
                self.clock.try_set(now());
                if document().hidden() {
                    // Browsers open only a few streams to one server: those who look go first.
                    stream.set_value(None);
                    return;
                }
                stream.update_value(|stream| {
                    if stream.is_none() {
                        opened_at.set_value(now());
                        *stream = self.listen(&id, refresh);
                    }
                });
                let is_over = stream.with_value(|stream| stream.as_ref().is_none_or(Listening::is_over));
                if is_over && now() - opened_at.get_value() >= AGAIN_SECONDS {
                    stream.set_value(None);
                }
                if is_over || now() - self.heard_at.get_value() >= SILENT_SECONDS {
                    self.ask(id.clone(), refresh);
                }
            };
            tick();
            let clock = set_interval_with_handle(tick, Duration::from_secs(1));
            on_cleanup(move || {
                if let Ok(clock) = clock {
                    clock.clear();
                }
            });
        });
    }

    fn listen(self, id: &str, refresh: Refresh) -> Option<Listening> {
        Listening::to(&format!("/api/sync-events/{id}/stream"), &KINDS, move |kind, body| {
            if !self.is_running_untracked() {
                return;
            }
            self.heard_at.try_set_value(now());
            match kind.as_str() {
                "progress" | "waiting" => {
                    if let Ok(progress) = serde_json::from_str::<RunProgress>(&body) {
                        self.progress.try_set(progress);
                    }
                }
                "child" => {
                    if let Ok(child) = serde_json::from_str::<SyncEventChild>(&body) {
                        self.take_child(child);
                    }
                }
                "finished" => {
                    if let Ok(event) = serde_json::from_str::<SyncEvent>(&body) {
                        self.take(event, refresh);
                    }
                }
                _ => {}
            }
        })
    }

    /// Reads the record, as pages did before there were streams.
    fn ask(self, id: String, refresh: Refresh) {
        if self.is_asking.get_value() {
            return;
        }
        self.is_asking.set_value(true);
        spawn_local(async move {
            let answer = get_sync_event(id).await.and_then(|event| event.read());
            self.is_asking.try_set_value(false);
            self.heard_at.try_set_value(now());
            if let Ok(event) = answer {
                self.take(event, refresh);
            }
        });
    }

    fn take_child(self, child: SyncEventChild) {
        let is_new = |event: &SyncEvent| !event.children.contains(&child);
        if self.event.try_with_untracked(is_new) != Some(true) {
            return;
        }
        self.event.try_update(|event| {
            let mut children = event.children.iter_mut();
            if let Some(known) = children.find(|known| known.child_playlist_id == child.child_playlist_id) {
                *known = child;
            }
        });
    }

    /// The whole record; at the end the page is read again, with all that the end changed.
    fn take(self, event: SyncEvent, refresh: Refresh) {
        if !self.is_running_untracked() {
            return;
        }
        let is_over = event.status != SyncStatus::InProgress;
        self.progress.try_set(event.run_progress());
        if is_over {
            self.event.try_set(event);
            refresh.bump();
        } else {
            event.children.into_iter().for_each(|child| self.take_child(child));
        }
    }
}
