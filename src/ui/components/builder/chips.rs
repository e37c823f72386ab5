//! Several texts in one rule: chips, and a box that suggests what the songs of this base hold. After the
//! combobox pattern of the ARIA Authoring Practices (editable, list autocomplete, manual selection).

use super::datalist::{Datalist, list_id};
use super::editor::Editor;
use super::live::Songs;
use crate::domain::filter::form::FormAction;
use crate::domain::filter::form::query::row_name;
use crate::domain::filter::suggest::Suggestion;
use crate::ui::components::icon::Icon;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// The open list under a box.
#[derive(Clone, Copy)]
struct List {
    is_open: RwSignal<bool>,
    /// The suggestion that the arrow keys have reached.
    active: RwSignal<Option<usize>>,
    shown: Memo<Vec<Suggestion>>,
}

impl List {
    fn close(self) {
        self.is_open.set(false);
        self.active.set(None);
    }

    fn step(self, forward: bool) {
        let count = self.shown.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        self.is_open.set(true);
        self.active.update(|active| {
            *active = Some(match (*active, forward) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(at), true) => (at + 1) % count,
                (Some(at), false) => (at + count - 1) % count,
            });
        });
    }

    fn chosen(self) -> Option<String> {
        let at = self.active.get_untracked().filter(|_| self.is_open.get_untracked())?;
        self.shown.with_untracked(|shown| shown.get(at).map(|one| one.value.clone()))
    }
}

/// Chips and box of the rule in a line. `page` is where buttons send the form without scripts.
#[component]
pub fn Chips(editor: Editor, at: usize, field: String, page: String, errors: Memo<Vec<String>>) -> impl IntoView {
    let number = at + 1;
    let (kind, of_field) = (field.clone(), field.clone());
    let shown = Memo::new(move |_| {
        editor.draft.with(|draft| {
            let row = draft.filter.rows.get(at);
            row.map(|row| editor.live.suggestions(&of_field, &row.value, &row.values)).unwrap_or_default()
        })
    });
    let list = List { is_open: RwSignal::new(false), active: RwSignal::new(None), shown };
    view! {
        <div class="chips" role="group" aria-label=format!("Values of rule {number}")>
            <ChosenChips editor at field page />
            <div class="combobox">
                <Box editor at list errors />
                <Suggestions editor at list />
                <Datalist at field=kind />
            </div>
        </div>
    }
}

#[component]
fn ChosenChips(editor: Editor, at: usize, field: String, page: String) -> impl IntoView {
    let values = Memo::new(move |_| {
        editor.draft.with(|draft| draft.filter.rows.get(at).map(|row| row.values.clone()).unwrap_or_default())
    });
    move || {
        let chips = values.get().into_iter().enumerate().map(|(index, value)| {
            let label = editor.live.label(&field, &value).unwrap_or_else(|| value.clone());
            view! {
                <span class="chip">
                    <span class="chip-words">{label.clone()}</span>
                    <input type="hidden" name=row_name(at, "values") + "[]" value=value />
                    <button
                        type="submit"
                        class="icon-button"
                        name="do"
                        value=FormAction::Drop(at, index).word()
                        formmethod="get"
                        formaction=page.clone()
                        aria-label=format!("Remove {label} from rule {}", at + 1)
                        on:click=move |event| {
                            event.prevent_default();
                            editor.drop_value(at, index);
                            editor.focus_on(format!("row-{at}-value"));
                            editor.settle_focus();
                        }
                    >
                        <Icon name="x" />
                    </button>
                </span>
            }
        });
        chips.collect_view()
    }
}

#[component]
fn Box(editor: Editor, at: usize, list: List, errors: Memo<Vec<String>>) -> impl IntoView {
    let read =
        move || editor.draft.with(|draft| draft.filter.rows.get(at).map(|row| row.value.clone()).unwrap_or_default());
    let is_wrong = move || !errors.with(Vec::is_empty);
    let is_shown = move || list.is_open.get() && list.shown.with(|shown| !shown.is_empty());
    view! {
        <input
            id=format!("row-{at}-value")
            type="text"
            name=row_name(at, "value")
            value=untrack(read)
            prop:value=read
            // Only until scripts take over: then the list below is the one.
            list=move || (editor.live.songs.get() == Songs::Absent).then(|| list_id(at))
            placeholder="Type or choose; commas separate"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            maxlength="4000"
            role="combobox"
            aria-label=format!("Value of rule {}", at + 1)
            aria-autocomplete="list"
            aria-expanded=move || if is_shown() { "true" } else { "false" }
            aria-controls=move || is_shown().then(|| format!("row-{at}-list"))
            aria-activedescendant=move || {
                list.active.get().filter(|_| is_shown()).map(|index| format!("row-{at}-list-{index}"))
            }
            aria-invalid=move || is_wrong().then_some("true")
            aria-describedby=move || is_wrong().then(|| format!("row-{at}-error"))
            on:focus=move |_| list.is_open.set(true)
            on:input=move |_| {
                list.is_open.set(true);
                list.active.set(None);
            }
            on:blur=move |_| {
                list.close();
                if untrack(|| !read().trim().is_empty()) {
                    editor.take_typed(at);
                }
            }
            on:keydown=move |event| press(editor, at, list, &event)
        />
    }
}

/// Arrows choose, Enter or a comma takes over, Backspace in the empty box takes the last chip, Escape closes.
fn press(editor: Editor, at: usize, list: List, event: &KeyboardEvent) {
    let (typed, count) = editor.draft.with_untracked(|draft| {
        draft.filter.rows.get(at).map(|row| (row.value.clone(), row.values.len())).unwrap_or_default()
    });
    match event.key().as_str() {
        "ArrowDown" => list.step(true),
        "ArrowUp" => list.step(false),
        "Escape" if list.is_open.get_untracked() => list.close(),
        "Enter" => match list.chosen() {
            Some(value) => {
                editor.add_value(at, value);
                list.active.set(None);
            }
            None if !typed.trim().is_empty() => editor.take_typed(at),
            None => list.is_open.set(true),
        },
        // Within quotes a comma belongs to the text.
        "," if !typed.trim().is_empty() && typed.matches('"').count() % 2 == 0 => editor.take_typed(at),
        "Backspace" if typed.is_empty() && count > 0 => editor.drop_value(at, count - 1),
        _ => return,
    }
    event.prevent_default();
}

#[component]
fn Suggestions(editor: Editor, at: usize, list: List) -> impl IntoView {
    move || {
        let shown = list.shown.get();
        (list.is_open.get() && !shown.is_empty()).then(|| {
            let options = shown.into_iter().enumerate().map(|(index, one)| {
                let value = one.value;
                view! {
                    <li
                        id=format!("row-{at}-list-{index}")
                        role="option"
                        aria-selected=move || if list.active.get() == Some(index) { "true" } else { "false" }
                        // The box keeps the focus.
                        on:mousedown=move |event| {
                            event.prevent_default();
                            editor.add_value(at, value.clone());
                        }
                    >
                        <span>{one.label}</span>
                        <span class="quiet">{one.songs}</span>
                    </li>
                }
            });
            view! {
                <ul
                    id=format!("row-{at}-list")
                    class="suggestions"
                    role="listbox"
                    aria-label=format!("Values in this base, for rule {}", at + 1)
                >
                    {options.collect_view()}
                </ul>
            }
        })
    }
}
