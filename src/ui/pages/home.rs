//! The first page: what this is, for visitors; the base playlists, for the signed in.

use crate::domain::ids::SyncBatchId;
use crate::domain::me::{Connection, SetupState};
use crate::server_fns::base_playlists::{BaseCard, HomeContent, list_base_playlists};
use crate::server_fns::me::Session;
use crate::server_fns::sync_batches::SyncSeveral;
use crate::ui::components::base_card::{BaseCardView, SEVERAL};
use crate::ui::components::layout::{connect_spotify, try_demo};
use crate::ui::components::loading::{Loaded, follow, load, loaded};
use crate::ui::components::picture::SplitPicture;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/`
#[component]
pub fn HomePage() -> impl IntoView {
    let session = expect_context::<Loaded<Session>>();
    let cards = load(String::new, |_| list_base_playlists());
    loaded(session, move |session| match session.me.map(|me| me.connection) {
        Some(connection) => {
            view! { <Dashboard cards must_reconnect=connection == Connection::ReconnectNeeded /> }.into_any()
        }
        None => view! { <Landing setup=session.setup /> }.into_any(),
    })
}

#[component]
fn Landing(setup: SetupState) -> impl IntoView {
    let way_in = match (setup.demo, setup.configured) {
        (true, _) => view! {
            {try_demo()}
            <a class="button" href="/setup">
                "Connect Spotify"
            </a>
        }
        .into_any(),
        (false, true) => connect_spotify("/".to_owned()).into_any(),
        (false, false) => view! {
            <a class="button button-primary" href="/setup">
                "Connect Spotify"
            </a>
        }
        .into_any(),
    };
    view! {
        <Title text="One playlist flows into many" />
        <section class="landing">
            <h1>"Collect songs in one playlist; rules let them flow into all the others."</h1>
            <SplitPicture />
            <div class="actions">{way_in}</div>
            <p class="quiet">
                "Headwater asks Spotify to read your playlists and Liked Songs and to write to the playlists it fills – nothing else. "
                <a href="/privacy">"What is stored"</a>
            </p>
        </section>
    }
}

#[component]
fn Dashboard(cards: Loaded<HomeContent>, must_reconnect: bool) -> impl IntoView {
    view! {
        <Title text="Base playlists" />
        {loaded(cards, move |HomeContent { cards, open_batch }| match cards.is_empty() {
            true => no_bases().into_any(),
            false => view! {
                <div class="page-head">
                    <h1>"Base playlists"</h1>
                    <a class="button" href="/playlists">
                        "Add base playlist"
                    </a>
                </div>
                <BaseCards cards open_batch must_reconnect />
            }
            .into_any(),
        })}
    }
}

/// The cards, and a form for syncing several of them: its ticks stand in the cards.
#[component]
fn BaseCards(cards: Vec<BaseCard>, open_batch: Option<SyncBatchId>, must_reconnect: bool) -> impl IntoView {
    let can_sync = |card: &&BaseCard| card.children.iter().any(|child| child.is_active);
    let several = !must_reconnect && cards.iter().filter(can_sync).count() > 1;
    let action = ServerAction::<SyncSeveral>::new();
    follow(action);
    let cards = cards.into_iter().map(|card| {
        let may_choose = several && can_sync(&&card);
        view! { <BaseCardView card must_reconnect may_choose /> }.into_any()
    });
    view! {
        {open_batch.map(|id| view! {
            <p>
                <a class="lone-link" href=format!("/sync-batches/{id}")>
                    "Several base playlists are syncing: see how far they are"
                </a>
            </p>
        })}
        <div class="cards">{cards.collect_view()}</div>
        {several.then(|| view! {
            <div class="sync-several">
                <ActionForm action attr:id=SEVERAL>
                    <button type="submit" class="button">
                        "Sync the ticked ones"
                    </button>
                </ActionForm>
            </div>
        })}
    }
}

fn no_bases() -> impl IntoView {
    view! {
        <section class="empty">
            <h1>"Base playlists"</h1>
            <p>
                "Here stand the playlists that songs flow from, each with its child playlists. There is none yet: choose one of yours to begin."
            </p>
            <p class="actions">
                <a class="button button-primary" href="/playlists">
                    "Choose a playlist"
                </a>
            </p>
        </section>
    }
}
