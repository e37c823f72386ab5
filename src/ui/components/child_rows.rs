//! The children of a base, as rows.

use crate::domain::sync::event::{SyncEvent, SyncEventChild};
use crate::server_fns::base_playlists::ChildLine;
use crate::server_fns::child_playlists::{DeleteChildPlaylist, SetChildActive};
use crate::ui::components::cover::OpenInSpotify;
use crate::ui::components::loading::follow;
use crate::ui::components::lock::{BaseLock, LockableButton, LockableLink};
use crate::ui::components::sharing::{KindBadge, MoveButtons};
use crate::ui::components::sync_words::{added_class, removed_class, songs};
use leptos::prelude::*;

/// What the last sync did to this child.
fn last_result<'a>(child: &ChildLine, last: Option<&'a SyncEvent>) -> Option<&'a SyncEventChild> {
    last?.children.iter().find(|result| result.child_playlist_id == child.id)
}

fn count_words(child: &ChildLine, result: Option<&SyncEventChild>) -> String {
    match (child.track_total, result) {
        (Some(total), _) => songs(total),
        (None, Some(result)) => songs(result.matched),
        (None, None) => "not synced yet".to_owned(),
    }
}

/// "+12 −3" of the last sync, spelled out for those who hear it; nothing where nothing changed.
#[component]
pub fn Change(added: u32, removed: u32) -> impl IntoView {
    (added + removed > 0).then(|| {
        view! {
            <span class="change">
                <span class=added_class(added)>
                    <span aria-hidden="true">{format!("+{added}")}</span>
                    <span class="visually-hidden">{format!("{added} added, ")}</span>
                </span>
                " "
                <span class=removed_class(removed)>
                    <span aria-hidden="true">{format!("−{removed}")}</span>
                    <span class="visually-hidden">{format!("{removed} removed")}</span>
                </span>
            </span>
        }
    })
}

/// Name, count and change: for cards.
#[component]
pub fn ChildLines(children_of_base: Vec<ChildLine>, last: Option<SyncEvent>) -> impl IntoView {
    let lines = children_of_base.into_iter().map(|child| {
        let result = last_result(&child, last.as_ref());
        let change = result.map(|result| (result.added, result.removed));
        let count = if child.is_active { count_words(&child, result) } else { "paused".to_owned() };
        view! {
            <li>
                <a href=format!("/child-playlists/{}", child.id)>{child.name}</a>
                <span class="child-count">
                    {change.map(|(added, removed)| view! { <Change added removed /> })} " " {count}
                </span>
                <p class="quiet sentence">{child.filter_sentence}</p>
            </li>
        }
    });
    view! { <ul class="child-lines">{lines.collect_view()}</ul> }
}

/// A child with everything that can be done with it; `at` is its place among `len` children.
#[component]
pub fn ChildRow(child: ChildLine, last: Option<SyncEvent>, lock: BaseLock, at: usize, len: usize) -> impl IntoView {
    let result = last_result(&child, last.as_ref()).cloned();
    let count = count_words(&child, result.as_ref());
    let error = result.as_ref().and_then(|result| result.error.clone());
    let edit = format!("/child-playlists/{}", child.id);
    let of_child = format!(" {}", child.name);
    let link = child.spotify_url.clone().map(|url| view! { <OpenInSpotify url name=child.name.clone() /> });
    view! {
        <li class="child-row">
            <div class="child-row-head">
                <h3>{child.name.clone()}</h3>
                <p class="child-count">
                    {result.map(|result| view! { <Change added=result.added removed=result.removed /> })} " " {count}
                </p>
            </div>
            <p class="sentence">
                <KindBadge kind=child.kind />
                {child.filter_sentence.clone()}
            </p>
            {(!child.is_active).then(|| view! { <p class="quiet">"Paused: syncs leave it as it is."</p> })}
            {error.map(|error| view! { <p class="problem">{error}</p> })}
            <div class="actions">
                <LockableLink lock href=edit>
                    "Edit"
                    <span class="visually-hidden">{of_child}</span>
                </LockableLink>
                <PauseForm child=child.clone() lock />
                <MoveButtons child=child.clone() at len lock />
                {link}
                <RemoveForm child lock />
            </div>
        </li>
    }
}

#[component]
fn PauseForm(child: ChildLine, lock: BaseLock) -> impl IntoView {
    let action = ServerAction::<SetChildActive>::new();
    follow(action);
    let words = if child.is_active { "Pause" } else { "Resume" };
    view! {
        <ActionForm action>
            <input type="hidden" name="id" value=child.id.to_string() />
            <input type="hidden" name="is_active" value=(!child.is_active).to_string() />
            <LockableButton lock>
                {words}
                <span class="visually-hidden">{format!(" {}", child.name)}</span>
            </LockableButton>
        </ActionForm>
    }
}

#[component]
fn RemoveForm(child: ChildLine, lock: BaseLock) -> impl IntoView {
    let action = ServerAction::<DeleteChildPlaylist>::new();
    follow(action);
    view! {
        <details class="confirm">
            <summary class="button button-quiet">
                "Remove"
                <span class="visually-hidden">{format!(" {}", child.name)}</span>
            </summary>
            <ActionForm action>
                <input type="hidden" name="id" value=child.id.to_string() />
                <p>"Headwater forgets this child playlist and its rules. Its songs stay as they are."</p>
                <label class="choice">
                    <input type="checkbox" name="unfollow" value="true" />
                    "Also take the playlist out of my Spotify library"
                </label>
                <LockableButton lock class="button button-danger">
                    "Remove "
                    {child.name.clone()}
                </LockableButton>
            </ActionForm>
        </details>
    }
}
