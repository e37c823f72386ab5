//! What a sync would do, before it does it; the sync starts from here with what was confirmed.

use crate::domain::sync::diff::WriteKind;
use crate::domain::sync::event::{ChildPreview, Preview, PreviewChange, PreviewVerdict};
use crate::server_fns::base_playlists::{BaseCard, ChildLine, get_base_playlist};
use crate::server_fns::previews::preview_base_playlist;
use crate::server_fns::sync_events::StartPlannedSync;
use crate::ui::components::icon::Icon;
use crate::ui::components::loading::{Loaded, follow, load, loaded, loaded_part};
use crate::ui::components::lock::{BaseLock, LockLine, LockableButton};
use crate::ui::components::song_changes::{ChangeLine, Sign, song_changes};
use crate::ui::components::sync_panel::watch;
use crate::ui::components::sync_words::{added_class, counted, removed_class, songs};
use crate::ui::components::times::about_words;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// `/base-playlists/{id}/plan`
#[component]
pub fn PlanPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let card = load(move || id.get(), get_base_playlist);
    let preview = load(move || id.get(), preview_base_playlist);
    loaded(card, move |card| view! { <PlanOf card preview /> }.into_any())
}

#[component]
fn PlanOf(card: BaseCard, preview: Loaded<Option<Preview>>) -> impl IntoView {
    let BaseCard { base, children, sync } = card;
    let lock = BaseLock(RwSignal::new(sync));
    watch(base.id.to_string(), base.name.clone(), lock, true);
    let (id, name) = (base.id.to_string(), base.name.clone());
    let heading = format!("What a sync of {} would change", base.name);
    view! {
        <Title text=heading.clone() />
        <p class="crumbs">
            <a href="/">"Base playlists"</a>
            " / "
            <a href=format!("/base-playlists/{id}")>{name}</a>
        </p>
        <h1>{heading}</h1>
        <LockLine lock />
        {loaded_part(preview, move |preview| match preview {
            Some(preview) => view! { <PlanForm id=id.clone() children_of_base=children.clone() preview lock /> }.into_any(),
            None => view! { <p class="quiet">"There is nothing to show yet."</p> }.into_any(),
        })}
    }
}

#[component]
fn PlanForm(id: String, children_of_base: Vec<ChildLine>, preview: Preview, lock: BaseLock) -> impl IntoView {
    let action = ServerAction::<StartPlannedSync>::new();
    follow(action);
    let sum = |of: fn(&ChildPreview) -> u32| preview.children.iter().map(of).sum::<u32>();
    let (added, removed, kept) = (sum(|child| child.added), sum(|child| child.removed), sum(|child| child.kept));
    let paused: Vec<String> =
        children_of_base.iter().filter(|child| !child.is_active).map(|child| child.name.clone()).collect();
    let sentence_of = |child: &ChildPreview| {
        let saved = children_of_base.iter().find(|saved| Some(saved.id) == child.child_playlist_id);
        saved.map(|saved| saved.filter_sentence.clone()).unwrap_or_default()
    };
    let children = preview.children.iter().map(|child| child_view(child.clone(), sentence_of(child))).collect_view();
    let routing = format!("/base-playlists/{id}/routing");
    let back = format!("/base-playlists/{id}");
    let (unrouted, has_children) = (preview.unrouted, !preview.children.is_empty());
    view! {
        <p class="plan-sum">
            <span class=added_class(added)>{format!("+{added} added")}</span>
            <span class=removed_class(removed)>{format!("−{removed} removed")}</span>
            <span class="quiet">{format!("={kept} kept")}</span>
        </p>
        <p class="quiet">"Nothing is written until you start the sync."</p>
        <ActionForm action>
            <input type="hidden" name="base_id" value=id />
            {children}
            {(!paused.is_empty()).then(|| view! {
                <p class="quiet">{format!("Paused, left as they are: {}.", paused.join(", "))}</p>
            })}
            <p>
                {format!("{} of this base would be in no child playlist. ", songs(unrouted))}
                <a href=routing>"See where songs go"</a>
            </p>
            <Costs preview />
            <div class="actions plan-actions">
                {has_children.then(|| view! {
                    <LockableButton lock class="button button-primary">
                        <Icon name="sync" />
                        "Sync now"
                    </LockableButton>
                })}
                <a class="button" href=back>
                    "Back"
                </a>
            </div>
        </ActionForm>
    }
}

/// Class, icon, words; none for what the numbers beside it say.
const fn verdict_words(verdict: PreviewVerdict) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match verdict {
        PreviewVerdict::Unchanged => ("badge badge-good", "check", "Unchanged"),
        PreviewVerdict::Write => return None,
        PreviewVerdict::Held => ("badge badge-warn", "lock", "Waits for you"),
        PreviewVerdict::Skipped => ("badge badge-warn", "partly", "Skipped"),
        PreviewVerdict::Failed => ("badge badge-bad", "alert", "Cannot be written"),
    })
}

