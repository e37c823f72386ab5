//! Where the songs of a base flow.

use crate::domain::playlist::BasePlaylist;
use crate::domain::sync::flow_layout::FlowLayout;
use crate::domain::sync::routing_answer::{RoutingAnswer, RoutingTracks};
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows on one page of a list.
pub const LIST_PAGE_LEN: u32 = 25;

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoutingContent {
    pub base: BasePlaylist,
    pub answer: RoutingAnswer,
    /// The diagram, wide and narrow. Its ribbons: each child's own songs, those of several children, those of none,
    /// those that are skipped.
    pub flow: [FlowLayout; 2],
    /// The list that the address asks for.
    pub list: Option<RoutingTracks>,
}

/// The routing of a base, with the list that `query` (of the page's address) names.
#[server(endpoint = "get_routing")]
pub async fn get_routing(base_id: String, query: String) -> Result<Wire<RoutingContent>, AppError> {
    use crate::domain::sync::flow_layout::{FlowSize, flow_layout};
    use crate::server::{adapt, operations};
    let found = adapt::signed_in(|state, user| async move {
        let viewed = operations::routing::look(&state, &user, &base_id).await?;
        let answer = viewed.answer();
        let rows = rows_query(&query);
        let list = if rows.set.is_empty() { None } else { Some(viewed.tracks(&rows)?) };
        let mut weights: Vec<u32> = answer.children.iter().map(|child| child.alone).collect();
        weights.extend(answer.rest().map(|(_, rows)| rows));
        let flow = [FlowSize::Wide, FlowSize::Narrow].map(|size| flow_layout(&weights, size));
        Ok(RoutingContent { base: viewed.base().clone(), answer, flow, list })
    })
    .await?;
    Wire::of(&found)
}

#[cfg(feature = "ssr")]
fn rows_query(query: &str) -> crate::server::operations::routing::RowsQuery {
    use crate::server::operations::routing::RowsQuery;
    let mut rows = RowsQuery { limit: Some(LIST_PAGE_LEN), ..RowsQuery::default() };
    for (name, value) in crate::domain::filter::form::query::pairs_of(query) {
        match name.as_str() {
            "set" => rows.set = value,
            "reason" => rows.reason = Some(value),
            "child_playlist_id" => rows.child_playlist_id = Some(value),
            "with" => rows.with = Some(value),
            "cursor" => rows.cursor = Some(value),
            _ => {}
        }
    }
    rows
}
