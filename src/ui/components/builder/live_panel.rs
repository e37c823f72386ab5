//! The effect of the draft, beside it: how many songs, how long, which first; with every letter typed.

use super::editor::Editor;
use super::live::{DraftEffect, Songs};
use crate::domain::live_preview::LivePreview;
use crate::ui::components::preview::{SongLines, unknown_words};
use crate::ui::components::times::length_words;
use leptos::prelude::*;

/// The panel. `on_ask` asks the server where only it can tell.
#[component]
pub fn LivePanel(editor: Editor, on_ask: Callback<()>) -> impl IntoView {
    let live = editor.live;
    view! {
        <section class="live" aria-labelledby="live">
            <h2 id="live">"What flows in"</h2>
            {move || match live.effect.get() {
                DraftEffect::Waiting => waiting(live.songs.get()).into_any(),
                DraftEffect::Incomplete => {
                    view! { <p class="quiet">"Complete the rules to see which songs they take."</p> }.into_any()
                }
                DraftEffect::AskServer => {
                    view! {
                        <p class="quiet">"Patterns are tested on the server."</p>
                        <button type="button" class="button button-small" on:click=move |_| on_ask.run(())>
                            "Test on the server"
                        </button>
                    }
                        .into_any()
                }
                DraftEffect::Seen(found) => seen(found.preview).into_any(),
            }}
        </section>
    }
}

fn waiting(songs: Songs) -> AnyView {
    match songs {
        Songs::Absent => view! {
            <p class="quiet">"Press “Preview changes” to see which songs these rules take. Nothing is written."</p>
        }
        .into_any(),
        Songs::Reading | Songs::Here(_) => view! { <p class="quiet">"Reading the songs of the base"</p> }.into_any(),
        Songs::Failed(words) => view! {
            <p class="problem">{format!("The songs could not be read, so there is no live preview. {words}")}</p>
        }
        .into_any(),
    }
}

fn seen(preview: LivePreview) -> impl IntoView {
    let (matched, total) = (preview.matched, preview.total);
    view! {
        <p class="preview-count" role="status" data-fingerprint=preview.fingerprint.clone()>
            <strong>{format!("{matched} of {total}")}</strong>
            {format!(" songs, {}", length_words(preview.duration_ms))}
        </p>
        {(preview.unknown > 0).then(|| view! { <p class="problem">{unknown_words(preview.unknown)}</p> })}
        {hint(&preview).map(|words| view! { <p class="quiet">{words}</p> })}
        <SongLines tracks=preview.first_tracks matched />
    }
}

/// Results that are rarely meant.
fn hint(preview: &LivePreview) -> Option<String> {
    match preview.matched {
        0 if preview.unknown == 0 => Some(format!("0 of {}: a sync would leave the playlist empty.", preview.total)),
        matched if matched == preview.total && matched > 0 => {
            Some(format!("All {matched} match: this copy equals the base."))
        }
        _ => None,
    }
}