fn write_words(child: &ChildPreview) -> Option<String> {
    Some(match child.write_kind? {
        WriteKind::Nothing => return None,
        WriteKind::Put => "Written as one list, in one request.".to_owned(),
        WriteKind::Edits => match child.requests {
            0 => "Written by single edits.".to_owned(),
            requests => {
                format!("Written by {}; every song that stays is there all the time.", counted(requests, "edit"))
            }
        },
        WriteKind::Replace => "Rewritten in full; for a moment songs that stay are missing.".to_owned(),
    })
}

fn child_view(child: ChildPreview, sentence: String) -> AnyView {
    let badge = verdict_words(child.verdict).map(|(class, icon, words)| {
        view! {
            <span class=class>
                <Icon name=icon />
                {words}
            </span>
        }
    });
    let name = child.name.clone().unwrap_or_default();
    let written = write_words(&child);
    let held = child.held.clone().map(|reason| held_view(&child, &name, reason));
    let skipped = child.skipped.clone().map(|reason| view! { <p class="problem">{reason}</p> });
    let has_numbers = child.skipped.is_none();
    let change = (child.added, child.removed, child.kept);
    let has_changes = change.0 + change.1 > 0;
    let added = song_changes(&lines(&child.first_added), child.added, Sign::Added, &name);
    let removed = song_changes(&lines(&child.first_removed), child.removed, Sign::Removed, &name);
    view! {
        <section class="panel plan-child">
            <div class="plan-head">
                <h2>{name}</h2>
                {badge}
                {has_numbers.then(|| view! {
                    <p class="plan-change">
                        {has_changes.then(|| view! {
                            <span class=added_class(change.0)>{format!("+{} added", change.0)}</span>
                            <span class=removed_class(change.1)>{format!("−{} removed", change.1)}</span>
                        })}
                        <span class="quiet">{format!("={} kept", change.2)}</span>
                    </p>
                })}
            </div>
            <p class="quiet">{sentence}</p>
            {skipped}
            {held}
            <div class="plan-changes">{added} {removed}</div>
            {written.map(|words| view! { <p class="quiet plan-write">{words}</p> })}
        </section>
    }
    .into_any()
}

fn lines(changes: &[PreviewChange]) -> Vec<ChangeLine<'_>> {
    changes.iter().map(|change| ChangeLine { track: &change.track, reason: &change.reason }).collect()
}

/// Why it waits, and the tick that lets this very plan through.
fn held_view(child: &ChildPreview, name: &str, reason: String) -> AnyView {
    let id = child.child_playlist_id.map(|id| id.to_string()).unwrap_or_default();
    let value = format!("{id}:{}", child.plan_hash);
    let label = format!("Yes, remove {} from {name}", songs(child.removed));
    view! {
        <div class="plan-held">
            <p>{reason}</p>
            <label class="choice">
                <input type="checkbox" name="confirm[]" value=value />
                {label}
            </label>
        </div>
    }
    .into_any()
}

#[component]
fn Costs(preview: Preview) -> impl IntoView {
    let kinds = preview.request_kinds;
    let rows = [
        ("Asking whether anything changed", kinds.snapshots),
        ("Reading the base", kinds.base_pages),
        ("Looking up artists", kinds.artists),
        ("Looking up Liked Songs and other playlists", kinds.lookups),
        ("Reading child playlists", kinds.child_reads),
        ("Writing", kinds.writes),
    ];
    let rows = rows.map(|(words, count)| {
        view! {
            <tr>
                <th scope="row">{words}</th>
                <td class="number">{count}</td>
            </tr>
        }
    });
    let uncached = preview.without_cache;
    let saved = (uncached.requests > preview.requests).then(|| {
        format!(
            " Without what is cached: {}, {}.",
            counted(uncached.requests, "request"),
            about_words(uncached.seconds)
        )
    });
    view! {
        <section class="plan-cost" aria-labelledby="cost">
            <h2 id="cost">"What it costs"</h2>
            <p>
                {format!("{}, {}.", counted(preview.requests, "request"), about_words(preview.seconds))}
                {saved}
            </p>
            <details class="twin">
                <summary>"Requests by kind"</summary>
                <table>
                    <caption class="visually-hidden">"Requests to Spotify by kind"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"For"</th>
                            <th scope="col" class="number">"Requests"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row">"Together"</th>
                            <td class="number">{preview.requests}</td>
                        </tr>
                    </tfoot>
                </table>
            </details>
        </section>
    }
}
