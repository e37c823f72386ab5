//! One base playlist: its sync, its children, and what a sync would change.

use crate::domain::me::Connection;
use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::event::Preview;
use crate::server_fns::base_playlists::{BaseCard, DeleteBasePlaylist, get_base_playlist};
use crate::server_fns::me::Session;
use crate::server_fns::previews::preview_base_playlist;
use crate::server_fns::wire::Wire;
use crate::ui::components::base_card::{LastSync, base_counts, is_stale};
use crate::ui::components::child_rows::ChildRow;
use crate::ui::components::cover::{Cover, OpenInSpotify};
use crate::ui::components::loading::{Loaded, follow, load, loaded, loaded_part};
use crate::ui::components::lock::{BaseLock, LockLine, LockableButton, LockableLink};
use crate::ui::components::preview::BasePreview;
use crate::ui::components::sync_panel::SyncPanel;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/base-playlists/{id}`, with `?preview=all` what a sync would change.
#[component]
pub fn BasePlaylistPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let is_previewed = Memo::new(move |_| query.with(|query| query.get_str("preview").is_some()));
    let card = load(move || id.get(), get_base_playlist);
    let preview = load(
        move || if is_previewed.get() { id.get() } else { String::new() },
        |id| async move {
            match id.as_str() {
                "" => Ok(Wire::from_json("null".to_owned())),
                _ => preview_base_playlist(id).await,
            }
        },
    );
    let session = expect_context::<Loaded<Session>>();
    loaded(session, move |session| {
        let connection = session.me.map(|me| me.connection);
        let must_reconnect = connection == Some(Connection::ReconnectNeeded);
        loaded(card, move |card| view! { <BaseView card preview must_reconnect /> }.into_any()).into_any()
    })
}

#[component]
fn BaseView(card: BaseCard, preview: Loaded<Option<Preview>>, must_reconnect: bool) -> impl IntoView {
    let BaseCard { base, children, sync } = card;
    let last = sync.last_event.clone();
    let lock = BaseLock(RwSignal::new(sync));
    let is_stale = is_stale(&children, last.as_ref());
    let (counts, has_children) = (base_counts(&base, children.len()), !children.is_empty());
    let new_child = format!("/base-playlists/{}/child-playlists/new", base.id);
    let rows = children.into_iter().map({
        let last = last.clone();
        move |child| view! { <ChildRow child last=last.clone() lock /> }
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
                <p><a href=format!("/base-playlists/{}/songs", base.id)>"Songs, and why each is where it is"</a></p>
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
                true => view! { <ul class="child-rows">{rows.collect_view()}</ul> }.into_any(),
                false => view! {
                    <p class="empty">
                        "Here stand the playlists that are filled from this base. There is none yet: add one with a rule, such as “released 1990 to 1999”."
                    </p>
                }
                .into_any(),
            }}
        </section>
        {has_children.then(|| view! { <PreviewSection id=base.id.to_string() preview /> })}
        <RemoveBase base lock />
    }
}

#[component]
fn PreviewSection(id: String, preview: Loaded<Option<Preview>>) -> impl IntoView {
    let href = format!("/base-playlists/{id}?preview=all#preview");
    view! {
        <section aria-labelledby="preview">
            <div class="page-head">
                <h2 id="preview">"Before a sync"</h2>
                <a class="button" href=href>
                    "Preview changes"
                </a>
            </div>
            {loaded_part(
                preview,
                |preview| match preview {
                    Some(preview) => view! { <BasePreview preview /> }.into_any(),
                    None => view! {
                        <p class="quiet">
                            "Shows per child what would be added, removed and kept. Nothing is written."
                        </p>
                    }
                    .into_any(),
                },
            )}
        </section>
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
