//! The form as a whole: names, target, view, rules, options, and the buttons that save and preview.

use super::choice::option;
use super::editor::Editor;
use super::json_view::{JsonView, RefusedJson};
use super::live::DraftEffect;
use super::output::{Exceptions, OutputOptions};
use super::rule_list;
use crate::domain::playlist::SpotifyPlaylist;
use crate::server_fns::child_draft::ChildDraft;
use crate::ui::components::icon::Icon;
use crate::ui::components::lock::{BaseLock, LockLine};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys::HtmlInputElement;

/// Where the saved form goes.
const SAVE_PATH: &str = "/fn/save_child_playlist";

/// The form. `on_save` and `on_preview` run with scripts; without, the form is sent.
#[component]
pub fn FilterBuilder(
    editor: Editor,
    lock: BaseLock,
    /// Playlists that a new child could fill; none for a saved child.
    own_playlists: Vec<SpotifyPlaylist>,
    refused_json: RefusedJson,
    /// Mark of the rules whose effect this page shows without scripts; may be empty.
    seen: String,
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
            on:keydown=move |event| undo_key(editor, &event)
        >
            // Enter presses the first button of a form.
            <button type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true" on:click=save>
                "Save"
            </button>
            <input type="hidden" name="base_id" value=draft.base_id.clone() />
            <input type="hidden" name="child_id" value=draft.child_id.clone() />
            <input type="hidden" name="marks[seen]" value=seen />
            <Name editor name=draft.name.clone() />
            <details class="options" open=!draft.description.is_empty() || !draft.spotify_playlist_id.is_empty()>
                <summary>{if is_new { "Description, playlist to fill" } else { "Description" }}</summary>
                <Description text=draft.description.clone() />
                {is_new.then(|| view! { <Target draft=draft.clone() own_playlists /> })}
            </details>
            <Kind draft=draft.clone() />
            <Views draft=draft.clone() />
            <JsonView editor refused=refused_json />
            {rule_list::show(editor, page.clone())}
            <OutputOptions editor />
            <Exceptions editor />
            <Sentence editor />
            <Summary editor />
            <LockLine lock />
            <div class="save-bar">
                <LiveCount editor />
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
                    "Preview changes"
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
fn Name(editor: Editor, name: String) -> impl IntoView {
    let is_nameless = move || editor.is_nameless();
    let suggestion = Memo::new(move |_| editor.draft.with(|draft| draft.filter.name_suggestion().unwrap_or_default()));
    view! {
        <div class="field">
            <label for="name">"Name"</label>
            <input
                id="name"
                type="text"
                name="name"
                value=name
                maxlength="100"
                autocomplete="off"
                placeholder=suggestion
                aria-invalid=move || is_nameless().then_some("true")
                aria-describedby="name-hint"
            />
            <p id="name-hint" class=move || if is_nameless() { "problem" } else { "quiet" }>
                {move || {
                    if is_nameless() { "Give the child playlist a name." } else { "Left empty, the rules give the name." }
                }}
            </p>
        </div>
    }
}

#[component]
fn Description(text: String) -> impl IntoView {
    view! {
        <div class="field">
            <label for="description">"Description, shown at Spotify (optional)"</label>
            <textarea id="description" name="description" maxlength="300" rows="2">
                {text}
            </textarea>
        </div>
    }
}

/// The effect in short beside the save button: on narrow screens the panel is far away.
#[component]
fn LiveCount(editor: Editor) -> impl IntoView {
    let words = Memo::new(move |_| match editor.live.effect.get() {
        DraftEffect::Seen(found) => format!("{} of {} songs", found.preview.matched, found.preview.total),
        DraftEffect::Waiting | DraftEffect::Incomplete | DraftEffect::AskServer => String::new(),
    });
    view! { <p class="live-count" aria-hidden="true">{words}</p> }
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

/// Control or Command with Z, outside of boxes that know it themselves.
fn undo_key(editor: Editor, event: &KeyboardEvent) {
    let is_undo = (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("z");
    let target = event_target::<HtmlInputElement>(event);
    let is_in_box = matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA") && target.type_() != "checkbox";
    if is_undo && !is_in_box {
        event.prevent_default();
        if event.shift_key() { editor.redo() } else { editor.undo() }
    }
}

/// What the child takes: songs of its own, or what no other child took.
#[component]
fn Kind(draft: ChildDraft) -> impl IntoView {
    const KINDS: [(&str, &str); 2] =
        [("filter", "Songs that its rules take"), ("leftovers", "Songs that no other child took")];
    let chosen = if draft.kind.is_empty() { "filter" } else { &draft.kind };
    view! {
        <div class="field">
            <label for="kind">"What flows in"</label>
            <select id="kind" name="marks[kind]">
                {KINDS.map(|(word, words)| option(word, words, word == chosen)).collect_view()}
            </select>
        </div>
    }
}

/// Three views of one draft. The style sheet shows and hides: nothing is lost by looking at it another way.
#[component]
fn Views(draft: ChildDraft) -> impl IntoView {
    const VIEWS: [(&str, &str); 3] = [("simple", "Simple"), ("advanced", "Advanced"), ("json", "JSON")];
    let chosen = if draft.view.is_empty() { "simple".to_owned() } else { draft.view };
    let views = VIEWS.into_iter().map(|(view, words)| {
        let is_chosen = chosen == view;
        view! {
            <label class="view-choice">
                <input id=format!("view-{view}") type="radio" name="view" value=view checked=is_chosen />
                {words}
            </label>
        }
    });
    view! {
        <fieldset class="views">
            <legend class="visually-hidden">"View"</legend>
            {views.collect_view()}
        </fieldset>
    }
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
        let is_nameless = editor.is_nameless();
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
