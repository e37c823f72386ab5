//! The value's inputs, by the operator.

use super::chips::Chips;
use super::choice::choice;
use super::editor::Editor;
use super::range::RangePicture;
use crate::domain::filter::form::FormRow;
use crate::domain::filter::form::choices;
use crate::domain::filter::form::query::row_name;
use crate::domain::filter::form::values::{self, Input};
use leptos::prelude::*;

/// Whatever the operator of a line asks for.
#[component]
pub fn ValueInputs(editor: Editor, at: usize, row: FormRow, page: String, errors: Memo<Vec<String>>) -> impl IntoView {
    let number = at + 1;
    let field = row.field.clone();
    let one = move |class, hint| text_box(editor, at, "value", format!("Value of rule {number}"), class, hint, errors);
    let two = move |hint_low, hint_high| {
        view! {
            {text_box(editor, at, "value", format!("Lower end of rule {number}"), "number", hint_low, errors)}
            <span>"to"</span>
            {text_box(editor, at, "to", format!("Upper end of rule {number}"), "number", hint_high, errors)}
        }
        .into_any()
    };
    let pictured = |inputs: AnyView| {
        view! {
            <RangePicture editor at field=field.clone() />
            {inputs}
        }
        .into_any()
    };
    match choices::input_of(&row.field, &row.op) {
        Input::Nothing => ().into_any(),
        Input::Texts => view! { <Chips editor at field=field.clone() page errors /> }.into_any(),
        Input::Pattern => one("", "Regular expression"),
        Input::Number => pictured(one("number", "Number")),
        Input::Numbers => pictured(two("from", "to")),
        Input::Length => pictured(one("number", "M:SS")),
        Input::Lengths => pictured(two("M:SS", "M:SS")),
        Input::Day => one("number", "YYYY-MM-DD"),
        Input::Days => two("YYYY-MM-DD", "YYYY-MM-DD"),
        Input::Year => one("number", "YYYY"),
        Input::Counts => two("at least", "at most"),
        Input::Last => {
            let unit = if row.unit.is_empty() { "days" } else { &row.unit };
            let units = choice(row_name(at, "unit"), format!("Unit of rule {number}"), &values::UNITS, unit);
            view! {
                {one("number", "30")}
                {units}
            }
            .into_any()
        }
        Input::YesNo => {
            let chosen = if row.value.is_empty() { "true" } else { &row.value };
            choice(row_name(at, "value"), format!("Value of rule {number}"), &values::YES_NO, chosen).into_any()
        }
        Input::Picks(words) => picks(at, &row, words).into_any(),
    }
}

/// One text box bound to a part of the row.
fn text_box(
    editor: Editor,
    at: usize,
    part: &'static str,
    label: String,
    class: &'static str,
    hint: &'static str,
    errors: Memo<Vec<String>>,
) -> AnyView {
    let read = move || {
        editor.draft.with(|draft| {
            let row = draft.filter.rows.get(at);
            row.map(|row| if part == "to" { row.to.clone() } else { row.value.clone() }).unwrap_or_default()
        })
    };
    let is_wrong = move || !errors.with(Vec::is_empty);
    view! {
        <input
            id=format!("row-{at}-{part}")
            type="text"
            class=class
            name=row_name(at, part)
            value=untrack(read)
            prop:value=read
            placeholder=hint
            autocomplete="off"
            maxlength="4000"
            aria-label=label
            aria-invalid=move || is_wrong().then_some("true")
            aria-describedby=move || is_wrong().then(|| format!("row-{at}-error"))
        />
    }
    .into_any()
}

fn picks(at: usize, row: &FormRow, words: Vec<(String, String)>) -> impl IntoView + use<> {
    let name = row_name(at, "picks") + "[]";
    let boxes = words.into_iter().map(|(word, label)| {
        let is_ticked = row.picks.contains(&word);
        view! {
            <label class="choice">
                <input type="checkbox" name=name.clone() value=word checked=is_ticked prop:checked=is_ticked />
                {label}
            </label>
        }
    });
    view! {
        <fieldset class="picks-inline">
            <legend class="visually-hidden">{format!("Values of rule {}", at + 1)}</legend>
            {boxes.collect_view()}
        </fieldset>
    }
}
