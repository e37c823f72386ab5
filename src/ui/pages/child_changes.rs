//! What one sync did to one child: what came, what went, each with its reason, and the list as of then.

use crate::domain::sync::changes::ChildChanges;
use crate::domain::sync::event::{PreviewChange, PreviewTrack};
use crate::server_fns::changes::get_child_changes;
use crate::ui::components::icon::Icon;
use crate::ui::components::loading::{load, loaded};
use crate::ui::components::song_changes::{ChangeLine, Sign, song_changes, song_name};
use crate::ui::components::sync_words::{added_class, removed_class, songs, trigger_words};
use crate::ui::components::times::Ago;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// Songs of each list that the page shows; the files have all.
const SHOWN_MAX: usize = 200;

/// `/history/{id}/children/{child}`
#[component]
pub fn ChildChangesPage() -> impl IntoView {
    let params = use_params_map();
    let asked = move || {
        let part = |name: &str| params.with(|params| params.get(name).unwrap_or_default());
        format!("{} {}", part("id"), part("child"))
    };
    let changes = load(asked, |asked| {
        let (event, child) = asked.split_once(' ').unwrap_or((&asked, ""));
        get_child_changes(event.to_owned(), child.to_owned())
    });
    loaded(changes, |changes| view! { <Changes changes /> }.into_any())
}

#[component]
fn Changes(changes: ChildChanges) -> impl IntoView {
    let title = format!("What changed in {}", changes.name);
    let run = format!("/history/{}", changes.sync_event_id);
    let child = format!("/child-playlists/{}", changes.child_playlist_id);
    let files = format!("/api/sync-events/{}/children/{}/changes", changes.sync_event_id, changes.child_playlist_id);
    let back = changes.may_be_restored.then(|| format!("{run}/restore?child={}", changes.child_playlist_id));
    let body = match changes.unknown.clone() {
        Some(words) => view! { <p>{words}</p> }.into_any(),
        None => lists(&changes),
    };
    view! {
        <Title text=title.clone() />
        <p class="crumbs">
            <a href="/history">"History"</a>
            " / "
            <a href=run>{format!("Sync of {}", changes.base_name)}</a>
        </p>
        <h1>{title}</h1>
        <p class="last-sync">
            "Sync started "
            <Ago instant=changes.started_at.clone() />
            {format!(" · {}", trigger_words(changes.trigger))}
        </p>
        <p class="quiet">{changes.filter_sentence.clone()}</p>
        {body}
        <p class="actions">
            {back.map(|href| view! {
                <a class="button" href=href>
                    <Icon name="undo" />
                    "Put back what it held before"
                </a>
            })}
            <a class="button" href=child.clone()>
                "See its rules"
            </a>
            <a class="button" href=format!("{child}/hands")>
                "Changed by hand"
            </a>
        </p>
        <p>
            <a class="lone-link" href=format!("{files}.csv") rel="external" download="">
                "All of it as CSV"
            </a>
            " "
            <a class="lone-link" href=files rel="external">
                "As JSON"
            </a>
        </p>
    }
}

fn lists(changes: &ChildChanges) -> AnyView {
    let (added, removed) = (changes.added.len(), changes.removed.len());
    let nothing = added + removed == 0;
    let words = match (nothing, changes.is_reordered) {
        (true, true) => Some("The same songs in another order."),
        (true, false) => Some("No song came or went."),
        (false, true) => Some("The songs that stayed stand in another order."),
        (false, false) => None,
    };
    let reasons = match changes.has_reasons {
        true => "Reasons are told by the rules as they were then, from the songs as they are now.",
        false => "The base could not be read just now, so titles and reasons are missing. Try again later.",
    };
    view! {
        <p class="plan-sum">
            <span class=added_class(count(added))>{format!("+{added} added")}</span>
            <span class=removed_class(count(removed))>{format!("−{removed} removed")}</span>
            <span class="quiet">{format!("={} kept", changes.kept)}</span>
        </p>
        {words.map(|words| view! { <p>{words}</p> })}
        <div class="plan-changes">
            {song_changes(&lines(&changes.added), count(added), Sign::Added, &changes.name)}
            {song_changes(&lines(&changes.removed), count(removed), Sign::Removed, &changes.name)}
        </div>
        {(!nothing).then(|| view! { <p class="quiet">{reasons}</p> })}
        {as_of_then(&changes.after)}
    }
    .into_any()
}

fn lines(changes: &[PreviewChange]) -> Vec<ChangeLine<'_>> {
    let shown = changes.iter().take(SHOWN_MAX);
    shown.map(|change| ChangeLine { track: &change.track, reason: &change.reason }).collect()
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// The list as it was after this sync.
fn as_of_then(after: &[PreviewTrack]) -> AnyView {
    let more = after.len().saturating_sub(SHOWN_MAX);
    let rows = after.iter().take(SHOWN_MAX).map(|track| view! { <li>{song_name(track)}</li> }).collect_view();
    view! {
        <details class="as-of-then">
            <summary>{format!("All it held after this sync: {}", songs(count(after.len())))}</summary>
            <ol>{rows}</ol>
            {(more > 0).then(|| view! { <p class="quiet">{format!("and {more} more, in the files")}</p> })}
        </details>
    }
    .into_any()
}
