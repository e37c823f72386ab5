//! The editor of a child playlist, new or saved.

use crate::domain::capability::Capabilities;
use crate::domain::filter::form::query::pairs_of;
use crate::domain::filter::form::{FilterForm, FormAction};
use crate::domain::filter::suggest::KnownValues;
use crate::domain::playlist::{BasePlaylist, ChildKind, SpotifyPlaylist};
use crate::domain::sync::event::{Preview, SyncState};
use crate::server_fns::child_draft::ChildDraft;
use crate::server_fns::child_playlists::{Marks, NewChildStart, SaveChildPlaylist, get_child_playlist, get_new_child};
use crate::server_fns::me::Session;
use crate::server_fns::previews::preview_child_playlist;
use crate::server_fns::wire::Wire;
use crate::ui::components::builder::datalist::Known;
use crate::ui::components::builder::editor::Editor;
use crate::ui::components::builder::form::FilterBuilder;
use crate::ui::components::builder::json_view::RefusedJson;
use crate::ui::components::builder::live::DraftEffect;
use crate::ui::components::builder::live_panel::LivePanel;
use crate::ui::components::cover::OpenInSpotify;
use crate::ui::components::loading::{Loaded, Refresh, load_once, loaded, loaded_part};
use crate::ui::components::lock::BaseLock;
use crate::ui::components::preview::DraftPreview;
use crate::ui::components::sync_panel::watch;
use crate::ui::components::toasts::Toaster;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};

/// What the editor begins with.
#[derive(Clone)]
struct Opening {
    base: BasePlaylist,
    sync: SyncState,
    draft: ChildDraft,
    /// The saved child's playlist.
    spotify_url: Option<String>,
    own_playlists: Vec<SpotifyPlaylist>,
    known: Vec<KnownValues>,
}

fn path_id() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()))
}

/// What the editor shows a preview of, and the preview.
#[derive(Clone, Copy)]
struct Previewing {
    asked: RwSignal<Option<ChildDraft>>,
    preview: Loaded<Option<Preview>>,
}

impl Previewing {
    /// Made by the page itself: what waits inside of waiting is made anew on each try.
    fn new() -> Self {
        let asked = RwSignal::new(opened(None).filter(|opened| opened.is_previewed).map(|opened| opened.draft));
        // The draft's address is its key: two drafts that ask the same are one.
        let preview = load_once(
            move || asked.with(|asked| asked.as_ref().map_or_else(String::new, |draft| draft.path("preview"))),
            move |_| async move {
                match asked.get_untracked() {
                    Some(draft) => {
                        preview_child_playlist(draft.base_id, draft.child_id, draft.filter, draft.kind).await
                    }
                    None => Ok(Wire::from_json("null".to_owned())),
                }
            },
        );
        Self { asked, preview }
    }
}

/// Runs the editor with what Spotify lets this app see.
fn with_capabilities(show: impl Fn(Capabilities) -> AnyView + Send + Sync + 'static) -> AnyView {
    let session = expect_context::<Loaded<Session>>();
    loaded(session, move |session| show(session.me.map_or(Capabilities::ALL, |me| me.capabilities)))
}

/// `/base-playlists/{id}/child-playlists/new`
#[component]
pub fn NewChildPage() -> impl IntoView {
    let id = path_id();
    let start = load_once(move || id.get(), get_new_child);
    let previewing = Previewing::new();
    with_capabilities(move |capabilities| {
        loaded(start, move |NewChildStart { parent, own_playlists, known }| {
            let base_id = parent.base.id.to_string();
            let draft = ChildDraft { base_id, filter: FilterForm::first(), ..ChildDraft::default() };
            let opening =
                Opening { base: parent.base, sync: parent.sync, draft, spotify_url: None, own_playlists, known };
            view! { <EditorView opening capabilities previewing /> }.into_any()
        })
        .into_any()
    })
}

