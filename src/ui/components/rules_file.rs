//! Rules out and in: the links of a base's page, and what an import would change.

use crate::domain::rules_file::diff::{DiffLine, Mark};
use crate::domain::rules_file::places::place_words;
use crate::domain::rules_file::plan::{Change, PlannedEntry};
use crate::domain::rules_file::read::Remark;
use leptos::prelude::*;

/// Where rules come from and go to.
#[component]
pub fn RulesFileLinks(id: String, has_children: bool) -> impl IntoView {
    let page = |name: &str| format!("/base-playlists/{id}/{name}");
    view! {
        <ul class="rules-links">
            <li>
                <a href=page("templates")>"Start from a template"</a>
            </li>
            <li>
                <a href=page("import")>"Import rules"</a>
            </li>
            {has_children
                .then(|| {
                    view! {
                        <li>
                            <a href=format!("/api/base-playlists/{id}/export") rel="external" download="">
                                "Export rules"
                            </a>
                        </li>
                    }
                })}
        </ul>
    }
}

/// Words about places of the file.
#[component]
pub fn Remarks(remarks: Vec<Remark>) -> impl IntoView {
    let items = remarks.into_iter().map(|Remark { pointer, detail }| {
        let place = place_words(&pointer);
        view! {
            <li>
                <strong>{place} ": "</strong>
                {detail}
                {(!pointer.is_empty()).then(|| view! { <code class="pointer">{pointer}</code> })}
            </li>
        }
    });
    view! { <ul class="remarks">{items.collect_view()}</ul> }
}

/// One entry of a file, held against the child of its name.
#[component]
pub fn EntryCard(entry: PlannedEntry) -> impl IntoView {
    let (word, class) = match entry.change {
        Change::New => ("New", "badge badge-new"),
        Change::Changed => ("Changes", "badge badge-changed"),
        Change::Same => ("Same already", "badge"),
    };
    let is_same = entry.change == Change::Same;
    let sentences = match (entry.old_sentence, is_same) {
        (Some(old), false) if old != entry.new_sentence => view! {
            <p class="quiet">"Now: " {old}</p>
            <p>"Then: " {entry.new_sentence}</p>
        }
        .into_any(),
        (Some(_) | None, _) => view! { <p>{entry.new_sentence}</p> }.into_any(),
    };
    let matched = entry.matched.map(|songs| {
        let words = if songs == 1 {
            "1 song of this base matches.".to_owned()
        } else {
            format!("{songs} songs of this base match.")
        };
        view! { <p class="quiet">{words}</p> }
    });
    let lines = (!is_same).then(|| {
        let lines = entry.lines.into_iter().map(|line| view! { <LineItem line /> });
        view! { <ul class="rule-diff">{lines.collect_view()}</ul> }
    });
    view! {
        <li class="card">
            <h3>
                {entry.name}
                " "
                <span class=class>{word}</span>
            </h3>
            {sentences}
            {matched}
            {lines}
        </li>
    }
}

#[component]
fn LineItem(line: DiffLine) -> impl IntoView {
    let (sign, said, class) = match line.mark {
        Mark::Kept => (" ", "stays: ", "line-kept"),
        Mark::Added => ("+", "added: ", "line-added"),
        Mark::Removed => ("−", "removed: ", "line-removed"),
        Mark::Changed => ("~", "changed: ", "line-changed"),
    };
    let class = format!("{class} line-depth-{}", line.depth.min(4));
    view! {
        <li class=class>
            <span class="sign" aria-hidden="true">
                {sign}
            </span>
            <span>
                <span class="visually-hidden">{said}</span>
                {line.before.map(|before| view! { <del>{before}</del> " → " })}
                {line.words}
            </span>
        </li>
    }
}
