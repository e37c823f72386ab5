//! The editor's form: one set of fields for scripts and for none. Without scripts every button sends the
//! whole form; with them the same functions change the draft in place.

use crate::domain::capability::Capabilities;
use crate::domain::filter::fields::FIELDS;
use crate::domain::filter::form::FormAction;
use crate::domain::playlist::SpotifyPlaylist;
use crate::error::FieldError;
use crate::server_fns::child_draft::ChildDraft;
use crate::ui::components::icon::Icon;
use crate::ui::components::lock::{BaseLock, LockLine};
use crate::ui::components::rule_row::{ModeSelect, RuleRow};
use leptos::prelude::*;
use leptos::web_sys::HtmlInputElement;

/// Where the saved form goes.
const SAVE_PATH: &str = "/fn/save_child_playlist";

/// The draft and what is known about it; handed to every part of the form.
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
}

impl Editor {
    /// An editor for a draft.
    pub fn new(draft: ChildDraft, is_checked: bool, capabilities: Capabilities) -> Self {
        Self {
            draft: RwSignal::new(draft),
            structure: RwSignal::new(0),
            is_checked: RwSignal::new(is_checked),
            refusal: RwSignal::new(Vec::new()),
            capabilities: StoredValue::new(capabilities),
        }
    }

    /// Applies a button.
    pub fn apply(self, action: FormAction) {
        self.draft.update(|draft| draft.filter.apply(action));
        self.structure.update(|count| *count += 1);
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
    fn take(self, input: &HtmlInputElement) {
        let (name, value) = (input.name(), input.value());
        let is_ticked = input.type_() != "checkbox" || input.checked();
        self.refusal.update(Vec::clear);
        self.draft.update(|draft| match name.as_str() {
            "name" => draft.name = value,
            "description" => draft.description = value,
            "spotify_playlist_id" => draft.spotify_playlist_id = value,
            _ => {
                draft.filter.set(&name, &value, is_ticked);
                draft.filter.mend();
            }
        });
        if name.ends_with("[field]") || name.ends_with("[op]") {
            self.structure.update(|count| *count += 1);
        }
    }
}

/// The form. `on_save` and `on_preview` run with scripts; without, the form is sent.
#[component]
pub fn FilterBuilder(
    editor: Editor,
    lock: BaseLock,
    /// Playlists that a new child could fill; none for a saved child.
    own_playlists: Vec<SpotifyPlaylist>,
    on_save: Callback<()>,
    on_preview: Callback<()>,
) -> impl IntoView {
    let draft = editor.draft.get_untracked();
    let is_new = draft.child_id.is_empty();
    let (page, back) = (draft.page(), format!("/base-playlists/{}", draft.base_id));
    let save = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        on_save.run(());
    };
    view! {
        <form
            class="editor"
            method="post"
            action=SAVE_PATH
            on:input=move |event| editor.take(&event_target::<HtmlInputElement>(&event))
        >
            // Enter presses the first button of a form.
            <button type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true" on:click=save>
                "Save"
            </button>
            <input type="hidden" name="base_id" value=draft.base_id.clone() />
            <input type="hidden" name="child_id" value=draft.child_id.clone() />
            <Names editor draft=draft.clone() />
            {is_new.then(|| view! { <Target draft=draft.clone() own_playlists /> })}
            <Rules editor page=page.clone() />
            <Sentence editor />
            <Summary editor />
            <LockLine lock />
            <div class="save-bar">
                <SaveButton lock save=Callback::new(move |()| on_save.run(())) />
                <button
                    type="submit"
                    class="button"
                    name="do"
                    value="preview"
                    formmethod="get"
                    formaction=page
                    on:click=move |event| {
                        event.prevent_default();
                        on_preview.run(());
                    }
                >
                    "Preview"
                </button>
                <a class="button button-quiet" href=back>
                    "Back without saving"
                </a>
            </div>
        </form>
    }
}

#[component]
fn SaveButton(lock: BaseLock, save: Callback<()>) -> impl IntoView {
    let toaster = expect_context::<crate::ui::components::toasts::Toaster>();
    view! {
        <button
            type=move || if lock.is_on() { "button" } else { "submit" }
            class="button button-primary"
            aria-disabled=move || lock.is_on().then_some("true")
            on:click=move |event| {
                event.prevent_default();
                if untrack(|| lock.is_on()) { lock.explain(toaster) } else { save.run(()) }
            }
        >
            "Save child playlist"
        </button>
    }
}

