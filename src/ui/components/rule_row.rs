//! One line of the editor: a rule or the head of a group, with its buttons and its errors.

use crate::domain::filter::fields;
use crate::domain::filter::form::choices;
use crate::domain::filter::form::query::row_name;
use crate::domain::filter::form::values::{self, Input};
use crate::domain::filter::form::{FormAction, FormRow};
use crate::ui::components::filter_builder::{AddButton, Editor};
use crate::ui::components::icon::Icon;
use leptos::prelude::*;

/// The three ways to join rules.
const MODES: [(&str, &str); 3] = [("all", "all"), ("any", "any"), ("none", "none")];

/// "all", "any" or "none".
#[component]
pub fn ModeSelect(name: String, label: String, mode: String) -> impl IntoView {
    let mode = if mode.is_empty() { "all".to_owned() } else { mode };
    choice(name, label, &MODES, &mode)
}

/// A select with one option chosen; `label` names it for those who do not see its place.
fn choice(
    name: String,
    label: String,
    options: &[(&'static str, &'static str)],
    chosen: &str,
) -> impl IntoView + use<> {
    let options = options.iter().map(|&(word, words)| option(word, words, word == chosen)).collect_view();
    view! {
        <select name=name aria-label=label>
            {options}
        </select>
    }
}

fn option(word: &'static str, words: &'static str, is_chosen: bool) -> impl IntoView {
    view! {
        <option value=word selected=is_chosen prop:selected=is_chosen>
            {words}
        </option>
    }
}

/// The line at a row index.
#[component]
pub fn RuleRow(editor: Editor, at: usize, page: String) -> impl IntoView {
    let (row, pointer) = editor.draft.with_untracked(|draft| {
        let pointer = draft.filter.pointers().into_iter().nth(at).unwrap_or_default();
        (draft.filter.rows.get(at).cloned().unwrap_or_default(), pointer)
    });
    let errors = Memo::new(move |_| editor.errors_at(&pointer));
    let class = format!("rule rule-depth-{}{}", row.depth, if row.is_group() { " rule-group" } else { "" });
    let error_id = format!("row-{at}-error");
    let body = match row.is_group() {
        true => view! { <GroupHead editor at row=row.clone() page=page.clone() /> }.into_any(),
        false => view! { <Rule editor at row=row.clone() page=page.clone() errors /> }.into_any(),
    };
    view! {
        <li class=class>
            <input type="hidden" name=row_name(at, "depth") value=row.depth.to_string() prop:value=row.depth.to_string() />
            <div class="rule-line">{body} <RowButtons editor at page /></div>
            <div id=error_id>
                {move || errors.get().into_iter().map(|words| view! { <p class="problem">{words}</p> }).collect_view()}
            </div>
        </li>
    }
}

#[component]
fn GroupHead(editor: Editor, at: usize, row: FormRow, page: String) -> impl IntoView {
    let may_nest = editor.draft.with_untracked(|draft| draft.filter.may_nest(Some(at)));
    let group_page = page.clone();
    view! {
        <span>"Group: match"</span>
        <ModeSelect
            name=row_name(at, "group")
            label=format!("How the rules of group {} are joined", at + 1)
            mode=row.group
        />
        <span>"of"</span>
        <AddButton editor action=FormAction::AddRule(Some(at)) page words="Add rule" icon="plus" />
        {may_nest
            .then(|| {
                view! {
                    <AddButton
                        editor
                        action=FormAction::AddGroup(Some(at))
                        page=group_page
                        words="Add group"
                        icon="group"
                    />
                }
            })}
    }
}

#[component]
fn Rule(editor: Editor, at: usize, row: FormRow, page: String, errors: Memo<Vec<String>>) -> impl IntoView {
    let number = at + 1;
    let operators = choices::operators(&row.field);
    // Without scripts the operators follow the field only when asked.
    let refit = format!(
        r#"<button type="submit" class="button button-small" name="do" value="update" formmethod="get" formaction="{page}">Refresh choices</button>"#
    );
    view! {
        <select name=row_name(at, "field") aria-label=format!("Field of rule {number}")>
            {field_options(editor, &row.field)}
        </select>
        <noscript inner_html=refit></noscript>
        {choice(row_name(at, "op"), format!("Operator of rule {number}"), &operators, &row.op)}
        <div class="rule-value">
            {inputs(editor, at, &row, errors)}
        </div>
        <More at row />
    }
}

