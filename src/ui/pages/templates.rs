//! Starters for a new child playlist, with what each would take.

use crate::server_fns::templates::{TemplateCard, TemplateCards, get_templates};
use crate::ui::components::loading::{load_once, loaded};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// `/base-playlists/{id}/templates`
#[component]
pub fn TemplatesPage() -> impl IntoView {
    let params = use_params_map();
    let cards = load_once(move || params.with(|params| params.get("id").unwrap_or_default()), get_templates);
    loaded(cards, |TemplateCards { base, total, items }| {
        let items = items.into_iter().map(|card| view! { <Card card total /> });
        view! {
            <Title text="Templates" />
            <p class="crumbs">
                <a href="/">"Base playlists"</a>
                " / "
                <a href=format!("/base-playlists/{}", base.id)>{base.name.clone()}</a>
            </p>
            <h1>"Start from a template"</h1>
            <p>
                "Made from the songs of this base. A template opens in the editor, where you can change everything before it is saved."
            </p>
            <ul class="cards templates">{items.collect_view()}</ul>
        }
        .into_any()
    })
}

#[component]
fn Card(card: TemplateCard, total: u32) -> impl IntoView {
    let TemplateCard { name, sentence, reason, count, path } = card;
    let count = count.map(|count| view! { <p class="template-count">{format!("{count} of {total} songs")}</p> });
    let use_it = match path {
        Some(path) => view! {
            <a class="button button-small" href=path>
                "Use"
                <span class="visually-hidden">{format!(" {name}")}</span>
            </a>
        }
        .into_any(),
        None => view! { <p class="template-none">"Not available"</p> }.into_any(),
    };
    view! {
        <li class="card">
            <h2>{name.clone()}</h2>
            <p>{sentence}</p>
            {count}
            <p class="quiet">{reason}</p>
            <div class="card-end">{use_it}</div>
        </li>
    }
}
