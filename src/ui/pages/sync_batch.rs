//! Several bases that sync one after the other: the queue while it moves, and its summary.

use crate::domain::sync::event::{SyncEvent, SyncWord};
use crate::domain::sync::sync_batch::{SyncBatch, SyncBatchItem};
use crate::server_fns::sync_batches::{CancelSyncBatch, get_sync_batch};
use crate::ui::components::child_rows::Change;
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::sync_panel::RELOAD;
use crate::ui::components::sync_words::{WordBadge, counted, running_words};
use crate::ui::components::times::Ago;
use crate::ui::pages::history::duration_words;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use std::time::Duration;

/// How often the page looks while something goes on.
const EVERY: Duration = Duration::from_secs(1);

/// `/sync-batches/{id}`
#[component]
pub fn SyncBatchPage() -> impl IntoView {
    let params = use_params_map();
    let looks = RwSignal::new(0_u32);
    let cancel = ServerAction::<CancelSyncBatch>::new();
    follow(cancel);
    let batch = load(
        move || format!("{} {}", params.with(|params| params.get("id").unwrap_or_default()), looks.get()),
        move |_| get_sync_batch(params.with_untracked(|params| params.get("id").unwrap_or_default())),
    );
    loaded(batch, move |batch: SyncBatch| {
        look_again(looks, batch.summary.is_over);
        view! { <Content batch cancel /> }.into_any()
    })
}

/// While it goes on, and somebody looks.
fn look_again(looks: RwSignal<u32>, is_over: bool) {
    Effect::new(move |_| {
        if is_over {
            return;
        }
        let look = move || {
            // The page may be gone by then.
            let _ = looks.try_update(|looks| *looks += 1);
        };
        let clock = set_timeout_with_handle(look, EVERY);
        on_cleanup(move || {
            if let Ok(clock) = clock {
                clock.clear();
            }
        });
    });
}

/// "2 of 3 ended: 1 done, 1 failed".
fn summary_words(batch: &SyncBatch) -> String {
    let sum = batch.summary;
    let ended = batch.items.iter().filter(|item| item.is_over()).count();
    let parts =
        [(sum.done, "done"), (sum.partly_done, "partly done"), (sum.failed, "failed"), (sum.cancelled, "cancelled")];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let ends = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    format!("{ended} of {} ended{ends}", counted(u32::try_from(batch.items.len()).unwrap_or(u32::MAX), "sync"))
}

#[component]
fn Content(batch: SyncBatch, cancel: ServerAction<CancelSyncBatch>) -> impl IntoView {
    let is_over = batch.summary.is_over;
    let title = if is_over { "Several syncs" } else { "Syncing several" };
    let words = summary_words(&batch);
    let (id, sum, created) = (batch.id.to_string(), batch.summary, batch.created);
    let mut place = 0;
    let rows = batch.items.into_iter().map(|item| {
        if item.word() == SyncWord::Queued && item.sync_event.is_none() {
            place += 1;
        }
        row(item, place)
    });
    let rows = rows.collect_view();
    view! {
        <Title text=title />
        {(!is_over).then(|| view! { <noscript inner_html=RELOAD></noscript> })}
        <p class="crumbs">
            <a href="/history">"History"</a>
        </p>
        <h1>{title}</h1>
        <p class="last-sync" role="status">{words} ", started " <Ago instant=created /></p>
        <p>
            <Change added=sum.added removed=sum.removed />
            " "
            {counted(sum.requests, "request")}
            " to Spotify, "
            {sum.requests_saved}
            " saved by the cache."
        </p>
        {(!is_over).then(|| view! {
            <ActionForm action=cancel>
                <input type="hidden" name="id" value=id />
                <button type="submit" class="button">
                    "Cancel the rest"
                </button>
            </ActionForm>
        })}
        <div class="table-wrap">
            <table class="rows-on-narrow">
                <caption class="visually-hidden">"Base playlists in the order of their turns"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Base"</th>
                        <th scope="col">"Result"</th>
                        <th scope="col">"Took"</th>
                        <th scope="col">"Changes"</th>
                        <th scope="col">"Requests"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(item: SyncBatchItem, place: u32) -> AnyView {
    let (word, base) = (item.word(), format!("/base-playlists/{}", item.base_playlist_id));
    let state = match (&item.sync_event, word) {
        (None, SyncWord::Queued) => format!("Its turn: {place}"),
        (Some(event), SyncWord::Syncing) => running_words(event),
        (_, _) => String::new(),
    };
    let cells = item.sync_event.as_ref().map(event_cells);
    let link = item.sync_event.as_ref().map(|event| {
        view! {
            <a class="lone-link" href=format!("/history/{}", event.id)>
                "See what happened"
                <span class="visually-hidden">{format!(" in {}", item.base_name)}</span>
            </a>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <a href=base>{item.base_name.clone()}</a>
            </th>
            <td data-label="Result">
                <WordBadge word />
                " "
                {state}
                {item.problem.map(|problem| view! { <p class="problem">{problem}</p> })}
                {link}
            </td>
            {cells}
        </tr>
    }
    .into_any()
}

fn event_cells(event: &SyncEvent) -> AnyView {
    let (added, removed) = event.children.iter().fold((0, 0), |sum, c| (sum.0 + c.added, sum.1 + c.removed));
    let took = duration_words(event);
    let requests = event.actual_api_requests;
    view! {
        <td data-label="Took">{took}</td>
        <td data-label="Changes">
            {match added + removed {
                0 => view! { "none" }.into_any(),
                _ => view! { <Change added removed /> }.into_any(),
            }}
        </td>
        <td data-label="Requests">{requests}</td>
    }
    .into_any()
}
