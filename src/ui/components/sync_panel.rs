//! The sync of one base: its button with its states in words, progress, cancel.

use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::event::{SyncEvent, SyncWord};
use crate::server_fns::sync_events::{CancelSync, RetrySync, StartSync, get_sync_state};
use crate::ui::components::icon::Icon;
use crate::ui::components::loading::{Refresh, follow};
use crate::ui::components::lock::BaseLock;
use crate::ui::components::sync_words::{phase_words, running_words};
use crate::ui::components::toasts::Toaster;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How often a running sync is asked for, while the page is visible.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// Reloads the page while scripts are off.
/// As text: with scripts on, browsers do not parse what stands in `noscript`.
pub const RELOAD: &str = r#"<meta http-equiv="refresh" content="3">"#;

/// Button, progress and cancel of a base.
#[component]
pub fn SyncPanel(
    base: BasePlaylist,
    lock: BaseLock,
    /// Whether a child was changed after the last sync.
    is_stale: bool,
    /// Whether Spotify refuses our tokens.
    must_reconnect: bool,
) -> impl IntoView {
    watch(base.id.to_string(), base.name.clone(), lock, true);
    let id = base.id.to_string();
    let is_on = Memo::new(move |_| lock.is_on());
    view! {
        <div class="sync-panel">
            {move || match is_on.get() {
                true => view! { <Running lock name=base.name.clone() /> }.into_any(),
                false if must_reconnect => reconnect_first(&id).into_any(),
                false => view! { <Idle lock id=id.clone() name=base.name.clone() is_stale /> }.into_any(),
            }}
        </div>
    }
}

/// Asks for the state each second while a sync runs and the page is visible; at the end tells it and,
/// where the page holds nothing that would be lost, has it read again.
pub fn watch(base_id: String, name: String, lock: BaseLock, may_refresh: bool) {
    let (refresh, toaster) = (expect_context::<Refresh>(), expect_context::<Toaster>());
    let is_on = Memo::new(move |_| lock.is_on());
    let is_asking = StoredValue::new(false);
    Effect::new(move |_| {
        if !is_on.get() {
            return;
        }
        let (base_id, name) = (base_id.clone(), name.clone());
        let clock = set_interval_with_handle(
            move || {
                if document().hidden() || is_asking.try_get_value().unwrap_or(true) {
                    return;
                }
                is_asking.try_set_value(true);
                let (base_id, name) = (base_id.clone(), name.clone());
                spawn_local(async move {
                    let answer = get_sync_state(base_id).await;
                    is_asking.try_set_value(false);
                    let Ok(state) = answer.and_then(|state| state.read()) else { return };
                    let ended = (!state.active).then(|| state.last_event.clone()).flatten();
                    // Gone: the reader left this page.
                    if lock.0.try_set(state).is_some() {
                        return;
                    }
                    if let Some(event) = ended {
                        tell_end(toaster, &name, &event);
                        if may_refresh {
                            refresh.bump();
                        }
                    }
                });
            },
            POLL_EVERY,
        );
        on_cleanup(move || {
            if let Ok(clock) = clock {
                clock.clear();
            }
        });
    });
}

fn tell_end(toaster: Toaster, name: &str, event: &SyncEvent) {
    let link = Some((format!("/history/{}", event.id), "View changes"));
    let (added, removed) = event.children.iter().fold((0, 0), |sum, c| (sum.0 + c.added, sum.1 + c.removed));
    match event.word() {
        SyncWord::Done if added + removed == 0 => toaster.success(format!("{name}: nothing had to change."), link),
        SyncWord::Done => toaster.success(format!("{name}: done, {added} added, {removed} removed."), link),
        SyncWord::PartlyDone | SyncWord::Failed => {
            let why = event.error_message.clone().unwrap_or_else(|| "Some children were left as they were.".to_owned());
            toaster.failure(format!("{name}: {}. {why}", event.word().as_str().to_lowercase()), link);
        }
        SyncWord::Cancelled => toaster.success(format!("{name}: cancelled."), link),
        SyncWord::Queued | SyncWord::Syncing => {}
    }
}

fn reconnect_first(base_id: &str) -> impl IntoView {
    view! {
        <a
            class="button button-primary sync-button"
            href=format!("/auth/login?return_to=/base-playlists/{base_id}")
            rel="external"
        >
            "Reconnect first"
        </a>
    }
}

