//! A select with one option chosen.

use leptos::prelude::*;

/// A select; `label` names it for those who do not see its place.
pub fn choice(
    name: String,
    label: String,
    options: &[(&'static str, &'static str)],
    chosen: &str,
) -> impl IntoView + use<> {
    choice_with_id(None, name, label, options, chosen)
}

/// The same with an id, so that the focus can come back to it.
pub fn choice_with_id(
    id: Option<String>,
    name: String,
    label: String,
    options: &[(&'static str, &'static str)],
    chosen: &str,
) -> impl IntoView + use<> {
    let options = options.iter().map(|&(word, words)| option(word, words, word == chosen)).collect_view();
    view! {
        <select id=id name=name aria-label=label>
            {options}
        </select>
    }
}

/// One option.
pub fn option(word: &'static str, words: &'static str, is_chosen: bool) -> impl IntoView {
    view! {
        <option value=word selected=is_chosen prop:selected=is_chosen>
            {words}
        </option>
    }
}

/// "all", "any" or "none".
#[component]
pub fn ModeSelect(name: String, label: String, mode: String) -> impl IntoView {
    const MODES: [(&str, &str); 3] = [("all", "all"), ("any", "any"), ("none", "none")];
    let mode = if mode.is_empty() { "all".to_owned() } else { mode };
    choice(name, label, &MODES, &mode)
}
