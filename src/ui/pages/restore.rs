//! Before children are put back: what that would change, what cannot come back, and what the next sync does.

use crate::domain::sync::event::PreviewTrack;
use crate::domain::sync::restore::{ChildRestore, RestorePreview};
use crate::server_fns::restores::{RestoreChildren, preview_restore};
use crate::ui::components::icon::Icon;
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::song_changes::{ChangeLine, Sign, song_changes};
use crate::ui::components::sync_words::{added_class, counted, removed_class, songs};
use crate::ui::components::times::Ago;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/history/{id}/restore?child=…`
#[component]
pub fn RestorePage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || {
        let event = params.with(|params| params.get("id").unwrap_or_default());
        let child = query.with(|query| query.get("child").unwrap_or_default());
        format!("{event} {child}")
    };
    let preview = load(asked, |asked| {
        let (event, child) = asked.split_once(' ').unwrap_or((&asked, ""));
        preview_restore(event.to_owned(), child.to_owned())
    });
    loaded(preview, |preview| view! { <RestoreForm preview /> }.into_any())
}

#[component]
fn RestoreForm(preview: RestorePreview) -> impl IntoView {
    let action = ServerAction::<RestoreChildren>::new();
    follow(action);
    let title = match preview.children.as_slice() {
        [child] => format!("Put {} back", child.name),
        _ => format!("Undo a sync of {}", preview.base_name),
    };
    let event = preview.sync_event_id.to_string();
    let run = format!("/history/{event}");
    let can: Vec<&ChildRestore> = preview.children.iter().filter(|child| child.refused.is_none()).collect();
    let ids = can
        .iter()
        .map(|child| view! { <input type="hidden" name="child_ids[]" value=child.child_playlist_id.to_string() /> });
    let ids = ids.collect_view();
    let (is_any, label) = (!can.is_empty(), if can.len() > 1 { "Put them back" } else { "Put it back" });
    let children = preview.children.iter().map(child_view).collect_view();
    view! {
        <Title text=title.clone() />
        <p class="crumbs">
            <a href="/history">"History"</a>
            " / "
            <a href=run.clone()>{format!("Sync of {}", preview.base_name)}</a>
        </p>
        <h1>{title}</h1>
        <p>
            "To what was there before the sync that started "
            <Ago instant=preview.started_at.clone() />
            ". Nothing is written until you say so, and putting back can itself be undone."
        </p>
        {children}
        <ul class="notes">
            <li>"Songs that come back get today as their date added: Spotify lets no program set it."</li>
            <li>"The numbers count from what was last seen in the playlists; each is read again where it changed since."</li>
            <li>{format!("This takes about {}.", counted(preview.requests, "request"))}</li>
        </ul>
        <ActionForm action>
            <input type="hidden" name="event_id" value=event />
            {ids}
            {is_any.then(|| view! { <PauseChoice is_scheduled=preview.is_scheduled /> })}
            <div class="actions plan-actions">
                {is_any.then(|| view! {
                    <button type="submit" class="button button-primary">
                        <Icon name="undo" />
                        {label}
                    </button>
                })}
                <a class="button" href=run>
                    "Back"
                </a>
            </div>
        </ActionForm>
    }
}

#[component]
fn PauseChoice(is_scheduled: bool) -> impl IntoView {
    let words = match is_scheduled {
        true => "This base syncs by itself: unless you pause, the next sync writes the filters' songs again.",
        false => "Unless you pause, the next sync writes the filters' songs again.",
    };
    view! {
        <label class="choice">
            <input type="checkbox" name="pause" value="true" checked=is_scheduled />
            "Pause, so that syncs leave it as it is then"
        </label>
        <p class="quiet">{words}</p>
    }
}

fn child_view(child: &ChildRestore) -> AnyView {
    let name = child.name.clone();
    if let Some(reason) = child.refused {
        return view! {
            <section class="panel plan-child">
                <h2>{name}</h2>
                <p class="problem">{reason.words()}</p>
            </section>
        }
        .into_any();
    }
    let added = song_changes(&lines(&child.first_added), child.added, Sign::Added, &name);
    let removed = song_changes(&lines(&child.first_removed), child.removed, Sign::Removed, &name);
    let lost = (child.lost > 0).then(|| {
        let words = "cannot be put back by any program: local files and songs that Spotify does not show.";
        view! { <p class="problem">{format!("{} of that list {words}", counted(child.lost, "row"))}</p> }
    });
    view! {
        <section class="panel plan-child">
            <div class="plan-head">
                <h2>{name}</h2>
                <p class="plan-change">
                    <span class=added_class(child.added)>{format!("+{} added", child.added)}</span>
                    <span class=removed_class(child.removed)>{format!("−{} removed", child.removed)}</span>
                    <span class="quiet">{format!("={} kept", child.kept)}</span>
                </p>
            </div>
            <p class="quiet">{format!("It held {}.", songs(child.total))}</p>
            {lost}
            <div class="plan-changes">{added} {removed}</div>
        </section>
    }
    .into_any()
}

fn lines(tracks: &[PreviewTrack]) -> Vec<ChangeLine<'_>> {
    tracks.iter().map(|track| ChangeLine { track, reason: "" }).collect()
}
