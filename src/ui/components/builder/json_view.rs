//! The draft as JSON, for those who would rather write it; the same filter as the lines below it.

use super::editor::Editor;
use crate::domain::filter::form::FilterForm;
use leptos::prelude::*;

/// JSON that was sent and is no filter.
#[derive(Debug, Clone, Default)]
pub struct RefusedJson {
    pub text: String,
    pub faults: Vec<String>,
}

/// A box that holds the filter and takes another one. Without scripts the button sends it.
#[component]
pub fn JsonView(editor: Editor, refused: RefusedJson) -> impl IntoView {
    let page = editor.draft.with_untracked(|draft| draft.page());
    // What is typed while it is no filter; empty shows the draft.
    let typed = RwSignal::new(refused.text);
    let faults = RwSignal::new(refused.faults);
    let shown = Memo::new(move |_| editor.draft.with(|draft| draft.filter.to_json_text()));
    // Scripts take JSON over as it is typed.
    let take_over = format!(
        r#"<button type="submit" class="button" name="do" value="json" formmethod="get" formaction="{page}">Take over this JSON</button>"#
    );
    let read = move || typed.with(|typed| if typed.is_empty() { shown.get() } else { typed.clone() });
    let take = move |text: String| match FilterForm::from_json_text(&text) {
        Ok(form) => {
            faults.set(Vec::new());
            typed.set(text);
            editor.change(|filter| *filter = form);
        }
        Err(words) => {
            faults.set(words);
            typed.set(text);
        }
    };
    view! {
        <div class="json-view">
            <label for="filter_json">"The filter as JSON"</label>
            <textarea
                id="filter_json"
                name="json"
                rows="16"
                spellcheck="false"
                autocomplete="off"
                aria-describedby="filter_json-faults"
                aria-invalid=move || (!faults.with(Vec::is_empty)).then_some("true")
                prop:value=read
                on:input=move |event| take(event_target_value(&event))
                // What is sound is shown as we write it.
                on:blur=move |_| {
                    if untrack(|| faults.with(Vec::is_empty)) {
                        typed.set(String::new());
                    }
                }
            >
                {untrack(read)}
            </textarea>
            <div id="filter_json-faults" role="status">
                {move || faults.get().into_iter().map(|words| view! { <p class="problem">{words}</p> }).collect_view()}
            </div>
            <noscript inner_html=take_over></noscript>
        </div>
    }
}
