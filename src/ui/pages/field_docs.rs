//! Everything that a rule can ask for, from the table in the code.

use crate::domain::filter::fields::{Cost, FIELDS, Field, Section};
use crate::domain::filter::markdown::kind_words;
use crate::domain::filter::operators::{Op, operators_of};
use leptos::prelude::*;
use leptos_meta::Title;

const SECTIONS: [(Section, &str); 4] = [
    (Section::Song, "About the song"),
    (Section::Artist, "About its artists"),
    (Section::Album, "About its album"),
    (Section::Playlist, "About its place in the base"),
];

/// `/docs/fields`
#[component]
pub fn FieldDocsPage() -> impl IntoView {
    let sections = SECTIONS.into_iter().map(|(section, heading)| {
        let fields = FIELDS.iter().filter(|field| field.section == section);
        let fields = fields.map(|field| view! { <FieldEntry field /> }).collect_view();
        view! {
            <h2>{heading}</h2>
            {fields}
        }
    });
    view! {
        <Title text="Fields of rules" />
        <article class="field-docs">
            <h1>"Fields of rules"</h1>
            <p>
                "Each rule asks for one field with one operator. A song without a value does not match, except with “has none of”; each rule can turn that round. Text is compared without regard to case, accents and kinds of quotes and dashes."
            </p>
            <p>
                "The same as a JSON Schema: "
                <a href="/api/schemas/rules-v1.json" rel="external">
                    "rules-v1.json"
                </a>
                "."
            </p>
            {sections.collect_view()}
        </article>
    }
}

#[component]
fn FieldEntry(field: &'static Field) -> impl IntoView {
    let operators = operators_of(field.kind).iter().map(|op| view! { <OperatorItem op=*op /> });
    let delivered = field.delivered.is_some().then(|| {
        view! {
            <p class="field-limit">
                "Spotify gives this to some apps only. Where it is withheld, a rule on it cannot be judged, and its child playlist is left as it is."
            </p>
        }
    });
    view! {
        <section class="field-entry" aria-labelledby=field.id>
            <h3 id=field.id>{field.label} " " <code>{field.id}</code></h3>
            <p>{field.help}</p>
            <dl>
                <dt>"Values"</dt>
                <dd>{kind_words(field)}</dd>
                <dt>"Operators"</dt>
                <dd>
                    <ul class="operators">{operators.collect_view()}</ul>
                </dd>
                <dt>"Cost"</dt>
                <dd>{cost_words(field.cost)}</dd>
                <dt>"Example"</dt>
                <dd>
                    <code class="field-example">{field.example}</code>
                </dd>
            </dl>
            {delivered}
        </section>
    }
}

#[component]
fn OperatorItem(op: Op) -> impl IntoView {
    view! { <li>{op.label()} " " <code>{op.id()}</code></li> }
}

const fn cost_words(cost: Cost) -> &'static str {
    match cost {
        Cost::Zero => "None: it comes with the songs.",
        Cost::Artist => "The artists of the songs must be read as well; they are kept for some days.",
    }
}
