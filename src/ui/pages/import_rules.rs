//! A rules file comes in: choose or paste, check, save what was seen.

use crate::domain::rules_file::plan::ImportPlan;
use crate::domain::rules_file::read::Format;
use crate::server_fns::rules_files::{ImportState, SaveImport, get_import};
use crate::ui::components::icon::Icon;
use crate::ui::components::loading::{follow, load_once, loaded};
use crate::ui::components::rules_file::{EntryCard, Remarks};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/base-playlists/{id}/import`, with `?draft=` what the sent file would change.
#[component]
pub fn ImportRulesPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let draft = move || query.with(|query| query.get("draft").unwrap_or_default());
    let state = load_once(
        move || format!("{} {}", id(), draft()),
        |key| async move {
            let (id, draft) = key.split_once(' ').unwrap_or((&key, ""));
            get_import(id.to_owned(), draft.to_owned()).await
        },
    );
    let refusal = move || query.with_untracked(|query| query.get("problem").map(|word| problem_words(&word)));
    loaded(state, move |mut state: ImportState| {
        state.problem = state.problem.or_else(|| refusal().map(str::to_owned));
        let draft = query.with_untracked(|query| query.get("draft").unwrap_or_default());
        view! { <ImportView state draft /> }.into_any()
    })
}

fn problem_words(word: &str) -> &'static str {
    match word {
        "empty" => "Choose a file or paste its text first.",
        "large" => "The file is longer than 1 MiB. Nothing was saved.",
        _ => "The file could not be read as text. Nothing was saved.",
    }
}

#[component]
fn ImportView(state: ImportState, draft: String) -> impl IntoView {
    let ImportState { base, text, name, plan, problem } = state;
    let id = base.id.to_string();
    let check = format!("/base-playlists/{id}/import/check");
    view! {
        <Title text="Import rules" />
        <p class="crumbs">
            <a href="/">"Base playlists"</a>
            " / "
            <a href=format!("/base-playlists/{id}")>{base.name.clone()}</a>
        </p>
        <h1>"Import rules"</h1>
        <p>
            "Takes a rules file of Headwater, a single filter, ranges and sets by field, or a smart playlist of Navidrome (.nsp). Child playlists are matched by name. Nothing is saved before you have seen what changes."
        </p>
        <form class="import-form" method="post" action=check enctype="multipart/form-data">
            <div class="field">
                <label for="file">"File"</label>
                <input id="file" type="file" name="file" accept=".json,.nsp,application/json" />
            </div>
            <div class="field">
                <label for="text">"Or paste its text"</label>
                <textarea id="text" name="text" rows="8" spellcheck="false" autocomplete="off">
                    {text}
                </textarea>
            </div>
            <div class="field">
                <label for="name">"Name for a file that names no playlist (optional)"</label>
                <input id="name" type="text" name="name" maxlength="100" value=name autocomplete="off" />
            </div>
            <div class="actions">
                <button type="submit" class="button button-primary">
                    "Check"
                </button>
                <a class="button button-quiet" href=format!("/base-playlists/{id}")>
                    "Back without saving"
                </a>
            </div>
        </form>
        <div id="result">
            {problem.map(|words| view! { <ProblemNote words /> })}
            {plan.map(|plan| view! { <PlanView plan base_id=id base_name=base.name draft /> })}
        </div>
    }
}

#[component]
fn ProblemNote(words: String) -> impl IntoView {
    view! {
        <div class="notice notice-error" role="alert">
            <Icon name="alert" />
            <div>
                <p>{words}</p>
            </div>
        </div>
    }
}

const fn format_words(format: Format) -> &'static str {
    match format {
        Format::Headwater => "This is a rules file of Headwater.",
        Format::Filter => "This is a single filter of Headwater.",
        Format::Flat => "This file has ranges and sets by field.",
        Format::Navidrome => "This is a smart playlist of Navidrome.",
    }
}

#[component]
fn PlanView(plan: ImportPlan, base_id: String, base_name: String, draft: String) -> impl IntoView {
    let (to_save, is_savable) = (plan.to_save(), plan.is_savable());
    let has_faults = !plan.faults.is_empty();
    let faults = has_faults.then(|| {
        let count = plan.faults.len();
        let words =
            if count == 1 { "1 fault is in the way.".to_owned() } else { format!("{count} faults are in the way.") };
        view! {
            <div class="notice notice-error" role="alert">
                <Icon name="alert" />
                <div>
                    <p>{words} " Nothing was saved, and nothing can be saved before the file is mended."</p>
                    <Remarks remarks=plan.faults />
                </div>
            </div>
        }
    });
    let notes = (!plan.notes.is_empty()).then(|| {
        view! {
            <h3>"Read with another meaning, or left out"</h3>
            <Remarks remarks=plan.notes />
        }
    });
    let nothing = (!has_faults && to_save == 0).then(|| {
        view! { <p class="empty">"Everything in this file is here already. There is nothing to save."</p> }
    });
    let entries = plan.entries.into_iter().map(|entry| view! { <EntryCard entry /> });
    view! {
        <section aria-labelledby="plan">
            <h2 id="plan">{format!("What would change in {base_name}")}</h2>
            <p class="quiet">{format_words(plan.format)}</p>
            {faults}
            {notes}
            {nothing}
            <ul class="cards import-entries">{entries.collect_view()}</ul>
            {is_savable.then(|| view! { <SaveForm base_id draft plan_hash=plan.plan_hash to_save /> })}
        </section>
    }
}

#[component]
fn SaveForm(base_id: String, draft: String, plan_hash: String, to_save: usize) -> impl IntoView {
    let action = ServerAction::<SaveImport>::new();
    follow(action);
    let words = if to_save == 1 { "Save this one".to_owned() } else { format!("Save these {to_save}") };
    view! {
        <ActionForm action>
            <input type="hidden" name="base_id" value=base_id />
            <input type="hidden" name="draft" value=draft />
            <input type="hidden" name="plan_hash" value=plan_hash />
            <div class="actions">
                <button type="submit" class="button button-primary">
                    {words}
                </button>
            </div>
        </ActionForm>
    }
}
