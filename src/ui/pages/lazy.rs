//! The pages by the file that their code comes in: a browser loads it when it is about to show one of them.

use crate::ui::browser::leave_to_browser;
use crate::ui::components::activity::Activity;
use crate::ui::components::builder::rule_list;
use crate::ui::pages::access::AccessPage;
use crate::ui::pages::account::AccountPage;
use crate::ui::pages::base_playlist::BasePlaylistPage;
use crate::ui::pages::cache::CachePage;
use crate::ui::pages::child_changes::ChildChangesPage;
use crate::ui::pages::child_playlist::{EditChildPage, NewChildPage};
use crate::ui::pages::field_docs::FieldDocsPage;
use crate::ui::pages::hands::HandsPage;
use crate::ui::pages::history::HistoryPage;
use crate::ui::pages::home::HomePage;
use crate::ui::pages::import_rules::ImportRulesPage;
use crate::ui::pages::insights::InsightsPage;
use crate::ui::pages::notifications::NotificationsPage;
use crate::ui::pages::plan::PlanPage;
use crate::ui::pages::playlists::PlaylistsPage;
use crate::ui::pages::privacy::PrivacyPage;
use crate::ui::pages::restore::RestorePage;
use crate::ui::pages::routing::RoutingPage;
use crate::ui::pages::schedule::SchedulePage;
use crate::ui::pages::setup::SetupPage;
use crate::ui::pages::song::SongPage;
use crate::ui::pages::songs::SongsPage;
use crate::ui::pages::sync_batch::SyncBatchPage;
use crate::ui::pages::sync_event::SyncEventPage;
use crate::ui::pages::tags::TagsPage;
use crate::ui::pages::templates::TemplatesPage;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos_router::ChooseView;
use leptos_router::hooks::use_url;
use leptos_router::location::Url;

/// Pages whose code comes together, in one file: its name, what loads it, a part that comes in a file beside it,
/// the type that routes name, its pages.
macro_rules! pages_in {
    ($split:ident, $load:ident, $([$part:ident],)? $(#[$doc:meta])* $pages:ident { $($(#[$path:meta])* $page:ident => $component:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $pages { $($(#[$path])* $page,)+ }

        #[wasm_split($split, wasm_split_path = leptos::wasm_split, fallible, preload($load))]
        fn $split(page: $pages) -> Result<AnyView, SplitLoaderError> {
            load_early(stringify!($split));
            expect_context::<Activity>().watch();
            Ok(match page {
                $($pages::$page => view! { <$component /> }.into_any(),)+
            })
        }

        impl ChooseView for $pages {
            async fn choose(self) -> AnyView {
                $($part::begin_to_load(); or_never($part::load()).await;)?
                or_never($split(self)).await
            }

            /// The page before stays until this one's code is here.
            async fn preload(&self) {
                $($part::begin_to_load();)?
                or_by_document($load()).await;
                $(or_by_document($part::load()).await;)?
            }
        }
    };
}

pages_in!(home, load_home,
/// The first page, and for most people the only one of a visit.
FirstPage {
    /// `/`
    Home => HomePage,
});

pages_in!(editor, load_editor, [rule_list],
/// The editor: the filter builder and what evaluates filters come with it.
EditorPage {
    /// `/base-playlists/{id}/child-playlists/new`
    New => NewChildPage,
    /// `/child-playlists/{id}`
    Saved => EditChildPage,
});

pages_in!(bases, load_bases,
/// One base playlist and what its songs do.
BasePage {
    /// `/base-playlists/{id}`
    BasePlaylist => BasePlaylistPage,
    /// `/base-playlists/{id}/plan`
    Plan => PlanPage,
    /// `/base-playlists/{id}/routing`
    Routing => RoutingPage,
    /// `/base-playlists/{id}/schedule`
    Schedule => SchedulePage,
    /// `/base-playlists/{id}/songs`
    Songs => SongsPage,
});

pages_in!(runs, load_runs,
/// Syncs, as they run and as they ended.
RunPage {
    /// `/history`
    History => HistoryPage,
    /// `/history/{id}`
    SyncEvent => SyncEventPage,
    /// `/sync-batches/{id}`
    Batch => SyncBatchPage,
});

pages_in!(stories, load_stories,
/// What syncs did, and what they were spared.
StoryPage {
    /// `/cache`
    Cache => CachePage,
    /// `/history/{id}/children/{child}`
    Changes => ChildChangesPage,
    /// `/child-playlists/{id}/hands`
    Hands => HandsPage,
    /// `/insights`
    Insights => InsightsPage,
    /// `/history/{id}/restore`
    Restore => RestorePage,
});

pages_in!(person, load_person,
/// The person, and who acts for them.
PersonPage {
    /// `/access`
    Access => AccessPage,
    /// `/account`
    Account => AccountPage,
    /// `/notifications`
    Notifications => NotificationsPage,
    /// `/privacy`
    Privacy => PrivacyPage,
    /// `/setup`
    Setup => SetupPage,
});

pages_in!(others, load_others,
/// Everything else: each is small, so they come together.
OtherPage {
    /// `/docs/fields`
    Fields => FieldDocsPage,
    /// `/base-playlists/{id}/import`
    Import => ImportRulesPage,
    /// `/playlists`
    Playlists => PlaylistsPage,
    /// `/base-playlists/{id}/songs/{position}`
    Song => SongPage,
    /// `/tags`
    Tags => TagsPage,
    /// `/base-playlists/{id}/templates`
    Templates => TemplatesPage,
});

/// The served page names this code in its head: it comes while the rest does, and not after it.
fn load_early(_split: &'static str) {
    #[cfg(feature = "ssr")]
    leptos::prefetch_lazy_fn_on_server(_split);
}

/// Code that does not come, because the network is gone or a newer version has replaced it, is no dead end: the
/// browser asks for the page as a whole document. On a document just loaded that would never end; there the page
/// stays as it was served, and its links and forms work without our code.
async fn or_by_document(loading: impl Future<Output = Result<(), SplitLoaderError>>) {
    let is_new_document = Owner::current_shared_context().is_some_and(|context| context.during_hydration());
    let (url, asked) = (use_url(), use_url().with_untracked(path_of));
    if loading.await.is_err() {
        match is_new_document {
            true => give_up(url, &asked),
            false => lead_to(&asked),
        }
        std::future::pending().await
    }
}

async fn or_never<T>(loading: impl Future<Output = Result<T, SplitLoaderError>>) -> T {
    let (url, asked) = (use_url(), use_url().with_untracked(path_of));
    match loading.await {
        Ok(found) => found,
        Err(_) => {
            give_up(url, &asked);
            std::future::pending().await
        }
    }
}

fn path_of(url: &Url) -> String {
    match url.search() {
        "" => url.path().to_owned(),
        search => format!("{}?{search}", url.path()),
    }
}

fn lead_to(path: &str) {
    // Where even that fails, the browser says so.
    let _ = location().set_href(path);
}

/// The page that was asked for never comes to life. A click that the router has taken meanwhile would lead nowhere: it is
/// made good by a document; those to come are left to the browser.
fn give_up(url: ReadSignal<Url>, asked: &str) {
    leave_to_browser();
    let now = url.try_with_untracked(path_of).unwrap_or_default();
    if !now.is_empty() && now != asked {
        lead_to(&now);
    }
}
