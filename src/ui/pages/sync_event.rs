//! One sync: what it did to each child, what went wrong, what to do.

use crate::domain::sync::event::{ChildOutcome, SyncEvent, SyncEventChild, SyncStatus, SyncTrigger, SyncWord};
use crate::server_fns::sync_events::{ConfirmChild, ResumeSync, RetrySync, get_sync_event};
use crate::ui::components::icon::Icon;
use crate::ui::components::live_run::LiveRun;
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::run_progress::RunProgressPanel;
use crate::ui::components::sync_words::{WordBadge, added_class, outcome_words, removed_class, songs, trigger_words};
use crate::ui::components::times::Ago;
use crate::ui::pages::history::{duration_words, rate_words};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// `/history/{id}`
#[component]
pub fn SyncEventPage() -> impl IntoView {
    let params = use_params_map();
    let event = load(move || params.with(|params| params.get("id").unwrap_or_default()), get_sync_event);
    loaded(event, |event| view! { <EventView event /> }.into_any())
}

#[component]
fn EventView(event: SyncEvent) -> impl IntoView {
    let is_restore = event.trigger == SyncTrigger::Restore;
    let title = format!("{} of {}", if is_restore { "Restore" } else { "Sync" }, event.base_name);
    let base = format!("/base-playlists/{}", event.base_playlist_id);
    let run = LiveRun::of(event);
    let event = run.event;
    view! {
        <Title text=title.clone() />
        <p class="crumbs">
            <a href="/history">"History"</a>
            " / "
            <a href=base>{event.with_untracked(|event| event.base_name.clone())}</a>
        </p>
        <h1>{title}</h1>
        {move || {
            let event = event.get();
            view! {
                <p class="last-sync">
                    <WordBadge word=event.word() />
                    " started "
                    <Ago instant=event.started_at.clone() />
                    {format!(" · {}", trigger_words(event.trigger))}
                </p>
            }
        }}
        <RunProgressPanel run />
        {move || {
            let event = event.get();
            let is_over = event.status != SyncStatus::InProgress;
            view! {
                <Problem event=event.clone() />
                <Children event=event.clone() />
                {is_over.then(|| view! { <Numbers event /> })}
            }
        }}
    }
}

/// "2 of 5 children".
fn finished_words(event: &SyncEvent) -> String {
    let is_written = |child: &&SyncEventChild| matches!(child.outcome, Some(ChildOutcome::Updated));
    match event.children.iter().filter(is_written).count() {
        0 => "Nothing was changed at Spotify by finished children.".to_owned(),
        written => format!("Changed already: {written} of {} child playlists.", event.children.len()),
    }
}

#[component]
fn Problem(event: SyncEvent) -> impl IntoView {
    let (retry, resume) = (ServerAction::<RetrySync>::new(), ServerAction::<ResumeSync>::new());
    follow(retry);
    follow(resume);
    let word = event.word();
    let heading = match word {
        SyncWord::Failed => "This sync failed",
        SyncWord::PartlyDone => "Some child playlists were not finished",
        SyncWord::Cancelled => "This sync was cancelled",
        SyncWord::Queued | SyncWord::Syncing | SyncWord::Done => return ().into_any(),
    };
    let class = if word == SyncWord::Failed { "panel panel-error" } else { "panel panel-warning" };
    view! {
        <section class=class>
            <h2>
                <Icon name="alert" />
                {heading}
            </h2>
            {event.error_message.clone().map(|words| view! { <p>{words}</p> })}
            <p>{finished_words(&event)}</p>
            {event
                .retry_at
                .clone()
                .map(|at| {
                    view! {
                        <p>
                            "Spotify will answer again "
                            <Ago instant=at />
                            "."
                        </p>
                    }
                })}
            {event
                .resumes_at
                .clone()
                .map(|at| {
                    view! {
                        <p>
                            "It goes on by itself "
                            <Ago instant=at />
                            ", unless you start another sync or edit these playlists."
                        </p>
                    }
                })}
            {event
                .resume
                .map(|point| {
                    view! {
                        <p>{point.words()}</p>
                        <ActionForm action=resume>
                            <input type="hidden" name="event_id" value=event.id.to_string() />
                            <button type="submit" class="button button-primary">
                                "Resume"
                            </button>
                        </ActionForm>
                    }
                })}
            <p>"Retry starts a new sync of the children that did not finish; the others are left alone."</p>
            <ActionForm action=retry>
                <input type="hidden" name="event_id" value=event.id.to_string() />
                <button type="submit" class=if event.resume.is_some() { "button" } else { "button button-primary" }>
                    "Retry"
                </button>
            </ActionForm>
            <p class="quiet">{format!("For support: {}", event.id)}</p>
        </section>
    }
    .into_any()
}

