//! Songs of a child that were changed by hand in Spotify: what syncs do with them, what they found, and the person's
//! word on each.

use crate::domain::sync::hands::{Edit, EditState, HandEdits, HandPolicy, ShownEdit};
use crate::server_fns::hand_edits::{AnswerHandEdits, SetHandPolicy, list_hand_edits};
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::song_changes::song_name;
use crate::ui::components::times::Ago;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// `/child-playlists/{id}/hands`
#[component]
pub fn HandsPage() -> impl IntoView {
    let params = use_params_map();
    let edits = load(move || params.with(|params| params.get("id").unwrap_or_default()), list_hand_edits);
    loaded(edits, |edits| view! { <Hands edits /> }.into_any())
}

#[component]
fn Hands(edits: HandEdits) -> impl IntoView {
    let title = format!("Changed by hand in {}", edits.name);
    let child = edits.child_playlist_id.to_string();
    let answer = ServerAction::<AnswerHandEdits>::new();
    follow(answer);
    let is_empty = edits.items.is_empty();
    let rows = edits.items.iter().map(|edit| row(answer, &child, edit)).collect_view();
    view! {
        <Title text=title.clone() />
        <p class="crumbs">
            <a href=format!("/base-playlists/{}", edits.base_playlist_id)>"Base playlist"</a>
            " / "
            <a href=format!("/child-playlists/{child}")>{edits.name.clone()}</a>
        </p>
        <h1>{title}</h1>
        <p>
            "Songs that somebody added to this playlist in Spotify, or removed from it there, against its rules. \
             A sync notices them and shows them here; nothing is undone without a trace."
        </p>
        <PolicyForm child=child.clone() policy=edits.policy />
        <section aria-labelledby="found">
            <h2 id="found">"What syncs found"</h2>
            {match is_empty {
                true => view! { <p class="quiet">"Nothing yet: hand and rules agree, as far as the last sync saw."</p> }.into_any(),
                false => table(rows.into_any()),
            }}
        </section>
    }
}

fn table(rows: AnyView) -> AnyView {
    view! {
        <div class="table-wrap">
            <table class="rows-on-narrow">
                <caption class="visually-hidden">"Songs that were changed by hand"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Song"</th>
                        <th scope="col">"By hand"</th>
                        <th scope="col">"Now"</th>
                        <th scope="col">"Found"</th>
                        <th scope="col">"Your word"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

const fn words(edit: &ShownEdit) -> (&'static str, &'static str) {
    match (edit.edit, edit.state) {
        (Edit::Added, EditState::Open) => ("Added", "Stays until you decide"),
        (Edit::Added, EditState::Undone) => ("Added", "Removed by the rules"),
        (Edit::Added, EditState::Learnt) => ("Added", "Pinned"),
        (Edit::Removed, EditState::Open) => ("Removed", "Stays out until you decide"),
        (Edit::Removed, EditState::Undone) => ("Removed", "Put back by the rules"),
        (Edit::Removed, EditState::Learnt) => ("Removed", "Excluded"),
    }
}

/// Who may win now: words of the button, and whether the hand wins by it.
const fn answers(edit: &ShownEdit) -> &'static [(&'static str, bool)] {
    match (edit.edit, edit.state) {
        (Edit::Added, EditState::Open) => &[("Keep in", true), ("Take out", false)],
        (Edit::Removed, EditState::Open) => &[("Keep out", true), ("Put back", false)],
        (Edit::Added, EditState::Undone) => &[("Keep in", true), ("Dismiss", false)],
        (Edit::Removed, EditState::Undone) => &[("Keep out", true), ("Dismiss", false)],
        (Edit::Added | Edit::Removed, EditState::Learnt) => &[("Leave to the rules", false), ("Dismiss", true)],
    }
}

fn row(action: ServerAction<AnswerHandEdits>, child: &str, edit: &ShownEdit) -> AnyView {
    let (what, now) = words(edit);
    let title = match edit.track.title.is_empty() {
        true => edit.track.uri.clone(),
        false => edit.track.title.clone(),
    };
    let forms = answers(edit).iter().map(|(label, keeps)| {
        let (child, uri, of_song) = (child.to_owned(), edit.track.uri.clone(), format!(": {title}"));
        view! {
            <ActionForm action>
                <input type="hidden" name="child_id" value=child />
                <input type="hidden" name="uris[]" value=uri />
                <input type="hidden" name="keeps" value=keeps.to_string() />
                <button type="submit" class="button">
                    {*label}
                    <span class="visually-hidden">{of_song}</span>
                </button>
            </ActionForm>
        }
        .into_any()
    });
    view! {
        <tr>
            <th scope="row">{song_name(&edit.track)}</th>
            <td data-label="By hand">{what}</td>
            <td data-label="Now">{now}</td>
            <td data-label="Found">
                <a href=format!("/history/{}", edit.sync_event_id)>
                    <Ago instant=edit.found_at.clone() />
                </a>
            </td>
            <td data-label="Your word">
                <div class="row-links">{forms.collect_view()}</div>
            </td>
        </tr>
    }
    .into_any()
}

const fn policy_words(policy: HandPolicy) -> (&'static str, &'static str) {
    match policy {
        HandPolicy::Rules => ("The rules win", "Added songs go, removed songs come back; both are listed here."),
        HandPolicy::Learn => ("Learn from it", "Added songs are pinned, removed songs are excluded, for good."),
        HandPolicy::Ask => ("Ask me", "They stay as you made them until you decide here."),
    }
}

#[component]
fn PolicyForm(child: String, policy: HandPolicy) -> impl IntoView {
    let action = ServerAction::<SetHandPolicy>::new();
    follow(action);
    let choices = HandPolicy::ALL.map(|one| {
        let (name, words) = policy_words(one);
        view! {
            <label class="choice">
                <input type="radio" name="policy" value=one.as_str() checked=one == policy />
                <span>
                    {name}
                    " "
                    <span class="quiet">{words}</span>
                </span>
            </label>
        }
    });
    view! {
        <ActionForm action attr:class="hand-policy">
            <input type="hidden" name="child_id" value=child />
            <fieldset class="routing">
                <legend>"When hand and rules disagree"</legend>
                {choices.into_iter().collect_view()}
            </fieldset>
            <button type="submit" class="button">
                "Save"
            </button>
        </ActionForm>
    }
}
