//! The first page: what this is, for visitors; the base playlists, for the signed in.

use crate::domain::me::{Connection, SetupState};
use crate::server_fns::base_playlists::{BaseCard, list_base_playlists};
use crate::server_fns::me::Session;
use crate::ui::components::base_card::BaseCardView;
use crate::ui::components::layout::{connect_spotify, try_demo};
use crate::ui::components::loading::{Loaded, load, loaded};
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
fn Dashboard(cards: Loaded<Vec<BaseCard>>, must_reconnect: bool) -> impl IntoView {
    view! {
        <Title text="Base playlists" />
        {loaded(cards, move |cards: Vec<BaseCard>| match cards.is_empty() {
            true => no_bases().into_any(),
            false => view! {
                <div class="page-head">
                    <h1>"Base playlists"</h1>
                    <a class="button" href="/playlists">
                        "Add base playlist"
                    </a>
                </div>
                <div class="cards">
                    {cards
                        .into_iter()
                        .map(|card| view! { <BaseCardView card must_reconnect /> })
                        .collect_view()}
                </div>
            }
            .into_any(),
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
