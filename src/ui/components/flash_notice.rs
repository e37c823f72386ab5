//! The message that a redirect brought along. Rendered with the page, so that it needs no scripts;
//! once scripts run, later messages come as toasts.

use crate::server_fns::flash::{Flash, FlashKind, take_flash};
use crate::ui::components::icon::Icon;
use crate::ui::components::loading::{Refresh, load_once, loaded_or_nothing};
use crate::ui::components::toasts::Toaster;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

/// Reads the message once per page.
#[component]
pub fn FlashNotice() -> impl IntoView {
    let (location, refresh) = (use_location(), expect_context::<Refresh>());
    let toaster = expect_context::<Toaster>();
    let first = load_once(String::new, |_| take_flash());
    let is_past = RwSignal::new(false);
    Effect::new(move |seen: Option<String>| {
        let here = format!("{} {}", location.pathname.get(), refresh.count());
        if seen.is_some_and(|seen| seen != here) {
            is_past.set(true);
            spawn_local(async move {
                if let Ok(Some(flash)) = take_flash().await.and_then(|flash| flash.read()) {
                    toaster.flash(flash);
                }
            });
        }
        here
    });
    view! {
        <div class="flash" role="status" hidden=move || is_past.get()>
            {loaded_or_nothing(first, |flash: Option<Flash>| flash.map(notice).into_any())}
        </div>
    }
}

fn notice(flash: Flash) -> impl IntoView {
    let (class, icon) = match flash.kind {
        FlashKind::Success => ("notice notice-success", "check"),
        FlashKind::Error => ("notice notice-error", "alert"),
    };
    view! {
        <div class=class>
            <Icon name=icon />
            <div>
                <p>{flash.text}</p>
                {flash.hint.map(|hint| view! { <p>{hint}</p> })}
            </div>
        </div>
    }
}
