//! Actions that a running sync locks: they keep their focus, say so, and explain when pressed.

use crate::domain::sync::event::SyncState;
use crate::ui::components::icon::Icon;
use crate::ui::components::times::about_words;
use crate::ui::components::toasts::Toaster;
use leptos::prelude::*;

/// Where the sync of a base stands, shared by all that it locks.
#[derive(Clone, Copy)]
pub struct BaseLock(pub RwSignal<SyncState>);

impl BaseLock {
    /// Whether a sync runs; tracked.
    pub fn is_on(self) -> bool {
        self.0.with(|state| state.active)
    }

    /// "Locked while syncing, about 2 min".
    pub fn words(self) -> String {
        let seconds = self.0.with(|state| state.estimated_seconds);
        seconds.map_or_else(
            || "Locked while syncing".to_owned(),
            |seconds| format!("Locked while syncing, {}", about_words(seconds)),
        )
    }

    /// The page of the running sync.
    pub fn run_path(self) -> String {
        let id = self.0.with(|state| state.event.as_ref().map(|event| event.id.to_string()));
        id.map_or_else(|| "/history".to_owned(), |id| format!("/history/{id}"))
    }

    /// Tells why an action is not possible now.
    pub fn explain(self, toaster: Toaster) {
        untrack(|| toaster.reason(format!("{}.", self.words()), Some((self.run_path(), "See the sync"))));
    }
}

/// The visible line with its way out; absent while nothing runs.
#[component]
pub fn LockLine(lock: BaseLock) -> impl IntoView {
    move || {
        lock.is_on().then(|| {
            view! {
                <p class="lock-line">
                    <Icon name="lock" />
                    {lock.words()}
                    ". "
                    <a href=lock.run_path()>"See the sync"</a>
                </p>
            }
        })
    }
}

/// A submit button that the lock disarms.
#[component]
pub fn LockableButton(
    lock: BaseLock,
    #[prop(default = "button")] class: &'static str,
    children: Children,
) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    view! {
        <button
            // Without scripts, too, a locked button must do nothing.
            type=move || if lock.is_on() { "button" } else { "submit" }
            class=class
            aria-disabled=move || lock.is_on().then_some("true")
            on:click=move |event| {
                if untrack(|| lock.is_on()) {
                    event.prevent_default();
                    lock.explain(toaster);
                }
            }
        >
            {children()}
        </button>
    }
}

/// A link that the lock disarms.
#[component]
pub fn LockableLink(
    lock: BaseLock,
    href: String,
    #[prop(default = "button")] class: &'static str,
    children: Children,
) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    view! {
        <a
            class=class
            role="link"
            tabindex="0"
            href=move || (!lock.is_on()).then(|| href.clone())
            aria-disabled=move || lock.is_on().then_some("true")
            on:click=move |event| {
                if untrack(|| lock.is_on()) {
                    event.prevent_default();
                    lock.explain(toaster);
                }
            }
        >
            {children()}
        </a>
    }
}
