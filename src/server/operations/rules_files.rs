//! Rules out and in: a file of a child or a base, what an import would change, and the import itself.

use super::child_playlists::{ChildPatch, NewChild};
use super::{CurrentUser, base_playlists, base_tracks, child_playlists};
use crate::domain::filter::columns::Columns;
use crate::domain::filter::json;
use crate::domain::ids::ChildPlaylistId;
use crate::domain::playlist::{BasePlaylist, ChildKind, ChildPlaylist};
use crate::domain::rules_file::document::{file_name, write};
use crate::domain::rules_file::plan::{Change, ImportPlan, Save, plan};
use crate::domain::rules_file::read::read;
use crate::domain::templates::count;
use crate::error::{AppError, ErrorCode, FieldError};
use crate::server::error::{ServerError, sync_running};
use crate::server::state::AppState;
use crate::server::sync::lookups::Needs;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Counting must not keep a dry run waiting; without it the plan says nothing of counts.
const COUNT_WITHIN: Duration = Duration::from_secs(10);

/// A file on its way out.
#[derive(Debug, Clone)]
pub struct RulesFile {
    /// ASCII, ends with `.headwater.json`.
    pub file_name: String,
    pub text: String,
}

/// What is to be read.
#[derive(Debug, Clone, Copy)]
pub struct Import<'a> {
    /// The file, as it was sent.
    pub text: &'a str,
    /// For files that name no playlist.
    pub name: Option<&'a str>,
}

/// A child that an import made or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SavedEntry {
    pub child_playlist_id: ChildPlaylistId,
    pub name: String,
    pub change: Change,
}

/// One child as a file.
pub async fn export_child(app: &AppState, user: &CurrentUser, id: &str) -> Result<RulesFile, ServerError> {
    let child = child_playlists::get(app, user, id).await?;
    let base = base_playlists::get(app, user, &child.base_playlist_id.to_string()).await?;
    let file_name = file_name(&child.name);
    Ok(RulesFile { file_name, text: write(&base.name, &[child]) })
}

/// All children of a base as a file.
pub async fn export_base(app: &AppState, user: &CurrentUser, id: &str) -> Result<RulesFile, ServerError> {
    let base = base_playlists::get(app, user, id).await?;
    let children = child_playlists::list(app, user, id).await?;
    Ok(RulesFile { file_name: file_name(&base.name), text: write(&base.name, &children) })
}

/// What an import would change, with counts where they come soon; writes nothing.
pub async fn dry_run(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    import: Import<'_>,
) -> Result<ImportPlan, ServerError> {
    let (_, mut plan, saves) = planned(app, user, base_id, import).await?;
    let counted = tokio::time::timeout(COUNT_WITHIN, add_counts(app, user, base_id, &mut plan, &saves)).await;
    if !matches!(counted, Ok(Ok(()))) {
        tracing::debug!("an import was planned without counts");
    }
    Ok(plan)
}

/// Saves what a dry run showed; `plan_hash` is its mark. Everything is checked before the first change.
pub async fn save(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    import: Import<'_>,
    plan_hash: Option<&str>,
) -> Result<Vec<SavedEntry>, ServerError> {
    let (base, plan, saves) = planned(app, user, base_id, import).await?;
    if let Some(running) = base.active_sync {
        return Err(sync_running(Some(running.to_string())).into());
    }
    if !plan.faults.is_empty() {
        return Err(faulty(&plan).into());
    }
    match plan_hash {
        None | Some("") => return Err(unseen().into()),
        Some(hash) if hash != plan.plan_hash => return Err(moved().into()),
        Some(_) => {}
    }
    save_all(app, user, base_id, saves).await
}

async fn planned(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    import: Import<'_>,
) -> Result<(BasePlaylist, ImportPlan, Vec<Save>), ServerError> {
    let base = base_playlists::get(app, user, base_id).await?;
    let value = parse(import.text)?;
    let children = child_playlists::list(app, user, base_id).await?;
    let (mut plan, saves) = plan(read(&value, import.name), &children);
    plan.plan_hash = plan_hash(&base, &children, import);
    Ok((base, plan, saves))
}

/// Not JSON: 400, with the line.
fn parse(text: &str) -> Result<Value, AppError> {
    // A byte order mark is no JSON, but some editors write one.
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        AppError::new(ErrorCode::BadRequest, format!("The file is not JSON: {error}. Nothing was saved."))
    })
}