#[component]
fn Names(editor: Editor, draft: ChildDraft) -> impl IntoView {
    let is_nameless = move || editor.is_checked.get() && editor.draft.with(|draft| draft.name.trim().is_empty());
    view! {
        <div class="field">
            <label for="name">"Name"</label>
            <input
                id="name"
                type="text"
                name="name"
                value=draft.name
                maxlength="100"
                autocomplete="off"
                aria-invalid=move || is_nameless().then_some("true")
                aria-describedby=move || is_nameless().then_some("name-error")
            />
            {move || {
                is_nameless()
                    .then(|| view! { <p id="name-error" class="problem">"Give the child playlist a name."</p> })
            }}
        </div>
        <div class="field">
            <label for="description">"Description, shown at Spotify (optional)"</label>
            <textarea id="description" name="description" maxlength="300" rows="2">
                {draft.description}
            </textarea>
        </div>
    }
}

#[component]
fn Target(draft: ChildDraft, own_playlists: Vec<SpotifyPlaylist>) -> impl IntoView {
    let chosen = draft.spotify_playlist_id;
    let options = own_playlists.into_iter().filter(|playlist| playlist.selectable).map(|playlist| {
        let id = playlist.id.to_string();
        let is_chosen = id == chosen;
        view! {
            <option value=id selected=is_chosen>
                {playlist.name}
            </option>
        }
    });
    view! {
        <div class="field">
            <label for="spotify_playlist_id">"Playlist to fill"</label>
            <select id="spotify_playlist_id" name="spotify_playlist_id" aria-describedby="target-hint">
                <option value="">"Create a new one at Spotify"</option>
                {options.collect_view()}
            </select>
            <p id="target-hint" class="quiet">
                "If you choose a playlist that holds songs, the first sync that would remove any of them waits for your word."
            </p>
        </div>
    }
}

#[component]
fn Rules(editor: Editor, page: String) -> impl IntoView {
    let (mode, everything) = editor.draft.with_untracked(|draft| (draft.filter.mode.clone(), draft.filter.everything));
    let (rule_page, group_page) = (page.clone(), page.clone());
    view! {
        <fieldset>
            <legend>"Which songs flow in"</legend>
            <p class="rule-line">
                "Songs of the base that match "
                <ModeSelect name="filter[mode]".to_owned() label="How the rules are joined".to_owned() mode />
                " of these rules:"
            </p>
            {move || {
                editor.structure.track();
                let lines = editor.draft.with_untracked(|draft| draft.filter.rows.len());
                let rows = (0..lines).map(|at| view! { <RuleRow editor at page=page.clone() /> }).collect_view();
                view! { <ol class="rules">{rows}</ol> }
            }}
            <div class="actions">
                <AddButton editor action=FormAction::AddRule(None) page=rule_page words="Add rule" icon="plus" />
                <AddButton editor action=FormAction::AddGroup(None) page=group_page words="Add group" icon="group" />
            </div>
            <label class="choice">
                <input type="checkbox" name="filter[everything]" value="true" checked=everything />
                "Every song, without any rule"
            </label>
            <Withheld editor />
        </fieldset>
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
                    "Not available: {}. Spotify withholds these from apps like this one, so a rule on them cannot be judged and its child would be left as it is.",
                    names.join(", "),
                )}
            </p>
        }
    })
}

/// What the rules say, in words, while they are written.
#[component]
fn Sentence(editor: Editor) -> impl IntoView {
    let words = Memo::new(move |_| editor.draft.with(|draft| draft.filter.sentence()));
    view! {
        <p class="sentence-live" role="status">
            {move || words.get().unwrap_or_else(|| "The rules are not complete yet.".to_owned())}
        </p>
    }
}

/// After an attempt: how much is wrong, and what belongs to no line.
#[component]
fn Summary(editor: Editor) -> impl IntoView {
    move || {
        if !editor.is_checked.get() {
            return None;
        }
        let errors = editor.errors();
        let is_nameless = editor.draft.with(|draft| draft.name.trim().is_empty());
        let general: Vec<String> = errors
            .iter()
            .filter(|(pointer, _)| !pointer.starts_with("/rules/"))
            .map(|(_, words)| words.clone())
            .collect();
        (is_nameless || !errors.is_empty()).then(|| {
            view! {
                <div class="notice notice-error" role="alert">
                    <Icon name="alert" />
                    <div>
                        <p>"Something above needs your attention first."</p>
                        {general.into_iter().map(|words| view! { <p>{words}</p> }).collect_view()}
                    </div>
                </div>
            }
        })
    }
}
