//! First and last day, as fields of a form whose answer stands in the address.

use leptos::prelude::*;

/// Two fields, `from` and `to`.
#[component]
pub fn DayFields(from: String, to: String) -> impl IntoView {
    let fields = [("from", "From", from), ("to", "To", to)];
    let fields = fields.map(|(name, words, value)| {
        view! {
            <div class="field">
                <label for=name>{words}</label>
                <input type="date" id=name name=name value=value />
            </div>
        }
    });
    fields.into_iter().collect_view()
}
