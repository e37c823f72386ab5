//! The editor of a child playlist, new or saved.

use crate::domain::capability::Capabilities;
use crate::domain::filter::form::{FilterForm, FormAction};
use crate::domain::playlist::{BasePlaylist, SpotifyPlaylist};
use crate::domain::sync::event::SyncState;
use crate::server_fns::base_playlists::get_base_playlist;
use crate::server_fns::child_draft::ChildDraft;
use crate::server_fns::child_playlists::{SaveChildPlaylist, get_child_playlist};
use crate::server_fns::me::Session;
use crate::server_fns::previews::preview_child_playlist;
use crate::server_fns::spotify_playlists::list_spotify_playlists;
use crate::ui::components::cover::OpenInSpotify;
use crate::ui::components::filter_builder::{Editor, FilterBuilder};
use crate::ui::components::loading::{Loaded, Refresh, loaded, loaded_part};
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
}

fn path_id() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()))
}

/// Runs the editor with what Spotify lets this app see.
fn with_capabilities(show: impl Fn(Capabilities) -> AnyView + Clone + Send + Sync + 'static) -> impl IntoView {
    let session = expect_context::<Loaded<Session>>();
    loaded(session, move |session| show(session.me.map_or(Capabilities::ALL, |me| me.capabilities)))
}

/// `/base-playlists/{id}/child-playlists/new`
#[component]
pub fn NewChildPage() -> impl IntoView {
    let id = path_id();
    let base = Resource::new(
        move || id.get(),
        |id| async move {
            let card = get_base_playlist(id).await?;
            // The choice of an existing playlist is a convenience: without it a new one is made.
            let own = list_spotify_playlists(0).await.map(|page| page.items).unwrap_or_default();
            Ok((card, own))
        },
    );
    with_capabilities(move |capabilities| {
        loaded(base, move |(card, own_playlists)| {
            let draft =
                ChildDraft { base_id: card.base.id.to_string(), filter: FilterForm::first(), ..ChildDraft::default() };
            let opening = Opening { base: card.base, sync: card.sync, draft, spotify_url: None, own_playlists };
            view! { <EditorView opening capabilities /> }.into_any()
        })
        .into_any()
    })
}

/// `/child-playlists/{id}`
#[component]
pub fn EditChildPage() -> impl IntoView {
    let id = path_id();
    let child = Resource::new(move || id.get(), get_child_playlist);
    with_capabilities(move |capabilities| {
        loaded(child, move |card| {
            let draft = ChildDraft {
                base_id: card.parent.base.id.to_string(),
                child_id: card.child.id.to_string(),
                name: card.child.name,
                description: card.child.description,
                spotify_playlist_id: String::new(),
                filter: FilterForm::from_filter(&card.child.filter),
            };
            let opening = Opening {
                base: card.parent.base,
                sync: card.parent.sync,
                draft,
                spotify_url: card.child.spotify_url,
                own_playlists: Vec::new(),
            };
            view! { <EditorView opening capabilities /> }.into_any()
        })
        .into_any()
    })
}

/// The draft in the address, if it belongs to this page, with its button pressed; else the saved state.
/// Second: whether errors are shown; third: whether a preview is asked for.
fn opened(saved: ChildDraft, query: &str) -> (ChildDraft, bool, bool) {
    let Some((mut draft, button)) = ChildDraft::from_query(query) else { return (saved, false, false) };
    if draft.base_id != saved.base_id || draft.child_id != saved.child_id {
        return (saved, false, false);
    }
    if button == "check" {
        return (draft, true, false);
    }
    draft.filter.mend();
    if let Some(action) = FormAction::parse(&button) {
        draft.filter.apply(action);
    }
    let is_preview = button == "preview";
    let is_sound = draft.filter.errors().is_empty();
    (draft, is_preview && !is_sound, is_preview && is_sound)
}

#[component]
fn EditorView(opening: Opening, capabilities: Capabilities) -> impl IntoView {
    let Opening { base, sync, draft, spotify_url, own_playlists } = opening;
    let is_new = draft.child_id.is_empty();
    let title = if is_new { "New child playlist".to_owned() } else { draft.name.clone() };
    let (draft, is_checked, is_preview) = opened(draft, &use_location().search.get_untracked());
    let editor = Editor::new(draft.clone(), is_checked, capabilities);
    let lock = BaseLock(RwSignal::new(sync));
    watch(base.id.to_string(), base.name.clone(), lock, false);
    let asked = RwSignal::new(is_preview.then_some(draft));
    let on_preview = Callback::new(move |()| {
        let is_sound = editor.draft.with_untracked(|draft| draft.filter.errors().is_empty());
        editor.is_checked.set(!is_sound);
        if is_sound {
            asked.set(Some(editor.draft.get_untracked()));
        }
    });
    let on_save = saving(editor);
    let name = title.clone();
    view! {
        <Title text=title.clone() />
        <p class="crumbs">
            <a href="/">"Base playlists"</a>
            " / "
            <a href=format!("/base-playlists/{}", base.id)>{base.name.clone()}</a>
        </p>
        <h1>{title}</h1>
        {spotify_url.map(|url| view! { <p><OpenInSpotify url name /></p> })}
        <FilterBuilder editor lock own_playlists on_save on_preview />
        <PreviewOf asked />
    }
}

/// What the save button does with scripts: errors are shown without a request, then the draft is sent.
fn saving(editor: Editor) -> Callback<()> {
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
        if draft.name.trim().is_empty() || !draft.filter.errors().is_empty() {
            editor.is_checked.set(true);
            return;
        }
        if save.pending().get_untracked() {
            return;
        }
        let ChildDraft { base_id, child_id, name, description, spotify_playlist_id, filter } = draft;
        save.dispatch(SaveChildPlaylist { base_id, child_id, name, description, spotify_playlist_id, filter });
    })
}

#[component]
fn PreviewOf(asked: RwSignal<Option<ChildDraft>>) -> impl IntoView {
    let preview = Resource::new(
        move || asked.get(),
        |asked| async move {
            match asked {
                Some(draft) => preview_child_playlist(draft.base_id, draft.child_id, draft.filter).await.map(Some),
                None => Ok(None),
            }
        },
    );
    view! {
        <section aria-labelledby="preview">
            <h2 id="preview">"Preview"</h2>
            {loaded_part(
                preview,
                |preview| match preview {
                    Some(preview) => view! { <DraftPreview preview /> }.into_any(),
                    None => view! {
                        <p class="quiet">
                            "Shows how many songs match, the first of them, and what a sync would change. Nothing is written."
                        </p>
                    }
                    .into_any(),
                },
            )}
        </section>
    }
}
