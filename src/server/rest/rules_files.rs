//! `/api/child-playlists/{id}/export`, `/api/base-playlists/{id}/export` and `/import`, and the schema of the file

use super::extract::{ApiQuery, is_json, not_json};
use crate::domain::rules_file::plan::ImportPlan;
use crate::domain::rules_file::schema;
use crate::error::{AppError, ErrorCode};
use crate::server::import_drafts::{FILE_LEN_MAX, ImportDraft};
use crate::server::middleware::session::SignedIn;
use crate::server::operations::base_playlists;
use crate::server::operations::rules_files::{self as operations, Import, RulesFile, SavedEntry};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

/// Bytes of the page's form: a file, and what is around it.
pub const FORM_LEN_MAX: usize = 2 * FILE_LEN_MAX + 64 * 1024;

/// How to import.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Only says what would change (the default).
    #[serde(default = "yes")]
    pub dry_run: bool,
    /// Of the dry run whose changes are to be saved.
    pub plan_hash: Option<String>,
    /// For a file that names no playlist.
    pub name: Option<String>,
}

const fn yes() -> bool {
    true
}

/// What an import saved, in the order of saving.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Saved {
    pub items: Vec<SavedEntry>,
}

fn attachment(file: RulesFile) -> Response {
    let named = format!("attachment; filename=\"{}\"", file.file_name);
    ([(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, named)], file.text)
        .into_response()
}

/// One child as a rules file.
#[utoipa::path(get, path = "/api/child-playlists/{id}/export", responses((status = 200, description = "A rules file, as /api/schemas/rules-v1.json describes it"), (status = 404, description = "Absent, or another person's")))]
pub async fn export_child(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(attachment(operations::export_child(&app, &user, &id).await?))
}

/// All children of a base as a rules file.
#[utoipa::path(get, path = "/api/base-playlists/{id}/export", responses((status = 200, description = "A rules file, as /api/schemas/rules-v1.json describes it"), (status = 404, description = "Absent, or another person's")))]
pub async fn export_base(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(attachment(operations::export_base(&app, &user, &id).await?))
}

/// Reads a rules file, a filter, the flat shape or a smart playlist of Navidrome, at most 1 MiB. A dry run says what
/// would change and names every fault; saving asks for the `plan_hash` of a dry run, so that nothing is saved unseen.
#[utoipa::path(post, path = "/api/base-playlists/{id}/import", params(ImportQuery), request_body = Object, responses((status = 200, description = "What would change (dry run) or what was saved", body = ImportPlan), (status = 400, description = "Not JSON"), (status = 409, description = "A sync is running"), (status = 412, description = "Not what the dry run showed"), (status = 413, description = "Longer than 1 MiB"), (status = 422, description = "Faults, each with a pointer into the file; nothing was saved")))]
pub async fn import(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    ApiQuery(query): ApiQuery<ImportQuery>,
    request: Request,
) -> Result<Response, Problem> {
    base_playlists::get(&app, &user, &id).await?;
    let text = body_text(request).await?;
    let import = Import { text: &text, name: query.name.as_deref() };
    if query.dry_run {
        return Ok(Json(operations::dry_run(&app, &user, &id, import).await?).into_response());
    }
    let items = operations::save(&app, &user, &id, import, query.plan_hash.as_deref()).await?;
    Ok(Json(Saved { items }).into_response())
}

async fn body_text(request: Request) -> Result<String, Problem> {
    if !is_json(request.headers()) {
        return Err(not_json());
    }
    let bytes = to_bytes(request.into_body(), FILE_LEN_MAX).await.map_err(|_| {
        AppError::new(ErrorCode::TooLarge, "The file is longer than 1 MiB, or broke off. Nothing was saved.")
    })?;
    String::from_utf8(bytes.into())
        .map_err(|_| AppError::new(ErrorCode::BadRequest, "The file is not UTF-8. Nothing was saved.").into())
}

/// The JSON Schema of a rules file.
#[utoipa::path(get, path = "/api/schemas/rules-v1.json", responses((status = 200, description = "JSON Schema, draft 2020-12")))]
pub async fn schema() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/schema+json")], schema::text())
}

/// The page's form: keeps the file and leads to the page that shows what it would change.
pub async fn check_form(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    form: Multipart,
) -> Result<Redirect, Problem> {
    let base = base_playlists::get(&app, &user, &id).await?;
    let page = format!("/base-playlists/{}/import", base.id);
    let query = match draft_of(form).await {
        Ok(draft) if draft.text.trim().is_empty() => "problem=empty".to_owned(),
        Ok(draft) => format!("draft={}", app.import_drafts.keep(user.id, draft)),
        Err(status) if status == StatusCode::PAYLOAD_TOO_LARGE => "problem=large".to_owned(),
        Err(_) => "problem=unreadable".to_owned(),
    };
    Ok(Redirect::to(&format!("{page}?{query}#result")))
}

/// A file goes before what was pasted.
async fn draft_of(mut form: Multipart) -> Result<ImportDraft, StatusCode> {
    let mut draft = ImportDraft { text: String::new(), name: String::new() };
    let mut pasted = String::new();
    while let Some(field) = form.next_field().await.map_err(|error| error.status())? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|error| error.status())?;
        if bytes.len() > FILE_LEN_MAX {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let text = String::from_utf8(bytes.into()).map_err(|_| StatusCode::BAD_REQUEST)?;
        match name.as_str() {
            "file" => draft.text = text,
            "text" => pasted = text,
            "name" => draft.name = text.trim().to_owned(),
            _ => {}
        }
    }
    if draft.text.trim().is_empty() {
        draft.text = pasted;
    }
    Ok(draft)
}
