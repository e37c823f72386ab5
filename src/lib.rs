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
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
