//! All syncs, newest first. Filters and pages live in the address.

use crate::domain::sync::event::{SyncEvent, SyncStatus};
use crate::server_fns::sync_events::{HistoryAsked, HistoryPageContent, ResumeSync, list_sync_events};
use crate::ui::components::child_rows::Change;
use crate::ui::components::day_fields::DayFields;
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::sync_words::{WordBadge, trigger_words};
use crate::ui::components::times::{Ago, clock_words, epoch_seconds};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/history?base=…&status=…&from=…&to=…&cursor=…`
#[component]
pub fn HistoryPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
    let asked = Memo::new(move |_| HistoryAsked {
        base: part("base"),
        status: part("status"),
        from: part("from"),
        to: part("to"),
        cursor: part("cursor"),
    });
    let content = load(
        move || asked.with(|asked| address(asked, &asked.cursor)),
        move |_| list_sync_events(asked.get_untracked()),
    );
    view! {
        <Title text="History" />
        <div class="page-head">
            <h1>"History"</h1>
            <a class="button" href="/insights">
                "Insights"
            </a>
        </div>
        {loaded(
            content,
            move |content| view! { <Content content asked=asked.get_untracked() /> }.into_any(),
        )}
    }
}

/// The same filters, with another page.
fn address(asked: &HistoryAsked, cursor: &str) -> String {
    let HistoryAsked { base, status, from, to, .. } = asked;
    let escape = |text: &str| leptos_router::location::Url::escape(text);
    format!(
        "/history?base={}&status={}&from={}&to={}&cursor={}",
        escape(base),
        escape(status),
        escape(from),
        escape(to),
        escape(cursor)
    )
}

#[component]
fn Content(content: HistoryPageContent, asked: HistoryAsked) -> impl IntoView {
    let HistoryPageContent { events, bases } = content;
    let is_filtered = [&asked.base, &asked.status, &asked.from, &asked.to].iter().any(|text| !text.is_empty());
    let next = events.next.map(|next| address(&asked, &next));
    let first = (!asked.cursor.is_empty()).then(|| address(&asked, ""));
    let bases = bases.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
    view! {
        <Filters bases asked />
        {match (events.items.is_empty(), is_filtered) {
            (true, true) => view! {
                <section class="empty">
                    <p>"No sync is of this kind."</p>
                    <p class="actions">
                        <a class="button" href="/history">
                            "Show all syncs"
                        </a>
                    </p>
                </section>
            }
            .into_any(),
            (true, false) => view! {
                <section class="empty">
                    <p>"Each sync leaves a line here: when, what changed, what went wrong. None has run yet."</p>
                    <p class="actions">
                        <a class="button button-primary" href="/">
                            "Go to your base playlists"
                        </a>
                    </p>
                </section>
            }
            .into_any(),
            (false, _) => view! { <EventTable events=events.items /> }.into_any(),
        }}
        <nav class="pages" aria-label="Pages">
            {first.map(|href| view! { <a class="button" href=href>"Newest"</a> })}
            {next.map(|href| view! { <a class="button" href=href>"Older"</a> })}
        </nav>
    }
}

const fn status_words(status: SyncStatus) -> &'static str {
    match status {
        SyncStatus::InProgress => "Running",
        SyncStatus::Completed => "Completed",
        SyncStatus::Failed => "Failed or cancelled",
    }
}

#[component]
fn Filters(bases: Vec<(String, String)>, asked: HistoryAsked) -> impl IntoView {
    let HistoryAsked { base, status, from, to, .. } = asked;
    let base_options = bases.into_iter().map(|(id, name)| {
        let is_chosen = id == base;
        view! {
            <option value=id selected=is_chosen>
                {name}
            </option>
        }
    });
    let status_options = SyncStatus::ALL.iter().map(|one| {
        let is_chosen = one.as_str() == status;
        view! {
            <option value=one.as_str() selected=is_chosen>
                {status_words(*one)}
            </option>
        }
    });
    view! {
        <form method="get" action="/history" class="filters">
            <div class="field">
                <label for="base">"Base playlist"</label>
                <select id="base" name="base">
                    <option value="">"All"</option>
                    {base_options.collect_view()}
                </select>
            </div>
            <div class="field">
                <label for="status">"Status"</label>
                <select id="status" name="status">
                    <option value="">"All"</option>
                    {status_options.collect_view()}
                </select>
            </div>
            <DayFields from to />
            <button type="submit" class="button">
                "Show"
            </button>
        </form>
    }
}

/// How long a finished sync took.
pub fn duration_words(event: &SyncEvent) -> String {
    let ended = event.completed_at.as_deref().and_then(epoch_seconds);
    match epoch_seconds(&event.started_at).zip(ended) {
        Some((from, to)) => clock_words(u64::try_from((to - from).max(0)).unwrap_or(0) * 1_000),
        None => "–".to_owned(),
    }
}

/// "85%", or a dash where nothing was asked of the cache.
pub fn rate_words(rate: Option<f64>) -> String {
    rate.map_or_else(|| "–".to_owned(), |rate| format!("{:.0}%", rate * 100.0))
}

/// A button that goes on with a sync that stopped.
fn resume_form(resume: ServerAction<ResumeSync>, event: &SyncEvent) -> AnyView {
    let (id, of_sync) = (event.id.to_string(), format!(" the sync of {}", event.base_name));
    view! {
        <ActionForm action=resume>
            <input type="hidden" name="event_id" value=id />
            <button type="submit" class="button">
                "Resume"
                <span class="visually-hidden">{of_sync}</span>
            </button>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn EventTable(events: Vec<SyncEvent>) -> impl IntoView {
    let resume = ServerAction::<ResumeSync>::new();
    follow(resume);
    let rows = events.into_iter().map(|event| {
        let (added, removed) = event.children.iter().fold((0, 0), |sum, c| (sum.0 + c.added, sum.1 + c.removed));
        view! {
            <tr>
                <th scope="row">
                    <a href=format!("/history/{}", event.id)>
                        <Ago instant=event.started_at.clone() />
                    </a>
                </th>
                <td data-label="Base">{event.base_name.clone()}</td>
                <td data-label="Result">
                    <WordBadge word=event.word() />
                    {event.resume.map(|_| resume_form(resume, &event))}
                </td>
                <td data-label="Started by">{trigger_words(event.trigger)}</td>
                <td data-label="Took">{duration_words(&event)}</td>
                <td data-label="Changes">
                    {match added + removed {
                        0 => view! { "none" }.into_any(),
                        _ => view! { <Change added removed /> }.into_any(),
                    }}
                </td>
                <td data-label="Requests">{event.actual_api_requests}</td>
                <td data-label="From cache">{rate_words(event.cache_hit_rate)}</td>
            </tr>
        }
    });
    view! {
        <div class="table-wrap">
            <table class="rows-on-narrow">
                <caption class="visually-hidden">"Syncs, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Base"</th>
                        <th scope="col">"Result"</th>
                        <th scope="col">"Started by"</th>
                        <th scope="col">"Took"</th>
                        <th scope="col">"Changes"</th>
                        <th scope="col">"Requests"</th>
                        <th scope="col">"From cache"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
