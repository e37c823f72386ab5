//! The draft under edit and what is known about it; handed to every part of the form.

use super::live::Live;
use crate::domain::capability::Capabilities;
use crate::domain::filter::form::{FilterForm, FormAction};
use crate::domain::filter::json;
use crate::domain::filter::lint::fix::{self, Fix};
use crate::domain::playlist::Routing;
use crate::error::FieldError;
use crate::server_fns::child_draft::ChildDraft;
use leptos::prelude::*;
use leptos::web_sys::HtmlInputElement;

/// Edits that can be taken back.
const UNDO_MAX: usize = 100;

/// The draft and what is known about it.
#[derive(Clone, Copy)]
pub struct Editor {
    pub draft: RwSignal<ChildDraft>,
    /// Counts changes that add or remove inputs: only these draw the lines anew.
    pub structure: RwSignal<u32>,
    /// Whether errors are shown: not before the first attempt.
    pub is_checked: RwSignal<bool>,
    /// What the server found wrong, until the next change.
    pub refusal: RwSignal<Vec<FieldError>>,
    pub capabilities: StoredValue<Capabilities>,
    pub live: Live,
    /// The line that is being dragged.
    pub dragged: RwSignal<Option<usize>>,
    /// Earlier filters, the latest last, and those taken back.
    past: RwSignal<Vec<FilterForm>>,
    future: RwSignal<Vec<FilterForm>>,
    /// The box that was typed into last: its letters are one edit.
    typing: StoredValue<String>,
    /// Id of the element that gets the focus when the lines have been drawn anew.
    focus: RwSignal<Option<String>>,
}

impl Editor {
    /// An editor for a draft.
    pub fn new(draft: ChildDraft, is_checked: bool, capabilities: Capabilities, routing: Routing) -> Self {
        let draft = RwSignal::new(draft);
        Self {
            draft,
            structure: RwSignal::new(0),
            is_checked: RwSignal::new(is_checked),
            refusal: RwSignal::new(Vec::new()),
            capabilities: StoredValue::new(capabilities),
            live: Live::new(draft, routing),
            dragged: RwSignal::new(None),
            past: RwSignal::new(Vec::new()),
            future: RwSignal::new(Vec::new()),
            typing: StoredValue::new(String::new()),
            focus: RwSignal::new(None),
        }
    }

    /// Applies a button.
    pub fn apply(self, action: FormAction) {
        let line = self.draft.with_untracked(|draft| draft.filter.line_after(action));
        self.change(move |filter| filter.apply(action));
        self.focus_on(match (line, action) {
            (None, _) => "add-rule".to_owned(),
            (Some(line), FormAction::Up(_)) => format!("row-{line}-up"),
            (Some(line), FormAction::Down(_)) => format!("row-{line}-down"),
            (Some(line), FormAction::Drop(_, _)) => format!("row-{line}-value"),
            (Some(line), _) => format!("row-{line}-field"),
        });
    }

    /// Changes the filter as one edit, and draws the lines anew.
    pub fn change(self, edit: impl FnOnce(&mut FilterForm)) {
        self.remember("");
        self.refusal.update(Vec::clear);
        self.draft.update(|draft| edit(&mut draft.filter));
        self.structure.update(|count| *count += 1);
    }

    /// Takes back the latest edit.
    pub fn undo(self) {
        self.swap(self.past, self.future);
    }

    /// Does again what was taken back.
    pub fn redo(self) {
        self.swap(self.future, self.past);
    }

    /// Whether there is something to take back; tracked.
    pub fn may_undo(self) -> bool {
        self.past.with(|past| !past.is_empty())
    }

    /// Whether there is something to do again; tracked.
    pub fn may_redo(self) -> bool {
        self.future.with(|future| !future.is_empty())
    }

    fn swap(self, from: RwSignal<Vec<FilterForm>>, to: RwSignal<Vec<FilterForm>>) {
        let Some(filter) = from.try_update(Vec::pop).flatten() else { return };
        self.typing.set_value(String::new());
        to.update(|kept| kept.push(self.draft.with_untracked(|draft| draft.filter.clone())));
        self.draft.update(|draft| draft.filter = filter);
        self.structure.update(|count| *count += 1);
    }

    /// Keeps the filter as it is before an edit; letters typed into one box are one edit.
    fn remember(self, typing: &str) {
        let is_same = !typing.is_empty() && self.typing.with_value(|last| last == typing);
        self.typing.set_value(typing.to_owned());
        if is_same {
            return;
        }
        self.future.update(Vec::clear);
        self.past.update(|past| {
            if past.len() == UNDO_MAX {
                past.remove(0);
            }
            past.push(self.draft.with_untracked(|draft| draft.filter.clone()));
        });
    }

