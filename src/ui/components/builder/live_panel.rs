//! The effect of the draft, beside it: how many songs, how long, which first; with every letter typed.

use super::editor::Editor;
use super::live::{DraftEffect, Seen, Songs};
use super::rule_row::lint_lines;
use crate::domain::live_preview::LivePreview;
use crate::ui::components::preview::{SongLines, unknown_words};
use crate::ui::components::times::{length_words, now, relative_words};
use leptos::prelude::*;
use std::time::Duration;

/// Typing has paused when it rests this long.
const PAUSE: Duration = Duration::from_millis(400);

/// The panel. `on_ask` asks the server where only it can tell.
#[component]
pub fn LivePanel(editor: Editor, on_ask: Callback<()>) -> impl IntoView {
    let live = editor.live;
    ask_on_pause(editor, on_ask);
    view! {
        <section class="live" aria-labelledby="live">
            <h2 id="live">"What flows in"</h2>
            {move || match live.effect.get() {
                DraftEffect::Waiting => waiting(live.songs.get()).into_any(),
                DraftEffect::Incomplete => {
                    view! { <p class="quiet">"Complete the rules to see which songs they take."</p> }.into_any()
                }
                DraftEffect::AskServer => {
                    view! { <p class="quiet">"Only the server can tell: its answer stands below."</p> }.into_any()
                }
                DraftEffect::Seen(found) => seen(editor, found).into_any(),
            }}
            {move || live.read_at_ms().map(|read_at_ms| view! { <Age editor read_at_ms /> })}
        </section>
    }
}

/// How old the songs are, and a way to fresh ones.
#[component]
fn Age(editor: Editor, read_at_ms: i64) -> impl IntoView {
    view! {
        <p class="quiet live-age">
            "Songs as of " {relative_words(read_at_ms / 1_000, now())} ". "
            <button type="button" class="button button-small" on:click=move |_| editor.live.refresh()>
                "Refresh"
            </button>
        </p>
    }
}

/// Asks the server once nothing was typed for a moment.
fn ask_on_pause(editor: Editor, on_ask: Callback<()>) {
    let edits = StoredValue::new(0_u32);
    Effect::new(move |_| {
        editor.draft.track();
        if editor.live.effect.get() != DraftEffect::AskServer {
            return;
        }
        edits.update_value(|count| *count += 1);
        let edit = edits.get_value();
        set_timeout(
            move || {
                // Gone, or typed on.
                if edits.try_get_value() == Some(edit) {
                    on_ask.run(());
                }
            },
            PAUSE,
        );
    });
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

fn seen(editor: Editor, found: Seen) -> impl IntoView {
    let lints = found.lints_at("");
    let preview = found.preview;
    let (matched, total) = (preview.matched, preview.total);
    view! {
        <p class="preview-count" role="status" data-fingerprint=preview.fingerprint.clone()>
            <strong>{format!("{matched} of {total}")}</strong>
            {format!(" songs, {}", length_words(preview.duration_ms))}
        </p>
        {(preview.unknown > 0).then(|| view! { <p class="problem">{unknown_words(preview.unknown)}</p> })}
        {(preview.elsewhere > 0).then(|| view! { <p class="quiet">{elsewhere_words(preview.elsewhere)}</p> })}
        {lint_lines(editor, lints)}
        {hint(&preview).map(|words| view! { <p class="quiet">{words}</p> })}
        <SongLines tracks=preview.first_tracks matched />
    }
}

fn elsewhere_words(count: u32) -> String {
    match count {
        1 => "1 more song fits these rules, but another child playlist takes it first.".to_owned(),
        count => format!("{count} more songs fit these rules, but other child playlists take them first."),
    }
}

/// Results that are rarely meant.
fn hint(preview: &LivePreview) -> Option<String> {
    match preview.matched {
        0 if preview.elsewhere > 0 => None,
        0 if preview.unknown == 0 => Some(format!("0 of {}: a sync would leave the playlist empty.", preview.total)),
        matched if matched == preview.total && matched > 0 => {
            Some(format!("All {matched} match: this copy equals the base."))
        }
        _ => None,
    }
}
