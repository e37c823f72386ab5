//! What no child takes, by reason, and what is skipped.

use super::drafts;
use super::list::skip_heading;
use super::list_path;
use crate::domain::sync::routing_answer::RoutingAnswer;
use crate::domain::sync::routing_view::UnroutedReason;
use crate::domain::track::SkipReason;
use leptos::prelude::*;

/// A reason, and what it means.
pub const fn reason_words(reason: UnroutedReason) -> (&'static str, &'static str) {
    match reason {
        UnroutedReason::Cut => {
            ("Cut", "The rules fit, but a limit, the most per artist or an exclusion keeps them out.")
        }
        UnroutedReason::NoGenre => {
            ("No genre known", "A child asks for genres, and Spotify knows none of these songs.")
        }
        UnroutedReason::NoYear => ("No year known", "A child asks for the release date, and these have none."),
        UnroutedReason::NotJudged => {
            ("Cannot be judged", "Spotify withholds a field that a child asks for: it might have taken them.")
        }
        UnroutedReason::NoRuleFits => ("No rule fits", "Everything is known of them; no child asks for such songs."),
    }
}

/// Why a row is skipped, for the list.
pub const fn skip_words(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::LocalFile => "skipped: a local file",
        SkipReason::Episode => "skipped: an episode",
        SkipReason::Unavailable => "skipped: unavailable",
    }
}

/// "In no child", grouped, with what can be done.
#[component]
pub fn Unrouted(answer: RoutingAnswer) -> impl IntoView {
    let base_id = answer.base_playlist_id.to_string();
    let rows = answer.unrouted_reasons.iter().map(|count| {
        let (name, meaning) = reason_words(count.reason);
        let href = list_path(&answer, &format!("set=unrouted&reason={}", count.reason.as_str()));
        let make = drafts::of_reason(&base_id, count.reason);
        line(name, meaning, count.rows, href, make)
    });
    let rows = rows.collect_view();
    let skipped = answer.skipped_reasons.iter().map(|count| {
        let meaning = "Spotify's API cannot put these into another playlist; a sync passes them by.";
        line(skip_heading(count.reason), meaning, count.rows, list_path(&answer, "set=skipped"), None)
    });
    let skipped = skipped.collect_view();
    let is_empty = answer.unrouted_reasons.is_empty() && answer.skipped_reasons.is_empty();
    let body = match is_empty {
        true => view! { <p class="quiet">"Every song has a place."</p> }.into_any(),
        false => view! { <ul class="reasons">{rows} {skipped}</ul> }.into_any(),
    };
    view! {
        <section aria-labelledby="unrouted">
            <h2 id="unrouted">"In no child"</h2>
            {body}
        </section>
    }
}

fn line(name: &'static str, meaning: &'static str, rows: u32, href: String, make: Option<String>) -> AnyView {
    let of = format!(" of “{name}”");
    view! {
        <li class="panel">
            <p class="reason-count">{rows}</p>
            <div>
                <h3>{name}</h3>
                <p class="quiet">{meaning}</p>
            </div>
            <div class="actions">
                <a class="button button-small" href=href>
                    "See them"
                    <span class="visually-hidden">": " {name}</span>
                </a>
                {make.map(|href| view! {
                    <a class="button button-small" href=href>
                        "Make a playlist"
                        <span class="visually-hidden">{of}</span>
                    </a>
                })}
            </div>
        </li>
    }
    .into_any()
}
