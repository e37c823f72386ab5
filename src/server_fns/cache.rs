//! The cache: what it saves, clearing it, fetching ahead.

use crate::domain::cache::CacheReport;
use crate::domain::requests::RequestReport;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Everything that the page of the cache shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheContent {
    pub cache: CacheReport,
    pub requests: RequestReport,
}

/// Reads it.
#[server(endpoint = "get_cache")]
pub async fn get_cache() -> Result<Wire<CacheContent>, AppError> {
    use crate::server::{adapt, operations};
    let content = adapt::signed_in(|state, user| async move {
        let cache = operations::cache::report(&state, &user).await?;
        Ok(CacheContent { cache, requests: state.spotify.request_report().await? })
    })
    .await?;
    Wire::of(&content)
}

/// Removes a kind from the cache.
#[server(endpoint = "clear_cache")]
pub async fn clear_cache(kind: String) -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    let deleted =
        adapt::signed_in(|state, user| async move { operations::cache::clear(&state, &user, &kind).await }).await?;
    let words = match deleted.is_complete {
        true => format!("{} entries are removed. They are fetched again when a rule needs them.", deleted.entries),
        false => {
            "Not everything could be removed: a part of the cache does not answer. What it holds expires by itself."
                .into()
        }
    };
    adapt::flash_success(&words);
    adapt::redirect("/cache");
    Ok(())
}

/// Fetches ahead what rules need of artists.
#[server(endpoint = "warm_cache")]
pub async fn warm_cache() -> Result<(), AppError> {
    use crate::server::{adapt, operations};
    adapt::signed_in(|state, user| async move { operations::cache::warm(&state, &user).await }).await?;
    adapt::redirect("/cache");
    Ok(())
}