    /// Gives the focus to an element once the lines have been drawn anew.
    pub fn focus_on(self, id: String) {
        self.focus.set(Some(id));
    }

    /// Moves the focus where the last edit leads; called after drawing.
    pub fn settle_focus(self) {
        let Some(id) = self.focus.try_update_untracked(Option::take).flatten() else { return };
        request_animation_frame(move || {
            use leptos::wasm_bindgen::JsCast;
            let found = document().get_element_by_id(&id);
            if let Some(element) = found.and_then(|element| element.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
                // An element that cannot take the focus leaves it where it is.
                let _ = element.focus();
            }
        });
    }

    /// Whether neither the person nor the rules give a name; tracked, false before the first attempt.
    pub fn is_nameless(self) -> bool {
        self.is_checked.get() && self.draft.with(|draft| draft.full_name().is_none())
    }

    /// Everything wrong with the draft, as (pointer into the filter, words); tracked.
    pub fn errors(self) -> Vec<(String, String)> {
        let mut errors = self.draft.with(|draft| draft.filter.errors());
        let refused = self.refusal.get().into_iter();
        errors.extend(refused.map(|error| {
            let pointer = error.pointer.strip_prefix("/filter").unwrap_or(&error.pointer);
            (pointer.to_owned(), error.detail)
        }));
        errors
    }

    /// What is wrong with one line, in words; empty before the first attempt.
    pub fn errors_at(self, pointer: &str) -> Vec<String> {
        if !self.is_checked.get() {
            return Vec::new();
        }
        let is_here = |found: &str| {
            found
                .strip_prefix(pointer)
                .is_some_and(|rest| !rest.starts_with("/rules/") && (rest.is_empty() || rest.starts_with('/')))
        };
        self.errors().into_iter().filter(|(found, _)| is_here(found)).map(|(_, words)| words).collect()
    }

    /// Takes over the input that an event came from.
    pub fn take(self, input: &HtmlInputElement) {
        let (name, value) = (input.name(), input.value());
        let is_ticked = input.type_() != "checkbox" || input.checked();
        self.refusal.update(Vec::clear);
        match name.as_str() {
            "name" => self.draft.update(|draft| draft.name = value),
            "description" => self.draft.update(|draft| draft.description = value),
            "spotify_playlist_id" => self.draft.update(|draft| draft.spotify_playlist_id = value),
            "marks[kind]" => self.take_kind(value),
            "view" => self.draft.update(|draft| draft.view = value),
            _ if name.starts_with("filter[") => self.take_part(&name, &value, is_ticked),
            _ => {}
        }
    }

    /// What is left over needs no rules: then it is every song of those.
    fn take_kind(self, kind: String) {
        self.draft.update(|draft| {
            if kind == "leftovers" && draft.filter.said_so_far().rows.is_empty() {
                draft.filter.everything = true;
            }
            draft.kind = kind;
        });
    }

    /// Does what a hint offers.
    pub fn mend_by(self, fix: &Fix) {
        let form = self.draft.with_untracked(|draft| draft.filter.said_so_far());
        let mended = json::parse(&form.to_json()).and_then(|filter| fix::apply(&filter, fix));
        if let Ok(filter) = mended {
            self.change(move |form| *form = FilterForm::from_filter(&filter));
        }
    }

    fn take_part(self, name: &str, value: &str, is_ticked: bool) {
        self.remember(name);
        self.draft.update(|draft| {
            draft.filter.set(name, value, is_ticked);
            draft.filter.mend();
        });
        let part = name.rsplit_once("][").map_or("", |(_, part)| part.trim_end_matches(']'));
        if !name.starts_with("filter[output]") && matches!(part, "field" | "op") {
            let row = name.trim_start_matches("filter[rows][").split(']').next().unwrap_or_default();
            self.structure.update(|count| *count += 1);
            self.focus_on(format!("row-{row}-{part}"));
        }
    }

    /// Makes the typed texts of a line into values of their own.
    pub fn take_typed(self, at: usize) {
        self.remember("");
        self.draft.update(|draft| {
            if let Some(row) = draft.filter.rows.get_mut(at) {
                row.take_typed();
            }
        });
    }

    /// Adds a value to a line and empties its box.
    pub fn add_value(self, at: usize, value: String) {
        self.remember("");
        self.draft.update(|draft| {
            let Some(row) = draft.filter.rows.get_mut(at) else { return };
            row.value.clear();
            if !row.values.contains(&value) {
                row.values.push(value);
            }
        });
    }

    /// Takes the value at an index away from a line, without drawing the lines anew.
    pub fn drop_value(self, at: usize, value: usize) {
        self.remember("");
        self.draft.update(|draft| draft.filter.apply(FormAction::Drop(at, value)));
    }
}
