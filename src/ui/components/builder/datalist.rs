//! What a box offers where no scripts run: the browser's own list.

use crate::domain::filter::suggest::KnownValues;
use leptos::prelude::*;

/// Values that songs of the base hold, from the server, for the editor's boxes.
#[derive(Debug, Clone)]
pub struct Known(pub Vec<KnownValues>);

/// Names the list of a line's box.
pub fn list_id(at: usize) -> String {
    format!("row-{at}-known")
}

/// The list of a line. Browsers with scripts never read it: they have the combobox.
#[component]
pub fn Datalist(at: usize, field: String) -> impl IntoView {
    view! { <noscript inner_html=datalist_html(at, &field)></noscript> }
}

#[cfg(feature = "ssr")]
fn datalist_html(at: usize, field: &str) -> String {
    let known = use_context::<Known>().and_then(|known| known.0.into_iter().find(|known| known.field == field));
    let Some(known) = known else { return String::new() };
    let option = |(value, label): (String, String)| view! { <option value=value label=label></option> };
    view! { <datalist id=list_id(at)>{known.values.into_iter().map(option).collect_view()}</datalist> }.to_html()
}

#[cfg(not(feature = "ssr"))]
fn datalist_html(_: usize, _: &str) -> String {
    String::new()
}