#[component]
fn Children(event: SyncEvent) -> impl IntoView {
    let confirm = ServerAction::<ConfirmChild>::new();
    follow(confirm);
    let (base_id, event_id) = (event.base_playlist_id.to_string(), event.id.to_string());
    let undone = event_id.clone();
    let wrote = event.children.iter().any(may_be_undone);
    let is_running = event.status == SyncStatus::InProgress;
    let rows = event.children.into_iter().map(|child| {
        let (class, icon, words) = match child.outcome {
            None if is_running => ("badge", "clock", "Not done yet"),
            outcome => outcome_words(outcome),
        };
        let held = held_form(confirm, base_id.clone(), &child);
        let links = (!is_running && may_be_undone(&child)).then(|| child_links(&event_id, &child));
        view! {
            <tr>
                <th scope="row">
                    <a href=format!("/child-playlists/{}", child.child_playlist_id)>{child.name}</a>
                    {child.error.map(|error| view! { <p class="problem">{error}</p> })}
                    {held}
                    {links}
                </th>
                <td data-label="Result">
                    <span class=class>
                        <Icon name=icon />
                        {words}
                    </span>
                </td>
                <td data-label="Songs">{child.matched}</td>
                <td data-label="Added" class=added_class(child.added)>{format!("+{}", child.added)}</td>
                <td data-label="Removed" class=removed_class(child.removed)>{format!("−{}", child.removed)}</td>
                <td data-label="Kept">{child.kept}</td>
                <td data-label="Writes">{child.requests}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="results">
            <h2 id="results">"Child playlists"</h2>
            <div class="table-wrap">
                <table class="rows-on-narrow">
                    <caption class="visually-hidden">"What happened to each child playlist"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Child playlist"</th>
                            <th scope="col">"Result"</th>
                            <th scope="col">"Songs"</th>
                            <th scope="col">"Added"</th>
                            <th scope="col">"Removed"</th>
                            <th scope="col">"Kept"</th>
                            <th scope="col">"Writes"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            {(wrote && !is_running).then(|| view! {
                <p>
                    <a class="button" href=format!("/history/{undone}/restore")>
                        <Icon name="undo" />
                        "Undo this sync"
                    </a>
                </p>
            })}
        </section>
    }
}

/// Whether the sync wrote it, or may have.
const fn may_be_undone(child: &SyncEventChild) -> bool {
    matches!(child.outcome, Some(ChildOutcome::Updated | ChildOutcome::Failed | ChildOutcome::RolledBack))
}

fn child_links(event: &str, child: &SyncEventChild) -> AnyView {
    let id = child.child_playlist_id;
    let links = [
        (format!("/history/{event}/children/{id}"), "What changed"),
        (format!("/history/{event}/restore?child={id}"), "Put back what it held before"),
    ];
    let links = links.map(|(address, words)| {
        view! {
            <a class="lone-link" href=address>
                {words}
                <span class="visually-hidden">{format!(": {}", child.name)}</span>
            </a>
        }
    });
    view! { <span class="row-links">{links.into_iter().collect_view()}</span> }.into_any()
}

/// The person's word for a change that would remove much.
fn held_form(confirm: ServerAction<ConfirmChild>, base_id: String, child: &SyncEventChild) -> Option<AnyView> {
    let plan_hash = child.plan_hash.clone().filter(|_| child.outcome == Some(ChildOutcome::Held))?;
    let words = format!("Remove {} and add {}", songs(child.removed), child.added);
    let (child_id, of_child) = (child.child_playlist_id.to_string(), format!(" in {}", child.name));
    let form = view! {
        <ActionForm action=confirm>
            <input type="hidden" name="base_id" value=base_id />
            <input type="hidden" name="child_id" value=child_id />
            <input type="hidden" name="plan_hash" value=plan_hash />
            <button type="submit" class="button">
                {words}
                <span class="visually-hidden">{of_child}</span>
            </button>
        </ActionForm>
    };
    Some(form.into_any())
}

#[component]
fn Numbers(event: SyncEvent) -> impl IntoView {
    let took = duration_words(&event);
    let lines = [
        ("Took", took),
        ("Read", songs(event.tracks_processed)),
        ("Skipped", format!("{} (local files, episodes, unavailable)", songs(event.tracks_skipped))),
        ("Requests to Spotify", event.actual_api_requests.to_string()),
        ("Requests saved by the cache", event.cached_api_requests.to_string()),
        ("Found in the cache", rate_words(event.cache_hit_rate)),
    ];
    let lines = lines.into_iter().map(|(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    });
    view! {
        <section aria-labelledby="numbers">
            <h2 id="numbers">"Numbers"</h2>
            <dl class="numbers">{lines.collect_view()}</dl>
            <p>
                <a class="lone-link" href=format!("/api/sync-events/{}", event.id) rel="external">
                    "This record as JSON"
                </a>
            </p>
        </section>
    }
}
