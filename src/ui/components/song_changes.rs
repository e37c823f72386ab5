//! Songs that come and go, as a list with a sign and the reason of each.

use crate::domain::sync::event::PreviewTrack;
use leptos::prelude::*;

/// A song with the reason in words; empty where there is none to tell.
#[derive(Debug, Clone, Copy)]
pub struct ChangeLine<'a> {
    pub track: &'a PreviewTrack,
    pub reason: &'a str,
}

/// Which way they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Added,
    Removed,
}

impl Sign {
    const fn mark(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "−",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Removed => "Removed",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Added => "plan-list plan-added",
            Self::Removed => "plan-list plan-removed",
        }
    }
}

/// The first of `total` songs of the child with this name; nothing where there are none.
pub fn song_changes(changes: &[ChangeLine<'_>], total: u32, sign: Sign, name: &str) -> Option<AnyView> {
    let first = changes.first()?;
    let more = total.saturating_sub(u32::try_from(changes.len()).unwrap_or(u32::MAX));
    // One reason for all is said once.
    let is_one = changes.len() > 1 && changes.iter().all(|change| change.reason == first.reason);
    let shared = (is_one && !first.reason.is_empty()).then(|| first.reason.to_owned());
    let lines = changes.iter().map(|change| line(change, sign, is_one)).collect_view();
    let list = view! {
        <div class=sign.class()>
            <h3>
                {sign.words()}
                <span class="visually-hidden">{format!(": {name}")}</span>
            </h3>
            {shared.map(|reason| view! { <p class="plan-reason">{reason}</p> })}
            <ul>{lines}</ul>
            {(more > 0).then(|| view! { <p class="quiet">{format!("and {more} more")}</p> })}
        </div>
    };
    Some(list.into_any())
}

fn line(change: &ChangeLine<'_>, sign: Sign, is_said: bool) -> AnyView {
    let reason = (!is_said && !change.reason.is_empty()).then(|| change.reason.to_owned());
    view! {
        <li>
            <span class="plan-sign" aria-hidden="true">
                {sign.mark()}
            </span>
            <span>
                {song_name(change.track)}
                {reason.map(|reason| view! { <span class="plan-reason">{reason}</span> })}
            </span>
        </li>
    }
    .into_any()
}

/// Title and artists; a link to Spotify where only the id is known.
pub fn song_name(track: &PreviewTrack) -> AnyView {
    let id = track.uri.rsplit(':').next().unwrap_or_default().to_owned();
    let kind = if track.uri.starts_with("spotify:episode:") { "episode" } else { "track" };
    let title = match track.title.is_empty() {
        // Spotify still knows its name.
        true => view! {
            <a href=format!("https://open.spotify.com/{kind}/{id}") rel="external noopener">
                {id.clone()}
            </a>
        }
        .into_any(),
        false => track.title.clone().into_any(),
    };
    view! {
        <span class="song-title">{title}</span>
        " "
        <span class="quiet">{track.artists.join(", ")}</span>
    }
    .into_any()
}
