//! The rules of the draft: match line, lines, and what adds to them.

use super::choice::ModeSelect;
use super::editor::Editor;
use super::rule_row::RuleRow;
use crate::domain::filter::fields::FIELDS;
use crate::domain::filter::form::FormAction;
use crate::ui::components::icon::Icon;
use leptos::prelude::*;

/// The rules under their match line.
#[component]
pub fn Rules(editor: Editor, page: String) -> impl IntoView {
    let (rule_page, group_page) = (page.clone(), page.clone());
    view! {
        <fieldset>
            <legend>"Which songs flow in"</legend>
            {move || {
                editor.structure.track();
                let mode = editor.draft.with_untracked(|draft| draft.filter.mode.clone());
                view! {
                    <p class="rule-line">
                        "Songs of the base that match "
                        <ModeSelect name="filter[mode]".to_owned() label="How the rules are joined".to_owned() mode />
                        " of these rules:"
                    </p>
                }
            }}
            {move || {
                editor.structure.track();
                editor.settle_focus();
                let lines = editor.draft.with_untracked(|draft| draft.filter.rows.len());
                let rows = (0..lines).map(|at| view! { <RuleRow editor at page=page.clone() /> }).collect_view();
                view! { <ol class="rules">{rows}</ol> }
            }}
            <div class="actions">
                <AddButton editor action=FormAction::AddRule(None) page=rule_page words="Add rule" icon="plus" />
                <span class="advanced">
                    <AddButton editor action=FormAction::AddGroup(None) page=group_page words="Add group" icon="group" />
                </span>
                <UndoButtons editor />
            </div>
            <Everything editor />
            <p>
                <a href="/docs/fields" target="_blank">"All fields and operators"</a>
            </p>
            <Withheld editor />
        </fieldset>
    }
}

/// The explicit word that no rule is meant.
#[component]
fn Everything(editor: Editor) -> impl IntoView {
    let read = move || editor.draft.with(|draft| draft.filter.everything);
    view! {
        <label class="choice">
            <input type="checkbox" name="filter[everything]" value="true" checked=untrack(read) prop:checked=read />
            "Every song, without any rule"
        </label>
    }
}

/// Without scripts the browser's Back takes an edit back; these come with the scripts.
#[component]
fn UndoButtons(editor: Editor) -> impl IntoView {
    let is_live = RwSignal::new(false);
    Effect::new(move |_| is_live.set(true));
    let button = move |words: &'static str, may: Signal<bool>, press: fn(Editor)| {
        view! {
            <button
                type="button"
                class="button button-small button-quiet"
                aria-disabled=move || (!may.get()).then_some("true")
                on:click=move |_| press(editor)
            >
                {words}
            </button>
        }
    };
    move || {
        is_live.get().then(|| {
            view! {
                {button("Undo", Signal::derive(move || editor.may_undo()), Editor::undo)}
                {button("Redo", Signal::derive(move || editor.may_redo()), Editor::redo)}
            }
        })
    }
}

/// A button that appends a rule or a group.
#[component]
pub fn AddButton(
    editor: Editor,
    action: FormAction,
    page: String,
    words: &'static str,
    icon: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            id=(action == FormAction::AddRule(None)).then_some("add-rule")
            class="button button-small"
            name="do"
            value=action.word()
            formmethod="get"
            formaction=page
            on:click=move |event| {
                event.prevent_default();
                editor.apply(action);
            }
        >
            <Icon name=icon />
            {words}
        </button>
    }
}

/// Fields that Spotify does not give to this app, with the reason.
#[component]
fn Withheld(editor: Editor) -> impl IntoView {
    let capabilities = editor.capabilities.get_value();
    let withheld = FIELDS.iter().filter(|field| field.is_withheld(&capabilities));
    let names: Vec<String> = withheld.map(|field| field.label.to_lowercase()).collect();
    (!names.is_empty()).then(|| {
        view! {
            <p class="quiet">
                {format!(
                    "Not available: {}. Spotify withholds these from apps like this one, so a rule on them cannot be judged and its child would be left as it is. Your own tags can stand in.",
                    names.join(", "),
                )}
            </p>
        }
    })
}
