//! Pictures from the sprite; always beside words, so never read out.

use leptos::prelude::*;

/// One symbol of `public/icons.svg`.
#[component]
pub fn Icon(
    /// Id of the symbol.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false" width="20" height="20">
            <use_ href=format!("/icons.svg#{name}")></use_>
        </svg>
    }
}
