//! The document, and what every page carries.

use crate::domain::theme::Theme;
use crate::ui::components::activity::Activity;
use crate::ui::components::flash_notice::FlashNotice;
use crate::ui::components::layout::{Banners, Footer, Header};
use crate::ui::components::loading::{Refresh, session_resource};
use crate::ui::components::toasts::{Toaster, Toasts};
use crate::ui::pages::not_found::NotFoundPage;
use crate::ui::pages::routes::routes;
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{Router, Routes, RoutesProps};

/// The HTML document that the server sends for every page.
pub fn shell(options: LeptosOptions, theme: Theme) -> impl IntoView {
    let chosen = (theme != Theme::System).then_some(theme.as_str());
    let stylesheet = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=chosen>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="dark light" />
                <meta name="theme-color" content="#11151c" media="(prefers-color-scheme: dark)" />
                <meta name="theme-color" content="#f6f7f9" media="(prefers-color-scheme: light)" />
                <meta
                    name="description"
                    content="Headwater lets one playlist on Spotify flow by rules into its child playlists."
                />
                <link rel="stylesheet" href=stylesheet />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Refresh::new());
    provide_context(Toaster::new());
    provide_context(session_resource());
    let activity = Activity::new();
    provide_context(activity);
    let before_title = activity.titles();
    let title =
        move |page: String| before_title(if page.is_empty() { "Headwater".to_owned() } else { page + " · Headwater" });

    view! {
        <Title formatter=title />
        <a class="skip-link" href="#content">"Skip to content"</a>
        <Router>
            <Header />
            <main id="content" tabindex="-1">
                <Banners />
                <FlashNotice />
                {all_pages()}
            </main>
            <Footer />
            <Toasts />
        </Router>
    }
}

/// Not as tags: a table of routes has none.
fn all_pages() -> impl IntoView {
    let fallback = || view! { <NotFoundPage /> };
    Routes(RoutesProps::builder().fallback(fallback).children(ToChildren::to_children(routes)).build())
}
