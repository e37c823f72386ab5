//! The list of rules, a file of its own beside the editor's page: both come at the same time, and neither is long.

use crate::ui::components::builder::editor::Editor;
use crate::ui::components::builder::rules::Rules;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::sync::OnceLock;

type RuleList = fn(Editor, String) -> AnyView;

/// Set before the editor's page is shown.
static RULE_LIST: OnceLock<RuleList> = OnceLock::new();

#[wasm_split(rule_list, wasm_split_path = leptos::wasm_split, fallible, preload(load_rule_list))]
fn rule_list() -> Result<RuleList, SplitLoaderError> {
    Ok(|editor, page| view! { <Rules editor page /> }.into_any())
}

/// Begins to load it, without waiting.
pub fn begin_to_load() {
    #[cfg(feature = "ssr")]
    leptos::prefetch_lazy_fn_on_server("rule_list");
    #[cfg(feature = "hydrate")]
    leptos::task::spawn_local(async {
        let _ = load_rule_list().await;
    });
}

/// Waits until it is here.
///
/// # Errors
/// Where the network is gone, or a newer version has replaced the file.
pub async fn load() -> Result<(), SplitLoaderError> {
    let list = rule_list().await?;
    RULE_LIST.get_or_init(|| list);
    Ok(())
}

/// Shows the rules of a draft; nothing before the list was loaded.
pub fn show(editor: Editor, page: String) -> Option<AnyView> {
    RULE_LIST.get().map(|list| list(editor, page))
}
