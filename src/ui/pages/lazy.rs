//! The pages whose code a browser loads when it is about to show one of them. The first page that most people
//! see, the dashboard, is not among them.

use crate::ui::pages::account::AccountPage;
use crate::ui::pages::base_playlist::BasePlaylistPage;
use crate::ui::pages::child_playlist::{EditChildPage, NewChildPage};
use crate::ui::pages::field_docs::FieldDocsPage;
use crate::ui::pages::history::HistoryPage;
use crate::ui::pages::import_rules::ImportRulesPage;
use crate::ui::pages::plan::PlanPage;
use crate::ui::pages::playlists::PlaylistsPage;
use crate::ui::pages::privacy::PrivacyPage;
use crate::ui::pages::routing::RoutingPage;
use crate::ui::pages::setup::SetupPage;
use crate::ui::pages::sync_event::SyncEventPage;
use crate::ui::pages::templates::TemplatesPage;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos_router::ChooseView;
use leptos_router::hooks::use_url;

/// The editor: the filter builder and what evaluates filters come with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditorPage {
    /// `/base-playlists/{id}/child-playlists/new`
    New,
    /// `/child-playlists/{id}`
    Saved,
}

/// What flows where, before and after a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowPage {
    /// `/base-playlists/{id}/plan`
    Plan,
    /// `/base-playlists/{id}/routing`
    Routing,
}

/// Everything else: each is small, so they come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherPage {
    /// `/account`
    Account,
    /// `/base-playlists/{id}`
    BasePlaylist,
    /// `/docs/fields`
    FieldDocs,
    /// `/history`
    History,
    /// `/base-playlists/{id}/import`
    ImportRules,
    /// `/history/{id}`
    SyncEvent,
    /// `/playlists`
    Playlists,
    /// `/privacy`
    Privacy,
    /// `/setup`
    Setup,
    /// `/base-playlists/{id}/templates`
    Templates,
}

#[wasm_split(editor, wasm_split_path = leptos::wasm_split, fallible, preload(load_editor))]
fn editor(page: EditorPage) -> Result<AnyView, SplitLoaderError> {
    load_early("editor");
    Ok(match page {
        EditorPage::New => view! { <NewChildPage /> }.into_any(),
        EditorPage::Saved => view! { <EditChildPage /> }.into_any(),
    })
}

#[wasm_split(flow, wasm_split_path = leptos::wasm_split, fallible, preload(load_flow))]
fn flow(page: FlowPage) -> Result<AnyView, SplitLoaderError> {
    load_early("flow");
    Ok(match page {
        FlowPage::Plan => view! { <PlanPage /> }.into_any(),
        FlowPage::Routing => view! { <RoutingPage /> }.into_any(),
    })
}

#[wasm_split(others, wasm_split_path = leptos::wasm_split, fallible, preload(load_others))]
fn others(page: OtherPage) -> Result<AnyView, SplitLoaderError> {
    load_early("others");
    Ok(match page {
        OtherPage::Account => view! { <AccountPage /> }.into_any(),
        OtherPage::BasePlaylist => view! { <BasePlaylistPage /> }.into_any(),
        OtherPage::History => view! { <HistoryPage /> }.into_any(),
        OtherPage::SyncEvent => view! { <SyncEventPage /> }.into_any(),
        OtherPage::Playlists => view! { <PlaylistsPage /> }.into_any(),
        OtherPage::Privacy => view! { <PrivacyPage /> }.into_any(),
        OtherPage::FieldDocs => view! { <FieldDocsPage /> }.into_any(),
        OtherPage::ImportRules => view! { <ImportRulesPage /> }.into_any(),
        OtherPage::Templates => view! { <TemplatesPage /> }.into_any(),
        OtherPage::Setup => view! { <SetupPage /> }.into_any(),
    })
}

/// The served page names this code in its head: it comes while the rest does, and not after it.
fn load_early(_split: &'static str) {
    #[cfg(feature = "ssr")]
    leptos::prefetch_lazy_fn_on_server(_split);
}

impl ChooseView for EditorPage {
    async fn choose(self) -> AnyView {
        or_never(editor(self).await).await
    }

    /// The page before stays until this one's code is here.
    async fn preload(&self) {
        or_by_document(load_editor()).await;
    }
}

impl ChooseView for FlowPage {
    async fn choose(self) -> AnyView {
        or_never(flow(self).await).await
    }

    /// The page before stays until this one's code is here.
    async fn preload(&self) {
        or_by_document(load_flow()).await;
    }
}

impl ChooseView for OtherPage {
    async fn choose(self) -> AnyView {
        or_never(others(self).await).await
    }

    /// The page before stays until this one's code is here.
    async fn preload(&self) {
        or_by_document(load_others()).await;
    }
}

/// Code that does not come, because the network is gone or a newer version has replaced it, is no dead end: the
/// browser asks for the page as a whole document. On a document just loaded that would never end; there the page
/// stays as it was served, and its links and forms work without our code.
async fn or_by_document(loading: impl Future<Output = Result<(), SplitLoaderError>>) {
    let is_new_document = Owner::current_shared_context().is_some_and(|context| context.during_hydration());
    let path = use_url().with_untracked(|url| format!("{}?{}", url.path(), url.search()));
    if loading.await.is_err() {
        if !is_new_document {
            let _ = location().set_href(&path);
        }
        std::future::pending().await
    }
}

async fn or_never<T>(loaded: Result<T, SplitLoaderError>) -> T {
    match loaded {
        Ok(found) => found,
        Err(_) => std::future::pending().await,
    }
}
