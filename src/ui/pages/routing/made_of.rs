//! Genres and decades of the base: each bar leads to the editor with its rule filled in.

use super::drafts;
use crate::domain::sync::facets::{Bar, Facet};
use crate::domain::sync::routing_answer::RoutingAnswer;
use crate::ui::charts::bars::{BarView, Bars};
use leptos::prelude::*;

/// Both pictures, or why one is absent.
#[component]
pub fn MadeOf(answer: RoutingAnswer, base_id: String) -> impl IntoView {
    let why_no_genres = match answer.genres_withheld {
        true => "Spotify does not deliver genres to this app, so they cannot be counted.",
        false => "Genres are counted once a child playlist asks for them: each artist must be looked up by itself.",
    };
    let genres = match answer.genres {
        Some(genres) => {
            let bars = bars(&base_id, "genre", genres);
            view! { <Bars bars head="Genre" caption="Songs of the base by genre" /> }.into_any()
        }
        None => view! { <p class="quiet">{why_no_genres}</p> }.into_any(),
    };
    let decades = bars(&base_id, "release_year", answer.decades);
    view! {
        <section aria-labelledby="made-of">
            <h2 id="made-of">"What this base is made of"</h2>
            <p class="quiet">"Choose a bar to make a child playlist of its songs."</p>
            <div class="made-of">
                <div class="panel">
                    <h3>"Genres"</h3>
                    {genres}
                </div>
                <div class="panel">
                    <h3>"Decades"</h3>
                    <Bars bars=decades head="Decade" caption="Songs of the base by decade" />
                </div>
            </div>
        </section>
    }
}

fn bars(base_id: &str, field: &str, bars: Vec<Bar>) -> Vec<BarView> {
    let ranked: Vec<String> = bars
        .iter()
        .filter_map(|bar| match &bar.facet {
            Facet::Genre(genre) => Some(genre.clone()),
            Facet::OtherGenres | Facet::Decade(_) | Facet::Missing => None,
        })
        .collect();
    let bar = |bar: Bar| BarView {
        label: drafts::facet_words(field, &bar.facet),
        songs: bar.rows,
        unrouted: bar.unrouted,
        is_rest: matches!(bar.facet, Facet::OtherGenres | Facet::Missing),
        href: drafts::of_facet(base_id, field, &bar.facet, &ranked),
    };
    bars.into_iter().map(bar).collect()
}
