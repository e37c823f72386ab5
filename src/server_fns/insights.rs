//! Figures of syncs.

use crate::domain::insights::Insights;
use crate::domain::playlist::BasePlaylist;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InsightsContent {
    pub insights: Insights,
    /// To choose from.
    pub bases: Vec<BasePlaylist>,
}

/// The figures from one day to another; empty texts do not filter.
#[server(endpoint = "get_insights")]
pub async fn get_insights(from: String, to: String, base: String) -> Result<Wire<InsightsContent>, AppError> {
    use crate::server::operations::insights::{self, InsightsFilter};
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let filter = InsightsFilter { from, to, base_playlist_id: base };
        let insights = insights::get(&state, &user, &filter).await?;
        let bases = operations::base_playlists::list(&state, &user).await?;
        Ok(InsightsContent { insights, bases })
    })
    .await?;
    Wire::of(&found)
}
