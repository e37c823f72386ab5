//! Light, dark, or as the system: a plain form, since the page has to come anew in other colours only once.

use crate::domain::theme::Theme;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What this page came in.
fn current() -> Theme {
    #[cfg(feature = "ssr")]
    {
        use_context::<Theme>().unwrap_or_default()
    }
    #[cfg(not(feature = "ssr"))]
    {
        let root = document().document_element();
        root.and_then(|root| root.get_attribute("data-theme")).and_then(|word| Theme::parse(&word)).unwrap_or_default()
    }
}

/// Three buttons; the one that holds is pressed.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let path = use_location().pathname;
    let current = current();
    let buttons = Theme::ALL.map(|theme| {
        let is_pressed = (theme == current).to_string();
        view! {
            <button type="submit" name="theme" value=theme.as_str() aria-pressed=is_pressed>
                {theme.words()}
            </button>
        }
        .into_any()
    });
    view! {
        <form method="post" action="/theme" class="theme-switch" aria-label="Colours">
            <input type="hidden" name="back" value=move || path.get() />
            {buttons.into_iter().collect_view()}
        </form>
    }
}
