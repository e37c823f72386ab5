//! The last runs of a base as a row of marks: colour and shape say how each ended, a link leads to it.

use crate::domain::insights::RunMark;
use crate::domain::sync::event::SyncWord;
use crate::ui::components::icon::Icon;
use crate::ui::components::sync_words::{badge_of, counted};
use crate::ui::components::times::exact_words;
use leptos::prelude::*;

/// Marks from old to new; nothing where nothing ran.
#[component]
pub fn RunStrip(
    /// The newest first.
    marks: Vec<RunMark>,
) -> impl IntoView {
    if marks.is_empty() {
        return ().into_any();
    }
    let words = strip_words(&marks);
    let items = marks.into_iter().rev().map(|mark| {
        let (class, icon) = badge_of(mark.word);
        let words = format!("{}, {}", mark.word.as_str(), exact_words(&mark.started_at));
        let hint = words.clone();
        view! {
            <li>
                <a class=format!("mark {class}") href=format!("/history/{}", mark.id) title=hint>
                    <Icon name=icon />
                    <span class="visually-hidden">{words}</span>
                </a>
            </li>
        }
    });
    view! {
        <section class="run-strip" aria-labelledby="strip">
            <h2 id="strip">"Last syncs"</h2>
            <p class="quiet">{words}</p>
            <ol>{items.collect_view()}</ol>
        </section>
    }
    .into_any()
}

/// "30 syncs: 28 done, 2 failed".
fn strip_words(marks: &[RunMark]) -> String {
    let ends = [SyncWord::Done, SyncWord::PartlyDone, SyncWord::Failed, SyncWord::Cancelled];
    let count = |word: SyncWord| marks.iter().filter(|mark| mark.word == word).count();
    let parts: Vec<String> = ends
        .into_iter()
        .map(|word| (count(word), word.as_str().to_lowercase()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let all = counted(u32::try_from(marks.len()).unwrap_or(u32::MAX), "sync");
    format!("{all}, the newest last: {}.", parts.join(", "))
}
