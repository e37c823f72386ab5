//! Is it working, what does it cost, what grew: figures of all syncs from one day to another.

use crate::domain::insights::{CauseFigures, ChildGrowth, Insights, PeriodFigures, day_of};
use crate::server_fns::insights::{InsightsContent, get_insights};
use crate::ui::charts::columns::{Columns, Part};
use crate::ui::charts::step_line::StepLine;
use crate::ui::components::day_fields::DayFields;
use crate::ui::components::loading::{load, loaded};
use crate::ui::components::sync_words::{added_class, removed_class};
use crate::ui::components::times::clock_words;
use crate::ui::pages::history::rate_words;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/insights?from=…&to=…&base=…`
#[component]
pub fn InsightsPage() -> impl IntoView {
    let query = use_query_map();
    let part = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
    let asked = Memo::new(move |_| (part("from"), part("to"), part("base")));
    let content = load(
        move || asked.with(|(from, to, base)| format!("{from} {to} {base}")),
        move |_| {
            let (from, to, base) = asked.get_untracked();
            get_insights(from, to, base)
        },
    );
    view! {
        <Title text="Insights" />
        <h1>"Insights"</h1>
        {loaded(
            content,
            move |content| view! { <Content content base=asked.with_untracked(|(_, _, base)| base.clone()) /> }.into_any(),
        )}
    }
}

#[component]
fn Content(content: InsightsContent, base: String) -> impl IntoView {
    let InsightsContent { insights, bases } = content;
    let options = bases.into_iter().map(|one| {
        let id = one.id.to_string();
        let is_chosen = id == base;
        view! {
            <option value=id selected=is_chosen>
                {one.name}
            </option>
        }
        .into_any()
    });
    let csv = {
        let query = format!("from={}&to={}&base_playlist_id={base}", insights.from, insights.to);
        move |table: &str| format!("/api/insights/{table}.csv?{query}")
    };
    view! {
        <form method="get" action="/insights" class="filters">
            <DayFields from=insights.from.clone() to=insights.to.clone() />
            <div class="field">
                <label for="base">"Base playlist"</label>
                <select id="base" name="base">
                    <option value="">"All"</option>
                    {options.collect_view()}
                </select>
            </div>
            <button type="submit" class="button">
                "Show"
            </button>
        </form>
        {match insights.runs {
            0 => view! {
                <section class="empty">
                    <p>"No sync ended in these days. Each one that does adds to the pictures here."</p>
                    <p class="actions">
                        <a class="button button-primary" href="/">
                            "Go to your base playlists"
                        </a>
                    </p>
                </section>
            }
            .into_any(),
            _ => view! {
                <Summary insights=insights.clone() />
                <Pictures insights=insights.clone() csv=csv("runs") />
                <Failures failures=insights.failures.clone() csv=csv("failures") />
                <Growth insights csv=csv("children") />
            }
            .into_any(),
        }}
    }
}

#[component]
fn Summary(insights: Insights) -> impl IntoView {
    let seconds = |seconds: u32| clock_words(u64::from(seconds) * 1_000);
    let took = |of: fn(&crate::domain::insights::Took) -> u32| {
        insights.took.as_ref().map_or_else(|| "–".to_owned(), |took| seconds(of(took)))
    };
    let done: u32 = insights.periods.iter().map(|one| one.done).sum();
    let lines = [
        ("Syncs", format!("{}, {done} of them done", insights.runs)),
        ("Half took at most", took(|took| took.median_seconds)),
        ("Nine of ten took at most", took(|took| took.p90_seconds)),
        ("Requests to Spotify", insights.requests.to_string()),
        ("Requests saved by the cache", insights.requests_saved.to_string()),
        ("Found in the cache", rate_words(insights.cache_hit_rate)),
    ];
    let lines = lines.into_iter().map(|(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
        .into_any()
    });
    view! { <dl class="numbers">{lines.collect_view()}</dl> }
}

const RUN_PARTS: [Part; 4] = [
    Part { name: "Done", class: "part-done" },
    Part { name: "Partly done", class: "part-partly" },
    Part { name: "Failed", class: "part-failed" },
    Part { name: "Cancelled", class: "part-cancelled" },
];
const REQUEST_PARTS: [Part; 2] =
    [Part { name: "Sent", class: "part-sent" }, Part { name: "Saved", class: "part-saved" }];

/// "2026-11-01", or "2026-11-01 to 2026-11-07".
fn period_words(period: &PeriodFigures) -> String {
    if period.from == period.to { period.from.clone() } else { format!("{} to {}", period.from, period.to) }
}

#[component]
fn Pictures(insights: Insights, csv: String) -> impl IntoView {
    let head = match insights.period_days {
        1 => "Day",
        7 => "Week",
        _ => "Weeks",
    };
    let periods = insights.periods;
    let runs = periods.iter().map(|one| (period_words(one), [one.done, one.partly_done, one.failed, one.cancelled]));
    let requests = periods.iter().map(|one| (period_words(one), [one.requests, one.requests_saved]));
    let (runs, requests) = (runs.collect::<Vec<_>>(), requests.collect::<Vec<_>>());
    view! {
        <div class="pictures">
            <section class="panel" aria-labelledby="runs">
                <h2 id="runs">"How syncs ended"</h2>
                <Columns parts=RUN_PARTS stacks=runs caption="How syncs ended" head />
            </section>
            <section class="panel" aria-labelledby="requests">
                <h2 id="requests">"Requests, and what the cache saved"</h2>
                <Columns parts=REQUEST_PARTS stacks=requests caption="Requests sent and saved" head />
            </section>
        </div>
        <p>
            <a class="lone-link" href=csv rel="external">
                "Both as CSV"
            </a>
        </p>
    }
}

#[component]
fn Failures(failures: Vec<CauseFigures>, csv: String) -> impl IntoView {
    if failures.is_empty() {
        return view! { <p class="quiet">"No sync failed in these days."</p> }.into_any();
    }
    let rows = failures.into_iter().map(|one| {
        view! {
            <tr>
                <th scope="row">{one.cause.words()}</th>
                <td class="number">{one.runs}</td>
            </tr>
        }
        .into_any()
    });
    view! {
        <section aria-labelledby="failures">
            <h2 id="failures">"Why syncs failed"</h2>
            <table class="short-table">
                <caption class="visually-hidden">"Failed syncs by cause"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Cause"</th>
                        <th scope="col" class="number">"Syncs"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            <p class="row-links">
                <a class="lone-link" href="/history?status=failed">
                    "See them"
                </a>
                <a class="lone-link" href=csv rel="external">
                    "As CSV"
                </a>
            </p>
        </section>
    }
    .into_any()
}

/// Places of the days of a child's changes, from 0 to 1.
fn places(child: &ChildGrowth, from: i32, to: i32) -> Vec<(f64, u32)> {
    let len = f64::from((to - from + 1).max(1));
    let place = |day: &str| f64::from(day_of(day).unwrap_or(from) - from) / len;
    child.points.iter().map(|point| (place(&point.day), point.songs)).collect()
}

#[component]
fn Growth(insights: Insights, csv: String) -> impl IntoView {
    if insights.children.is_empty() {
        return view! { <p class="quiet">"No child playlist changed in these days."</p> }.into_any();
    }
    let edge = |text: &str| day_of(text).unwrap_or_default();
    let (from, to) = (edge(&insights.from), edge(&insights.to));
    let rows = insights.children.into_iter().map(|child| {
        let values = places(&child, from, to);
        view! {
            <tr>
                <th scope="row">
                    <a href=format!("/child-playlists/{}", child.child_playlist_id)>{child.name}</a>
                    <span class="song-by quiet">{child.base_name}</span>
                </th>
                <td data-label="Before" class="number">{child.songs_before}</td>
                <td data-label="Added" class=format!("number {}", added_class(child.added))>{format!("+{}", child.added)}</td>
                <td data-label="Removed" class=format!("number {}", removed_class(child.removed))>
                    {format!("−{}", child.removed)}
                </td>
                <td data-label="Songs now" class="number">{child.songs}</td>
                <td class="growth-line">
                    <StepLine before=child.songs_before values />
                </td>
            </tr>
        }
        .into_any()
    });
    view! {
        <section aria-labelledby="growth">
            <h2 id="growth">"How child playlists grew"</h2>
            <p class="quiet">"By what syncs wrote; songs that you change by hand in Spotify are not counted."</p>
            <div class="table-wrap">
                <table class="rows-on-narrow growth">
                    <caption class="visually-hidden">"Songs of child playlists before and after"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Child playlist"</th>
                            <th scope="col" class="number">"Before"</th>
                            <th scope="col" class="number">"Added"</th>
                            <th scope="col" class="number">"Removed"</th>
                            <th scope="col" class="number">"Songs now"</th>
                            <td></td>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            <p>
                <a class="lone-link" href=csv rel="external">
                    "As CSV"
                </a>
            </p>
        </section>
    }
    .into_any()
}
