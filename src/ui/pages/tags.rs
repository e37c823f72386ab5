//! Own tags: what there is, a new one from a playlist, removing one.

use crate::domain::playlist::SpotifyPlaylist;
use crate::domain::tag::Tag;
use crate::server_fns::tags::{DeleteTag, ImportTag, TagShelf, list_tags};
use crate::ui::components::loading::{follow, load, loaded};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/tags`
#[component]
pub fn TagsPage() -> impl IntoView {
    let shelf = load(String::new, |_| list_tags());
    view! {
        <Title text="Tags" />
        <h1>"Tags"</h1>
        <p class="quiet">
            "Your own words for songs and artists. A rule can ask for them, such as “tag has any of Gym”. They stay here: Spotify does not see them."
        </p>
        {loaded(shelf, |shelf| view! { <Shelf shelf /> }.into_any())}
    }
}

#[component]
fn Shelf(shelf: TagShelf) -> impl IntoView {
    let TagShelf { tags, playlists } = shelf;
    view! {
        <section aria-labelledby="known">
            <h2 id="known">"Your tags"</h2>
            {match tags.is_empty() {
                true => view! { <p class="empty">"There is no tag yet. Put one on the songs of a playlist below."</p> }.into_any(),
                false => view! { <TagTable tags /> }.into_any(),
            }}
        </section>
        <ImportForm playlists />
    }
}

#[component]
fn TagTable(tags: Vec<Tag>) -> impl IntoView {
    let rows = tags.into_iter().map(|tag| {
        view! {
            <tr>
                <th scope="row">{tag.name.clone()}</th>
                <td>{tag.tracks}</td>
                <td>{tag.artists}</td>
                <td>
                    <RemoveForm name=tag.name />
                </td>
            </tr>
        }
    });
    view! {
        <div class="table-wrap">
            <table>
                <caption class="visually-hidden">"Tags with how many songs and artists carry them"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Tag"</th>
                        <th scope="col">"Songs"</th>
                        <th scope="col">"Artists"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Remove"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn RemoveForm(name: String) -> impl IntoView {
    let action = ServerAction::<DeleteTag>::new();
    follow(action);
    view! {
        <details class="confirm">
            <summary class="button button-quiet">
                "Remove"
                <span class="visually-hidden">{format!(" {name}")}</span>
            </summary>
            <ActionForm action>
                <input type="hidden" name="tag" value=name.clone() />
                <p>"The tag goes from all its songs and artists. Rules that name it then find no song."</p>
                <button type="submit" class="button button-danger">
                    {format!("Remove {name}")}
                </button>
            </ActionForm>
        </details>
    }
}

#[component]
fn ImportForm(playlists: Vec<SpotifyPlaylist>) -> impl IntoView {
    let action = ServerAction::<ImportTag>::new();
    follow(action);
    let options = playlists
        .into_iter()
        .map(|playlist| view! { <option value=playlist.id.as_str().to_owned()>{playlist.name}</option> });
    view! {
        <section class="panel" aria-labelledby="import">
            <h2 id="import">"Tag the songs of a playlist"</h2>
            <ActionForm action>
                <div class="field">
                    <label for="tag">"Tag"</label>
                    <input id="tag" name="tag" required maxlength="50" autocomplete="off" />
                </div>
                <div class="field">
                    <label for="playlist">"Playlist"</label>
                    <select id="playlist" name="spotify_playlist_id" required>
                        {options.collect_view()}
                    </select>
                </div>
                <button type="submit" class="button">
                    "Tag all its songs"
                </button>
            </ActionForm>
        </section>
    }
}
