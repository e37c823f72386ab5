//! Any other address.

use leptos::prelude::*;
use leptos_meta::Title;

/// 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <section class="empty">
            <h1>"There is no such page"</h1>
            <p>"The address may be mistyped, or what it named was removed."</p>
            <p class="actions">
                <a class="button button-primary" href="/">
                    "Go to the first page"
                </a>
            </p>
        </section>
    }
}
