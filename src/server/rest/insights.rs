//! `/api/insights`: what a person's syncs did over a stretch of days.

use super::extract::ApiQuery;
use crate::domain::insights::Insights;
use crate::server::error::not_found;
use crate::server::middleware::session::SignedIn;
use crate::server::operations::insights::{self as operations, InsightsFilter};
use crate::server::problem::Problem;
use crate::server::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;

/// Runs, durations, requests, failures and growth from one day to another; the last 30 days if absent.
#[utoipa::path(get, path = "/api/insights", params(("from" = Option<String>, Query, description = "First day, as in 2026-11-01, where the person lives"), ("to" = Option<String>, Query, description = "Last day"), ("base_playlist_id" = Option<String>, Query, description = "One base only")), responses((status = 200, body = Insights), (status = 400, description = "No stretch of days, or longer than 366")))]
pub async fn get(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    ApiQuery(filter): ApiQuery<InsightsFilter>,
) -> Result<Json<Insights>, Problem> {
    Ok(Json(operations::get(&app, &user, &filter).await?))
}

/// One of its tables: `runs.csv`, `failures.csv` or `children.csv`.
#[utoipa::path(get, path = "/api/insights/{table}", params(("table" = String, Path, description = "runs.csv, failures.csv or children.csv"), ("from" = Option<String>, Query, description = "First day"), ("to" = Option<String>, Query, description = "Last day"), ("base_playlist_id" = Option<String>, Query, description = "One base only")), responses((status = 200, content_type = "text/csv", body = String), (status = 400, description = "No stretch of days, or longer than 366"), (status = 404, description = "No such table")))]
pub async fn csv(
    State(app): State<AppState>,
    SignedIn(user): SignedIn,
    Path(table): Path<String>,
    ApiQuery(filter): ApiQuery<InsightsFilter>,
) -> Result<impl IntoResponse, Problem> {
    let table = table.strip_suffix(".csv").ok_or_else(not_found)?;
    let found = operations::get(&app, &user, &filter).await?;
    let text = operations::csv(&found, table)?;
    let file = format!("attachment; filename=\"headwater-{table}-{}-{}.csv\"", found.from, found.to);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok((headers, text))
}