/// Names the file together with what it was held against: whatever of both changes, the mark changes.
fn plan_hash(base: &BasePlaylist, children: &[ChildPlaylist], import: Import<'_>) -> String {
    let there: Vec<Value> = children
        .iter()
        .map(|child| {
            let filter = json::write(&child.filter);
            serde_json::json!([child.id, child.name, child.description, child.kind, child.position, filter])
        })
        .collect();
    let whole = serde_json::json!([base.id, import.name, import.text, there]);
    let digest = Sha256::digest(whole.to_string());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn faulty(plan: &ImportPlan) -> AppError {
    let mut error = AppError::new(ErrorCode::Invalid, "The file has a fault. Nothing was saved.");
    let errors = plan.faults.iter();
    error.errors =
        errors.map(|fault| FieldError { pointer: fault.pointer.clone(), detail: fault.detail.clone() }).collect();
    error.hint = plan.faults.first().map(|fault| format!("{} {}", fault.pointer, fault.detail).trim().to_owned());
    error
}

fn unseen() -> AppError {
    let words = "Nothing was saved: ask what would change first, and send the plan_hash of that answer.";
    AppError::invalid("/plan_hash", words).hint("Send the same with dry_run=true.")
}

fn moved() -> AppError {
    let words = "The file or the child playlists are not what they were when you looked. Nothing was saved.";
    AppError::new(ErrorCode::PreconditionFailed, words).hint("Check again, then save.")
}

async fn add_counts(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    plan: &mut ImportPlan,
    saves: &[Save],
) -> Result<(), ServerError> {
    if saves.is_empty() {
        return Ok(());
    }
    let needs = Needs::of(saves.iter().map(|save| &save.entry.filter));
    let songs = base_tracks::get(app, user, base_id, needs, None).await?;
    let context = songs.context();
    let columns = Columns::new(songs.tracks);
    let changing = plan.entries.iter_mut().filter(|entry| entry.change != Change::Same);
    for (entry, save) in changing.zip(saves) {
        // What is left over depends on all other children.
        if save.entry.kind == ChildKind::Filter {
            entry.matched = count(&save.entry.filter, &columns, &context);
        }
    }
    Ok(())
}

/// Changes before creations, in the file's order: a change that is refused then leaves nothing new behind.
async fn save_all(
    app: &AppState,
    user: &CurrentUser,
    base_id: &str,
    mut saves: Vec<Save>,
) -> Result<Vec<SavedEntry>, ServerError> {
    saves.sort_by_key(|save| (save.child.is_none(), save.entry.position));
    let names: Vec<String> = saves.iter().map(|save| save.entry.name.clone()).collect();
    let mut saved = Vec::new();
    for save in saves {
        let change = if save.child.is_some() { Change::Changed } else { Change::New };
        match save_one(app, user, base_id, save).await {
            Ok(child) => saved.push(SavedEntry { child_playlist_id: child.id, name: child.name, change }),
            Err(error) => return Err(broken_off(error.into(), &saved, &names).into()),
        }
    }
    Ok(saved)
}

async fn save_one(app: &AppState, user: &CurrentUser, base_id: &str, save: Save) -> Result<ChildPlaylist, ServerError> {
    let entry = save.entry;
    let filter = json::write(&entry.filter);
    let Some(child) = save.child else {
        let new = NewChild {
            name: entry.name,
            description: Some(entry.description),
            kind: Some(entry.kind),
            filter,
            position: entry.position,
            spotify_playlist_id: None,
        };
        return child_playlists::create(app, user, base_id, new).await;
    };
    let patch = ChildPatch {
        hand_policy: None,
        name: Some(entry.name).filter(|name| *name != child.name),
        description: Some(entry.description).filter(|text| *text != child.description),
        kind: Some(entry.kind).filter(|kind| *kind != child.kind),
        filter: Some(filter),
        is_active: None,
        position: entry.position.filter(|position| *position != child.position),
    };
    child_playlists::update(app, user, &child.id.to_string(), patch).await
}

/// Says exactly what is saved and what is not.
fn broken_off(mut error: AppError, saved: &[SavedEntry], names: &[String]) -> AppError {
    let done: Vec<&str> = saved.iter().map(|entry| entry.name.as_str()).collect();
    let open: Vec<&str> = names.iter().skip(saved.len()).map(String::as_str).collect();
    if done.is_empty() {
        return error;
    }
    // The words of the failure speak of one child alone.
    let reason = error.detail.replace(" Nothing was changed.", "").replace(" Nothing was saved.", "");
    error.detail = format!("{reason} Saved before that: {}. Not saved: {}.", done.join(", "), open.join(", "));
    error.hint = Some("Check the same file again: what is saved already will not be saved twice.".to_owned());
    error
}
