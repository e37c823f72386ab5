//! The songs of a base: search, filters and pages live in the address.

use crate::domain::sync::explained::{ListedSong, SongPage as SongList};
use crate::server_fns::songs::list_songs;
use crate::ui::components::explained::{byline, song_title};
use crate::ui::components::loading::{load, loaded};
use crate::ui::components::sync_words::songs;
use crate::ui::components::times::clock_words;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;

/// What a list may be narrowed to: word in the address, words for people.
const SHOWN: &[(&str, &str)] = &[
    ("", "All songs"),
    ("none", "In no child playlist"),
    ("several", "In several child playlists"),
    ("unknown", "Cannot be judged"),
];

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    base: String,
    text: String,
    show: String,
    page: u32,
}

impl Asked {
    /// The address of a page of the same list.
    fn address(&self, page: u32) -> String {
        let mut query = ParamsMap::new();
        for (name, value) in [("q", self.text.clone()), ("show", self.show.clone())] {
            if !value.is_empty() {
                query.insert(name, value);
            }
        }
        if page > 1 {
            query.insert("page", page.to_string());
        }
        format!("/base-playlists/{}/songs{}", self.base, query.to_query_string())
    }
}

/// `/base-playlists/{id}/songs?q=…&show=…&page=…`
#[component]
pub fn SongsPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let part = |name: &str| query.with(|query| query.get(name).unwrap_or_default());
        let page = part("page").parse().unwrap_or(1);
        let base = params.with(|params| params.get("id").unwrap_or_default());
        Asked { base, text: part("q"), show: part("show"), page }
    });
    let list = load(
        move || asked.with(|asked| asked.address(asked.page)),
        move |_| {
            let Asked { base, text, show, page } = asked.get_untracked();
            list_songs(base, text, show, page)
        },
    );
    loaded(list, move |list| view! { <List list asked=asked.get_untracked() /> }.into_any())
}

#[component]
fn List(list: SongList, asked: Asked) -> impl IntoView {
    let base = format!("/base-playlists/{}", list.base_playlist_id);
    let is_narrowed = !asked.text.is_empty() || !asked.show.is_empty();
    let found = match is_narrowed {
        true => format!("{} of {} rows", list.found, list.total),
        false => songs(list.total),
    };
    let newer = (list.page > 1).then(|| asked.address(list.page - 1));
    let older = (list.page < list.pages).then(|| asked.address(list.page + 1));
    let pages = (list.pages > 1).then(|| format!("Page {} of {}", list.page, list.pages));
    view! {
        <Title text=format!("Songs of {}", list.base_name) />
        <h1>"Songs of " <a href=base.clone()>{list.base_name.clone()}</a></h1>
        <p class="quiet">"Choose a song to see why it is in a child playlist or not."</p>
        <Search asked=asked.clone() />
        <p role="status">{found}</p>
        {match list.songs.is_empty() {
            true => nothing(&asked, is_narrowed).into_any(),
            false => view! { <SongTable songs=list.songs base=base.clone() /> }.into_any(),
        }}
        <nav class="pages" aria-label="Pages">
            {newer.map(|href| view! { <a class="button" href=href>"Previous"</a> })}
            {pages.map(|words| view! { <span class="quiet">{words}</span> })}
            {older.map(|href| view! { <a class="button" href=href>"Next"</a> })}
        </nav>
    }
}

fn nothing(asked: &Asked, is_narrowed: bool) -> impl IntoView + use<> {
    let words = match (asked.show.as_str(), asked.text.is_empty()) {
        ("none", true) => "Every song of this base is in a child playlist.",
        ("several", true) => "No song of this base is in more than one child playlist.",
        ("unknown", true) => "Every song can be judged: Spotify gives all that the rules ask for.",
        ("", true) => "Here stand the songs of this base playlist. It has none yet: add some in Spotify.",
        _ => "No song of this base fits what you look for.",
    };
    let all = format!("/base-playlists/{}/songs", asked.base);
    view! {
        <section class="empty">
            <p>{words}</p>
            {is_narrowed
                .then(|| {
                    view! {
                        <p class="actions">
                            <a class="button" href=all>
                                "Show all songs"
                            </a>
                        </p>
                    }
                })}
        </section>
    }
}

#[component]
fn Search(asked: Asked) -> impl IntoView {
    let options = SHOWN.iter().map(|(word, words)| {
        let is_chosen = *word == asked.show;
        view! {
            <option value=*word selected=is_chosen>
                {*words}
            </option>
        }
    });
    let options = options.collect_view();
    view! {
        <form method="get" action=format!("/base-playlists/{}/songs", asked.base) class="filters" role="search">
            <div class="field">
                <label for="q">"Title or artist"</label>
                <input type="search" id="q" name="q" value=asked.text.clone() maxlength="200" />
            </div>
            <div class="field">
                <label for="show">"Show"</label>
                <select id="show" name="show">
                    {options}
                </select>
            </div>
            <button type="submit" class="button">
                "Show"
            </button>
        </form>
    }
}

#[component]
fn SongTable(songs: Vec<ListedSong>, base: String) -> impl IntoView {
    let rows = songs.into_iter().map(|listed| {
        let ListedSong { song, children, is_unknown } = listed;
        let length = song.skipped.is_none().then(|| clock_words(song.duration_ms.into()));
        let (href, place) =
            (format!("{base}/songs/{}", song.position), place_words(&song.skipped, &children, is_unknown));
        let (title, byline) = (song_title(&song), byline(&song));
        view! {
            <tr>
                <td class="song-row" data-label="Row">
                    {song.position}
                </td>
                <th scope="row">
                    <a href=href>{title}</a>
                    <span class="song-byline quiet">{byline}</span>
                </th>
                <td data-label="Length">{length}</td>
                <td data-label="Goes to">{place}</td>
            </tr>
        }
    });
    view! {
        <div class="table-wrap">
            <table class="rows-on-narrow song-table">
                <caption class="visually-hidden">"Songs in the order of the base playlist"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Row"</th>
                        <th scope="col">"Song"</th>
                        <th scope="col">"Length"</th>
                        <th scope="col">"Goes to"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

fn place_words(skipped: &Option<crate::domain::track::SkipReason>, children: &[String], is_unknown: bool) -> String {
    let unknown = if is_unknown { "some child cannot tell" } else { "" };
    match (skipped.is_some(), children.is_empty(), is_unknown) {
        (true, _, _) => "skipped: not a song that can be placed".to_owned(),
        (false, true, true) => unknown.to_owned(),
        (false, true, false) => "no child".to_owned(),
        (false, false, true) => format!("{}; {unknown}", children.join(", ")),
        (false, false, false) => children.join(", "),
    }
}