#[component]
fn Idle(lock: BaseLock, id: String, name: String, is_stale: bool) -> impl IntoView {
    let is_first = lock.0.with_untracked(|state| state.last_event.is_none());
    let plan = plan_link(&id, &name, is_first);
    let run = view! { <RunForm lock id name is_stale is_first /> };
    // Before the first sync people look first.
    if is_first { (plan, run).into_any() } else { (run, plan).into_any() }
}

/// To what a sync would change.
fn plan_link(id: &str, name: &str, is_first: bool) -> AnyView {
    let class = if is_first { "button button-primary" } else { "button" };
    let of_base = format!(" of {name}");
    view! {
        <a class=class href=format!("/base-playlists/{id}/plan")>
            "Preview changes"
            <span class="visually-hidden">{of_base}</span>
        </a>
    }
    .into_any()
}

#[component]
fn RunForm(lock: BaseLock, id: String, name: String, is_stale: bool, is_first: bool) -> impl IntoView {
    let (start, retry) = (ServerAction::<StartSync>::new(), ServerAction::<RetrySync>::new());
    follow(start);
    follow(retry);
    let is_pending = move || start.pending().get() || retry.pending().get();
    let last = lock.0.with_untracked(|state| state.last_event.clone());
    let button = move |words: &'static str, class: &'static str| {
        view! {
            <button type="submit" class=class aria-disabled=move || is_pending().then_some("true")>
                <Icon name="sync" />
                <span>{move || if is_pending() { "Starting" } else { words }}</span>
                <span class="visually-hidden">": " {name.clone()}</span>
            </button>
        }
    };
    match last.as_ref().map(|event| (event.word(), event.id.to_string())) {
        Some((SyncWord::PartlyDone | SyncWord::Failed, event_id)) if !is_stale => view! {
            <ActionForm action=retry>
                <input type="hidden" name="event_id" value=event_id />
                {button("Retry", "button button-primary sync-button")}
            </ActionForm>
        }
        .into_any(),
        other => {
            let is_current = matches!(other, Some((SyncWord::Done, _))) && !is_stale;
            let (words, class) = match (is_current, is_first) {
                (true, _) => ("Up to date", "button sync-button"),
                (false, true) => ("Sync now", "button sync-button"),
                (false, false) => ("Sync now", "button button-primary sync-button"),
            };
            view! {
                <ActionForm action=start>
                    <input type="hidden" name="base_id" value=id />
                    {button(words, class)}
                </ActionForm>
            }
            .into_any()
        }
    }
}

#[component]
fn Running(lock: BaseLock, name: String) -> impl IntoView {
    let cancel = ServerAction::<CancelSync>::new();
    follow(cancel);
    let (of_base, label) = (format!(" the sync of {name}"), format!("Sync of {name}"));
    let event = move || lock.0.with(|state| state.event.clone());
    let event_id = untrack(event).map(|event| event.id.to_string()).unwrap_or_default();
    let phase = Memo::new(move |_| event().map_or("", |event| phase_words(event.phase)));
    view! {
        <noscript inner_html=RELOAD></noscript>
        <a class="button sync-button sync-button-on" href=lock.run_path()>
            <Icon name="sync" />
            <span>{move || event().map_or_else(|| "Syncing".to_owned(), |event| running_words(&event))}</span>
        </a>
        <ActionForm action=cancel>
            <input type="hidden" name="event_id" value=event_id />
            <button type="submit" class="button">
                "Cancel"
                <span class="visually-hidden">{of_base}</span>
            </button>
        </ActionForm>
        <SyncProgress lock label />
        <p class="visually-hidden" role="status">
            {move || phase.get()}
        </p>
    }
}

/// Bar, step and counts of the running sync.
#[component]
pub fn SyncProgress(
    lock: BaseLock,
    /// Names the bar.
    label: String,
) -> impl IntoView {
    let event = move || lock.0.with(|state| state.event.clone());
    let percent = move || event().map_or(0, |event| event.percent);
    view! {
        <div class="sync-progress">
            <progress max="100" value=move || percent().to_string() aria-label=label></progress>
            <p class="quiet">
                {move || event().map(|event| {
                    let steps = match event.progress.total {
                        0 => String::new(),
                        total => format!(" · step {} of {total}", event.progress.done),
                    };
                    format!("{}{steps}", phase_words(event.phase))
                })}
            </p>
        </div>
    }
}
