//! The picker: choose a playlist of the library as a base.

use crate::domain::playlist::{SpotifyPlaylist, SpotifyPlaylistPage};
use crate::server_fns::base_playlists::CreateBasePlaylist;
use crate::server_fns::spotify_playlists::list_spotify_playlists;
use crate::ui::components::cover::Cover;
use crate::ui::components::icon::Icon;
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::sync_words::songs;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/playlists?offset=50&q=rock`
#[component]
pub fn PlaylistsPage() -> impl IntoView {
    let query = use_query_map();
    let offset =
        Memo::new(move |_| query.with(|q| q.get_str("offset").and_then(|text| text.parse().ok()).unwrap_or(0)));
    let page = load(move || offset.get().to_string(), |offset| list_spotify_playlists(offset.parse().unwrap_or(0)));
    let words = RwSignal::new(query.with_untracked(|q| q.get_str("q").unwrap_or_default().to_owned()));
    let choose = ServerAction::<CreateBasePlaylist>::new();
    follow(choose);
    view! {
        <Title text="Choose a base playlist" />
        <h1>"Choose a base playlist"</h1>
        <p>"Songs flow from a base into its child playlists. The base itself is only read, never changed."</p>
        <form method="get" action="/playlists" role="search" class="search">
            <input type="hidden" name="offset" value=move || offset.get().to_string() />
            <label for="q">"Search this list"</label>
            <input
                id="q"
                type="search"
                name="q"
                value=words.get_untracked()
                autocomplete="off"
                on:input=move |event| words.set(event_target_value(&event))
            />
            <button type="submit" class="button">
                "Search"
            </button>
        </form>
        {loaded(page, move |page| view! { <Picker page offset=offset.get_untracked() words choose /> }.into_any())}
    }
}

#[component]
fn Picker(
    page: SpotifyPlaylistPage,
    offset: u32,
    words: RwSignal<String>,
    choose: ServerAction<CreateBasePlaylist>,
) -> impl IntoView {
    let (total, next) = (page.total, page.next);
    if page.items.is_empty() {
        return no_playlists().into_any();
    }
    let last = offset + u32::try_from(page.items.len()).unwrap_or(0);
    let names: Vec<String> = page.items.iter().map(folded).collect();
    let hits = Memo::new(move |_| {
        let words = words.with(|words| words.trim().to_lowercase());
        names.iter().filter(|name| name.contains(&words)).count()
    });
    let entries = page.items.into_iter().map(|playlist| {
        let name = folded(&playlist);
        let is_out = move || words.with(|words| !name.contains(&words.trim().to_lowercase()));
        view! {
            <li class="pick" hidden=is_out>
                <Entry playlist choose />
            </li>
        }
    });
    view! {
        <p class="quiet" role="status">
            {move || match hits.get() {
                0 => "No playlist of this list has these words in its name or owner.".to_owned(),
                _ => format!("{} to {last} of {total}", offset + 1),
            }}
        </p>
        <ul class="picks">{entries.collect_view()}</ul>
        <nav class="pages" aria-label="Pages">
            {(offset > 0).then(|| view! { <a class="button" href="/playlists">"First page"</a> })}
            {next
                .map(|next| {
                    view! {
                        <a class="button" href=format!("/playlists?offset={next}")>
                            "Next page"
                        </a>
                    }
                })}
        </nav>
    }
    .into_any()
}

fn folded(playlist: &SpotifyPlaylist) -> String {
    format!("{} {}", playlist.name, playlist.owner).to_lowercase()
}

#[component]
fn Entry(playlist: SpotifyPlaylist, choose: ServerAction<CreateBasePlaylist>) -> impl IntoView {
    let count = playlist.total.map(|total| format!("{} · ", songs(total))).unwrap_or_default();
    let name = playlist.name.clone();
    view! {
        <Cover url=playlist.image_url size=128 />
        <div class="pick-text">
            <h2>{playlist.name}</h2>
            <p class="quiet">{count} {playlist.owner}</p>
            {match playlist.selectable {
                true => view! {
                    <ActionForm action=choose>
                        <input type="hidden" name="spotify_playlist_id" value=playlist.id.to_string() />
                        <button type="submit" class="button">
                            "Choose"
                            <span class="visually-hidden">{format!(" {name}")}</span>
                        </button>
                    </ActionForm>
                }
                .into_any(),
                false => view! {
                    <p class="reason">
                        <Icon name="lock" />
                        {playlist.reason.unwrap_or_else(|| "This playlist cannot be a base.".to_owned())}
                    </p>
                }
                .into_any(),
            }}
        </div>
    }
}

fn no_playlists() -> impl IntoView {
    view! {
        <section class="empty">
            <p>"Here stand your own and collaborative playlists. Spotify lists none: make one there, then come back."</p>
            <p class="actions">
                <a class="button button-primary" href="https://open.spotify.com/" rel="external noopener">
                    "Open Spotify"
                </a>
            </p>
        </section>
    }
}
