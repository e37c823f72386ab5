//! What a sync would do, in numbers and first songs.

use crate::domain::sync::event::{ChildPreview, Preview, PreviewTrack};
use crate::ui::components::sync_words::{added_class, counted, removed_class, songs};
use crate::ui::components::times::{about_words, clock_words, length_words};
use leptos::prelude::*;

/// Songs that a withheld field keeps from being judged.
pub fn unknown_words(unknown: u32) -> String {
    format!("Left as it is: {} cannot be judged, Spotify withholds a field.", songs(unknown))
}

fn cost_words(preview: &Preview) -> String {
    format!("A sync would send {} and take {}.", counted(preview.requests, "request"), about_words(preview.seconds))
}

/// One child: the draft in the editor. Its first songs stand here unless they are shown elsewhere.
#[component]
pub fn DraftPreview(preview: Preview, songs_are_shown: Signal<bool>) -> impl IntoView {
    let (total, cost) = (preview.total, cost_words(&preview));
    let Some(child) = preview.children.into_iter().next() else {
        return view! { <p>"There is nothing to show yet."</p> }.into_any();
    };
    view! {
        <p class="preview-count" role="status">
            <strong>{format!("{} of {total}", child.matched)}</strong>
            {format!(" songs match, {} in all.", length_words(child.duration_ms))}
        </p>
        <p>
            <span class=added_class(child.added)>{format!("+{} added", child.added)}</span>
            ", "
            <span class=removed_class(child.removed)>{format!("−{} removed", child.removed)}</span>
            {format!(", {} kept.", child.kept)}
        </p>
        {(child.unknown > 0).then(|| view! { <p class="problem">{unknown_words(child.unknown)}</p> })}
        {hint(&child, total).map(|words| view! { <p class="quiet">{words}</p> })}
        {move || {
            let tracks = child.first_tracks.clone();
            (!songs_are_shown.get()).then(|| view! { <SongLines tracks matched=child.matched /> })
        }}
        <p class="quiet">{cost}</p>
    }
    .into_any()
}

/// Results that are rarely meant.
fn hint(child: &ChildPreview, total: u32) -> Option<&'static str> {
    match child.matched {
        0 if child.unknown == 0 => Some("No song matches: a sync would leave the playlist empty."),
        matched if matched == total && total > 0 => Some("Every song matches: the child equals the base."),
        _ => None,
    }
}

/// The first songs, and how many more there are.
#[component]
pub fn SongLines(tracks: Vec<PreviewTrack>, matched: u32) -> impl IntoView {
    let shown = u32::try_from(tracks.len()).unwrap_or(u32::MAX);
    let lines = tracks.into_iter().map(|track| {
        view! {
            <li>
                <span class="song-title">{track.title}</span>
                <span class="song-length">{clock_words(track.duration_ms.into())}</span>
                <span class="song-artist quiet">{track.artists.join(", ")} " · " {track.album}</span>
            </li>
        }
    });
    view! {
        <ol class="songs">{lines.collect_view()}</ol>
        {(matched > shown && shown > 0).then(|| view! { <p class="quiet">{format!("and {} more", matched - shown)}</p> })}
    }
}
