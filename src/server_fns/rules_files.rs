//! Rules files: what a file would change, and saving it.

use crate::domain::playlist::BasePlaylist;
use crate::domain::rules_file::plan::ImportPlan;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Longer files are not put into the text area again.
#[cfg(feature = "ssr")]
const SHOWN_LEN_MAX: usize = 100_000;

/// The page of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportState {
    pub base: BasePlaylist,
    /// The file, as far as it is shown again.
    pub text: String,
    /// For a file that names no playlist.
    pub name: String,
    /// What it would change.
    pub plan: Option<ImportPlan>,
    /// Why there is no plan, though a file was sent.
    pub problem: Option<String>,
}

/// What the file kept as `draft` would change; nothing is written.
#[server(endpoint = "get_import")]
pub async fn get_import(base_id: String, #[server(default)] draft: String) -> Result<Wire<ImportState>, AppError> {
    use crate::error::ErrorCode;
    use crate::server::operations::{self, rules_files::Import};
    use crate::server::{adapt, import_drafts::ImportDraft};
    let found = adapt::signed_in(|state, user| async move {
        let base = operations::base_playlists::get(&state, &user, &base_id).await?;
        let mut page = ImportState { base, text: String::new(), name: String::new(), plan: None, problem: None };
        if draft.is_empty() {
            return Ok(page);
        }
        let Some(ImportDraft { text, name }) = state.import_drafts.find(user.id, &draft) else {
            page.problem = Some("This file is no longer kept here. Choose it again.".to_owned());
            return Ok(page);
        };
        let named = Some(name.as_str()).filter(|name| !name.is_empty());
        let import = Import { text: &text, name: named };
        match operations::rules_files::dry_run(&state, &user, &base_id, import).await.map_err(AppError::from) {
            Ok(plan) => page.plan = Some(plan),
            Err(error) if error.code == ErrorCode::BadRequest => page.problem = Some(error.detail),
            Err(error) => return Err(error.into()),
        }
        page.text = if text.len() <= SHOWN_LEN_MAX { text } else { String::new() };
        page.name = name;
        Ok(page)
    })
    .await?;
    Wire::of(&found)
}

/// Saves what was seen, and nothing else.
#[server(endpoint = "save_import")]
pub async fn save_import(base_id: String, draft: String, plan_hash: String) -> Result<(), AppError> {
    use crate::error::ErrorCode;
    use crate::server::adapt;
    use crate::server::operations::rules_files::{self, Import};
    let saved = adapt::signed_in(|state, user| async move {
        let Some(kept) = state.import_drafts.find(user.id, &draft) else {
            let words = "This file is no longer kept here. Nothing was saved.";
            return Err(AppError::new(ErrorCode::PreconditionFailed, words).hint("Choose it again.").into());
        };
        let named = Some(kept.name.as_str()).filter(|name| !name.is_empty());
        let import = Import { text: &kept.text, name: named };
        let saved = rules_files::save(&state, &user, &base_id, import, Some(&plan_hash)).await?;
        Ok((base_id, saved.len()))
    })
    .await?;
    let (base_id, count) = saved;
    let words = if count == 1 { "1 child playlist is" } else { &format!("{count} child playlists are") };
    adapt::flash_success(&format!("{words} saved. The next sync fills what changed."));
    adapt::redirect(&format!("/base-playlists/{base_id}"));
    Ok(())
}
