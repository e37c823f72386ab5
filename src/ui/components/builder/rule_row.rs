//! One line of the editor: a rule or the head of a group, with its buttons, its errors and its effect.

use super::choice::{ModeSelect, choice_with_id};
use super::editor::Editor;
use super::live::DraftEffect;
use super::more::More;
use super::rules::AddButton;
use super::value::ValueInputs;
use crate::domain::filter::fields;
use crate::domain::filter::form::choices;
use crate::domain::filter::form::query::row_name;
use crate::domain::filter::form::{FormAction, FormRow};
use crate::domain::filter::judge::RuleCount;
use crate::domain::filter::lint::Lint;
use crate::domain::filter::lint::fix::Fix;
use crate::ui::components::icon::Icon;
use crate::ui::components::lint_lines::{FixButton, LintLines};
use leptos::prelude::*;

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
        <li
            class=class
            on:dragover=move |event| {
                if editor.dragged.with_untracked(Option::is_some) {
                    event.prevent_default();
                }
            }
            on:drop=move |event| {
                event.prevent_default();
                if let Some(from) = editor.dragged.try_update(Option::take).flatten() {
                    editor.apply(FormAction::MoveBefore(from, at));
                }
            }
        >
            <input type="hidden" name=row_name(at, "depth") value=row.depth.to_string() prop:value=row.depth.to_string() />
            <div class="rule-line">
                <Grip editor at />
                {body}
                <RowButtons editor at page />
            </div>
            <RuleEffect editor at />
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
                    <span class="advanced">
                        <AddButton
                            editor
                            action=FormAction::AddGroup(Some(at))
                            page=group_page
                            words="Add group"
                            icon="group"
                        />
                    </span>
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
        <select id=format!("row-{at}-field") name=row_name(at, "field") aria-label=format!("Field of rule {number}")>
            {field_options(editor, &row.field)}
        </select>
        <noscript inner_html=refit></noscript>
        {choice_with_id(
            Some(format!("row-{at}-op")),
            row_name(at, "op"),
            format!("Operator of rule {number}"),
            &operators,
            &row.op,
        )}
        <div class="rule-value">
            <ValueInputs editor at row=row.clone() page errors />
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

/// How many songs a line takes by itself, and what it keeps out.
#[component]
fn RuleEffect(editor: Editor, at: usize) -> impl IntoView {
    let words = Memo::new(move |_| match editor.live.effect.get() {
        DraftEffect::Seen(found) => found.count(at).map(|count| effect_words(count, found.preview.total)),
        DraftEffect::Waiting | DraftEffect::Incomplete | DraftEffect::AskServer => None,
    });
    let lints = Memo::new(move |_| match editor.live.effect.get() {
        DraftEffect::Seen(found) => found.lints(at),
        DraftEffect::Waiting | DraftEffect::Incomplete | DraftEffect::AskServer => Vec::new(),
    });
    view! {
        {move || words.get().map(|words| view! { <p class="rule-effect quiet">{words}</p> })}
        {move || lint_lines(editor, lints.get())}
    }
}

/// Hints on one place, each with a button that does what it offers.
pub fn lint_lines(editor: Editor, lints: Vec<Lint>) -> Option<AnyView> {
    let pointer = lints.first()?.pointer.clone();
    let fix_button: FixButton = Box::new(move |fix: Fix| {
        let words = fix.words.clone();
        view! {
            " "
            <button type="button" class="button button-small" on:click=move |_| editor.mend_by(&fix)>
                {words}
            </button>
        }
        .into_any()
    });
    Some(view! { <LintLines lints pointer fix_button /> }.into_any())
}

fn effect_words(count: &RuleCount, total: u32) -> String {
    let mut words = format!("{} of {total} songs match", count.yes);
    if count.removes > 0 {
        words += &format!(" · without this line {} more would flow in", count.removes);
    }
    if count.missing > 0 {
        words += &format!(" · {} decided by a missing value", count.missing);
    }
    if count.unknown > 0 {
        words += &format!(" · {} cannot be judged", count.unknown);
    }
    words
}

/// Where a line can be taken hold of with a pointer; the buttons do the same.
#[component]
fn Grip(editor: Editor, at: usize) -> impl IntoView {
    view! {
        <span
            class="grip advanced"
            draggable="true"
            title="Drag to move"
            aria-hidden="true"
            on:dragstart=move |_| editor.dragged.set(Some(at))
            on:dragend=move |_| editor.dragged.set(None)
        >
            "⠿"
        </span>
    }
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
                id=format!("row-{at}-{icon}")
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
