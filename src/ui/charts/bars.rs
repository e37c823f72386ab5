//! Horizontal bars, each a link, each with the part that no child takes.

use crate::ui::components::sync_words::songs;
use leptos::prelude::*;

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarView {
    pub label: String,
    pub songs: u32,
    /// Of these: in no child.
    pub unrouted: u32,
    pub href: String,
    /// What the other bars leave: told in words, as its length would make the others unreadable.
    pub is_rest: bool,
}

/// Bars from top to bottom, with the same numbers as a table.
#[component]
pub fn Bars(
    bars: Vec<BarView>,
    /// What the bars stand for, as the head of the table's first column.
    head: &'static str,
    /// Names the table.
    caption: &'static str,
) -> impl IntoView {
    let most = bars.iter().filter(|bar| !bar.is_rest).map(|bar| bar.songs).max().unwrap_or(1).max(1);
    let lines = bars.clone().into_iter().map(move |bar| line(bar, most)).collect_view();
    let rows = bars.into_iter().map(row).collect_view();
    view! {
        <p class="bars-legend quiet" aria-hidden="true">
            <svg width="12" height="12">
                <rect class="bar-taken" width="12" height="12" rx="3"></rect>
            </svg>
            "in a child playlist"
            <svg width="12" height="12">
                <rect class="bar-unrouted" width="12" height="12" rx="3"></rect>
            </svg>
            "in none yet"
        </p>
        <ul class="bars">{lines}</ul>
        <details class="twin">
            <summary>"The same as a table"</summary>
            <table>
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{head}</th>
                        <th scope="col">"Songs"</th>
                        <th scope="col">"In no child"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
}

fn line(bar: BarView, most: u32) -> AnyView {
    let share = |songs: u32| format!("{:.2}%", f64::from(songs) * 100.0 / f64::from(most));
    let hint = match bar.unrouted {
        0 => songs(bar.songs),
        unrouted => format!("{}, {unrouted} in no child", songs(bar.songs)),
    };
    let (taken, unrouted) = (bar.songs.saturating_sub(bar.unrouted), bar.unrouted);
    let picture = match bar.is_rest {
        true => view! { <span class="quiet bar-rest" aria-hidden="true">{format!("{unrouted} in none yet")}</span> }
            .into_any(),
        false => view! {
            <svg class="bar" height="14" aria-hidden="true" focusable="false">
                <rect class="bar-taken" width=share(taken) height="14" rx="3"></rect>
                <rect class="bar-unrouted" x=share(taken) width=share(unrouted) height="14" rx="3"></rect>
            </svg>
        }
        .into_any(),
    };
    view! {
        <li>
            <a href=bar.href>
                <span class="bar-label">{bar.label}</span>
                {picture}
                <span class="bar-count">
                    <span aria-hidden="true">{bar.songs}</span>
                    <span class="visually-hidden">": " {hint} ". Make a playlist of these"</span>
                </span>
            </a>
        </li>
    }
    .into_any()
}

fn row(bar: BarView) -> AnyView {
    view! {
        <tr>
            <th scope="row">{bar.label}</th>
            <td>{bar.songs}</td>
            <td>{bar.unrouted}</td>
        </tr>
    }
    .into_any()
}