/// `/child-playlists/{id}`
#[component]
pub fn EditChildPage() -> impl IntoView {
    let id = path_id();
    let child = load_once(move || id.get(), get_child_playlist);
    let previewing = Previewing::new();
    with_capabilities(move |capabilities| {
        loaded(child, move |card| {
            let draft = ChildDraft {
                base_id: card.parent.base.id.to_string(),
                child_id: card.child.id.to_string(),
                name: card.child.name,
                description: card.child.description,
                kind: kind_word(card.child.kind).to_owned(),
                filter: FilterForm::from_filter(&card.child.filter),
                ..ChildDraft::default()
            };
            let opening = Opening {
                base: card.parent.base,
                sync: card.parent.sync,
                draft,
                spotify_url: card.child.spotify_url,
                own_playlists: Vec::new(),
                known: card.known,
            };
            view! { <EditorView opening capabilities previewing /> }.into_any()
        })
        .into_any()
    })
}

/// How the editor opens.
struct Opened {
    draft: ChildDraft,
    /// Whether errors are shown.
    is_checked: bool,
    /// Whether a preview is asked for.
    is_previewed: bool,
    refused_json: RefusedJson,
}

impl Opened {
    fn as_it_is(draft: ChildDraft) -> Self {
        Self { draft, is_checked: false, is_previewed: false, refused_json: RefusedJson::default() }
    }
}

/// The draft in the address, if it belongs to this page, with its button pressed; else the saved state.
fn opened(saved: Option<ChildDraft>) -> Option<Opened> {
    let location = use_location();
    let carried = location.search.with_untracked(|query| ChildDraft::from_query(query));
    let is_ours = |draft: &ChildDraft| location.pathname.with_untracked(|path| *path == draft.page());
    let Some((mut draft, button)) = carried.filter(|(draft, _)| is_ours(draft)) else {
        return saved.map(Opened::as_it_is);
    };
    if button == "check" {
        return Some(Opened { is_checked: true, ..Opened::as_it_is(draft) });
    }
    if button == "json" {
        return Some(with_json(draft, location.search.with_untracked(|query| json_in(query))));
    }
    draft.filter.mend();
    draft.filter.take_typed();
    if let Some(action) = FormAction::parse(&button) {
        draft.filter.apply(action);
    }
    let (is_asked, is_sound) = (button == "preview", draft.filter.errors().is_empty());
    let (is_checked, is_previewed) = (is_asked && !is_sound, is_asked && is_sound);
    Some(Opened { is_checked, is_previewed, ..Opened::as_it_is(draft) })
}

fn json_in(query: &str) -> String {
    pairs_of(query).into_iter().find(|(name, _)| name == "json").map(|(_, text)| text).unwrap_or_default()
}

/// The draft with its filter taken from JSON, or the JSON with its faults.
fn with_json(mut draft: ChildDraft, text: String) -> Opened {
    match FilterForm::from_json_text(&text) {
        Ok(form) => {
            draft.filter = form;
            Opened { is_previewed: true, ..Opened::as_it_is(draft) }
        }
        Err(faults) => Opened { refused_json: RefusedJson { text, faults }, ..Opened::as_it_is(draft) },
    }
}

/// The word of a kind in the form.
const fn kind_word(kind: ChildKind) -> &'static str {
    match kind {
        ChildKind::Filter => "filter",
        ChildKind::Leftovers => "leftovers",
    }
}

