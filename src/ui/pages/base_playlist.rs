//! One base playlist: its sync and its children.

use crate::domain::me::Connection;
use crate::domain::playlist::BasePlaylist;
use crate::server_fns::base_playlists::{BaseCard, BasePageContent, DeleteBasePlaylist, get_base_page};
use crate::server_fns::me::Session;
use crate::ui::components::base_card::{LastSync, base_counts, is_stale};
use crate::ui::components::child_rows::ChildRow;
use crate::ui::components::cover::{Cover, OpenInSpotify};
use crate::ui::components::loading::{Loaded, follow, load, loaded};
use crate::ui::components::lock::{BaseLock, LockLine, LockableButton, LockableLink};
use crate::ui::components::rules_file::RulesFileLinks;
use crate::ui::components::run_strip::RunStrip;
use crate::ui::components::schedule_line::ScheduleLine;
use crate::ui::components::sharing::RoutingForm;
use crate::ui::components::sync_panel::SyncPanel;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// `/base-playlists/{id}`
#[component]
pub fn BasePlaylistPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let card = load(move || id.get(), get_base_page);
    let session = expect_context::<Loaded<Session>>();
    loaded(session, move |session| {
        let connection = session.me.map(|me| me.connection);
        let must_reconnect = connection == Some(Connection::ReconnectNeeded);
        loaded(card, move |content| view! { <BaseView content must_reconnect /> }.into_any()).into_any()
    })
}

#[component]
fn BaseView(content: BasePageContent, must_reconnect: bool) -> impl IntoView {
    let BasePageContent { card: BaseCard { base, children, sync }, marks } = content;
    let last = sync.last_event.clone();
    let lock = BaseLock(RwSignal::new(sync));
    let is_stale = is_stale(&children, last.as_ref());
    let (counts, has_children) = (base_counts(&base, children.len()), !children.is_empty());
    let new_child = format!("/base-playlists/{}/child-playlists/new", base.id);
    let len = children.len();
    let rows = children.into_iter().enumerate().map({
        let last = last.clone();
        move |(at, child)| view! { <ChildRow child last=last.clone() lock at len /> }
    });
    view! {
        <Title text=base.name.clone() />
        <div class="base-head">
            <Cover url=base.image_url.clone() size=160 />
            <div>
                <h1>{base.name.clone()}</h1>
                <p class="quiet">{counts}</p>
                <LastSync last />
                <OpenInSpotify url=base.spotify_url.clone() name=base.name.clone() />
                <p><a class="lone-link" href=format!("/base-playlists/{}/routing", base.id)>"See where songs go"</a></p>
                <p><a class="lone-link" href=format!("/base-playlists/{}/songs", base.id)>"Songs, and why each is where it is"</a></p>
                {base.schedule.clone().map(|schedule| view! { <ScheduleLine schedule /> })}
                <p>
                    <a class="lone-link" href=format!("/base-playlists/{}/schedule", base.id)>
                        {if base.schedule.is_some() { "Change when it syncs" } else { "Let it sync by itself" }}
                    </a>
                </p>
                {has_children.then(|| view! { <SyncPanel base=base.clone() lock is_stale must_reconnect /> })}
            </div>
        </div>
        <LockLine lock />
        <section aria-labelledby="children">
            <div class="page-head">
                <h2 id="children">"Child playlists"</h2>
                <LockableLink lock href=new_child>
                    "Add child playlist"
                </LockableLink>
            </div>
            {match has_children {
                true => view! {
                    <ul class="child-rows">{rows.collect_view()}</ul>
                    {(len > 1).then(|| view! { <RoutingForm base=base.clone() lock /> })}
                }
                .into_any(),
                false => view! {
                    <p class="empty">
                        "Here stand the playlists that are filled from this base. There is none yet: add one with a rule, such as “released 1990 to 1999”."
                    </p>
                }
                .into_any(),
            }}
        </section>
        <RunStrip marks />
        <RulesFileLinks id=base.id.to_string() has_children />
        <RemoveBase base lock />
    }
}

#[component]
fn RemoveBase(base: BasePlaylist, lock: BaseLock) -> impl IntoView {
    let action = ServerAction::<DeleteBasePlaylist>::new();
    follow(action);
    view! {
        <details class="confirm confirm-page">
            <summary class="button button-quiet">"Remove this base playlist"</summary>
            <ActionForm action>
                <input type="hidden" name="id" value=base.id.to_string() />
                <p>
                    "Headwater forgets this base, its child playlists and their rules. At Spotify nothing changes: every playlist keeps its songs."
                </p>
                <LockableButton lock class="button button-danger">
                    "Remove "
                    {base.name}
                </LockableButton>
            </ActionForm>
        </details>
    }
}
