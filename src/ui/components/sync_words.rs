//! Sync states as icon, word and colour; never colour alone.

use crate::domain::sync::event::{ChildOutcome, SyncEvent, SyncPhase, SyncTrigger, SyncWord};
use crate::ui::components::icon::Icon;
use crate::ui::components::times::about_words;
use leptos::prelude::*;

/// Class and icon of a word.
pub fn badge_of(word: SyncWord) -> (&'static str, &'static str) {
    match word {
        SyncWord::Queued => ("badge badge-active", "clock"),
        SyncWord::Syncing => ("badge badge-active", "sync"),
        SyncWord::Done => ("badge badge-good", "check"),
        SyncWord::PartlyDone => ("badge badge-warn", "partly"),
        SyncWord::Failed => ("badge badge-bad", "alert"),
        SyncWord::Cancelled => ("badge", "x"),
    }
}

/// The word of a sync.
#[component]
pub fn WordBadge(word: SyncWord) -> impl IntoView {
    let (class, icon) = badge_of(word);
    view! {
        <span class=class>
            <Icon name=icon />
            {word.as_str()}
        </span>
    }
}

/// The step a sync is in, for people.
pub const fn phase_words(phase: SyncPhase) -> &'static str {
    match phase {
        SyncPhase::Queued => "Waiting to start",
        SyncPhase::Retrieving => "Reading the playlists",
        SyncPhase::Enriching => "Looking up artists",
        SyncPhase::Routing => "Deciding what goes where",
        SyncPhase::Writing => "Writing the child playlists",
        SyncPhase::Done => "Finished",
    }
}

/// What started a sync, for people.
pub const fn trigger_words(trigger: SyncTrigger) -> &'static str {
    match trigger {
        SyncTrigger::Manual => "By hand",
        SyncTrigger::Retry => "Retry",
        SyncTrigger::Resume => "Resumed",
        SyncTrigger::Schedule => "Schedule",
        SyncTrigger::Change => "Change of the base",
        SyncTrigger::Batch => "Several at once",
        SyncTrigger::Restore => "Restore",
        SyncTrigger::Api => "Program",
    }
}

/// What happened to a child: class, icon, words.
pub const fn outcome_words(outcome: Option<ChildOutcome>) -> (&'static str, &'static str, &'static str) {
    match outcome {
        None => ("badge", "clock", "Not reached"),
        Some(ChildOutcome::Unchanged) => ("badge badge-good", "check", "Unchanged"),
        Some(ChildOutcome::Updated) => ("badge badge-good", "check", "Updated"),
        Some(ChildOutcome::Failed) => ("badge badge-bad", "alert", "Failed"),
        Some(ChildOutcome::RolledBack) => ("badge badge-bad", "undo", "Put back"),
        Some(ChildOutcome::Skipped) => ("badge badge-warn", "partly", "Skipped"),
        Some(ChildOutcome::Held) => ("badge badge-warn", "lock", "Waits for you"),
    }
}

/// What a running sync shows on its button: "Queued" or "Syncing 43% – about 2 min".
pub fn running_words(event: &SyncEvent) -> String {
    if event.word() == SyncWord::Queued {
        return "Queued".to_owned();
    }
    match event.estimated_seconds {
        Some(seconds) => format!("Syncing {}% – {}", event.percent, about_words(seconds)),
        None => format!("Syncing {}%", event.percent),
    }
}

/// The colour of added songs; none is no news.
pub const fn added_class(added: u32) -> &'static str {
    if added == 0 { "quiet" } else { "change-added" }
}

/// The colour of removed songs; none is no news.
pub const fn removed_class(removed: u32) -> &'static str {
    if removed == 0 { "quiet" } else { "change-removed" }
}

/// "1 song", "612 songs".
pub fn songs(count: u32) -> String {
    counted(count, "song")
}

/// "1 child", "3 things": a plural by "s".
pub fn counted(count: u32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
