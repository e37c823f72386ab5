//! Headwater: one base playlist flows by rules into its child playlists.
#![forbid(unsafe_code)]
#![recursion_limit = "512"]

pub mod app;
#[cfg(feature = "ssr")]
pub mod commands;
pub mod domain;
pub mod error;
#[cfg(feature = "ssr")]
pub mod server;
pub mod server_fns;
#[cfg(feature = "ssr")]
pub mod simulator;
#[cfg(feature = "ssr")]
pub mod startup;
pub mod ui;

/// Brings the server's page to life; called once by the loader script.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    use leptos::mount::hydrate_from_async;
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        hydrate_from_async(leptos::tachys::dom::body(), app::App).await.forget();
        mark_hydrated();
    });
}

/// Says on the document that the script has taken over: tests wait for it instead of guessing a time.
#[cfg(feature = "hydrate")]
fn mark_hydrated() {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
    if let Some(root) = root {
        // Nobody but a test misses it.
        let _ = root.set_attribute("data-hydrated", "");
    }
}