/// The fields under their headings; a withheld one can stay, but not be chosen anew.
fn field_options(editor: Editor, chosen: &str) -> impl IntoView + use<> {
    let capabilities = editor.capabilities.get_value();
    let groups = choices::field_groups().into_iter().map(|(heading, fields)| {
        let options = fields.into_iter().map(|(id, label)| {
            let is_withheld = fields::find(id).is_some_and(|field| field.is_withheld(&capabilities));
            let is_chosen = id == chosen;
            let words = if is_withheld { format!("{label} (not available)") } else { label.to_owned() };
            view! {
                <option value=id selected=is_chosen prop:selected=is_chosen disabled=is_withheld && !is_chosen>
                    {words}
                </option>
            }
        });
        view! { <optgroup label=heading>{options.collect_view()}</optgroup> }
    });
    groups.collect_view()
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

/// The value's inputs, by the operator.
fn inputs(editor: Editor, at: usize, row: &FormRow, errors: Memo<Vec<String>>) -> AnyView {
    let number = at + 1;
    let one = move |class, hint| text_box(editor, at, "value", format!("Value of rule {number}"), class, hint, errors);
    let two = move |hint_low, hint_high| {
        view! {
            {text_box(editor, at, "value", format!("Lower end of rule {number}"), "number", hint_low, errors)}
            <span>"to"</span>
            {text_box(editor, at, "to", format!("Upper end of rule {number}"), "number", hint_high, errors)}
        }
        .into_any()
    };
    match choices::input_of(&row.field, &row.op) {
        Input::Nothing => ().into_any(),
        Input::Texts => one("", "Several: separate with commas"),
        Input::Pattern => one("", "Regular expression"),
        Input::Number => one("number", "Number"),
        Input::Numbers => two("from", "to"),
        Input::Length => one("number", "M:SS"),
        Input::Lengths => two("M:SS", "M:SS"),
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
        Input::Picks(words) => picks(at, row, words).into_any(),
    }
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

/// What few rules need: how names are compared, and what a missing value decides.
#[component]
fn More(at: usize, row: FormRow) -> impl IntoView {
    const MISSING: [(&str, &str); 3] = [("", "as usual for this operator"), ("no", "no match"), ("yes", "a match")];
    const ITEMS: [(&str, &str); 3] = [("", "as a whole"), ("contains", "as a part"), ("has_word", "as a word of it")];
    const ARTISTS: [(&str, &str); 3] = [("", "the highest"), ("min", "the lowest"), ("primary", "the first named")];
    let number = at + 1;
    let has_items = choices::compares_items(&row.field, &row.op);
    let has_missing = values::judges_missing(&row.op);
    let has_artists = choices::reduces(&row.field);
    let is_open = !row.when_missing.is_empty() || !row.item_match.is_empty() || !row.reduce.is_empty();
    (has_items || has_missing || has_artists).then(|| {
        view! {
            <details class="more-options" open=is_open>
                <summary>"More" <span class="visually-hidden">{format!(" of rule {number}")}</span></summary>
                {has_items
                    .then(|| {
                        view! {
                            <label class="choice">
                                "Compare"
                                {choice(
                                    row_name(at, "item_match"),
                                    format!("How rule {number} compares"),
                                    &ITEMS,
                                    &row.item_match,
                                )}
                            </label>
                        }
                    })}
                {has_artists
                    .then(|| {
                        view! {
                            <label class="choice">
                                "Of several artists counts"
                                {choice(
                                    row_name(at, "reduce"),
                                    format!("Which artist counts in rule {number}"),
                                    &ARTISTS,
                                    &row.reduce,
                                )}
                            </label>
                        }
                    })}
                {has_missing
                    .then(|| {
                        view! {
                            <label class="choice">
                                "A song without a value is"
                                {choice(
                                    row_name(at, "when_missing"),
                                    format!("What a missing value decides in rule {number}"),
                                    &MISSING,
                                    &row.when_missing,
                                )}
                            </label>
                        }
                    })}
            </details>
        }
    })
}

#[component]
fn RowButtons(editor: Editor, at: usize, page: String) -> impl IntoView {
    let (is_first, is_last) = editor
        .draft
        .with_untracked(|draft| (draft.filter.sibling_before(at).is_none(), draft.filter.sibling_after(at).is_none()));
    let buttons = [
        (FormAction::Up(at), "up", "Move up", is_first),
        (FormAction::Down(at), "down", "Move down", is_last),
        (FormAction::Duplicate(at), "copy", "Duplicate", false),
        (FormAction::Remove(at), "x", "Remove", false),
    ];
    let buttons = buttons.into_iter().map(|(action, icon, words, is_off)| {
        view! {
            <button
                type="submit"
                class="icon-button"
                name="do"
                value=action.word()
                formmethod="get"
                formaction=page.clone()
                title=words
                aria-disabled=is_off.then_some("true")
                on:click=move |event| {
                    event.prevent_default();
                    editor.apply(action);
                }
            >
                <Icon name=icon />
                <span class="visually-hidden">{format!("{words} line {}", at + 1)}</span>
            </button>
        }
    });
    view! { <div class="rule-buttons">{buttons.collect_view()}</div> }
}
