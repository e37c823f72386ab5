//! One song: for every child, why it is in it or not.

use crate::domain::sync::explained::{ChildExplained, SongExplained};
use crate::domain::sync::placement::PlacementCode;
use crate::domain::sync::song_journey::{JourneyStep, SongJourney, StepKind};
use crate::error::{AppError, ErrorCode};
use crate::server_fns::child_playlists::SetSongException;
use crate::server_fns::songs::{SongContent, explain_song};
use crate::ui::components::explained::{ExplainedTree, Mark, byline, song_title};
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::times::{Ago, clock_words};
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
    loaded(song, |content| view! { <Song content /> }.into_any())
}

#[component]
fn Song(content: SongContent) -> impl IntoView {
    let SongContent { song, journey } = content;
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
        {journey.map(|journey| view! { <Journey journey /> })}
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

#[component]
fn Journey(journey: SongJourney) -> impl IntoView {
    let (is_empty, is_cut) = (journey.steps.is_empty(), journey.is_cut);
    let steps = journey.steps.into_iter().map(|step| view! { <Step step /> }.into_any());
    view! {
        <section aria-labelledby="journey">
            <h2 id="journey">"When it came and went"</h2>
            {match is_empty {
                true => view! {
                    <p class="quiet">"No sync that is kept brought it into a child playlist or took it out."</p>
                }
                .into_any(),
                false => view! { <ul class="journey">{steps.collect_view()}</ul> }.into_any(),
            }}
            {is_cut.then(|| view! { <p class="quiet">"There is more than is shown here: only the newest part was looked through."</p> })}
        </section>
    }
}

#[component]
fn Step(step: JourneyStep) -> impl IntoView {
    let (class, sign, words) = match step.kind {
        StepKind::Entered | StepKind::EnteredBetween => ("change-added", "+", "Came into "),
        StepKind::Left | StepKind::LeftBetween => ("change-removed", "−", "Left "),
    };
    let page = format!("/history/{}/children/{}", step.sync_event_id, step.child_playlist_id);
    view! {
        <li>
            <span class=class aria-hidden="true">
                {sign}
            </span>
            " "
            {words}
            <a href=page>{step.name}</a>
            " "
            <Ago instant=step.started_at />
            <span class="quiet">{(!step.reason.is_empty()).then(|| format!(" – {}", step.reason))}</span>
        </li>
    }
}
