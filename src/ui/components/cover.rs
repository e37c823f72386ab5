//! Covers and the way to Spotify. Artwork is shown square, uncropped and with nothing laid over it.

use crate::ui::components::icon::Icon;
use leptos::prelude::*;

/// A cover beside its name, which is why it has no words of its own.
#[component]
pub fn Cover(
    /// Absent where the playlist has none.
    url: Option<String>,
    /// Edge in CSS pixels.
    size: u32,
) -> impl IntoView {
    let size = size.to_string();
    match url {
        Some(url) => {
            view! { <img class="cover" src=url width=size.clone() height=size loading="lazy" decoding="async" alt="" /> }
                .into_any()
        }
        None => view! {
            <svg class="cover cover-none" width=size.clone() height=size aria-hidden="true" focusable="false">
                <use_ href="/icons.svg#music" x="25%" y="25%" width="50%" height="50%"></use_>
            </svg>
        }
        .into_any(),
    }
}

/// A link to the playlist at Spotify.
#[component]
pub fn OpenInSpotify(
    url: String,
    /// Name of the playlist, for those who hear the link alone.
    name: String,
) -> impl IntoView {
    view! {
        <a class="spotify-link" href=url rel="external noopener" target="_blank">
            <Icon name="external" />
            "Open in Spotify"
            <span class="visually-hidden">{format!(": {name} (new tab)")}</span>
        </a>
    }
}
