//! What is done with the songs that match, and songs that stand outside of the rules.

use super::choice::{choice, option};
use super::editor::Editor;
use crate::domain::filter::form::choices;
use crate::domain::filter::form::output::{OutputForm, SortRow, output_name, sort_name};
use crate::domain::filter::output::SORT_KEYS_MAX;
use leptos::prelude::*;

/// Order, limit, cap and doubles; folded away while nothing is asked for.
#[component]
pub fn OutputOptions(editor: Editor) -> impl IntoView {
    move || {
        editor.structure.track();
        let output = editor.draft.with_untracked(|draft| draft.filter.output.clone());
        let is_open = !output.is_plain();
        view! {
            <details class="options" open=is_open>
                <summary>"Order, limit, doubles"</summary>
                {sort_keys(&output)}
                {limits(&output)}
                <OutputErrors editor prefix="/output" />
            </details>
        }
    }
}

/// As many keys as there are, and an empty one.
fn sort_keys(output: &OutputForm) -> impl IntoView + use<> {
    let count = (output.sort.len() + 1).clamp(2, SORT_KEYS_MAX);
    let keys = (0..count).map(|at| {
        let key = output.sort.get(at).cloned().unwrap_or_default();
        let label = if at == 0 { "Sort by" } else { "then by" };
        view! { <p class="rule-line"><span>{label}</span> {sort_key(at, &key)}</p> }
    });
    keys.collect_view()
}

fn sort_key(at: usize, key: &SortRow) -> impl IntoView + use<> {
    const DIRECTIONS: [(&str, &str); 2] = [("asc", "upwards"), ("desc", "downwards")];
    let chosen = key.field.clone();
    let groups = choices::field_groups().into_iter().map(move |(heading, fields)| {
        let options = fields.into_iter().map(|(id, label)| option(id, label, id == chosen)).collect_view();
        view! { <optgroup label=heading>{options}</optgroup> }
    });
    let groups = groups.collect_view();
    let dir = if key.dir.is_empty() { "asc" } else { &key.dir };
    view! {
        <select name=sort_name(at, "field") aria-label=format!("Sort key {}", at + 1)>
            <option value="">"the base's order"</option>
            {groups}
        </select>
        {choice(sort_name(at, "dir"), format!("Direction of sort key {}", at + 1), &DIRECTIONS, dir)}
    }
}

fn limits(output: &OutputForm) -> impl IntoView + use<> {
    const UNITS: [(&str, &str); 2] = [("tracks", "songs"), ("minutes", "minutes")];
    const DOUBLES: [(&str, &str); 3] = [
        ("", "the same Spotify song"),
        ("isrc", "the same recording (ISRC)"),
        ("isrc_then_name", "the same recording, or artist, title and length"),
    ];
    let unit = if output.limit_unit.is_empty() { "tracks" } else { &output.limit_unit };
    view! {
        <p class="rule-line">
            <label for="limit">"At most"</label>
            {number("limit", output.limit.clone())}
            {choice(output_name("limit_unit"), "Unit of the limit".to_owned(), &UNITS, unit)}
        </p>
        <p class="rule-line">
            <label for="max_per_artist">"At most"</label>
            {number("max_per_artist", output.max_per_artist.clone())}
            <span>"songs of one artist"</span>
        </p>
        <p class="rule-line">
            <span>"Doubles are"</span>
            {choice(output_name("dedupe"), "What counts as the same song".to_owned(), &DOUBLES, &output.dedupe)}
        </p>
    }
}

fn number(part: &'static str, value: String) -> impl IntoView + use<> {
    view! {
        <input
            id=part
            class="number"
            type="text"
            inputmode="numeric"
            name=output_name(part)
            value=value.clone()
            prop:value=value
            autocomplete="off"
            maxlength="6"
            placeholder="no limit"
        />
    }
}

/// Songs that enter past the rules, and songs that never do.
#[component]
pub fn Exceptions(editor: Editor) -> impl IntoView {
    move || {
        editor.structure.track();
        let (pins, bans) = editor.draft.with_untracked(|draft| (draft.filter.pins.clone(), draft.filter.bans.clone()));
        let is_open = !pins.is_empty() || !bans.is_empty();
        view! {
            <details class="options" open=is_open>
                <summary>"Always and never"</summary>
                {songs("pins", "Always in, whatever the rules say", pins)}
                {songs("bans", "Never in", bans)}
                <OutputErrors editor prefix="/pins" />
                <OutputErrors editor prefix="/bans" />
            </details>
        }
    }
}

fn songs(part: &'static str, label: &'static str, text: String) -> impl IntoView {
    view! {
        <div class="field">
            <label for=part>{label}</label>
            <textarea
                id=part
                name=format!("filter[{part}]")
                rows="2"
                spellcheck="false"
                placeholder="Song links from Spotify, one on a line"
                prop:value=text.clone()
            >
                {text.clone()}
            </textarea>
        </div>
    }
}

/// What is wrong with a part that is no rule.
#[component]
fn OutputErrors(editor: Editor, prefix: &'static str) -> impl IntoView {
    move || editor.errors_at(prefix).into_iter().map(|words| view! { <p class="problem">{words}</p> }).collect_view()
}
