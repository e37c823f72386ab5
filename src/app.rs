//! The document, the routes of the pages, and what every page carries.

use crate::domain::theme::Theme;
use crate::ui::components::activity::Activity;
use crate::ui::components::flash_notice::FlashNotice;
use crate::ui::components::layout::{Banners, Footer, Header};
use crate::ui::components::loading::{Refresh, session_resource};
use crate::ui::components::toasts::{Toaster, Toasts};
use crate::ui::pages::lazy::{BasePage, EditorPage, FirstPage, OtherPage, RunPage};
use crate::ui::pages::not_found::NotFoundPage;
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

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

/// The pages. Async rendering: without scripts, each page arrives whole.
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
                <Routes fallback=|| view! { <NotFoundPage /> }>
                    <Route path=path!("/") view=FirstPage::Home ssr=SsrMode::Async />
                    <Route path=path!("/setup") view=OtherPage::Setup ssr=SsrMode::Async />
                    <Route path=path!("/playlists") view=OtherPage::Playlists ssr=SsrMode::Async />
                    <Route path=path!("/base-playlists") view=FirstPage::Home ssr=SsrMode::Async />
                    <Route path=path!("/base-playlists/:id") view=BasePage::BasePlaylist ssr=SsrMode::Async />
                    <Route path=path!("/base-playlists/:id/child-playlists/new") view=EditorPage::New ssr=SsrMode::Async />
                    <Route path=path!("/base-playlists/:id/routing") view=BasePage::Routing ssr=SsrMode::Async />
                    <Route path=path!("/base-playlists/:id/plan") view=BasePage::Plan ssr=SsrMode::Async />
                    <Route path=path!("/base-playlists/:id/schedule") view=BasePage::Schedule ssr=SsrMode::Async />
                    <Route path=path!("/base-playlists/:id/songs") view=BasePage::Songs ssr=SsrMode::Async />
                    <Route path=path!("/base-playlists/:id/songs/:position") view=OtherPage::Song ssr=SsrMode::Async />
                    <Route path=path!("/base-playlists/:id/import") view=OtherPage::Import ssr=SsrMode::Async />
                    <Route path=path!("/base-playlists/:id/templates") view=OtherPage::Templates ssr=SsrMode::Async />
                    <Route path=path!("/docs/fields") view=OtherPage::Fields ssr=SsrMode::Async />
                    <Route path=path!("/child-playlists/:id") view=EditorPage::Saved ssr=SsrMode::Async />
                    <Route path=path!("/child-playlists/:id/hands") view=RunPage::Hands ssr=SsrMode::Async />
                    <Route path=path!("/history") view=RunPage::History ssr=SsrMode::Async />
                    <Route path=path!("/history/:id") view=RunPage::SyncEvent ssr=SsrMode::Async />
                    <Route path=path!("/history/:id/children/:child") view=RunPage::Changes ssr=SsrMode::Async />
                    <Route path=path!("/history/:id/restore") view=RunPage::Restore ssr=SsrMode::Async />
                    <Route path=path!("/sync-batches/:id") view=RunPage::Batch ssr=SsrMode::Async />
                    <Route path=path!("/insights") view=RunPage::Insights ssr=SsrMode::Async />
                    <Route path=path!("/cache") view=RunPage::Cache ssr=SsrMode::Async />
                    <Route path=path!("/tags") view=OtherPage::Tags ssr=SsrMode::Async />
                    <Route path=path!("/notifications") view=OtherPage::Notifications ssr=SsrMode::Async />
                    <Route path=path!("/access") view=OtherPage::Access ssr=SsrMode::Async />
                    <Route path=path!("/account") view=OtherPage::Account ssr=SsrMode::Async />
                    <Route path=path!("/privacy") view=OtherPage::Privacy ssr=SsrMode::Async />
                </Routes>
            </main>
            <Footer />
            <Toasts />
        </Router>
    }
}
