//! One song: for every child, why it is in it or not.

use crate::domain::sync::explained::{ChildExplained, SongExplained};
use crate::domain::sync::placement::PlacementCode;
use crate::error::{AppError, ErrorCode};
use crate::server_fns::child_playlists::SetSongException;
use crate::server_fns::songs::explain_song;
use crate::ui::components::explained::{ExplainedTree, Mark, byline, song_title};
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::times::clock_words;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// `/base-playlists/{id}/songs/{position}`
#[component]
pub fn SongPage() -> impl IntoView {
    let params = use_params_map();
    let part = move |name: &str| params.with(|params| params.get(name).unwrap_or_default());
    let asked = Memo::new(move |_| (part("id"), part("position")));
    let song = load(
        move || asked.with(|(base, position)| format!("{base} {position}")),
        move |_| {
            let (base, position) = asked.get_untracked();
            async move {
                match position.parse() {
                    Ok(position) => explain_song(base, position).await,
                    Err(_) => Err(AppError::new(ErrorCode::NotFound, "A song of a base has a row number here.")),
                }
            }
        },
    );
    loaded(song, |song| view! { <Song song /> }.into_any())
}

#[component]
fn Song(song: SongExplained) -> impl IntoView {
    let SongExplained { base_playlist_id, base_name, total, song, children } = song;
    let (title, songs) = (song_title(&song), format!("/base-playlists/{base_playlist_id}/songs"));
    let row = format!("Row {} of {total}", song.position);
    let length = song.skipped.is_none().then(|| format!(", {} long", clock_words(song.duration_ms.into())));
    let earlier = (song.position > 1).then(|| format!("{songs}/{}", song.position - 1));
    let later = (song.position < total).then(|| format!("{songs}/{}", song.position + 1));
    let is_empty = children.is_empty();
    let new_child = format!("/base-playlists/{base_playlist_id}/child-playlists/new");
    let uri = song.uri.clone();
    let parts = children.into_iter().map(|child| view! { <Child child uri=uri.clone() /> }).collect_view();
    view! {
        <Title text=title.clone() />
        <p>
            <a href=songs>"Songs of " {base_name}</a>
        </p>
        <h1>{title}</h1>
        <p>{byline(&song)}</p>
        <p class="quiet">{row} {length}</p>
        {match is_empty {
            true => view! {
                <section class="empty">
                    <p>"Here stands, for each child playlist, why this song is in it or not. The base has no child playlist yet."</p>
                    <p class="actions">
                        <a class="button button-primary" href=new_child>
                            "Add child playlist"
                        </a>
                    </p>
                </section>
            }
            .into_any(),
            false => parts.into_any(),
        }}
        <nav class="pages" aria-label="Rows">
            {earlier.map(|href| view! { <a class="button" href=href>"Row before"</a> })}
            {later.map(|href| view! { <a class="button" href=href>"Row after"</a> })}
        </nav>
    }
}

#[component]
fn Child(child: ChildExplained, uri: Option<String>) -> impl IntoView {
    let ChildExplained { child_playlist_id, name, filter_sentence, answer, placement, explanation } = child;
    let wishes = child_playlist_id.zip(uri).zip(name.clone()).map(|((id, uri), name)| {
        view! { <Wishes id=id.to_string() uri name code=placement.code /> }
    });
    let href = child_playlist_id.map(|id| format!("/child-playlists/{id}"));
    let name = name.unwrap_or_else(|| "This filter".to_owned());
    view! {
        <section class="why">
            <h2>
                <Mark yes=placement.is_in />
                {match href {
                    Some(href) => view! { <a href=href>{name}</a> }.into_any(),
                    None => name.into_any(),
                }}
            </h2>
            <p>{answer}</p>
            <p class="quiet sentence">{filter_sentence}</p>
            {wishes}
            {explanation.map(|explanation| view! { <ExplainedTree explanation /> })}
        </section>
    }
}

/// Past the rules: this one song always, never, or as they say.
#[component]
fn Wishes(id: String, uri: String, name: String, code: PlacementCode) -> impl IntoView {
    let action = ServerAction::<SetSongException>::new();
    follow(action);
    let wish = move |wish: &'static str, words: &'static str| {
        let whose = format!(" in {name}");
        view! {
            <button class="button button-small" type="submit" name="wish" value=wish>
                {words}
                <span class="visually-hidden">{whose}</span>
            </button>
        }
    };
    let (is_pinned, is_banned) = (code == PlacementCode::Pinned, code == PlacementCode::Banned);
    view! {
        <ActionForm action>
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="uri" value=uri />
            <div class="actions">
                {(!is_pinned).then(|| wish("pin", "Always have this song"))}
                {(!is_banned).then(|| wish("ban", "Never have this song"))}
                {(is_pinned || is_banned).then(|| wish("rules", "Leave it to the rules"))}
            </div>
        </ActionForm>
    }
}
