//! Short messages at the edge. Success goes after a while, errors stay, Esc closes the newest,
//! pointing at them stops the clock; focus is never taken.

use crate::error::AppError;
use crate::server_fns::flash::{Flash, FlashKind};
use crate::ui::components::icon::Icon;
use leptos::ev::keydown;
use leptos::prelude::*;
use std::time::Duration;

/// Seconds that a success stays.
const SUCCESS_SECONDS: u8 = 8;

/// One message.
#[derive(Clone, PartialEq)]
struct Toast {
    id: u32,
    is_error: bool,
    /// Whether it waits to be closed.
    stays: bool,
    text: String,
    /// Where more can be read, and the words of the link.
    link: Option<(String, &'static str)>,
    /// Seconds left of those that go by themselves.
    seconds_left: u8,
}

/// Where parts of the page hand in messages.
#[derive(Clone, Copy)]
pub struct Toaster {
    toasts: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u32>,
}

impl Toaster {
    /// Without messages.
    pub fn new() -> Self {
        Self { toasts: RwSignal::new(Vec::new()), next_id: StoredValue::new(0) }
    }

    /// Tells of something that worked, with a link to read more.
    pub fn success(self, text: String, link: Option<(String, &'static str)>) {
        self.push((false, false), text, link);
    }

    /// Tells of something that did not work, with its cure.
    pub fn error(self, error: &AppError) {
        let text = match &error.hint {
            Some(hint) => format!("{} {hint}", error.detail),
            None => error.detail.clone(),
        };
        self.push((true, true), text, None);
    }

    /// Shows a message that a redirect brought along.
    pub fn flash(self, flash: Flash) {
        let text = match &flash.hint {
            Some(hint) => format!("{} {hint}", flash.text),
            None => flash.text.clone(),
        };
        let is_error = flash.kind == FlashKind::Error;
        self.push((is_error, is_error), text, None);
    }

    /// Tells of something that ended badly, with a link to read more; stays.
    pub fn failure(self, text: String, link: Option<(String, &'static str)>) {
        self.push((true, true), text, link);
    }

    /// Tells why something is not possible now; the reason passes, and so does this.
    pub fn reason(self, text: String, link: Option<(String, &'static str)>) {
        self.push((true, false), text, link);
    }

    fn push(self, (is_error, stays): (bool, bool), text: String, link: Option<(String, &'static str)>) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        self.toasts.update(|toasts| {
            // The same words twice are one message.
            toasts.retain(|toast| toast.text != text);
            toasts.push(Toast { id, is_error, stays, text, link, seconds_left: SUCCESS_SECONDS });
        });
    }

    fn close(self, id: u32) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    /// One second passes.
    fn tick(self) {
        if self.toasts.with_untracked(|toasts| toasts.iter().all(|toast| toast.stays)) {
            return;
        }
        self.toasts.update(|toasts| {
            for toast in toasts.iter_mut().filter(|toast| !toast.stays) {
                toast.seconds_left = toast.seconds_left.saturating_sub(1);
            }
            toasts.retain(|toast| toast.stays || toast.seconds_left > 0);
        });
    }
}

impl Default for Toaster {
    fn default() -> Self {
        Self::new()
    }
}

/// The place at the edge.
#[component]
pub fn Toasts() -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let held = RwSignal::new(false);
    Effect::new(move |_| {
        let clock = set_interval_with_handle(
            move || {
                if !held.get_untracked() {
                    toaster.tick();
                }
            },
            Duration::from_secs(1),
        );
        let keys = window_event_listener(keydown, move |event| {
            if event.key() == "Escape" {
                toaster.toasts.update(|toasts| drop(toasts.pop()));
            }
        });
        on_cleanup(move || {
            keys.remove();
            if let Ok(clock) = clock {
                clock.clear();
            }
        });
    });
    view! {
        <div
            class="toasts"
            role="status"
            aria-live="polite"
            on:mouseenter=move |_| held.set(true)
            on:mouseleave=move |_| held.set(false)
            on:focusin=move |_| held.set(true)
            on:focusout=move |_| held.set(false)
        >
            <For
                each=move || toaster.toasts.get()
                key=|toast| toast.id
                children=move |toast| view! { <ToastView toast toaster /> }
            />
        </div>
    }
}

#[component]
fn ToastView(toast: Toast, toaster: Toaster) -> impl IntoView {
    let id = toast.id;
    let (class, icon) = if toast.is_error { ("toast toast-error", "alert") } else { ("toast toast-success", "check") };
    view! {
        <div class=class>
            <Icon name=icon />
            <p>
                {toast.text} {toast.link.map(|(href, words)| view! { " " <a href=href>{words}</a> })}
            </p>
            <button type="button" class="icon-button" on:click=move |_| toaster.close(id)>
                <Icon name="x" />
                <span class="visually-hidden">"Close this message"</span>
            </button>
        </div>
    }
}
