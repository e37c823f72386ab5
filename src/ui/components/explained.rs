//! What each rule says of a song, as a list of lists.

use crate::domain::filter::evaluate::Verdict;
use crate::domain::filter::explain::{ExplainedGroup, ExplainedNode, ExplainedRule, Explanation};
use crate::domain::filter::rule::MatchMode;
use crate::domain::sync::explained::SongLine;
use leptos::prelude::*;

/// The title of a row; a song that was taken down has none.
pub fn song_title(song: &SongLine) -> String {
    if song.title.is_empty() { format!("Row {}, without a title", song.position) } else { song.title.clone() }
}

/// Artists and album.
pub fn byline(song: &SongLine) -> String {
    let parts = [song.artists.join(", "), song.album.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Yes, no, or nobody knows: a sign for the eye, a word for the ear.
#[component]
pub fn Mark(
    yes: Option<bool>,
    /// Within "none of": a yes is nothing good by itself, nor a no anything bad.
    #[prop(optional)]
    turned: bool,
) -> impl IntoView {
    let (class, sign, word) = match yes {
        Some(true) if turned => ("mark mark-turned", "✓", "Yes: "),
        Some(false) if turned => ("mark mark-turned", "✗", "No: "),
        Some(true) => ("mark mark-yes", "✓", "Yes: "),
        Some(false) => ("mark mark-no", "✗", "No: "),
        None => ("mark mark-unknown", "?", "Unknown: "),
    };
    view! {
        <span class=class aria-hidden="true">
            {sign}
        </span>
        <span class="visually-hidden">{word}</span>
    }
}

const fn yes(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Yes => Some(true),
        Verdict::No => Some(false),
        Verdict::Unknown => None,
    }
}

/// The tree of rules with what each saw; nothing where there are none.
#[component]
pub fn ExplainedTree(explanation: Explanation) -> impl IntoView {
    let Explanation { root, unordered_by, .. } = explanation;
    let unordered = (!unordered_by.is_empty()).then(|| {
        let fields = unordered_by.join(", ").to_lowercase();
        view! { <p class="problem">{format!("It is sorted by {fields}, which Spotify withholds from this app.")}</p> }
    });
    let tree = (!root.rules.is_empty()).then(|| group(&root, false));
    view! {
        {unordered}
        {tree}
    }
}

/// `turned`: within an odd number of "none of", where matching is what keeps a song out.
fn group(group_: &ExplainedGroup, turned: bool) -> AnyView {
    let outer = turned;
    let words = match group_.mode {
        MatchMode::All => "All of these must match",
        MatchMode::Any => "One of these must match",
        MatchMode::None => "None of these may match",
    };
    let turned = turned != (group_.mode == MatchMode::None);
    let nodes: Vec<AnyView> = group_
        .rules
        .iter()
        .map(|node| {
            let inner = match node {
                ExplainedNode::Group(inner) => group(inner, turned),
                ExplainedNode::Rule(one) => rule(one, turned),
            };
            view! { <li>{inner}</li> }.into_any()
        })
        .collect();
    view! {
        <p class="why-head">
            <Mark yes=yes(group_.verdict) turned=outer />
            {words}
        </p>
        <ul class="why-rules">{nodes}</ul>
    }
    .into_any()
}

fn rule(rule: &ExplainedRule, turned: bool) -> AnyView {
    let near = rule.near_miss.as_ref().filter(|_| !turned).map(|near| near.words.clone());
    let missing = rule.decided_by_missing.then_some(match rule.verdict {
        Verdict::Yes => "the value does not tell, and this rule lets such songs match",
        Verdict::No | Verdict::Unknown => "the value does not tell, and this rule does not match such songs",
    });
    let note = near.or(missing.map(str::to_owned));
    view! {
        <p class="why-rule">
            <Mark yes=yes(rule.verdict) turned />
            {rule.words.clone()}
        </p>
        <p class="why-seen quiet">"This song: " {rule.seen_words.clone()} {note.map(|note| format!(" – {note}"))}</p>
    }
    .into_any()
}
