//! The smallest hydrated app with a router: the yardstick for the size of ours (`scripts/size`).

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

#[component]
fn Empty() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| "missing">
                <Route path=path!("/") view=|| "home" />
            </Routes>
        </Router>
    }
}

/// Called by the loader script.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(Empty);
}
