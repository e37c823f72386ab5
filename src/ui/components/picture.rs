//! The picture of the landing page: one stream that splits.

use leptos::prelude::*;

/// A base playlist splitting into three children.
#[component]
pub fn SplitPicture() -> impl IntoView {
    view! {
        <svg class="split" viewBox="0 0 640 280" role="img" aria-labelledby="split-title">
            <title id="split-title">
                "One base playlist flows by rules into three child playlists: Nineties rock, Under three minutes, Fresh this month."
            </title>
            <g class="split-streams" fill="none">
                <path class="split-a" d="M180 124 C 300 124 300 48 420 48" />
                <path class="split-b" d="M180 140 C 300 140 300 140 420 140" />
                <path class="split-c" d="M180 156 C 300 156 300 232 420 232" />
            </g>
            <rect class="split-box" x="8" y="88" width="172" height="104" rx="12" />
            <text class="split-name" x="28" y="132">"My songs"</text>
            <text class="split-count" x="28" y="160">"612 songs"</text>
            <rect class="split-box" x="420" y="8" width="212" height="80" rx="12" />
            <text class="split-name" x="440" y="42">"Nineties rock"</text>
            <text class="split-count" x="440" y="68">"rock, 1990 to 1999"</text>
            <rect class="split-box" x="420" y="100" width="212" height="80" rx="12" />
            <text class="split-name" x="440" y="134">"Quick ones"</text>
            <text class="split-count" x="440" y="160">"under 3:00"</text>
            <rect class="split-box" x="420" y="192" width="212" height="80" rx="12" />
            <text class="split-name" x="440" y="226">"Fresh"</text>
            <text class="split-count" x="440" y="252">"added in 30 days"</text>
        </svg>
    }
}
