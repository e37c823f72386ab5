//! How a base shares its songs out: every child by itself or the first match, and the order of the children.

use crate::domain::playlist::{BasePlaylist, ChildKind, Routing};
use crate::server_fns::base_playlists::{ChildLine, SetRouting};
use crate::server_fns::child_playlists::MoveChildPlaylist;
use crate::ui::components::loading::follow;
use crate::ui::components::lock::{BaseLock, LockableButton};
use leptos::prelude::*;

/// Chooses between the two ways of routing.
#[component]
pub fn RoutingForm(base: BasePlaylist, lock: BaseLock) -> impl IntoView {
    let action = ServerAction::<SetRouting>::new();
    follow(action);
    let chosen = base.routing;
    let choice = move |routing: Routing, word: &'static str, label: &'static str| {
        view! {
            <label class="choice">
                <input type="radio" name="routing" value=word checked=chosen == routing />
                {label}
            </label>
        }
    };
    view! {
        <ActionForm action>
            <fieldset class="routing">
                <legend>"Routing"</legend>
                <input type="hidden" name="id" value=base.id.to_string() />
                {choice(Routing::Overlap, "overlap", "Every child by itself: a song may go to several")}
                {choice(Routing::FirstMatch, "first_match", "First match wins: a song goes to the first child that takes it")}
                <LockableButton lock>"Save routing"</LockableButton>
            </fieldset>
        </ActionForm>
    }
}

/// Moves a child up or down in the order, which is its priority.
#[component]
pub fn MoveButtons(child: ChildLine, at: usize, len: usize, lock: BaseLock) -> impl IntoView {
    let up = at.checked_sub(1).map(|to| view! { <MoveForm child=child.clone() to words="Move up" lock /> });
    let down = (at + 1 < len).then(|| view! { <MoveForm child=child.clone() to=at + 1 words="Move down" lock /> });
    view! {
        {up}
        {down}
    }
}

#[component]
fn MoveForm(child: ChildLine, to: usize, words: &'static str, lock: BaseLock) -> impl IntoView {
    let action = ServerAction::<MoveChildPlaylist>::new();
    follow(action);
    view! {
        <ActionForm action>
            <input type="hidden" name="id" value=child.id.to_string() />
            <input type="hidden" name="position" value=to.to_string() />
            <LockableButton lock class="button button-quiet">
                {words}
                <span class="visually-hidden">{format!(" {}", child.name)}</span>
            </LockableButton>
        </ActionForm>
    }
}

/// Marks the child that takes what is left.
#[component]
pub fn KindBadge(kind: ChildKind) -> impl IntoView {
    (kind == ChildKind::Leftovers).then(|| view! { <span class="badge">"Leftovers"</span> " " })
}