#[component]
fn EditorView(opening: Opening, capabilities: Capabilities, previewing: Previewing) -> impl IntoView {
    let Opening { base, sync, draft, spotify_url, own_playlists, known } = opening;
    provide_context(Known(known));
    let is_new = draft.child_id.is_empty();
    let hands = (!is_new).then(|| format!("/child-playlists/{}/hands", draft.child_id));
    let title = if is_new { "New child playlist".to_owned() } else { draft.name.clone() };
    let Opened { draft, is_checked, is_previewed, refused_json } =
        opened(Some(draft.clone())).unwrap_or_else(|| Opened::as_it_is(draft));
    let seen = if is_previewed { draft.mark() } else { String::new() };
    let editor = Editor::new(draft, is_checked, capabilities, base.routing);
    let Previewing { asked, preview } = previewing;
    let lock = BaseLock(RwSignal::new(sync));
    watch(base.id.to_string(), base.name.clone(), lock, false);
    let on_preview = Callback::new(move |()| {
        let is_sound = editor.draft.with_untracked(|draft| draft.filter.errors().is_empty());
        editor.is_checked.set(!is_sound);
        if is_sound {
            asked.set(Some(editor.draft.get_untracked()));
        }
    });
    let on_ask = Callback::new(move |()| {
        let mut draft = editor.draft.get_untracked();
        draft.filter = draft.filter.said_so_far();
        asked.set(Some(draft));
    });
    let on_save = saving(editor, asked, on_preview);
    let name = title.clone();
    // The live half lists the same songs.
    let songs_are_shown = Signal::derive(move || matches!(editor.live.effect.get(), DraftEffect::Seen(_)));
    view! {
        <Title text=title.clone() />
        <p class="crumbs">
            <a href="/">"Base playlists"</a>
            " / "
            <a href=format!("/base-playlists/{}", base.id)>{base.name.clone()}</a>
        </p>
        <h1>{title}</h1>
        {spotify_url.map(|url| view! { <p><OpenInSpotify url name /></p> })}
        {hands.map(|href| view! {
            <p>
                <a class="lone-link" href=href>
                    "Changed by hand in Spotify"
                </a>
            </p>
        })}
        <div class="editor-layout">
            <FilterBuilder editor lock own_playlists refused_json seen on_save on_preview />
            <div class="editor-side">
                <LivePanel editor on_ask />
                <PreviewOf preview songs_are_shown />
            </div>
        </div>
    }
}

/// What the save button does with scripts: errors are shown without a request, then the draft is sent.
/// Rules that only the server can test are tested first: nothing is saved whose effect was not seen.
fn saving(editor: Editor, asked: RwSignal<Option<ChildDraft>>, on_preview: Callback<()>) -> Callback<()> {
    let save = ServerAction::<SaveChildPlaylist>::new();
    let (refresh, toaster) = (expect_context::<Refresh>(), expect_context::<Toaster>());
    Effect::new(move |_| match save.value().get() {
        None => {}
        Some(Ok(())) => refresh.bump(),
        Some(Err(error)) => {
            if error.errors.is_empty() {
                toaster.error(&error);
            }
            editor.is_checked.set(true);
            editor.refusal.set(error.errors);
        }
    });
    Callback::new(move |()| {
        let draft = editor.draft.get_untracked();
        if draft.full_name().is_none() || !draft.filter.errors().is_empty() {
            editor.is_checked.set(true);
            return;
        }
        if save.pending().get_untracked() {
            return;
        }
        let seen = draft.mark();
        let is_asked = asked.with_untracked(|asked| asked.as_ref().is_some_and(|asked| asked.mark() == seen));
        if !is_asked && !matches!(editor.live.effect.get_untracked(), DraftEffect::Seen(_)) {
            on_preview.run(());
            toaster.reason("Here is what these rules take. Press Save again to keep them.".to_owned(), None);
            return;
        }
        let marks = Marks { kind: draft.kind.clone(), seen };
        let ChildDraft { base_id, child_id, name, description, spotify_playlist_id, filter, .. } = draft;
        save.dispatch(SaveChildPlaylist { base_id, child_id, name, description, spotify_playlist_id, filter, marks });
    })
}

#[component]
fn PreviewOf(preview: Loaded<Option<Preview>>, songs_are_shown: Signal<bool>) -> impl IntoView {
    view! {
        <section aria-labelledby="preview">
            <h2 id="preview">"What a sync would change"</h2>
            {loaded_part(
                preview,
                move |preview| match preview {
                    Some(preview) => view! { <DraftPreview preview songs_are_shown /> }.into_any(),
                    None => view! {
                        <p class="quiet">
                            "“Preview changes” compares with what the playlist holds now. Nothing is written."
                        </p>
                    }
                    .into_any(),
                },
            )}
        </section>
    }
}
